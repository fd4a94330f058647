"""Rounds: one batch run over the open needs of a community, asked for, called off or ended early by a worker."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import calendar, queries
from matchmaker.matches.actions import locks, planning
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import CityPlan, Round, RoundState, ScoreCard

LEFT_AFTER: Final = timedelta(minutes=30)
"""A round of which no worker has said anything for so long, nor taken it up again, no longer stands in the way."""
SEED_BITS: Final = 31


class RoundUnderWay(DomainError):
    code = "ROUND_UNDER_WAY"
    message = "A round for this community is waiting or running already."
    message_zh = "这个社区已有一次集中安排正在进行。"


class RoundOver(DomainError):
    code = "ROUND_OVER"
    message = "This round has ended already."
    message_zh = "这次集中安排已经结束。"


class NoPlanYet(DomainError):
    code = "NO_PLAN_YET"
    message = "There is no plan to keep yet. Wait a moment, or call the round off."
    message_zh = "现在还没有可以保留的方案。请稍等片刻，或取消这次集中安排。"


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
        around = keys_of_path(community.path)
        let_go_of_left(around, now)
        if under_way(around).exists():
            raise RoundUnderWay
        return put_in_line(
            community,
            latest_card(policy, now=now),
            seed=secrets.randbits(SEED_BITS) if seed is None else seed,
            requested_by_id=viewer.person_id,
            now=now,
        )


def put_in_line(
    area: Area,
    card: ScoreCard,
    *,
    seed: int,
    requested_by_id: int | None,
    now: datetime,
    city_plan: CityPlan | None = None,
    is_between: bool = False,
) -> Round:
    """The round waits and its job stands in the outbox; inside a transaction."""
    row = Round.objects.create(
        community=area,
        score_card=card,
        requested_by_id=requested_by_id,
        seed=seed,
        horizon_start_at=calendar.horizon_start(now, calendar.zone_of(area)),
        requested_at=now,
        city_plan=city_plan,
        is_between=is_between,
    )
    enqueue(names.RUN_ROUND, {"round_id": row.pk}, now=now, key=f"run_round:{row.pk}")
    return row


def under_way(area_ids: Collection[int]) -> QuerySet[Round]:
    """Rounds of these areas that wait or run."""
    return Round.objects.filter(community_id__in=area_ids, state__in=(RoundState.QUEUED, RoundState.RUNNING))


def cancel_round(*, viewer: Viewer, round_id: UUID, now: datetime, keep: bool = False) -> Round:
    """The round is called off and leaves nothing; with `keep` it ends with the best plan that it has found so far.

    One that is being computed stops within two seconds.
    """
    seen = queries.round_by_id(viewer, round_id)
    if not viewer.works_at(seen.community.path):
        raise NotAllowed
    with transaction.atomic():
        row = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.pk)
        if row.state not in (RoundState.QUEUED, RoundState.RUNNING):
            raise RoundOver
        if keep:
            _stop(row, now)
        else:
            row.state, row.finished_at, row.incumbent = RoundState.CANCELLED, now, []
            row.save(update_fields=["state", "finished_at", "incumbent"])
            planning.go_on(row, now=now)
    return row


def let_go_of_left(area_ids: Collection[int], now: datetime) -> None:
    """Rounds of these areas of which nobody has said anything for long count as failed."""
    running = Round.objects.filter(community_id__in=area_ids, state=RoundState.RUNNING)
    left = running.filter(heartbeat_at__lt=now - LEFT_AFTER)
    left.update(state=RoundState.FAILED, finished_at=now, failure_code="LOST", incumbent=[])


def _stop(row: Round, now: datetime) -> None:
    """The round's worker ends it with the plan at hand; asked twice, asked once."""
    if row.incumbent_score is None:
        raise NoPlanYet
    if row.stop_asked_at is None:
        row.stop_asked_at = now
        row.save(update_fields=["stop_asked_at"])
