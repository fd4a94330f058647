"""Who ties circles to each other, and which two could be introduced: names, so of few people and for few readers.

Named are people of the viewer's areas who agreed to be listed, or who have a need in those areas that is still looked
for. They come in the order of their names, without figures: nobody is ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from matchmaker.community.care import cared_for, worked_by
from matchmaker.community.models import AreaLevel, Person, PersonBlock
from matchmaker.community.viewers import Viewer
from matchmaker.engine.bridging import best_introductions, who_bridges
from matchmaker.engine.strangers import Reading
from matchmaker.matches import inputs
from matchmaker.matches.models import Match
from matchmaker.needs.models import Need, NeedState

BRIDGES_SHOWN: Final = 5
LOOKED_AT: Final = 20
"""So many introductions are looked at for one that may be shown."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Two who do not know each other, live in the same grid, and would bring most circles together."""

    one: Person
    other: Person


def people_named_for(viewer: Viewer) -> QuerySet[Person]:
    """Whom the viewer may be told by name here, in the order of keys."""
    asks = Need.objects.filter(worked_by(viewer, "place__path"), for_person=OuterRef("pk"), state=NeedState.OPEN)
    rows = Person.objects.filter(cared_for(viewer), left_at__isnull=True, without_graph=False)
    return (
        rows.filter(Q(listed_with_few_ties=True) | Exists(asks))
        .select_related("community", "household__parent")
        .order_by("pk")
    )


def who_bridges_for(viewer: Viewer, community_id: UUID, *, now: datetime) -> list[Person]:
    """At most five of them whose ties hold circles of the community together, in the order of their names."""
    people = _named_in(viewer, community_id)
    reading = _reading_of(people, now)
    if reading is None:
        return []
    found = who_bridges(reading, BRIDGES_SHOWN, among=np.isin(reading.ids, list(people)))
    return sorted((people[one.person_id] for one in found), key=lambda person: (person.name, person.pk))


def introduction_for(viewer: Viewer, community_id: UUID, *, now: datetime) -> Introduction | None:
    """The one that would help the community most; None where no two of these people may be introduced.

    Who does not wish to meet the other again, or had an agreement with them before, is not introduced: nobody learns
    which of both it was.
    """
    people = _named_in(viewer, community_id)
    reading = _reading_of(people, now) if len(people) > 1 else None
    if reading is None:
        return None
    grids = {pk: grid for pk, person in people.items() if (grid := _grid(person)) is not None}
    labels = np.array([grids.get(pk, -1) for pk in reading.ids.tolist()], dtype=np.int64)
    pairs = [(one.one_id, one.other_id) for one in best_introductions(reading, labels, LOOKED_AT)]
    apart = _not_to_be_introduced({pk for pair in pairs for pk in pair})
    may = next((pair for pair in pairs if frozenset(pair) not in apart), None)
    return None if may is None else Introduction(*sorted((people[pk] for pk in may), key=lambda row: row.name))


def _named_in(viewer: Viewer, community_id: UUID) -> dict[int, Person]:
    return {person.pk: person for person in people_named_for(viewer).filter(community__public_id=community_id)}


def _reading_of(people: Mapping[int, Person], now: datetime) -> Reading | None:
    """Their community; nobody's where there are none, so that nothing is measured in vain."""
    community = next((person.community for person in people.values()), None)
    return None if community is None else inputs.reading_in(community, now=now)


def _grid(person: Person) -> int | None:
    """The grid of the person's home, as the tree has it above the corridor."""
    area = person.household
    while area is not None and area.level > AreaLevel.GRID:
        if area.parent_level is not None and area.parent_level <= AreaLevel.GRID:
            return area.parent_id
        area = area.parent
    return None


def _not_to_be_introduced(person_ids: set[int]) -> set[frozenset[int]]:
    blocks = PersonBlock.objects.filter(person__in=person_ids, blocked__in=person_ids)
    matches = Match.objects.filter(helper__in=person_ids, person__in=person_ids)
    return {
        frozenset(pair)
        for pair in (
            *blocks.values_list("person_id", "blocked_id"),
            *matches.values_list("helper_id", "person_id"),
        )
    }
