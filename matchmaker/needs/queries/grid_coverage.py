"""The 15-minute circle grid by grid: how much of what is wanted people of each grid reach on foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.community.models import Area
from matchmaker.community.queries import street_attributions, street_network
from matchmaker.community.viewers import Viewer
from matchmaker.engine.coverage import FEWEST_SHOWN, MINUTES, minutes_to
from matchmaker.errors import NotFound
from matchmaker.needs.models import ServiceType
from matchmaker.needs.queries.coverage import places_of, residents_of, stations_around
from matchmaker.needs.queries.service_types import service_types

LONGEST_WALK_MINUTES: Final = MINUTES[-1]


@dataclass(frozen=True, slots=True)
class GridCovered:
    """How many live in a grid and what part of them gets there; both are None for fewer than five people."""

    people: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class GridsCovered:
    """Each grid by its key; `by_street` where walks go along a street map, whose sources are to be named."""

    grids: dict[int, GridCovered]
    by_street: bool
    attributions: tuple[str, ...]


def coverage_of_grids(
    viewer: Viewer, area: Area, grids: Sequence[Area], kind: ServiceType | None = None
) -> GridsCovered:
    """Of these grids of an area that the viewer works for: who reaches this kind of help within fifteen minutes.

    Without a kind it is the mean over all headings of the services; a heading is reached where any of its kinds is.
    """
    if not viewer.works_at(area.path):
        raise NotFound(field="area_id")
    (residents, homes), streets = residents_of(area, viewer.today), street_network()
    none = GridCovered(None, None)
    if len(residents) < FEWEST_SHOWN:
        return GridsCovered({grid.pk: none for grid in grids}, streets is not None, ())
    places = places_of(list(service_types()), stations_around(residents), residents)
    wanted = {code: places.get(code, []) for code in _codes(kind)}
    minutes = minutes_to(residents, wanted, streets)
    reached = np.mean([minutes[code] <= LONGEST_WALK_MINUTES for code in wanted], axis=0)
    found = {}
    for grid in grids:
        here = np.asarray([home.startswith(grid.path) for home in homes])
        people = int(here.sum())
        found[grid.pk] = (
            GridCovered(people, round(100 * float(reached[here].mean()))) if people >= FEWEST_SHOWN else none
        )
    return GridsCovered(found, streets is not None, tuple(street_attributions()) if streets is not None else ())


def _codes(kind: ServiceType | None) -> list[str]:
    if kind is not None:
        return [kind.code]
    kinds = list(service_types())
    known = {one.pk for one in kinds}
    return [one.code for one in kinds if one.parent_id not in known]
