"""Who is around an open case, ring by ring: for the coordinator of its area, and for nobody else.

People are those in the coordinator's care who did not ask to be matched without ties.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Q

from matchmaker.community.care import cared_for
from matchmaker.community.models import Person, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import LIVE_STATES, Proposal
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.introducing import people_named_for
from matchmaker.matches.queries.known import Known, known_of
from matchmaker.needs.models import Need, NeedState

RINGS: Final = 3
"""From who is helped and who is proposed: their ties, the ties of those, and once more."""


class Part(StrEnum):
    """What somebody is in the case."""

    HELPED = "HELPED"
    PROPOSED = "PROPOSED"
    AROUND = "AROUND"


@dataclass(frozen=True, slots=True)
class Around:
    """People in the order in which they were reached, and how they know each other."""

    people: dict[int, Part]
    known: Known
    left_out: int


def may_look_around(viewer: Viewer, need: Need) -> bool:
    """The coordinator of its area, who is not the one helped and does not speak for them, while it is open."""
    if need.state != NeedState.OPEN or not viewer.holds(PostKind.COORDINATOR, need.place.path):
        return False
    return viewer.person_id != need.for_person_id and not sides.is_proxy(viewer, need)


def around_case(viewer: Viewer, need: Need, at_most: int, now: datetime) -> Around | None:
    """Ring by ring: three queries for each, and one more round of ties for the last."""
    if not may_look_around(viewer, need) or _drawable(viewer, (need.for_person_id,)) == []:
        return None
    people = {need.for_person_id: Part.HELPED}
    people |= dict.fromkeys(_drawable(viewer, _proposed(viewer, need)), Part.PROPOSED)
    known: Known = {}
    newest, left_out = list(people), 0
    for _ring in range(RINGS):
        touching = known_of(newest, now)
        known |= touching
        reached = {pk for pair in touching for pk in pair} - people.keys()
        found = _drawable(viewer, reached)
        room = at_most - len(people)
        newest, left_out = found[:room], len(found[room:])
        people |= dict.fromkeys(newest, Part.AROUND)
        if left_out or not newest:
            break
    known |= known_of(newest, now)
    drawn = {pair: kinds for pair, kinds in known.items() if pair[0] in people and pair[1] in people}
    return Around(people, drawn, left_out)


def named_around(viewer: Viewer, around: Around) -> dict[int, Person]:
    """By key those who stand there by name: who is helped, who is proposed, and who may be named anyhow."""
    of_the_case = [pk for pk, part in around.people.items() if part is not Part.AROUND]
    rows = people_named_for(viewer).filter(pk__in=around.people)
    people = Person.objects.filter(Q(pk__in=of_the_case) | Q(pk__in=rows.order_by().values("pk")))
    return people.select_related("household", "community").in_bulk()


def in_pairs(known: Iterable[tuple[int, int]], numbers: dict[int, int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each pair of keys as numbers in a picture, the smaller first."""
    found = {}
    for low, high in known:
        one, other = numbers[low], numbers[high]
        found[low, high] = (min(one, other), max(one, other))
    return found


def _proposed(viewer: Viewer, need: Need) -> set[int]:
    """Who would help, as far as it is somebody already; never the coordinator themself."""
    rows = Proposal.objects.filter(need=need, state__in=LIVE_STATES).values_list("helper_id", "offer__person_id")
    return {pk for pair in rows for pk in pair} - {None, viewer.person_id, need.for_person_id}


def _drawable(viewer: Viewer, person_ids: Collection[int]) -> list[int]:
    """Those of them in the viewer's care who are matched by their ties, in the order of keys."""
    rows = Person.objects.filter(cared_for(viewer), pk__in=person_ids, left_at__isnull=True, without_graph=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)) if person_ids else []
