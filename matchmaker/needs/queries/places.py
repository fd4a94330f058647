"""From the path of an area to the place the engine knows: the keys of all areas that hold it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.engine.problem import Place
from matchmaker.prepared import Prepared

_KEY_OF: Final = {
    AreaLevel.REGION: "region_id",
    AreaLevel.JOINT_COMMUNITY: "joint_community_id",
    AreaLevel.COMMUNITY: "community_id",
    AreaLevel.GRID: "grid_id",
    AreaLevel.CORRIDOR: "corridor_id",
    AreaLevel.HOUSEHOLD: "household_id",
}


KEPT_FOR_AT_MOST: Final = 32
"""Areas above one place or two: asked for again and again."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where something is: the path and level of its area, and degrees."""

    path: str
    level: int
    latitude: float
    longitude: float


def places_of(points: Iterable[Point]) -> dict[Point, Place]:
    """The place of each point: one query, however many points."""
    wanted = set(points)
    keys = {point: keys_of_path(point.path) for point in wanted}
    above = {
        key for point, chain in keys.items() for key in (chain[:-1] if point.level == AreaLevel.HOUSEHOLD else chain)
    }
    known = _areas_by_pk(above)
    return {point: _place(point, chain, known) for point, chain in keys.items()}


def _areas_by_pk(pks: set[int]) -> dict[int, tuple[int, str]]:
    """Level and building of each area. A household is the last key of its path and is not looked up: there are many."""
    rows = _AREAS(pks=pks) if len(pks) <= KEPT_FOR_AT_MOST else _areas(pks)
    return {pk: (level, building) for pk, level, building in rows}


def _areas(pks: Collection[int]) -> QuerySet[Area, tuple[int, int, str]]:
    return Area.objects.filter(pk__in=pks).values_list("pk", "level", "building")


_AREAS: Final = Prepared(_areas)


def _place(point: Point, chain: tuple[int, ...], known: Mapping[int, tuple[int, str]]) -> Place:
    ids: dict[str, int] = {}
    building = ""
    for above, key in zip((0, *chain), chain, strict=False):
        level, name = known.get(key, (AreaLevel.HOUSEHOLD, ""))
        if level in _KEY_OF:
            ids[_KEY_OF[AreaLevel(level)]] = key
        if name:
            # The same number may stand on buildings of two grids, so the area above belongs to the name.
            building = f"{above}:{name}"
    return Place(latitude=point.latitude, longitude=point.longitude, building=building, **ids)
