"""Rounds: one batch run over the open needs of a community, asked for by a worker and run in the background."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from matchmaker.community.models import Area
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import calendar, queries
from matchmaker.matches.actions import locks, planning
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import Round, RoundState

Progress = Callable[[int, int, str], None]

LOST_AFTER: Final = timedelta(minutes=30)
"""A round that has been running for longer was left behind by a worker that died; it may be taken up again."""
SEED_BITS: Final = 31


class RoundUnderWay(DomainError):
    code = "ROUND_UNDER_WAY"
    message = "A round for this community is waiting or running already."
    message_zh = "这个社区已有一次集中安排正在进行。"


class RoundOver(DomainError):
    code = "ROUND_OVER"
    message = "This round has ended already."
    message_zh = "这次集中安排已经结束。"


def request_round(
    *, viewer: Viewer, community_id: UUID, now: datetime, seed: int | None = None, policy: str = "identity"
) -> Round:
    """A round waits to be run; one at a time in a community."""
    community = Area.objects.filter(public_id=community_id).exclude(time_zone="").first()
    if community is None:
        raise NotFound
    if not viewer.works_at(community.path):
        raise NotAllowed
    with transaction.atomic():
        locks.lock_community(community.pk)
        _let_go_of_lost(community, now)
        if Round.objects.filter(community=community, state__in=(RoundState.QUEUED, RoundState.RUNNING)).exists():
            raise RoundUnderWay
        row = Round.objects.create(
            community=community,
            score_card=latest_card(policy, now=now),
            requested_by_id=viewer.person_id,
            seed=secrets.randbits(SEED_BITS) if seed is None else seed,
            horizon_start_at=calendar.horizon_start(now, calendar.zone_of(community)),
            requested_at=now,
        )
        enqueue(names.RUN_ROUND, {"round_id": row.pk}, now=now, key=f"run_round:{row.pk}")
    return row


def cancel_round(*, viewer: Viewer, round_id: UUID, now: datetime) -> Round:
    """The round is called off; one that runs stops at its next step and leaves nothing."""
    seen = queries.round_by_id(viewer, round_id)
    if not viewer.works_at(seen.community.path):
        raise NotAllowed
    with transaction.atomic():
        row = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.pk)
        if row.state not in (RoundState.QUEUED, RoundState.RUNNING):
            raise RoundOver
        _end(row, RoundState.CANCELLED, now)
    return row


def run_round(*, round_id: int, now: datetime, progress: Progress | None = None) -> Round:
    """The round is DONE with all its proposals, or FAILED or CANCELLED with none; the second run does nothing."""
    row = _claim(round_id, now)
    if row is None:
        return Round.objects.get(pk=round_id)
    step = _step(row, progress)
    try:
        prepared = planning.prepare(row, now=now, step=step)
        with transaction.atomic():
            planning.write(row, prepared, now=now)
    except planning.RoundCalledOff:
        return Round.objects.get(pk=round_id)
    except Exception as error:
        _end_unless_ended(row, RoundState.FAILED, now, code=type(error).__name__)
        raise
    except BaseException:
        _end_unless_ended(row, RoundState.CANCELLED, now)
        raise
    step(planning.STEPS, planning.STEPS, "done")
    return row


def _claim(round_id: int, now: datetime) -> Round | None:
    """The round, now running, for this caller alone; None where it is not waiting."""
    try:
        with transaction.atomic():
            rows = Round.objects.select_for_update(of=("self",), no_key=True)
            row = rows.select_related("community", "score_card").get(pk=round_id)
            is_lost = (
                row.state == RoundState.RUNNING and row.started_at is not None and row.started_at < now - LOST_AFTER
            )
            if row.state != RoundState.QUEUED and not is_lost:
                return None
            row.state, row.started_at = RoundState.RUNNING, now
            row.save(update_fields=["state", "started_at"])
    except IntegrityError as error:
        raise RoundUnderWay from error
    return row


def _step(row: Round, progress: Progress | None) -> Progress:
    """Reports how far the round is, and stops it where someone called it off."""

    def step(done: int, total: int, what: str) -> None:
        if progress is not None:
            progress(done, total, what)
        if done < total and not Round.objects.filter(pk=row.pk, state=RoundState.RUNNING).exists():
            raise planning.RoundCalledOff

    return step


def _let_go_of_lost(community: Area, now: datetime) -> None:
    lost = Round.objects.filter(community=community, state=RoundState.RUNNING, started_at__lt=now - LOST_AFTER)
    lost.update(state=RoundState.FAILED, finished_at=now, failure_code="LOST")


def _end_unless_ended(row: Round, state: RoundState, now: datetime, *, code: str = "") -> None:
    rows = Round.objects.filter(pk=row.pk, state=RoundState.RUNNING)
    rows.update(state=state, finished_at=now, failure_code=code)


def _end(row: Round, state: RoundState, now: datetime) -> None:
    row.state, row.finished_at = state, now
    row.save(update_fields=["state", "finished_at"])
