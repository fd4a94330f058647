"""The companion says yes to a time and a place; then whoever is helped says yes to this very person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from matchmaker.community.models import PersonBlock
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import calendar, inputs
from matchmaker.matches.actions import agreements, booking, hearing, locks
from matchmaker.matches.actions.companions import budgets, endings
from matchmaker.matches.actions.companions.locking import lock_companion_proposal
from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    BookedQuarter,
    CompanionPart,
    CompanionProposal,
    CompanionState,
    CompanionWish,
    MatchState,
    VisitState,
    Willingness,
)
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.companions import (
    TURNED_AWAY_FROM,
    companion_part_of,
    is_companion_side,
    stands_with_companion,
)
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind
from matchmaker.records import actions as records
from matchmaker.records.sealing import Fact


class CompanionNotOpen(DomainError):
    code = "COMPANION_NOT_OPEN"
    message = "This is no longer open: it was answered, or nobody comes along this time."
    message_zh = "这件事已经答复过，或者这次不用同行了。"


class CompanionNoLongerFits(DomainError):
    code = "COMPANION_NO_LONGER_FITS"
    message = "Something has changed, and this neighbour can no longer come along."
    message_zh = "情况有变化，这位邻居这次不能同行了。"


class NotAtTheDoorYet(DomainError):
    code = "NOT_AT_THE_DOOR_YET"
    message = "This can be said from half an hour before the visit until it ends. Before that, call the company off."
    message_zh = "见面前半小时到结束之间可以这样说；更早的话，请直接取消同行。"


_COMPANION_SAID: Final = ("companion_answered_at", "companion_answered_by", "companion_channel")
_ASKER_SAID: Final = ("asker_answered_at", "asker_answered_by", "asker_channel")


def accept_companionship(*, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "") -> CompanionProposal:
    """The companion has time then and there; whoever is helped is asked about them by name."""
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        entries = _companion_says(viewer, proposal, channel, now)
        _refuse_unless(proposal, CompanionState.AWAITING_COMPANION, now)
        locks.lock_people([proposal.companion_id])
        _refuse_if_changed(proposal)
        proposal.state = CompanionState.AWAITING_ASKER
        proposal.save(update_fields=["state", *_COMPANION_SAID])
        notices.settle(about=proposal.public_id, now=now)
        askers = agreements.askers_to_tell(proposal.visit.match.need, now)
        _tell(proposal, NoticeKind.COMPANION_FOUND, askers, now)
        records.commit_many(chain=_chain(proposal), entries=entries, now=now)
    return proposal


def decline_companionship(*, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "") -> CompanionProposal:
    """Not this time, with no other trace than the answer itself; nobody else ever hears of it."""
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        entries = _companion_says(viewer, proposal, channel, now)
        _refuse_unless(proposal, CompanionState.AWAITING_COMPANION, now)
        proposal.save(update_fields=[*_COMPANION_SAID])
        endings.close(proposal, CompanionState.DECLINED, now=now)
        records.commit_many(chain=_chain(proposal), entries=entries, now=now)
    return proposal


def approve_companion(*, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "") -> CompanionProposal:
    """This very person may come along: their time is promised, and they and the helper are told where and with whom."""
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        entries = _asker_says(viewer, proposal, channel, now)
        _refuse_unless(proposal, CompanionState.AWAITING_ASKER, now)
        match = proposal.visit.match
        locks.lock_people([proposal.companion_id, match.helper_id, match.person_id])
        _refuse_if_changed(proposal)
        proposal.state = CompanionState.AGREED
        proposal.save(update_fields=["state", *_ASKER_SAID])
        _book(proposal)
        notices.settle(about=proposal.public_id, now=now)
        _tell(proposal, NoticeKind.COMPANION_AGREED, [proposal.companion_id, match.helper_id], now)
        facts: dict[str, Fact] = {
            "companion_proposal": proposal.pk,
            "visit": proposal.visit_id,
            "match": match.pk,
        }
        persons = [proposal.companion_id, match.helper_id, match.person_id]
        entries.append(records.Entry(kind="companion.agreed", facts=facts, persons=persons))
        records.commit_many(chain=_chain(proposal), entries=entries, now=now)
    return proposal


def refuse_companion(*, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "") -> CompanionProposal:
    """Rather not this person: they read that nobody is needed, never by whom, and are not proposed here again."""
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        entries = _asker_says(viewer, proposal, channel, now)
        _refuse_unless(proposal, CompanionState.AWAITING_ASKER, now)
        proposal.save(update_fields=[*_ASKER_SAID])
        endings.close(proposal, CompanionState.REFUSED, now=now)
        endings.tell_gone(proposal, to=[proposal.companion_id], now=now)
        records.commit_many(chain=_chain(proposal), entries=entries, now=now)
    return proposal


def withdraw_companion(*, viewer: Viewer, proposal_id: UUID, now: datetime) -> CompanionProposal:
    """The company is called off before the visit, by any of the three or a worker, at no cost; the visit stands.

    Where it is the side that is helped, the wish goes with it: nobody else is asked in their place.
    """
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        if not _may_withdraw(viewer, proposal):
            raise NotAllowed
        if proposal.state not in COMPANION_LIVE_STATES or proposal.visit.starts_at <= now:
            raise CompanionNotOpen
        known_to = endings.others_who_know(proposal, now=now)
        endings.close(proposal, CompanionState.WITHDRAWN, now=now)
        if companion_part_of(viewer, proposal) == CompanionPart.ASKER:
            CompanionWish.objects.filter(match=proposal.visit.match).delete()
        endings.tell_gone(proposal, to={proposal.companion_id, *known_to} - {viewer.require_person()}, now=now)
    return proposal


def turn_companion_away(*, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "") -> CompanionProposal:
    """Not today, said at the door: the helper comes in as agreed, and the companion goes home thanked."""
    with transaction.atomic():
        proposal = lock_companion_proposal(viewer, proposal_id)
        hearing.asker_channel(viewer, proposal.visit.match, channel)
        if stands_with_companion(viewer, proposal):
            raise NotAllowed
        visit = proposal.visit
        if proposal.state != CompanionState.AGREED or visit.state != VisitState.PLANNED:
            raise CompanionNotOpen
        if not visit.starts_at - TURNED_AWAY_FROM <= now <= visit.ends_at:
            raise NotAtTheDoorYet
        endings.close(proposal, CompanionState.TURNED_AWAY, now=now)
        endings.tell_gone(proposal, to=[proposal.companion_id, visit.match.helper_id], now=now)
        budgets.stop_if_unwelcome(visit.match.community_id, now=now)
    return proposal


def _companion_says(viewer: Viewer, proposal: CompanionProposal, channel: str, now: datetime) -> list[records.Entry]:
    hearing.check_channel(channel)
    match = proposal.visit.match
    hears = sides.hears_helper(viewer, match.need, proposal.companion) and viewer.person_id != match.helper_id
    channel = hearing.channel_of(
        channel,
        own=is_companion_side(viewer, proposal),
        hears=hears,
        can_sign_in=sides.has_account(proposal.companion),
    )
    proposal.companion_answered_at, proposal.companion_channel = now, channel
    proposal.companion_answered_by_id = viewer.person_id
    return _passed_on(viewer, proposal, "COMPANION", proposal.companion_id, channel)


def _asker_says(viewer: Viewer, proposal: CompanionProposal, channel: str, now: datetime) -> list[records.Entry]:
    match = proposal.visit.match
    if stands_with_companion(viewer, proposal):
        raise NotAllowed
    channel = hearing.asker_channel(viewer, match, channel)
    proposal.asker_answered_at, proposal.asker_channel = now, channel
    proposal.asker_answered_by_id = viewer.person_id
    return _passed_on(viewer, proposal, "ASKER", match.person_id, channel)


def _passed_on(
    viewer: Viewer, proposal: CompanionProposal, part: str, person_id: int, channel: str
) -> list[records.Entry]:
    """What the chain keeps of an answer that somebody else passed on: who, for whom, how; not what it was."""
    given_by = viewer.require_person()
    if given_by == person_id:
        return []
    facts: dict[str, Fact] = {"companion_proposal": proposal.pk, "side": part, "channel": channel}
    return [records.Entry(kind="companion.answered_for", facts=facts, persons=[person_id, given_by])]


def _refuse_unless(proposal: CompanionProposal, state: CompanionState, now: datetime) -> None:
    if proposal.state != state or proposal.visit.starts_at <= now:
        raise CompanionNotOpen


def _refuse_if_changed(proposal: CompanionProposal) -> None:
    """The hard facts again, under lock: the visit stands, the wish too, nobody blocked anybody, the hour is free."""
    visit, match, companion = proposal.visit, proposal.visit.match, proposal.companion
    stands = (
        visit.state == VisitState.PLANNED
        and match.state == MatchState.AGREED
        and match.need.service_type.code in inputs.accompanied_types()
        and CompanionWish.objects.filter(match=match).exists()
        and Willingness.objects.filter(person=companion, paused_at__isnull=True, person__left_at__isnull=True).exists()
    )
    if not stands or _is_kept_apart(companion.pk, (match.person_id, match.helper_id)):
        raise CompanionNoLongerFits
    if booking.is_booked(person_id=companion.pk, quarters=calendar.quarters_of(visit.starts_at, visit.ends_at)):
        raise CompanionNoLongerFits


def _is_kept_apart(companion_id: int, others: Iterable[int]) -> bool:
    among = list(others)
    either = Q(person_id=companion_id, blocked_id__in=among) | Q(blocked_id=companion_id, person_id__in=among)
    return PersonBlock.objects.filter(either).exists()


def _book(proposal: CompanionProposal) -> None:
    """The companion's quarters, so that the database refuses a second promise."""
    visit = proposal.visit
    need_id = booking.booked_need_id(visit.match.need)
    rows = [
        BookedQuarter(person_id=proposal.companion_id, quarter=quarter, visit=visit, need_id=need_id)
        for quarter in calendar.quarters_of(visit.starts_at, visit.ends_at)
    ]
    try:
        with transaction.atomic():
            BookedQuarter.objects.bulk_create(rows)
    except IntegrityError as error:
        raise CompanionNoLongerFits from error


def _may_withdraw(viewer: Viewer, proposal: CompanionProposal) -> bool:
    """Whoever knows of it and is one of the three, or speaks for the one helped, or works there."""
    match = proposal.visit.match
    if viewer.person_id in (proposal.companion_id, match.helper_id, match.person_id):
        return True
    return sides.is_proxy(viewer, match.need) or sides.is_worker(viewer, match.need)


def _tell(proposal: CompanionProposal, kind: NoticeKind, person_ids: Iterable[int], now: datetime) -> None:
    for person_id in sorted(set(person_ids)):
        key = f"{kind.lower()}:{proposal.pk}:{person_id}"
        notices.notify(
            person_id=person_id,
            kind=kind,
            about=proposal.public_id,
            key=key,
            now=now,
            urgent=agreements.is_near(proposal.visit.starts_at, now),
        )


def _chain(proposal: CompanionProposal) -> str:
    return agreements.chain_of(proposal.visit.match.need)
