"""What can be said and done about a visit now, and the word at the door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.matches.door_words import in_words
from matchmaker.matches.models import Match, MatchState, OutcomeSide, Visit, VisitState
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.matches import may_see_contacts, visits_for
from matchmaker.needs.models import Need, NeedRepeat, NeedState
from matchmaker.needs.queries import is_asker_side

EARLIEST_BEFORE: Final = timedelta(minutes=30)
"""Nobody arrives longer before the time agreed."""
LATEST_AFTER: Final = timedelta(hours=12)
"""So long after the planned end somebody may still say that they left."""
TAKEN_BACK_WITHIN: Final = timedelta(minutes=10)
WAITED_FOR: Final = timedelta(minutes=15)
"""So long somebody may be late before it is said that nobody came."""
LONGER_AT_MOST: Final = timedelta(minutes=30)
"""Who forgets to say that they left has not helped all night: so much is proposed beyond the plan at most."""

READ_FOR_DOOR_WORD: Final = (
    "state",
    "door_word",
    "person_id",
    "helper__account__id",
    "person__account__id",
    *sides.READ_BY_SIDES,
)
"""What `door_word_of` reads of a match."""


@dataclass(frozen=True, slots=True)
class Possible:
    """What the pages offer to press for one visit; each action looks again."""

    arrive: bool = False
    leave: bool = False
    take_back: bool = False
    nobody_came: bool = False
    cancel: bool = False


def door_word_of(viewer: Viewer, match: Match, language: str) -> str | None:
    """The words said at the door: for the two sides while it is agreed, and for a worker who reads them out to one of
    them without an account; nobody else, and not while it is paused."""
    reads_out = sides.is_worker(viewer, match.need) and not (
        sides.has_account(match.helper) and sides.has_account(match.person)
    )
    if match.state != MatchState.AGREED or not match.door_word:
        return None
    return in_words(match.door_word, language) if may_see_contacts(viewer, match) or reads_out else None


def minutes_to_propose(visit: Visit) -> int:
    """The minutes between coming and leaving, where both were said; else the planned ones."""
    if visit.arrived_at is None or visit.left_at is None:
        return visit.minutes
    stayed = min(visit.left_at - visit.arrived_at, timedelta(minutes=visit.minutes) + LONGER_AT_MOST)
    return max(1, round(stayed.total_seconds() / 60))


def possible_at(viewer: Viewer, visit: Visit, *, now: datetime) -> Possible:
    """For a side of the match, or a worker of the area; nothing for anybody else."""
    match = visit.match
    helps = viewer.person_id == match.helper_id
    asks = not helps and (viewer.person_id == match.person_id or sides.is_proxy(viewer, match.need))
    works = sides.is_worker(viewer, match.need)
    if visit.state != VisitState.PLANNED or not (helps or asks or works):
        return Possible()
    agreed = match.state == MatchState.AGREED
    begins_soon = visit.starts_at - EARLIEST_BEFORE <= now
    unseen = visit.arrived_at is None and visit.left_at is None
    spoken = any(outcome.side == OutcomeSide.ASKER for outcome in visit.outcomes.all())
    return Possible(
        arrive=agreed and unseen and begins_soon and now <= visit.ends_at,
        leave=visit.arrived_at is not None and visit.left_at is None and now <= visit.ends_at + LATEST_AFTER,
        take_back=_may_take_back(viewer, visit, now),
        nobody_came=agreed and unseen and not spoken and not helps and now >= visit.starts_at + WAITED_FOR,
        cancel=agreed and unseen and now < visit.starts_at,
    )


def side_in_own_name(viewer: Viewer, match: Match) -> OutcomeSide | None:
    """The side on which the viewer stands: the two people, a live proxy, a clerk of the organization; never a worker
    who only writes down what somebody says."""
    if viewer.person_id is None:
        return None
    if viewer.person_id == match.helper_id:
        return OutcomeSide.HELPER
    if viewer.person_id == match.person_id or sides.is_proxy(viewer, match.need):
        return OutcomeSide.ASKER
    return OutcomeSide.HELPER if sides.is_clerk(viewer, match.offer) else None


def search_instead_of(viewer: Viewer, visit: Visit, *, now: datetime) -> Need | None:
    """The need that looks for somebody in place of this visit, for the asker's side and workers; None where none is."""
    match = visit.match
    if not (is_asker_side(viewer, match.need) or sides.is_worker(viewer, match.need)):
        return None
    found = visit.replaced_by if match.need.repeat == NeedRepeat.WEEKLY else match.need
    return found if found is not None and found.state == NeedState.OPEN and found.answer_by > now else None


def visits_to_explain(viewer: Viewer) -> QuerySet[Visit]:
    """Visits to which nobody came by the word of the other side, of which the viewer as helper said nothing yet."""
    if viewer.is_visitor:
        return Visit.objects.none()
    rows = visits_for(viewer).filter(match__helper_id=viewer.person_id, state=VisitState.NOT_HELD)
    return rows.filter(outcomes__side=OutcomeSide.ASKER).exclude(outcomes__side=OutcomeSide.HELPER).distinct()


def _may_take_back(viewer: Viewer, visit: Visit, now: datetime) -> bool:
    latest_at, by_id = (
        (visit.left_at, visit.left_by_id) if visit.left_at is not None else (visit.arrived_at, visit.arrived_by_id)
    )
    return latest_at is not None and by_id == viewer.person_id and now - latest_at <= TAKEN_BACK_WITHIN
