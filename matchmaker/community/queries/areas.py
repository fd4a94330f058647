"""Areas: public down to the grid; corridors for the people of the community and its workers."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.searching import all_in_any
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def areas_for(viewer: Viewer, *, level: int | None = None, search: str | None = None) -> QuerySet[Area]:
    """The areas the viewer may see, in the order of the tree; households never, for they are somebody's home."""
    shown = Q(level__lte=AreaLevel.GRID)
    paths = [*viewer.worker_paths]
    if viewer.community_id is not None:
        paths.extend(Area.objects.filter(pk=viewer.community_id).values_list("path", flat=True))
    for path in paths:
        shown |= Q(level=AreaLevel.CORRIDOR, path__startswith=path)
    rows = Area.objects.filter(shown)
    if level is not None:
        rows = rows.filter(level=level)
    if search:
        rows = rows.filter(all_in_any(search, "name", "name_en"))
    return rows.order_by("path")


def grid_of(area: Area) -> Area:
    """The grid that the area is, or lies in; the area itself where it is greater. Those around it come with the row."""
    while area.level > AreaLevel.GRID and area.parent is not None:
        area = area.parent
    return area


def community_worked_in(viewer: Viewer, public_id: UUID | None = None) -> Area:
    """A community of which the viewer works in the whole, the first where none is named; NotFound for anybody else."""
    rows = Area.objects.filter(worked_by(viewer, "path"), level=AreaLevel.COMMUNITY).order_by("path")
    found = (rows if public_id is None else rows.filter(public_id=public_id)).first()
    if found is None:
        raise NotFound(field="area_id")
    return found


def zone_of(area: Area | None) -> str:
    """The zone of the community that the area is, or lies in; the house's own where it lies in none."""
    while area is not None:
        if area.time_zone:
            return area.time_zone
        area = area.parent
    return str(settings.TIME_ZONE)


def areas_by_pk(pks: Iterable[int]) -> dict[int, Area]:
    """These areas by key."""
    return Area.objects.in_bulk(sorted(set(pks)))
