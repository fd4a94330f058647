"""In which building people live, for pictures of many: a building of few would be somebody, so it has no name there."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Q

from matchmaker.community.models import Area, AreaLevel, Person

FEWEST_IN_A_BUILDING: Final = 5
"""A building of fewer people than this would be somebody."""


@dataclass(frozen=True, slots=True, order=True)
class Building:
    """A building of a grid. Without a name it stands for all buildings of few people there, without a grid for all
    homes that are not known, or may not be."""

    grid: str
    name: str
    grid_en: str = field(default="", compare=False)
    """The grid's name for readers of English, where it has one."""


ELSEWHERE: Final = Building("", "")


_AROUND: Final = (
    "name",
    "building",
    "parent__name",
    "parent__name_en",
    "parent__level",
    "parent__parent__name",
    "parent__parent__name_en",
)
"""What is read of a corridor to know its building."""


def buildings_of(person_ids: Collection[int]) -> dict[int, Building]:
    """Of each of them whose home is known; one query. Where they live in several communities, those are named too."""
    homes = Person.objects.filter(pk__in=list(person_ids), household__parent__isnull=False)
    columns = (f"household__parent__{column}" for column in ("parent__parent_id", *_AROUND))
    told = list(homes.values_list("pk", *columns))
    of_several = len({community_id for _, community_id, *_ in told}) > 1
    return {pk: _building(around, of_several=of_several) for pk, _, *around in told}


def corridors_under(path: str, *, of_several: bool = False) -> dict[int, Building]:
    """By the key of each corridor of an area, its building; one query.

    `of_several` where there may be several communities below: each has its first grid, and its building 3.
    """
    rows = Area.objects.filter(path__startswith=path, level=AreaLevel.CORRIDOR).values_list("pk", *_AROUND)
    return {pk: _building(around, of_several=of_several) for pk, *around in rows}


def _building(around: Sequence[Any], *, of_several: bool) -> Building:
    """The building of a corridor, by the area tree: the grid above it, where a grid is above it."""
    corridor, building, above, above_en, level, higher, higher_en = around
    name, grid, grid_en = building or corridor, above or "", above_en or ""
    if level != AreaLevel.GRID:
        return Building(grid if of_several else "", name, grid_en if of_several else "")
    if of_several:
        return Building(f"{higher} {grid}", name, f"{higher_en or higher} {grid_en or grid}")
    return Building(grid, name, grid_en)


def people_by_corridor(people: Q) -> dict[int, int]:
    """How many of those people live in each corridor; one query."""
    rows = Person.objects.filter(people, left_at__isnull=True, household__parent__isnull=False).order_by()
    counted = rows.values("household__parent_id").annotate(people=Count("pk"))
    return {pk: people for pk, people in counted.values_list("household__parent_id", "people") if pk is not None}


def without_the_small(homes: Mapping[int, Building], dwellers: Mapping[Building, int]) -> dict[int, Building]:
    """The same homes, where a building of few is one of the buildings without a name of its grid.

    Where few live in all of those together, each is elsewhere: the one small building of a grid would be known by it.
    """
    small: Counter[str] = Counter()
    for home, many in dwellers.items():
        if many < FEWEST_IN_A_BUILDING:
            small[home.grid] += many
    found = {}
    for key, home in homes.items():
        if dwellers.get(home, 0) < FEWEST_IN_A_BUILDING:
            home = Building(home.grid, "", home.grid_en) if small[home.grid] >= FEWEST_IN_A_BUILDING else ELSEWHERE
        found[key] = home
    return found


def dwellers_of(homes: Mapping[int, Building], counts: Mapping[int, int]) -> dict[Building, int]:
    """How many live in each building, from how many live in each corridor."""
    found: dict[Building, int] = {}
    for key, count in counts.items():
        if key in homes:
            found[homes[key]] = found.get(homes[key], 0) + count
    return found
