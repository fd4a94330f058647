"""Whose answers and words a worker of the area could take now: people to ring up or to visit."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from matchmaker.community.care import worked_by
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import (
    Match,
    MatchState,
    Outcome,
    OutcomeSide,
    Proposal,
    ProposalState,
    Visit,
    VisitState,
)
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import matches_for, visits_for
from matchmaker.matches.queries.proposals import with_details


@dataclass(frozen=True, slots=True)
class AnswerToTake:
    """A proposal that waits for this person's yes or no."""

    proposal: Proposal
    side: str
    person: Person


@dataclass(frozen=True, slots=True)
class WordsToTake:
    """A visit of which this person has not said how it went."""

    visit: Visit
    side: str
    person: Person
    has_taken_others: bool
    """The viewer took the words of the other side already."""


def answers_to_take(viewer: Viewer, *, person_id: int | None = None, at_most: int) -> list[AnswerToTake]:
    """Of one person, or of all who have no account, the first due first: in the areas the viewer works for."""
    helpers_turn, askers_turn = Q(state=ProposalState.AWAITING_HELPER), Q(state=ProposalState.AWAITING_ASKER)
    if person_id is not None:
        turn = (helpers_turn & Q(offer__person_id=person_id)) | (askers_turn & Q(need__for_person_id=person_id))
    else:
        turn = helpers_turn & Q(offer__person__isnull=False, offer__person__account__isnull=True)
        turn |= askers_turn & Q(need__for_person__account__isnull=True)
    rows = with_details(Proposal.objects.filter(turn & worked_by(viewer, "need__place__path")))
    found = (_answer(viewer, proposal) for proposal in rows.order_by("answer_due_at", "pk")[:at_most])
    return [answer for answer in found if answer is not None]


def answer_to_take(viewer: Viewer, proposal: Proposal) -> AnswerToTake | None:
    """Of the side whose turn it is, where the viewer may take its word."""
    if proposal.state not in (ProposalState.AWAITING_HELPER, ProposalState.AWAITING_ASKER):
        return None
    return _answer(viewer, proposal)


def words_to_take(viewer: Viewer, *, now: datetime, person_id: int | None = None, at_most: int) -> list[WordsToTake]:
    """The same for visits that have begun, the oldest first; each side that is silent stands for itself."""
    begun = visits_for(viewer).filter(
        worked_by(viewer, "match__need__place__path"), state=VisitState.PLANNED, starts_at__lte=now
    )
    begun = begun.exclude(match__state=MatchState.SUSPENDED)
    silent = {side: ~Exists(Outcome.objects.filter(visit=OuterRef("pk"), side=side)) for side in OutcomeSide.values}
    if person_id is not None:
        as_helper, as_asker = Q(match__helper_id=person_id), Q(match__person_id=person_id)
    else:
        as_helper, as_asker = Q(match__helper__account__isnull=True), Q(match__person__account__isnull=True)
    rows = begun.filter((as_helper & silent[OutcomeSide.HELPER]) | (as_asker & silent[OutcomeSide.ASKER]))
    found = [words for visit in rows[:at_most] for words in _words(viewer, visit)]
    return [words for words in found if _is_meant(words.person, person_id)]


def words_of_side(viewer: Viewer, visit: Visit, side: str) -> WordsToTake | None:
    """What may be taken of this side of this visit; None where it has spoken or is not for the viewer to hear."""
    return next((words for words in _words(viewer, visit) if words.side == side), None)


def matches_at_desk(viewer: Viewer, person: Person, *, at_most: int) -> list[Match]:
    """What was agreed with this person on either side, in the areas the viewer works for, the latest first."""
    own = Q(person_id=person.pk) | Q(helper_id=person.pk)
    return list(matches_for(viewer).filter(own & worked_by(viewer, "need__place__path"))[:at_most])


def _answer(viewer: Viewer, proposal: Proposal) -> AnswerToTake | None:
    need, offer = proposal.need, proposal.offer
    if proposal.state == ProposalState.AWAITING_HELPER:
        if offer.person is None or not sides.hears_helper(viewer, need, offer.person):
            return None
        return AnswerToTake(proposal, OutcomeSide.HELPER, offer.person)
    if not sides.hears_asker(viewer, need, offer, proposal.helper_id):
        return None
    return AnswerToTake(proposal, OutcomeSide.ASKER, need.for_person)


def _words(viewer: Viewer, visit: Visit) -> list[WordsToTake]:
    match = visit.match
    given_by = {outcome.side: outcome.given_by_id for outcome in visit.outcomes.all()}
    has_taken = viewer.person_id in given_by.values()
    found = []
    if OutcomeSide.HELPER not in given_by and sides.hears_helper(viewer, match.need, match.helper):
        found.append(WordsToTake(visit, OutcomeSide.HELPER, match.helper, has_taken))
    if OutcomeSide.ASKER not in given_by and sides.hears_asker(viewer, match.need, match.offer, match.helper_id):
        found.append(WordsToTake(visit, OutcomeSide.ASKER, match.person, has_taken))
    return found


def _is_meant(person: Person, person_id: int | None) -> bool:
    return person.pk == person_id if person_id is not None else not sides.has_account(person)
