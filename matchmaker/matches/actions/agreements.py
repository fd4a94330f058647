"""From the asker's yes to a match: visits, promised quarters, the need's count, and who is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.actions import locking
from matchmaker.community.models import Membership, MembershipRole, Person
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue, take_out
from matchmaker.matches import calendar, held
from matchmaker.matches.actions import booking, locks
from matchmaker.matches.door_words import new_door_word
from matchmaker.matches.models import LIVE_STATES, Match, Proposal, ProposalState, Visit
from matchmaker.needs import actions as needs
from matchmaker.needs.models import Need, NeedState, Offer, Urgency
from matchmaker.needs.queries import people_asking
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind, WebhookEvent
from matchmaker.records import actions as records

HEARD_AT_ONCE: Final = timedelta(hours=12)
"""Of a visit so near one is told in quiet hours too: that it is agreed, or that it is called off."""


def agree(proposal: Proposal, helper: Person, *, now: datetime, also: Sequence[records.Entry] = ()) -> Match:
    """A match with booked visits, and one helper more for the need; inside the caller's transaction.

    What else is to be recorded comes along, for the head of the chain is locked last.
    """
    need = proposal.need
    proposal.state = ProposalState.ACCEPTED
    proposal.asker_answered_at = proposal.closed_at = now
    proposal.save(
        update_fields=["state", "asker_answered_at", "asker_answered_by", "asker_answer_channel", "closed_at"]
    )
    match = Match.objects.create(
        proposal=proposal,
        need=need,
        offer=proposal.offer,
        helper=helper,
        person=need.for_person,
        community=need.community,
        agreed_at=now,
        door_word=new_door_word(),
    )
    starts = calendar.occurrences(proposal.starts_at, proposal.weeks, calendar.zone_of(need.community))
    visits = booking.book_visits(match=match, starts=starts, minutes=need.minutes)
    _count_helper(need, now)
    _tell_both(match, now)
    tell_systems_of_match(match, WebhookEvent.MATCH_AGREED, now)
    _look_again_elsewhere(match, now)
    facts = {
        "match": match.pk,
        "need": need.pk,
        "proposal": proposal.pk,
        "visits": len(visits),
        "minutes": need.minutes,
    }
    agreed = records.Entry(kind="match.agreed", facts=facts, persons=[match.helper_id, match.person_id])
    records.commit_many(chain=chain_of(need), entries=[*also, agreed], now=now)
    return match


def withdraw(proposals: Sequence[Proposal], *, now: datetime) -> None:
    """These live proposals of a locked need are closed without an answer."""
    pks = [proposal.pk for proposal in proposals]
    Proposal.objects.filter(pk__in=pks).update(state=ProposalState.WITHDRAWN, closed_at=now)


def tell_no_longer_needed(
    proposals: Sequence[Proposal], *, now: datetime, kind: NoticeKind = NoticeKind.PROPOSAL_WITHDRAWN
) -> None:
    """Whoever was asked knows that no answer is wanted any more; who was not told of it yet hears nothing at all."""
    for proposal in proposals:
        if proposal.helper_asked_at is None or _is_not_told_yet(proposal, now):
            continue
        notices.settle(about=proposal.public_id, now=now)
        tell_systems_of_proposal(proposal, WebhookEvent.PROPOSAL_ENDED, now)
        for person_id in helpers_to_tell(proposal.offer, now):
            notices.notify(
                person_id=person_id,
                kind=kind,
                about=proposal.public_id,
                key=f"proposal_withdrawn:{proposal.pk}:{person_id}",
                now=now,
            )


def _is_not_told_yet(proposal: Proposal, now: datetime) -> bool:
    """An approval can still be taken back: the word to the helper waits in the outbox, and is taken out of it."""
    return proposal.helper_answered_at is None and take_out(key=held.after_approval(proposal), now=now)


def is_near(starts_at: datetime, now: datetime) -> bool:
    """Whoever hears of this visit only in the morning may hear of it too late."""
    return starts_at - now <= HEARD_AT_ONCE


def chain_of(need: Need) -> str:
    return locking.chain_of(need.community_id)


def askers_to_tell(need: Need, now: datetime) -> list[int]:
    """The person, and whoever asked for them and still may."""
    return sorted(people_asking(need, now=now))


def askers_ever_told(need: Need) -> list[int]:
    """The same, and whoever asked for them once: what they were told before is over for them too."""
    return sorted({need.for_person_id, need.asked_by_id})


def helpers_to_tell(offer: Offer, now: datetime) -> list[int]:
    """The person of the offer, or the clerks of its organization."""
    if offer.organization_id is None:
        return [offer.person_id] if offer.person_id is not None else []
    clerks = Membership.objects.current(localdate(now)).filter(
        organization_id=offer.organization_id, role=MembershipRole.CLERK
    )
    return sorted(clerks.values_list("person_id", flat=True))


def tell_systems_of_proposal(proposal: Proposal, event: WebhookEvent, now: datetime) -> None:
    """The system of the organization whose offer it is hears of it."""
    notices.tell_systems(
        organization_id=proposal.offer.organization_id,
        event=event,
        about={"Proposal": proposal.public_id, "Offer": proposal.offer.public_id},
        key=f"{event.value}:{proposal.pk}",
        now=now,
    )


def tell_systems_of_match(match: Match, event: WebhookEvent, now: datetime, *, visit: Visit | None = None) -> None:
    """The same of a match, or of one visit of it."""
    about = {"Match": match.public_id, "Offer": match.offer.public_id}
    key = f"{event.value}:{match.pk}"
    if visit is not None:
        about["Visit"] = visit.public_id
        key = f"{event.value}:visit:{visit.pk}"
    notices.tell_systems(organization_id=match.offer.organization_id, event=event, about=about, key=key, now=now)


def _count_helper(need: Need, now: datetime) -> None:
    """One more; once the need is met, whoever else was asked for it is no longer needed."""
    need.helpers_found += 1
    if need.helpers_found >= need.helpers_wanted:
        need.state, need.closed_at = NeedState.MET, now
    need.save(update_fields=["helpers_found", "state", "closed_at"])
    if need.state == NeedState.MET:
        surplus = locks.lock_live_proposals(need)
        withdraw(surplus, now=now)
        tell_no_longer_needed(surplus, now=now, kind=_kind_of_thanks(need))
        needs.settle(need, now=now)


def _kind_of_thanks(need: Need) -> NoticeKind:
    """Who was asked beside others in an emergency reads that somebody is on the way."""
    at_once = need.urgency == Urgency.EMERGENCY
    return NoticeKind.EMERGENCY_ANSWERED if at_once else NoticeKind.PROPOSAL_WITHDRAWN


def _tell_both(match: Match, now: datetime) -> None:
    for person_id in sorted({match.helper_id, *askers_to_tell(match.need, now)}):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.MATCH_AGREED,
            about=match.public_id,
            key=f"match_agreed:{match.pk}:{person_id}",
            now=now,
            urgent=is_near(match.proposal.starts_at, now),
        )


def _look_again_elsewhere(match: Match, now: datetime) -> None:
    """Other needs that wait for one of these two are looked at again: the time they hoped for may be gone."""
    either = Q(offer__person_id=match.helper_id) | Q(helper_id=match.helper_id) | Q(need__for_person_id=match.person_id)
    waiting = Proposal.objects.filter(either, state__in=LIVE_STATES).exclude(need_id=match.need_id)
    for need_id in waiting.order_by("need_id").values_list("need_id", flat=True).distinct():
        enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now, key=f"propose_next@agreed:{match.pk}:{need_id}")
