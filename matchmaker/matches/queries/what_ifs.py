"""What was asked of a round, for workers of its community; ids become rows that the reader may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, QuerySet

from matchmaker.columns import narrow
from matchmaker.community.care import worked_by
from matchmaker.community.models import Area
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import Round, RoundState, WhatIf
from matchmaker.needs.availability import Hours, moment_of
from matchmaker.needs.models import Need, Offer, ServiceType
from matchmaker.needs.queries import needs_for, offers_by_pk

PAIRS_TOLD: Final = 100
"""Of each list of pairs; how many there are is told beside it."""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A pair of one of the two plans; no offer where it is the supposed one. `rule` where a pin could not stand."""

    need: Need
    offer: Offer | None
    starts_at: datetime | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """One side of the table."""

    needs_met: int
    needs_count: int
    helpers_found: int
    walk_m: int | None
    stranger_index: float | None
    identity_gain_promised: float
    worst_share: float | None
    worst_grid: Area | None
    fairness_price: float
    score: int

    @property
    def stranger_index_then(self) -> float | None:
        """Where the index would be if every tie of the plan came about; None where it is not known."""
        return None if self.stranger_index is None else self.stranger_index - self.identity_gain_promised


@dataclass(frozen=True, slots=True)
class Difference:
    """The answer to a what if: figures side by side, and the first pairs of one plan alone."""

    same_inputs: bool
    before: PlanFigures
    after: PlanFigures
    added: tuple[PlannedPair, ...]
    removed: tuple[PlannedPair, ...]
    refused_pins: tuple[PlannedPair, ...]
    added_count: int
    removed_count: int


@dataclass(frozen=True, slots=True)
class Supposed:
    """The offer that nobody made yet."""

    service_type: ServiceType
    area: Area
    hours: tuple[Hours, ...]
    reach_m: int
    visits_per_week: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What was to be different."""

    pins: tuple[PlannedPair, ...]
    bans: tuple[PlannedPair, ...]
    weights: Mapping[str, int] = field(default_factory=dict)
    offer: Supposed | None = None
    floor_margin: int | None = None


@dataclass(frozen=True, slots=True)
class ToldWhatIf:
    """What was asked, and what came of it; no difference while it is computed."""

    changes: Changes
    difference: Difference | None


def what_ifs_for(viewer: Viewer) -> QuerySet[WhatIf]:
    """Those of communities that the viewer works for, the latest first."""
    rows = WhatIf.objects.filter(worked_by(viewer, "round__community__path"))
    return rows.select_related("round__community", "round__score_card", "asked_by").order_by("-asked_at", "-pk")


def what_if_by_id(viewer: Viewer, public_id: UUID) -> WhatIf:
    found = what_ifs_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def round_to_compare(viewer: Viewer, community: Area) -> Round | None:
    """The latest plan of a community that stands, for those who may ask what if of it."""
    return _plans_that_stand(_planned_by(viewer, [community])).select_related("community", "score_card").first()


def rounds_to_compare(viewer: Viewer, communities: Iterable[Area]) -> list[Round]:
    """The same of several, in their order, with no more than their names: one query."""
    keys = _planned_by(viewer, communities)
    rows = narrow(_plans_that_stand(keys), "public_id", "community__name", "community__name_en")
    return sorted(rows, key=lambda row: keys.index(row.community_id))


def _planned_by(viewer: Viewer, communities: Iterable[Area]) -> list[int]:
    return [community.pk for community in communities if viewer.works_at(community.path)]


def _plans_that_stand(keys: list[int]) -> QuerySet[Round]:
    done = Round.objects.filter(community__in=keys, state=RoundState.DONE, started_at__isnull=False)
    latest = done.values("community").annotate(latest=Max("pk")).values("latest")
    return Round.objects.filter(pk__in=latest).order_by("pk")


def told_what_if(viewer: Viewer, asked: WhatIf) -> ToldWhatIf:
    """One what if in rows that the viewer may see."""
    return told_of_each(viewer, [asked])[asked.pk]


def difference_of(viewer: Viewer, asked: WhatIf) -> Difference | None:
    """None while it is computed; needs that are gone by now are left out."""
    return told_what_if(viewer, asked).difference


def told_of_each(viewer: Viewer, listed: Collection[WhatIf]) -> dict[int, ToldWhatIf]:
    """Several at once, by their pk: the same number of queries, however many."""
    rows = _rows_of(viewer, listed)
    return {asked.pk: ToldWhatIf(_changes(asked.changes, rows), _difference(asked.result, rows)) for asked in listed}


@dataclass(frozen=True, slots=True)
class _Rows:
    needs: Mapping[int, Need]
    offers: Mapping[int, Offer]
    areas: Mapping[int, Area]
    types: Mapping[str, ServiceType]


def _rows_of(viewer: Viewer, listed: Collection[WhatIf]) -> _Rows:
    pairs = [pair for asked in listed for pair in _pairs_in(asked)]
    need_ids, offer_ids = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    needs = needs_for(viewer, also_need_ids=need_ids).filter(pk__in=need_ids)
    supposed = [offer for asked in listed if (offer := asked.changes.get("offer"))]
    worst = {asked.result[side]["worst_grid"] for asked in listed if asked.result for side in ("before", "after")}
    types = ServiceType.objects.select_related("parent").filter(code__in={one["service_type"] for one in supposed})
    return _Rows(
        {need.pk: need for need in needs},
        offers_by_pk(offer_ids),
        Area.objects.in_bulk((worst | {one["area"] for one in supposed}) - {None}),
        {kind.code: kind for kind in types},
    )


def _pairs_in(asked: WhatIf) -> list[list[Any]]:
    """Those that will be told, of what was asked and of what came of it."""
    lists = [asked.changes.get(name, []) for name in ("pins", "bans")]
    lists += [asked.result.get(name, []) for name in ("added", "removed", "refused_pins")]
    return [pair for pairs in lists for pair in pairs[:PAIRS_TOLD]]


def _changes(changes: dict[str, Any], rows: _Rows) -> Changes:
    pins, bans = (_pairs(changes.get(name, []), rows) for name in ("pins", "bans"))
    supposed = changes.get("offer")
    offer = _supposed(supposed, rows) if supposed else None
    return Changes(pins, bans, changes.get("weights", {}), offer, changes.get("floor_margin"))


def _supposed(offer: dict[str, Any], rows: _Rows) -> Supposed | None:
    kind, area = rows.types.get(offer["service_type"]), rows.areas.get(offer["area"])
    if kind is None or area is None:
        return None
    hours = tuple(
        Hours(day, time.fromisoformat(starts), time.fromisoformat(ends)) for day, starts, ends in offer["hours"]
    )
    return Supposed(kind, area, hours, offer["reach_m"], offer["visits_per_week"])


def _difference(result: dict[str, Any], rows: _Rows) -> Difference | None:
    if not result:
        return None
    start = datetime.fromisoformat(result["horizon_start_at"])
    before, after = (
        PlanFigures(**result[side] | {"worst_grid": rows.areas.get(result[side]["worst_grid"])})
        for side in ("before", "after")
    )
    added, removed, refused = (_pairs(result[name], rows, start) for name in ("added", "removed", "refused_pins"))
    counts = len(result["added"]), len(result["removed"])
    return Difference(result["same_inputs"], before, after, added, removed, refused, *counts)


def _pairs(keys: Iterable[list[Any]], rows: _Rows, start: datetime | None = None) -> tuple[PlannedPair, ...]:
    """The first of them; those whose need is gone are left out."""
    return tuple(
        PlannedPair(rows.needs[need_id], rows.offers.get(offer_id), *_when_or_why(rest, start))
        for need_id, offer_id, *rest in list(keys)[:PAIRS_TOLD]
        if need_id in rows.needs
    )


def _when_or_why(rest: list[Any], start: datetime | None) -> tuple[datetime | None, str]:
    if not rest or start is None:
        return None, ""
    return (None, rest[0]) if isinstance(rest[0], str) else (moment_of(rest[0], horizon_start=start), "")
