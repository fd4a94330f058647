"""What is vacant or ends soon in the areas a worker works for: posts, terms, mandates, and what was checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from matchmaker.community.care import cared_for, lives_in, worked_by
from matchmaker.community.in_post import people_in_posts
from matchmaker.community.models import Area, AreaLevel, Deputy, Mandate, PostKind, PostTerm, Qualification
from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.errors import NotFound

SOON: Final = timedelta(days=30)
GRID_WORKERS: Final = (PostKind.GRID_HEAD, PostKind.FULL_TIME_MEMBER)


@dataclass(frozen=True, slots=True)
class VacantGrid:
    """A grid without a grid worker, and by name whoever is rung meanwhile: the nearest above; empty where nobody is."""

    grid: Area
    rung_meanwhile: tuple[str, ...]


def path_worked_in(viewer: Viewer, area_id: UUID | None = None) -> str:
    """The path of an area the viewer works for, for the queries below; without one empty, which stands for all of
    them. NotFound for whoever does not work there, or nowhere."""
    if area_id is None and viewer.worker_paths:
        return ""
    area = Area.objects.filter(public_id=area_id).first() if area_id is not None else None
    if area is None or not viewer.works_at(area.path):
        raise NotFound(field="area_id")
    return area.path


def vacant_grids(viewer: Viewer, path: str = "") -> QuerySet[Area]:
    """The grids of the viewer's areas, below `path`, that have no grid worker, in the order of the tree.

    Nobody stands in where nobody holds a post.
    """
    held = PostTerm.objects.current(viewer.today).filter(person__left_at__isnull=True)
    here = held.filter(post__area=OuterRef("pk"), post__kind__in=GRID_WORKERS)
    rows = Area.objects.filter(worked_by(viewer, "path"), ~Exists(here), level=AreaLevel.GRID)
    return rows.filter(path__startswith=path).order_by("path")


def grids_without_worker(viewer: Viewer) -> list[VacantGrid]:
    """Of the viewer's areas, in the order of the tree."""
    grids = list(vacant_grids(viewer))
    rung = rung_meanwhile(viewer, grids)
    return [VacantGrid(grid, rung[grid]) for grid in grids]


def rung_meanwhile(viewer: Viewer, grids: Iterable[Area]) -> dict[Area, tuple[str, ...]]:
    """By each of these grids without a grid worker the names of whoever its alarms ring: one query."""
    above = people_in_posts(viewer.today, {"kind__in": WORKER_POSTS, "area__level__lt": AreaLevel.GRID})
    rung = [(row.area_path, row.name) for row in sorted(above, key=lambda row: row.name)]
    return {grid: _nearest(grid, rung) for grid in grids}


def terms_ending_soon(viewer: Viewer, path: str = "") -> QuerySet[PostTerm]:
    """Posts of the viewer's areas whose term ends within thirty days, the first to end first."""
    rows = PostTerm.objects.current(viewer.today).filter(
        worked_by(viewer, "post__area__path"),
        post__area__path__startswith=path,
        ends_date__lte=last_day(viewer.today),
    )
    return rows.select_related("post__area", "person").order_by("ends_date", "pk")


def deputies_ending_soon(viewer: Viewer, path: str = "") -> QuerySet[Deputy]:
    """Who stands in for somebody in the viewer's areas, and no longer within thirty days, the first to end first."""
    rows = Deputy.objects.current(viewer.today).filter(
        worked_by(viewer, "term__post__area__path"),
        term__post__area__path__startswith=path,
        ends_date__lte=last_day(viewer.today),
    )
    return rows.select_related("term__post__area", "term__person", "person").order_by("ends_date", "pk")


def mandates_ending_soon(viewer: Viewer, path: str = "") -> QuerySet[Mandate]:
    """Mandates of the people and stations of the viewer's areas that end within thirty days, the first first."""
    shown = cared_for(viewer, "for_person__") | worked_by(viewer, "station__area__path")
    rows = Mandate.objects.current(viewer.today).filter(shown, ends_date__lte=last_day(viewer.today))
    if path:
        rows = rows.filter(lives_in(path, "for_person__") | Q(station__area__path__startswith=path))
    return rows.select_related("holder", "for_person", "station").order_by("ends_date", "pk")


def checks_running_out(viewer: Viewer, path: str = "") -> QuerySet[Qualification]:
    """What was checked about people of the viewer's areas and expires within thirty days, or did in the last thirty."""
    rows = Qualification.objects.filter(
        cared_for(viewer, "person__"),
        person__left_at__isnull=True,
        valid_until_date__gte=viewer.today - SOON,
        valid_until_date__lte=last_day(viewer.today),
    )
    if path:
        rows = rows.filter(lives_in(path, "person__"))
    return rows.select_related("person").order_by("valid_until_date", "pk")


def last_day(today: date) -> date:
    """The last day that is soon."""
    return today + SOON


def _nearest(grid: Area, holders: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    around = [(path, name) for path, name in holders if grid.path.startswith(path)]
    nearest = max((len(path) for path, _ in around), default=0)
    return tuple(dict.fromkeys(name for path, name in around if len(path) == nearest))
