"""Whatever is under way with a person who leaves."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from matchmaker.community.models import Person
from matchmaker.matches import inputs
from matchmaker.matches.actions import agreements, locks
from matchmaker.matches.actions.overdue import WATCHED_FOR
from matchmaker.matches.actions.proposing import look_for_next
from matchmaker.matches.actions.unconfirmed import close_visit_unconfirmed
from matchmaker.matches.models import LIVE_STATES, Match, MatchState, Proposal, Visit, VisitState
from matchmaker.needs.models import Need, Offer
from matchmaker.notices import actions as notices
from matchmaker.records import actions as records


def lock_all_of(person_id: int, *, recorded_with: Collection[int] = ()) -> None:
    """All that may have to end is locked, in the order of the house: ending one thing holds the head of the chain.

    `recorded_with` are people who will stand in a record of the same transaction, such as the worker who enters it.
    """
    needs = Need.objects.filter(
        Q(for_person_id=person_id)
        | Q(pk__in=_live_proposals_of(person_id).values("need_id"))
        | Q(pk__in=_agreed_matches_of(person_id).values("need_id"))
        | Q(pk__in=_visits_waited_for(person_id).values("match__need_id"))
    )
    home_id = Person.objects.values_list("community_id", flat=True).get(pk=person_id)
    for community_id in sorted({home_id, *needs.values_list("community_id", flat=True)}):
        locks.lock_community(community_id)
    _lock(Need.objects.filter(pk__in=list(needs.values_list("pk", flat=True))))
    _lock(Offer.objects.filter(person_id=person_id))
    _lock(Proposal.objects.filter(pk__in=list(_live_proposals_of(person_id).values_list("pk", flat=True))))
    _lock(Match.objects.filter(pk__in=list(_agreed_matches_of(person_id).values_list("pk", flat=True))))
    locks.lock_people([person_id])
    records.lock_keys({*_all_with(person_id), *recorded_with})


def forget_measured_towns() -> None:
    """No town that was measured before is kept in this process: nobody who went stands in it any more."""
    inputs.forget_measured()
    inputs.forget_readings()
    inputs.forget_at_once()


def withdraw_proposals_of(*, person_id: int, now: datetime) -> int:
    """Nobody waits for this person's help any more: the next candidate is looked for. How many proposals there were."""
    live = list(_live_proposals_of(person_id).order_by("pk"))
    agreements.withdraw(live, now=now)
    for proposal in live:
        notices.settle(about=proposal.public_id, now=now)
        look_for_next(proposal, now=now, because="left")
    return len(live)


def matches_to_cancel_of(person_id: int, *, now: datetime) -> QuerySet[Match]:
    """The person's agreed matches with a visit ahead."""
    ahead = Visit.objects.filter(state=VisitState.PLANNED, starts_at__gt=now, arrived_at__isnull=True)
    return _agreed_matches_of(person_id).filter(pk__in=ahead.values("match_id")).order_by("pk")


def stop_waiting_for_words_of(*, person_id: int, now: datetime) -> None:
    """Visits that have begun and of which a side has said nothing are unconfirmed, and the person's matches closed.

    A visit in whose middle they leave is watched on, until somebody says that whoever came has left.
    """
    over = _visits_waited_for(person_id).exclude(pk__in=visits_going_on(now=now).values("pk"))
    begun = over.filter(starts_at__lte=now).order_by("match__need_id", "pk")
    for visit_id, match_id in begun.values_list("pk", "match_id"):
        close_visit_unconfirmed(visit_id, match_id, now)
    standing = _agreed_matches_of(person_id)
    over.filter(match__in=standing).update(state=VisitState.UNCONFIRMED, closed_at=now)
    standing.update(state=MatchState.DONE, closed_at=now, suspended_at=None)


def _all_with(person_id: int) -> set[int]:
    """The person, and everybody whom a record of what ends now is about."""
    needs = Need.objects.filter(for_person_id=person_id).values_list("for_person_id", "asked_by_id")
    standing = _agreed_matches_of(person_id).values_list("helper_id", "person_id")
    waiting = _visits_waited_for(person_id).values_list("match__helper_id", "match__person_id")
    return {person_id, *(pk for row in (*needs, *standing, *waiting) for pk in row)}


def visits_going_on(*, now: datetime) -> QuerySet[Visit]:
    """Visits to which somebody came of whom nobody has said that they left, while such a word is waited for."""
    return Visit.objects.filter(
        state=VisitState.PLANNED, arrived_at__isnull=False, left_at__isnull=True, ends_at__gt=now - WATCHED_FOR
    )


def _visits_waited_for(person_id: int) -> QuerySet[Visit]:
    either = Q(match__helper_id=person_id) | Q(match__person_id=person_id)
    return Visit.objects.filter(either, state=VisitState.PLANNED)


def _live_proposals_of(person_id: int) -> QuerySet[Proposal]:
    return Proposal.objects.filter(Q(helper_id=person_id) | Q(offer__person_id=person_id), state__in=LIVE_STATES)


def _agreed_matches_of(person_id: int) -> QuerySet[Match]:
    return Match.objects.filter(
        Q(helper_id=person_id) | Q(person_id=person_id), state__in=(MatchState.AGREED, MatchState.SUSPENDED)
    )


def _lock(rows: QuerySet[Need] | QuerySet[Offer] | QuerySet[Proposal] | QuerySet[Match]) -> None:
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))
