"""Two made-up weeks of needs in a made-up town: forecasts may look at the first, the second is played."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.booking import value_of
from matchmaker.engine.eligibility import candidates
from matchmaker.engine.problem import ALWAYS, NeedFacts, OfferFacts, Place, ServiceTypeFacts, TieFacts, TieKind, Town
from matchmaker.engine.scoring import IDENTITY, knowledge_of, score

ASSUMPTIONS: Final = (
    "twice as many people as needs, in 12 clusters of homes, 2,000 of them within some two kilometres",
    "two ties a person, at random; three in ten people offer help",
    "10 kinds of help in uneven demand and uneven supply; an offer covers one to three; reach 250, 400, 600 or 900 m",
    "needs: ordinary .7, soon .2, urgent .08, emergencies .02; one in ten wants two helpers",
    "scores are those of the identity card, urgency adds what it adds to a plan; hours never collide",
    "capacity is visits in the week, supply times all helpers wanted, dealt out unevenly",
    "needs come by day more than by night and wait 120, 24, 1 or a quarter of an hour by urgency, or to the week's end",
    "whoever is asked says no with .25 and answers at once; a no holds for this need",
    "one need in ten is withdrawn before the week ends, matched or not: then the visit can go to another need",
    "one offer in ten is away when the week begins and comes back some time in it",
    "hindsight: the exact plan of all needs that were not withdrawn, every no and every return known beforehand",
)
HOURS: Final = 168.0
KINDS, CLUSTERS = 10, 12
SPREAD_DEGREES: Final = 0.02
"""Of a town of 2,000 people; a smaller one is smaller, not thinner."""
REACHES_M: Final = (250.0, 400.0, 600.0, 900.0)
URGENCIES: Final = (0.7, 0.2, 0.08, 0.02)
WAIT_HOURS: Final = np.array([120.0, 24.0, 1.0, 0.25])
REFUSED, WITHDRAWN, AWAY, WANTS_TWO = 0.25, 0.1, 0.1, 0.1
BY_HOUR: Final = np.array([0.2] * 7 + [1.0] * 12 + [0.6] * 3 + [0.2] * 2)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """Who could help whom, and what that is worth; pairs are sorted by need; the first half of the needs is past."""

    need: Ints
    offer: Ints
    value: Ints
    walk_m: Floats
    urgency: Ints
    wanted: Ints
    offers: int

    @property
    def past(self) -> int:
        """Needs of the first week."""
        return len(self.urgency) // 2


@dataclass(frozen=True)
class Week:
    """A stream with all that is left to chance; times are hours since the second week began."""

    stream: Stream
    comes_at: Floats
    waits_until: Floats
    withdrawn_at: Floats
    """Infinite where it is not."""
    says_yes: NDArray[np.bool_]
    """For each pair."""
    capacity: Ints
    back_at: Floats
    """0 where the offer is there from the beginning."""


def a_stream(*, needs: int, seed: int) -> Stream:
    """So many needs a week, scored by the engine."""
    rng = np.random.default_rng(seed)
    people, offers = 2 * needs, max(1, int(0.6 * needs))
    places = _places(rng, people)
    who = rng.permutation(people)
    kinds = {f"kind{kind}": ServiceTypeFacts(code=f"kind{kind}") for kind in range(KINDS)}
    demand, supply = rng.dirichlet(np.full(KINDS, 3.0)), rng.dirichlet(np.full(KINDS, 3.0))
    offered = [_an_offer(rng, row, int(who[row]), places, supply) for row in range(offers)]
    asked = [_a_need(rng, row, int(rng.choice(who[offers:])), places, demand) for row in range(2 * needs)]
    ends = rng.integers(people, size=(2 * people, 2))
    ties = tuple(TieFacts(int(u), int(v), TieKind.FRIEND) for u, v in ends if u != v)
    town = Town(people=tuple(range(people)), ties=ties, places=dict(enumerate(places)))
    scored = score(candidates(asked, offered, kinds), kinds, knowledge_of(town), IDENTITY)
    scored = tuple(sorted(scored, key=lambda one: (one.candidate.need.need_id, one.candidate.offer.offer_id)))
    return Stream(
        need=np.array([one.candidate.need.need_id for one in scored], dtype=np.int64),
        offer=np.array([one.candidate.offer.offer_id for one in scored], dtype=np.int64),
        value=np.array([value_of(one) for one in scored], dtype=np.int64),
        walk_m=np.array([one.candidate.walk_m for one in scored]),
        urgency=np.array([need.urgency for need in asked], dtype=np.int64),
        wanted=np.array([need.helpers_wanted for need in asked], dtype=np.int64),
        offers=offers,
    )


def a_week(stream: Stream, *, supply: float, seed: int) -> Week:
    """The same draws for every supply, but for how much capacity is dealt out."""
    rng = np.random.default_rng((seed, 1))
    past, needs = stream.past, len(stream.urgency)
    by_hour = np.tile(BY_HOUR, 7) / (7 * BY_HOUR.sum())
    hours = rng.choice(len(by_hour), size=needs, p=by_hour) + rng.random(needs)
    comes_at = np.concatenate([np.sort(hours[:past]) - HOURS, np.sort(hours[past:])])
    ends_at = np.where(comes_at < 0, 0.0, HOURS)
    withdrawn_at = comes_at + rng.random(needs) * (ends_at - comes_at)
    withdrawn_at[rng.random(needs) >= WITHDRAWN] = np.inf
    says_yes = rng.random(len(stream.need)) >= REFUSED
    back_at = np.where(rng.random(stream.offers) < AWAY, rng.random(stream.offers) * HOURS, 0.0)
    shares = rng.dirichlet(np.full(stream.offers, 2.0))
    capacity = rng.multinomial(round(supply * int(stream.wanted[past:].sum())), shares)
    waits_until = np.minimum(comes_at + WAIT_HOURS[stream.urgency], ends_at)
    return Week(stream, comes_at, waits_until, withdrawn_at, says_yes, capacity.astype(np.int64), back_at)


def _places(rng: np.random.Generator, people: int) -> list[Place]:
    spread = SPREAD_DEGREES * (people / 2_000) ** 0.5
    centres = rng.random((CLUSTERS, 2)) * spread
    cluster = rng.choice(CLUSTERS, size=people, p=rng.dirichlet(np.full(CLUSTERS, 2.0)))
    points = centres[cluster] + rng.normal(0.0, spread / 10, (people, 2))
    return [
        Place(latitude=40.8 + float(north), longitude=111.6 + float(east), grid_id=int(grid), community_id=1)
        for (east, north), grid in zip(points, cluster, strict=True)
    ]


def _an_offer(
    rng: np.random.Generator, row: int, person_id: int, places: list[Place], supply: NDArray[np.float64]
) -> OfferFacts:
    kinds = rng.choice(KINDS, size=rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]), replace=False, p=supply)
    return OfferFacts(
        offer_id=row,
        person_id=person_id,
        service_types=frozenset(f"kind{kind}" for kind in kinds),
        place=places[person_id],
        free_quarters=ALWAYS,
        reach_m=float(rng.choice(REACHES_M)),
        age=40,
    )


def _a_need(
    rng: np.random.Generator, row: int, person_id: int, places: list[Place], demand: NDArray[np.float64]
) -> NeedFacts:
    return NeedFacts(
        need_id=row,
        person_id=person_id,
        service_type=f"kind{rng.choice(KINDS, p=demand)}",
        place=places[person_id],
        minutes=60,
        open_quarters=ALWAYS,
        urgency=int(rng.choice(len(URGENCIES), p=URGENCIES)),
        helpers_wanted=2 if rng.random() < WANTS_TWO else 1,
    )
