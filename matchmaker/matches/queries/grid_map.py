"""The map of grids: how many requests still miss somebody, and how much of what is wanted is near."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Avg, Q, QuerySet
from django.db.models.functions import Substr

from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.engine.site_plan import tiles
from matchmaker.errors import NotFound
from matchmaker.matches.queries.rounds import still_unmet_for
from matchmaker.needs.models import ServiceType
from matchmaker.needs.queries import coverage_of_grids, service_type_by_code

GRIDS_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class GridOnMap:
    """A grid on its tile: requests with nobody yet, and who reaches help on foot; None for fewer than five people."""

    grid: Area
    column: int
    row: int
    unmet: int
    people: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class GridMap:
    """The grids of an area from north to south; `elsewhere` counts requests whose place lies in none of them."""

    area: Area
    kind: ServiceType | None
    grids: tuple[GridOnMap, ...]
    elsewhere: int
    by_street: bool
    attributions: tuple[str, ...]


def areas_mapped(viewer: Viewer) -> QuerySet[Area]:
    """The areas at which the viewer is a worker, the greatest first."""
    keys = [post.area_id for post in viewer.posts if post.kind in WORKER_POSTS]
    return Area.objects.filter(pk__in=keys).order_by("level", "path")


def grid_map_for(viewer: Viewer, area_id: UUID | None = None, service_type: str = "") -> GridMap:
    """Of the area, or of the greatest the viewer works for; NotFound for anybody else. A type stands for its kinds."""
    rows = areas_mapped(viewer) if area_id is None else Area.objects.filter(public_id=area_id)
    area = rows.first()
    if area is None or not viewer.works_at(area.path):
        raise NotFound(field="area_id")
    kind = service_type_by_code(service_type) if service_type else None
    rows = Area.objects.filter(level=AreaLevel.GRID, path__startswith=area.path)
    grids = list(rows.order_by("path")[:GRIDS_AT_MOST])
    placed = tiles(_places_of(grids))
    unmet, elsewhere = _unmet(viewer, area, grids, kind)
    near = coverage_of_grids(viewer, area, grids, kind)
    shown = [
        GridOnMap(grid, *placed[grid.pk], unmet[grid.pk], near.grids[grid.pk].people, near.grids[grid.pk].percent)
        for grid in grids
    ]
    shown.sort(key=lambda one: (one.row, one.column))
    return GridMap(area, kind, tuple(shown), elsewhere, near.by_street, near.attributions)


def _places_of(grids: Iterable[Area]) -> dict[int, tuple[float, float] | None]:
    """Where a grid lies: where it says so itself, else in the middle of its stairwells."""
    found: dict[int, tuple[float, float] | None] = {}
    by_path = {}
    for grid in grids:
        known = grid.latitude is not None and grid.longitude is not None
        found[grid.pk] = (grid.latitude, grid.longitude) if known else None  # type: ignore[assignment]  # both are known
        by_path[grid.path] = grid.pk
    for length in {len(path) for path in by_path}:
        below = Area.objects.filter(level=AreaLevel.CORRIDOR, latitude__isnull=False, longitude__isnull=False)
        middles = below.annotate(at=Substr("path", 1, length)).filter(at__in=by_path).order_by().values("at")
        for one in middles.annotate(north=Avg("latitude"), east=Avg("longitude")):
            found[by_path[one["at"]]] = found[by_path[one["at"]]] or (one["north"], one["east"])
    return found


def _unmet(viewer: Viewer, area: Area, grids: Iterable[Area], kind: ServiceType | None) -> tuple[Counter[int], int]:
    """By grid, the requests that still miss helpers; and those whose place lies in none of the grids."""
    rows = still_unmet_for(viewer).filter(need__place__path__startswith=area.path)
    if kind is not None:
        rows = rows.filter(Q(need__service_type=kind) | Q(need__service_type__parent=kind))
    counts: Counter[int] = Counter()
    elsewhere = 0
    keys = {grid.path: grid.pk for grid in grids}
    for path in rows.values_list("need__place__path", flat=True):
        key = next((keys[start] for start in keys if path.startswith(start)), None)
        if key is None:
            elsewhere += 1
        else:
            counts[key] += 1
    return counts, elsewhere
