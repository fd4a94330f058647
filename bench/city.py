"""A city of needs and offers made from a seed, for measuring the matcher at any size; it resembles no real place.

People, places and ties are those of `bench.towns`. Needs ask for one hour of the coming week at a full hour, offers are
free for some hours on some days, take one visit or two in the week and go 100 to 400 metres. One need in three asks for
a language or a skill. With `open_hours` a need leaves a choice of two to five hours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from bench.towns import BenchTown, town
from matchmaker.engine.problem import HORIZON_WEEKS, WEEK_QUARTERS, NeedFacts, OfferFacts, Place, ServiceTypeFacts

KINDS: Final = (
    "company", "shopping", "repair", "learning", "escort", "meals", "reading", "garden", "forms", "phone",
    "moving", "pets", "cooking", "translation",
)  # fmt: skip
TYPES: Final = {
    "help": ServiceTypeFacts(code="help"),
    **{kind: ServiceTypeFacts(code=kind, parent="help") for kind in KINDS},
}
METRES_PER_DEGREE: Final = 111_194.93
GRIDS_TO_A_COMMUNITY: Final = 16
WEST: Final = 111.6
SOUTH: Final = 40.8
FIRST_HOUR: Final = 8
HOURS: Final = 12
HOUR_QUARTERS: Final = 4
DAY_QUARTERS: Final = 24 * HOUR_QUARTERS
FREE_DAYS: Final = 0.38
FREE_HOURS: Final = 5


@dataclass(frozen=True)
class City:
    """Facts as the product hands them over; `grids` holds the grid of each need."""

    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]
    town: BenchTown
    grids: tuple[int, ...]

    @property
    def adjacency(self) -> csr_array:
        """The weights of ties, rows as in the town."""
        made, people = self.town, len(self.town.ids)
        ends = np.concatenate([made.edges_u, made.edges_v]), np.concatenate([made.edges_v, made.edges_u])
        return csr_array((np.concatenate([made.weight, made.weight]), ends), shape=(people, people))


def city(*, needs: int, offers: int, seed: int, open_hours: bool = False) -> City:
    """So many needs and offers, each of another person, in a city of so many people.

    Examples
    --------
    >>> made = city(needs=20, offers=30, seed=1)
    >>> len(made.needs), len(made.offers)
    (20, 30)
    """
    rng = np.random.default_rng(seed)
    made = town(people=needs + offers, seed=seed)
    who = rng.permutation(needs + offers)
    places = _places(made)
    people = [(int(made.ids[row]), places[row]) for row in who.tolist()]
    asked = _needs(rng, people[:needs], people[needs:], open_hours=open_hours)
    return City(asked, _offers(rng, people[needs:]), made, tuple(made.grid[who[:needs]].tolist()))


Resident = tuple[int, Place]


def _places(made: BenchTown) -> list[Place]:
    degrees = METRES_PER_DEGREE * np.cos(np.radians(SOUTH))
    columns = (
        (SOUTH + made.y_m / METRES_PER_DEGREE).tolist(),
        (WEST + made.x_m / degrees).tolist(),
        made.corridor.tolist(),
        made.building.tolist(),
        made.grid.tolist(),
    )
    return [
        Place(
            latitude=latitude,
            longitude=longitude,
            building=str(building),
            corridor_id=corridor,
            grid_id=grid,
            community_id=grid // GRIDS_TO_A_COMMUNITY,
            joint_community_id=0,
        )
        for latitude, longitude, corridor, building, grid in zip(*columns, strict=True)
    ]


def _needs(
    rng: np.random.Generator, askers: list[Resident], helpers: list[Resident], *, open_hours: bool
) -> tuple[NeedFacts, ...]:
    count = len(askers)
    kinds = rng.integers(len(KINDS), size=count).tolist()
    hours = FIRST_HOUR + rng.integers(HOURS - 4, size=count)
    starts = (rng.integers(7, size=count) * DAY_QUARTERS + hours * HOUR_QUARTERS).tolist()
    length = (rng.integers(2, 6, size=count) * HOUR_QUARTERS if open_hours else np.full(count, HOUR_QUARTERS)).tolist()
    mongol, drives = (rng.random((2, count)) < ((0.2,), (0.15,))).tolist()
    urgent = rng.choice([0, 0, 0, 0, 0, 0, 0, 1, 1, 2], size=count).tolist()
    wanted = (1 + (rng.random(count) < 0.1)).tolist()
    before = rng.integers(len(helpers), size=count).tolist()
    return tuple(
        NeedFacts(
            need_id=number,
            person_id=person_id,
            service_type=KINDS[kinds[number]],
            place=place,
            minutes=60,
            open_quarters=((1 << length[number]) - 1) << starts[number],
            helpers_wanted=wanted[number],
            urgency=urgent[number],
            languages=_MONGOL if mongol[number] else _NONE,
            skills=_DRIVES if drives[number] else _NONE,
            prior_helper_ids=frozenset({helpers[before[number]][0]}),
        )
        for number, (person_id, place) in enumerate(askers)
    )


def _offers(rng: np.random.Generator, helpers: list[Resident]) -> tuple[OfferFacts, ...]:
    count = len(helpers)
    kinds, other = rng.integers(len(KINDS), size=(2, count)).tolist()
    anything = (rng.random(count) < 0.02).tolist()
    days = (rng.random((count, 7)) < FREE_DAYS).tolist()
    begins = (FIRST_HOUR + rng.integers(HOURS - 3, size=(count, 7))).tolist()
    mongol, drives = (rng.random((2, count)) < ((0.4,), (0.4,))).tolist()
    reach_m = (rng.integers(2, 9, size=count) * 50.0).tolist()
    caps = rng.choice([1, 1, 2], size=count).tolist()
    return tuple(
        OfferFacts(
            offer_id=number,
            person_id=person_id,
            service_types=_ANYTHING if anything[number] else frozenset({KINDS[kinds[number]], KINDS[other[number]]}),
            place=place,
            free_quarters=_weekly(days[number], begins[number]),
            reach_m=reach_m[number],
            languages=_BOTH if mongol[number] else _CHINESE,
            skills=_DRIVES if drives[number] else _NONE,
            age=40,
            visits_left_by_week=(caps[number],) * HORIZON_WEEKS,
            person_visits_left_by_week=(caps[number],) * HORIZON_WEEKS,
            person_visits_cap=2,
        )
        for number, (person_id, place) in enumerate(helpers)
    )


def _weekly(days: list[bool], begins: list[int]) -> int:
    """Some hours from a full hour on these days, in every week."""
    week = 0
    for day, free in enumerate(days):
        if free:
            week |= ((1 << FREE_HOURS * HOUR_QUARTERS) - 1) << (day * DAY_QUARTERS + begins[day] * HOUR_QUARTERS)
    return sum(week << number * WEEK_QUARTERS for number in range(HORIZON_WEEKS))


_NONE: Final[frozenset[str]] = frozenset()
_MONGOL: Final = frozenset({"mn"})
_CHINESE: Final = frozenset({"zh"})
_BOTH: Final = frozenset({"mn", "zh"})
_DRIVES: Final = frozenset({"DRIVING"})
_ANYTHING: Final = frozenset({"help"})
