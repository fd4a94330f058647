"""What happened in a month of a community, in exact counts: for the public page before it is rounded, and for workers.

Each person counts once for a kind of help, however often they asked for it, so that five are five people. Every need
was opened in one month alone, so that no two months tell of the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from django.db.models import Min, Q

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Person
from matchmaker.engine.told_counts import KindCounts
from matchmaker.matches import calendar, months
from matchmaker.matches.models import Decision, MatchState, Proposal
from matchmaker.needs.models import Need, NeedState, ServiceType
from matchmaker.needs.queries import may_be_told_by_grid, service_types

AT_ONCE: Final = 2_000
RULES_ALONE: Final = "RULES_ALONE"
"""Put to people without a coordinator's look, as the published rules have it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A person and a kind of help: the grid they live in, and how long it took until somebody had agreed to come."""

    kind_id: int
    person_id: int
    grid_id: int | None
    wait_hours: float | None


@dataclass(frozen=True, slots=True, eq=False)
class MonthSeen:
    """`kinds` and `grids` name the rows and columns of the counts, `others` the kinds without grids.

    A grid of None are people of whom no grid is known.
    """

    kinds: tuple[ServiceType, ...]
    others: tuple[ServiceType, ...]
    grids: tuple[Area | None, ...]
    counts: KindCounts
    waits: dict[int, list[float]]
    """Hours by the key of the kind."""
    ways: dict[str, int]
    """Proposals by the last decision on them, or that there was none."""


def month_seen(community: Area, month: date) -> MonthSeen:
    """One month as it stands now; what was agreed a week after its end is none of it: six queries."""
    kinds = [kind for kind in service_types(retired=True) if kind.parent_id is not None]
    by_grid = tuple(kind for kind in kinds if may_be_told_by_grid(kind))
    others = tuple(kind for kind in kinds if not may_be_told_by_grid(kind))
    grids = _grids(community)
    asked = list(_asked(community, month, {grid.pk for grid in grids if grid is not None}))
    waits: dict[int, list[float]] = defaultdict(list)
    for one in asked:
        if one.wait_hours is not None:
            waits[one.kind_id].append(one.wait_hours)
    counts = _counted(asked, by_grid, others, grids)
    return MonthSeen(by_grid, others, grids, counts, dict(waits), _ways(community, month))


def _grids(community: Area) -> tuple[Area | None, ...]:
    """Every grid of the community; None with them where anybody known here lives in none, whether they ask or not."""
    grids = list(Area.objects.filter(level=AreaLevel.GRID, path__startswith=community.path).order_by("path"))
    in_grids = Q(pk__in=())
    for grid in grids:
        in_grids |= Q(household__path__startswith=grid.path)
    elsewhere = Person.objects.filter(community=community).exclude(in_grids)
    return (*grids, None) if elsewhere.exists() else tuple(grids)


def _asked(community: Area, month: date, grids: Collection[int]) -> Iterator[_Asked]:
    """Whoever asked, once for each kind of help; not who took it back before anybody had agreed."""
    zone = calendar.zone_of(community)
    closes_at = months.closes_at(month, zone)
    rows = Need.objects.filter(
        community=community,
        for_person__community=community,
        opened_at__gte=months.starts_at(month, zone),
        opened_at__lt=months.starts_at(months.next_month(month), zone),
        instead_of__isnull=True,
    ).annotate(
        agreed_at=Min(
            "matches__agreed_at",
            filter=Q(matches__agreed_at__lt=closes_at) & ~Q(matches__state=MatchState.CANCELLED),
        )
    )
    rows = rows.exclude(agreed_at__isnull=True, state=NeedState.WITHDRAWN).order_by("pk")
    told = rows.values_list("service_type_id", "for_person_id", "for_person__household__path", "opened_at", "agreed_at")
    found: dict[tuple[int, int], _Asked] = {}
    for kind_id, person_id, home, opened_at, agreed_at in told.iterator(chunk_size=AT_ONCE):
        wait = None if agreed_at is None else (agreed_at - opened_at).total_seconds() / 3600.0
        before = found.get((kind_id, person_id))
        if before is None or (before.wait_hours is None and wait is not None):
            grid_id = next((key for key in keys_of_path(home or "") if key in grids), None)
            found[kind_id, person_id] = _Asked(kind_id, person_id, grid_id, wait)
    return iter(found.values())


def _counted(
    asked: Iterable[_Asked],
    kinds: tuple[ServiceType, ...],
    others: tuple[ServiceType, ...],
    grids: tuple[Area | None, ...],
) -> KindCounts:
    row = {kind.pk: at for at, kind in enumerate(kinds)}
    other_row = {kind.pk: at for at, kind in enumerate(others)}
    column = {None if grid is None else grid.pk: at for at, grid in enumerate(grids)}
    shape, other_shape = (2, len(kinds), len(grids)), (2, len(others))
    cells, other_cells = np.zeros(shape, dtype=np.int64), np.zeros(other_shape, dtype=np.int64)
    for one in asked:
        measures = (0,) if one.wait_hours is None else (0, 1)
        for measure in measures:
            if one.kind_id in other_row:
                other_cells[measure, other_row[one.kind_id]] += 1
            else:
                cells[measure, row[one.kind_id], column[one.grid_id]] += 1
    return KindCounts(cells[0], cells[1], other_cells[0], other_cells[1])


def _ways(community: Area, month: date) -> dict[str, int]:
    """How proposals of the month came to people or not: by the last decision before it closed, or by rules alone."""
    zone = calendar.zone_of(community)
    made = Proposal.objects.filter(
        need__community=community,
        made_at__gte=months.starts_at(month, zone),
        made_at__lt=months.starts_at(months.next_month(month), zone),
    )
    decisions = Decision.objects.filter(proposal__in=made, decided_at__lt=months.closes_at(month, zone))
    last = dict(decisions.order_by("decided_at", "pk").values_list("proposal_id", "kind"))
    counts: dict[str, int] = defaultdict(int)
    for kind in last.values():
        counts[kind] += 1
    asked_at = made.filter(helper_asked_at__isnull=False).values_list("pk", flat=True)
    counts[RULES_ALONE] = sum(1 for key in asked_at if key not in last)
    return dict(counts)
