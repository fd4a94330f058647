"""Emergencies: the nearest who may and would come are asked side by side, and the first yes is enough.

Trust, rounds and prices are skipped, and with them the worker's look and the asker's second yes, which was given when
the emergency was asked. Every hard rule holds: clearance, licence, age, blocks, consent, hours. What was skipped stands
in the emergency's row, and a coordinator looks at it afterwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.models import Consent, ConsentKind, Person, PostKind
from matchmaker.community.texts import check_length, check_paragraphs
from matchmaker.community.viewers import Viewer
from matchmaker.engine import eligibility, hours, scoring
from matchmaker.engine.assignment import EMPTY, Chosen, Plan
from matchmaker.engine.problem import Town
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import agreements, locks, putting
from matchmaker.matches.actions.due import answer_due_at
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import Match, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.emergencies import emergency_of
from matchmaker.needs.models import Emergency, Need, NeedState, Skipped, Urgency
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind, WebhookEvent
from matchmaker.records import actions as records

ASKED_AT_ONCE: Final = 5
"""So many are asked side by side for each helper that is missing; who says no makes room for the next."""
MAKES_ROOM_AFTER: Final = timedelta(minutes=5)
"""Whoever has not answered by then may still be the first, but no longer keeps the next ones from being asked."""
POLICY: Final = "nearest"
NOBODY_KNOWN: Final = scoring.knowledge_of(Town(people=()))
"""Nothing is measured of the town: ties and trust are not looked at."""
WORDS_LENGTH: Final = 500


class EmergencyReviewedAlready(DomainError):
    code = "EMERGENCY_REVIEWED_ALREADY"
    message = "A colleague has looked at this emergency already."
    message_zh = "这次紧急求助已经有同事回看过了。"


class OwnEmergency(DomainError):
    code = "OWN_EMERGENCY"
    message = "You are part of this yourself, so another coordinator has to look at it."
    message_zh = "这件事与您本人有关，请由其他协调员回看。"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked just now; what the engine was told, where it was asked; helpers for whom nobody is asked at all."""

    made: tuple[Proposal, ...] = ()
    solved: putting.Solved | None = None
    missing: int = 0

    def without_anybody(self, need_id: int) -> Plan:
        """The outcome as a plan in which only what is missing stands."""
        unmet = ((need_id, self.missing),) if self.missing else ()
        return Plan((), unmet, 0, 0, 0.0, 0, EMPTY)


def is_emergency(need: Need) -> bool:
    return need.urgency == Urgency.EMERGENCY


def ask_the_nearest(need: Need, *, now: datetime) -> Asked:
    """More of the nearest are asked, as many as there is room for beside those who have not answered yet.

    `need` is locked, and what can no longer be held was withdrawn.
    """
    if need.state != NeedState.OPEN or need.verified_at is None:
        return Asked()
    live = locks.lock_live_proposals(need)
    lately = [one for one in live if one.helper_asked_at and one.helper_asked_at > now - MAKES_ROOM_AFTER]
    room = ASKED_AT_ONCE * (need.helpers_wanted - need.helpers_found) - len(lately)
    problem = inputs.problem_of_emergency(need, now=now)
    if room <= 0 or not problem.needs:
        return Asked()
    card_row = latest_card(POLICY, now=now)
    solved = putting.Solved(problem, NOBODY_KNOWN, card_row, terms.card_of(card_row))
    proposals = [putting.proposal_from(one, solved, now=now) for one in nearest(solved)[:room]]
    skipped = {code for proposal in proposals for code in proposal.review_reasons}
    for proposal in proposals:
        proposal.review_reasons = []
        proposal.state, proposal.helper_asked_at = ProposalState.AWAITING_HELPER, now
        proposal.answer_due_at = answer_due_at(urgency=need.urgency, starts_at=proposal.starts_at, now=now)
    made = Proposal.objects.bulk_create(proposals)
    for proposal in made:
        _tell_helper(proposal, now)
    if made:
        _note(need, len(made), skipped, now)
        enqueue(names.PROPOSE_NEXT, {"need_id": need.pk}, now=now, due_at=now + MAKES_ROOM_AFTER)
    missing = 0 if made or live else need.helpers_wanted - need.helpers_found
    return Asked(tuple(made), solved, missing)


def nearest(solved: putting.Solved) -> list[Chosen]:
    """Every helper who passes every hard rule, the nearest first, each once and at the earliest they could come."""
    problem = solved.problem
    found = eligibility.candidates(problem.needs, problem.offers, problem.types, problem.streets)
    scored = scoring.score(found, problem.types, solved.knowledge, solved.card, streets=problem.streets)
    chosen: dict[tuple[str, int], Chosen] = {}
    for one in sorted(scored, key=lambda one: (one.candidate.walk_m, one.candidate.offer.offer_id)):
        offer, need = one.candidate.offer, one.candidate.need
        helper = ("person", offer.person_id) if offer.person_id is not None else ("offer", offer.offer_id)
        start = (one.candidate.starts & -one.candidate.starts).bit_length() - 1
        chosen.setdefault(helper, Chosen(one, start, hours.visit_quarters(need), 1))
    return list(chosen.values())


def said_yes_in_advance(need: Need) -> bool:
    """The person agreed, when this was asked, to whoever comes first, and did not take that back."""
    if not is_emergency(need) or need.consent is None or need.consent.withdrawn_at is not None:
        return False
    if need.consent.kind == ConsentKind.EMERGENCY:
        return True
    given = Consent.objects.filter(person_id=need.for_person_id, given_at=need.consent.given_at)
    return given.filter(kind=ConsentKind.EMERGENCY, withdrawn_at__isnull=True).exists()


def agree_at_once(proposal: Proposal, helper: Person, *, now: datetime, also: Sequence[records.Entry] = ()) -> Match:
    """The first yes makes the match; the others are told, kindly, that somebody is on the way.

    The people are locked and the pair was looked at again.
    """
    proposal.helper, proposal.helper_answered_at = helper, now
    who = ("helper_answered_by", "helper_answer_channel")
    proposal.save(update_fields=["helper", "helper_answered_at", *who])
    return agreements.agree(proposal, helper, now=now, also=also)


def review_emergency(*, viewer: Viewer, need_id: UUID, now: datetime, words: str = "") -> Emergency:
    """A coordinator of the area who had no part in it has looked back at what was skipped, with a word on it.

    Nor has a deputy where the holder had a part in it.
    """
    person_id = viewer.require_person()
    check_paragraphs(words, "words")
    check_length(words, "words", longest=WORDS_LENGTH)
    seen = emergency_of(viewer, need_id)
    with transaction.atomic():
        need = locks.lock_need(seen.need_id)
        emergency = Emergency.objects.select_for_update(no_key=True).get(pk=seen.pk)
        emergency.need = need
        held = viewer.posts_of(PostKind.COORDINATOR, need.place.path)
        if not held:
            raise NotAllowed
        if _has_a_part(viewer, need) or all(_takes_part(post.holder_id, need) for post in held):
            raise OwnEmergency
        if emergency.reviewed_at is not None:
            raise EmergencyReviewedAlready
        emergency.reviewed_at, emergency.reviewed_by_id, emergency.words = now, person_id, words.strip()
        emergency.save(update_fields=["reviewed_at", "reviewed_by", "words"])
        _record("emergency.reviewed", need, {"need": need.pk}, [person_id], now)
    return emergency


def _has_a_part(viewer: Viewer, need: Need) -> bool:
    return sides.is_proxy(viewer, need) or _takes_part(viewer.person_id, need)


def _takes_part(person_id: int | None, need: Need) -> bool:
    if person_id is None:
        return False
    return person_id == need.for_person_id or Match.objects.filter(need=need, helper_id=person_id).exists()


def _tell_helper(proposal: Proposal, now: datetime) -> None:
    agreements.tell_systems_of_proposal(proposal, WebhookEvent.OFFER_PROPOSED, now)
    for person_id in agreements.helpers_to_tell(proposal.offer, now):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.EMERGENCY_TO_HELP,
            about=proposal.public_id,
            key=f"proposal_to_help:{proposal.pk}:{person_id}",
            now=now,
        )


def _note(need: Need, asked: int, skipped: Collection[str], now: datetime) -> None:
    """The row and the chain say how many were asked and which looks were not waited for."""
    emergency = Emergency.objects.select_for_update(no_key=True).get(need=need)
    known = set(emergency.skipped) | (set(skipped) & set(Skipped.values))
    emergency.skipped = [code for code in Skipped.values if code in known]
    emergency.helpers_asked += asked
    emergency.asked_at = now
    emergency.save(update_fields=["skipped", "helpers_asked", "asked_at"])
    facts: dict[str, records.Fact] = {"need": need.pk, "asked": asked}
    facts |= {f"skipped_{code.lower()}": True for code in emergency.skipped}
    _record("emergency.asked", need, facts, [need.for_person_id], now)


def _record(kind: str, need: Need, facts: dict[str, records.Fact], persons: list[int], now: datetime) -> None:
    records.commit(chain=agreements.chain_of(need), kind=kind, facts=facts, persons=persons, now=now)
