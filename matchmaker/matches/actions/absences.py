"""A helper who does not come, or says beforehand that this once they cannot; nobody is blamed and the next is asked."""

from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from matchmaker.community.models import Channel
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches.actions import agreements, booking, replacing
from matchmaker.matches.actions.closing import call_off, may_cancel
from matchmaker.matches.actions.outcomes import OutcomeAlreadyGiven, finish_match_after
from matchmaker.matches.actions.taps import VisitNotOpen, locked_visit
from matchmaker.matches.models import Match, MatchState, Outcome, OutcomeSide, Visit, VisitState
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.visits import WAITED_FOR
from matchmaker.needs import actions as needs
from matchmaker.needs.models import NeedRepeat
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind, NoticeKind
from matchmaker.records import actions as records
from matchmaker.records.sealing import Fact


class StillOnTheWay(DomainError):
    code = "STILL_ON_THE_WAY"
    message = "Please wait a quarter of an hour past the time agreed; your neighbour may be on the way."
    message_zh = "请再等一等，过了约定时间一刻钟再告诉我们，邻居可能在路上。"


class SomebodyCame(DomainError):
    code = "SOMEBODY_CAME"
    message = "It was said that your neighbour arrived. If that is not so, please tell us that you are worried."
    message_zh = "已经有人报过“到了”。如果不是这样，请点“我不放心”告诉我们。"


class VisitHasBegun(DomainError):
    code = "VISIT_HAS_BEGUN"
    message = "The time of this visit has come already. Please ring the other side or the duty phone."
    message_zh = "约定的时间已经到了，请直接打电话告诉对方或值班电话。"


def report_no_show(*, viewer: Viewer, visit_id: UUID, now: datetime, until: time | None = None) -> Visit:
    """The visit was not held, by the word of the side that waited, and somebody else is looked for at once.

    `until` is the local time until which somebody may still come today. The helper is asked what happened; nothing
    of it counts against them. Said twice it is the first that counts.
    """
    with transaction.atomic():
        visit = locked_visit(viewer, visit_id)
        match = visit.match
        channel = _channel(viewer, match)
        said = {outcome.side: outcome for outcome in visit.outcomes.all()}
        if visit.state == VisitState.NOT_HELD and OutcomeSide.ASKER in said:
            return visit
        _refuse_no_show(visit, said, now)
        replacing.check_until(match.need, until, now)
        _not_held(viewer, visit, channel, now)
        _ask_what_happened(visit, now)
        replacing.look_for_another(visit, now=now, until=until)
        finish_match_after(visit, now)
        _record("visit.nobody_came", visit, channel, now)
    return visit


def cancel_visit(*, viewer: Viewer, visit_id: UUID, now: datetime, side: str | None = None) -> Visit:
    """This one visit falls out and the others stand; where the helper is the absent one, another is looked for.

    It costs nothing. Where there is no other visit the match is called off. A worker names the `side` that rang.
    """
    if side not in (None, *OutcomeSide.values):
        raise InvalidInput(field="side")
    with transaction.atomic():
        visit = locked_visit(viewer, visit_id)
        match = visit.match
        if not may_cancel(viewer, match):
            raise NotAllowed
        absent = _absent_side(viewer, match, side)
        if visit.state == VisitState.CANCELLED:
            return visit
        if visit.state != VisitState.PLANNED or match.state != MatchState.AGREED:
            raise VisitNotOpen
        if visit.starts_at <= now or visit.arrived_at is not None:
            raise VisitHasBegun
        _fall_out(visit, absent, now)
    visit.refresh_from_db()
    return visit


def _fall_out(visit: Visit, absent: OutcomeSide, now: datetime) -> None:
    match = visit.match
    facts = {"visit": visit.pk, "match": match.pk, "need": match.need_id}
    entries = [records.Entry(kind="visit.cancelled", facts=facts, persons=[match.helper_id, match.person_id])]
    if match.need.repeat == NeedRepeat.ONCE:
        entries.append(call_off(match, [visit], now))
        needs.release_helper(need_id=match.need_id, now=now)
        enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@cancelled:{match.pk}")
    else:
        booking.free_visits([visit], now=now)
        _tell_both(visit, now)
        if absent == OutcomeSide.HELPER:
            replacing.look_for_another(visit, now=now)
        finish_match_after(visit, now)
    records.commit_many(chain=agreements.chain_of(match.need), entries=entries, now=now)


def _channel(viewer: Viewer, match: Match) -> Channel:
    """How it is said: here by the asker's side, or on the phone to a worker; NotAllowed for anybody else."""
    if sides.answers_for_asker(viewer, match.need, match.offer, match.helper_id):
        return Channel.APP
    if sides.hears_asker(viewer, match.need, match.offer, match.helper_id):
        return Channel.PHONE
    raise NotAllowed


def _absent_side(viewer: Viewer, match: Match, side: str | None) -> OutcomeSide:
    """Whose day it is not: the viewer's own side, or the one for which a worker speaks."""
    if viewer.person_id == match.helper_id or sides.is_clerk(viewer, match.offer):
        return OutcomeSide.HELPER
    if viewer.person_id == match.person_id or sides.is_proxy(viewer, match.need):
        return OutcomeSide.ASKER
    return OutcomeSide(side or OutcomeSide.HELPER)


def _refuse_no_show(visit: Visit, said: dict[str, Outcome], now: datetime) -> None:
    if visit.state != VisitState.PLANNED or visit.match.state != MatchState.AGREED:
        raise VisitNotOpen
    if OutcomeSide.ASKER in said:
        raise OutcomeAlreadyGiven
    if visit.arrived_at is not None or visit.left_at is not None:
        raise SomebodyCame
    if now < visit.starts_at + WAITED_FOR:
        raise StillOnTheWay


def _not_held(viewer: Viewer, visit: Visit, channel: Channel, now: datetime) -> None:
    Outcome.objects.create(
        visit=visit,
        side=OutcomeSide.ASKER,
        given_by_id=viewer.require_person(),
        channel=channel,
        happened=False,
        given_at=now,
    )
    visit.state, visit.closed_at = VisitState.NOT_HELD, now
    visit.save(update_fields=["state", "closed_at"])
    booking.free_quarters([visit], now=now)
    notices.settle_alarms(about=visit.public_id, kinds=[AlarmKind.VISIT_OVERDUE], now=now)
    askers = agreements.askers_ever_told(visit.match.need)
    notices.settle(about=visit.public_id, person_ids=askers, now=now)


def _ask_what_happened(visit: Visit, now: datetime) -> None:
    """A question, not a reproach: something may have happened to them."""
    notices.notify(
        person_id=visit.match.helper_id,
        kind=NoticeKind.WHAT_HAPPENED,
        about=visit.public_id,
        key=f"what_happened:{visit.pk}",
        now=now,
    )


def _tell_both(visit: Visit, now: datetime) -> None:
    for person_id in sorted({visit.match.helper_id, *agreements.askers_to_tell(visit.match.need, now)}):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.VISIT_CANCELLED,
            about=visit.public_id,
            key=f"visit_cancelled:{visit.pk}:{person_id}",
            now=now,
            urgent=agreements.is_near(visit.starts_at, now),
        )


def _record(kind: str, visit: Visit, channel: Channel, now: datetime) -> None:
    match = visit.match
    facts: dict[str, Fact] = {"visit": visit.pk, "match": match.pk, "need": match.need_id, "channel": channel.value}
    persons = [match.helper_id, match.person_id]
    records.commit(chain=agreements.chain_of(match.need), kind=kind, facts=facts, persons=persons, now=now)
