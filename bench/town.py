"""A town made from a seed, of any size, for measuring: not the sample community, and nothing like a real one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.engine.problem import ALWAYS, NeedFacts, OfferFacts, Place, ServiceTypeFacts, TieFacts, TieKind, Town

PEOPLE_PER_GRID: Final = 1_000
TIES_PER_PERSON: Final = 2
SPREAD_DEGREES: Final = 0.02  # about two kilometres
TYPES: Final = {code: ServiceTypeFacts(code=code) for code in ("company", "shopping", "repair", "learning")}
REACH_M: Final = 800.0
HOUR: Final = 60


@dataclass(frozen=True)
class Measured:
    """A town with as many needs as offers."""

    town: Town
    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]


def measured_town(*, people: int, pairs: int, seed: int) -> Measured:
    """A town of so many people, in which so many need help and as many others offer it."""
    rng = np.random.default_rng(seed)
    places = [_place(rng, person_id) for person_id in range(people)]
    codes = sorted(TYPES)
    who = rng.permutation(people)
    needs = tuple(
        NeedFacts(
            need_id=number,
            person_id=int(who[number]),
            service_type=codes[int(rng.integers(len(codes)))],
            place=places[int(who[number])],
            minutes=HOUR,
            open_quarters=ALWAYS,
        )
        for number in range(pairs)
    )
    offers = tuple(
        OfferFacts(
            offer_id=number,
            person_id=int(who[pairs + number]),
            service_types=frozenset({codes[int(rng.integers(len(codes)))]}),
            place=places[int(who[pairs + number])],
            free_quarters=ALWAYS,
            reach_m=REACH_M,
            visits_left_by_week=(2, 2, 2, 2),
            age=40,
        )
        for number in range(pairs)
    )
    town = Town(people=tuple(range(people)), ties=_ties(rng, people), places=dict(enumerate(places)))
    return Measured(town, needs, offers)


def _place(rng: np.random.Generator, person_id: int) -> Place:
    east, north = rng.random(2) * SPREAD_DEGREES
    grid = person_id // PEOPLE_PER_GRID
    return Place(latitude=40.8 + float(north), longitude=111.6 + float(east), grid_id=grid, community_id=1)


def _ties(rng: np.random.Generator, people: int) -> tuple[TieFacts, ...]:
    pairs = rng.integers(people, size=(people * TIES_PER_PERSON, 2))
    return tuple(TieFacts(int(u), int(v), TieKind.FRIEND) for u, v in pairs if u != v)
