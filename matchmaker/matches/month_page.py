"""What is told of a month: exact counts as drawers for everybody, or as they are for workers; and its stored form."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median
from typing import Any, Final

import numpy as np

from matchmaker.community.models import Post
from matchmaker.engine.disclosure import BASE, HELD_BACK, Sums, tell
from matchmaker.engine.told_counts import ALL, BY_GRID, KindCounts, Told, lines_of, tell_counts
from matchmaker.matches.inputs.month import RULES_ALONE, MonthSeen
from matchmaker.matches.models import DecisionKind

WAYS: Final = (RULES_ALONE, *DecisionKind.values)
EVERY_WAY: Final = "ALL"
WAITS: Final = ((24.0, "DAY"), (72.0, "THREE_DAYS"), (168.0, "WEEK"), (float("inf"), "LONGER"))
"""Up to so many hours, half of those who were met had somebody who agreed to come."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who asked and who was met: a multiple of five, 0 for under five, None where nothing is told."""

    asked: int | None
    met: int | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of help in the whole community."""

    code: str
    told: Pair
    wait: str
    """A code of WAITS; empty where nothing is told."""
    by_grid: bool


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid, without a name where people live in none; its kinds by code."""

    name: str
    name_en: str
    told: Pair
    kinds: Mapping[str, Pair]


@dataclass(frozen=True, slots=True)
class Vacancy:
    area: str
    area_en: str
    kind: str


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month of a community; `by_grid` sums up the kinds that are told by grid."""

    all: Pair
    wait: str
    by_grid: Pair
    kinds: tuple[KindLine, ...]
    grids: tuple[GridLine, ...]
    ways: Mapping[str, int | None]
    vacant: tuple[Vacancy, ...]


def rounded_figures(seen: MonthSeen, vacant: Iterable[Post], *, month: date) -> MonthFigures:
    """As everybody may read it: no count below five can be reckoned out of it."""
    return _figures(seen, tell_counts(seen.counts, turn=month.month), _told_ways(seen.ways), vacant)


def exact_figures(seen: MonthSeen, vacant: Iterable[Post]) -> MonthFigures:
    """As it is, for workers of the whole community."""
    ways = {way: seen.ways.get(way, 0) for way in WAYS}
    return _figures(seen, _exact(seen.counts), ways | {EVERY_WAY: sum(ways.values())}, vacant)


def stored(figures: MonthFigures) -> dict[str, Any]:
    return asdict(figures)


def read(told: Mapping[str, Any]) -> MonthFigures:
    """The stored form as values again; PostgreSQL keeps no order of names, so they are put in order here."""
    codes = [kind["code"] for kind in told["kinds"]]
    return MonthFigures(
        Pair(**told["all"]),
        told["wait"],
        Pair(**told["by_grid"]),
        tuple(KindLine(**kind | {"told": Pair(**kind["told"])}) for kind in told["kinds"]),
        tuple(_grid_read(grid, codes) for grid in told["grids"]),
        {way: told["ways"][way] for way in (*WAYS, EVERY_WAY) if way in told["ways"]},
        tuple(Vacancy(**one) for one in told["vacant"]),
    )


def _grid_read(grid: Mapping[str, Any], codes: Iterable[str]) -> GridLine:
    kinds = {code: Pair(**grid["kinds"][code]) for code in codes if code in grid["kinds"]}
    return GridLine(grid["name"], grid["name_en"], Pair(**grid["told"]), kinds)


def _figures(seen: MonthSeen, told: Told, ways: Mapping[str, int | None], vacant: Iterable[Post]) -> MonthFigures:
    kinds = [(kind, _pair(told["KIND", at, 0]), True) for at, kind in enumerate(seen.kinds)]
    kinds += [(kind, _pair(told["OTHER", at, 0]), False) for at, kind in enumerate(seen.others)]
    whole = _pair(told[ALL])
    return MonthFigures(
        all=whole,
        wait=_wait(whole, [hours for some in seen.waits.values() for hours in some]),
        by_grid=_pair(told.get(BY_GRID, (HELD_BACK, HELD_BACK))),
        kinds=tuple(
            KindLine(kind.code, pair, _wait(pair, seen.waits.get(kind.pk, [])), by_grid)
            for kind, pair, by_grid in sorted(kinds, key=lambda one: one[0].pk)
        ),
        grids=tuple(
            GridLine(
                grid.name if grid is not None else "",
                grid.name_en if grid is not None else "",
                _pair(told["GRID", 0, at]),
                {kind.code: _pair(told["CELL", row, at]) for row, kind in enumerate(seen.kinds)},
            )
            for at, grid in enumerate(seen.grids)
            if seen.kinds
        ),
        ways=ways,
        vacant=tuple(Vacancy(post.area.name, post.area.name_en, post.kind) for post in vacant),
    )


def _exact(counts: KindCounts) -> Told:
    kinds, grids = counts.asked.shape
    asked = np.concatenate([counts.asked.ravel(), counts.other_asked])
    met = np.concatenate([counts.met.ravel(), counts.other_met])
    lines = lines_of(kinds, grids, len(counts.other_asked))
    return {line: (int(cells @ asked), int(cells @ met)) for line, cells in lines}


def _told_ways(ways: Mapping[str, int]) -> dict[str, int | None]:
    rows = np.vstack([np.ones(len(WAYS), dtype=np.int64), np.eye(len(WAYS), dtype=np.int64)])
    told = tell(Sums(rows, tuple(range(len(rows)))), np.array([ways.get(way, 0) for way in WAYS]))
    return {way: _said(int(one)) for way, one in zip((EVERY_WAY, *WAYS), told, strict=True)}


def _pair(told: tuple[int, int]) -> Pair:
    return Pair(_said(told[0]), _said(told[1]))


def _said(told: int) -> int | None:
    return None if told == HELD_BACK else told


def _wait(told: Pair, hours: list[float]) -> str:
    """Half of them waited no longer; told where five at least are told to have been met, whatever they are."""
    if told.met is None or told.met < BASE:
        return ""
    middle = median(hours)
    return next(code for most, code in WAITS if middle <= most)
