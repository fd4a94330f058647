"""The 15-minute circle: who reaches what on foot, at their own pace, and whether the old reach as much as the young.

Levels are not inclusive: within five, ten and fifteen minutes are counted each for itself. Walks go along streets where
a map shows them, else they are guessed by the usual detour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.engine.places import DETOUR, Floats, Ints
from matchmaker.engine.streets import FURTHEST_WALK_M, Streets, straight_metres

MINUTES: Final = (5, 10, 15)
OLD_FROM_AGE: Final = 60
"""Years; as in the Law on the Protection of the Rights and Interests of the Elderly."""
FEWEST_SHOWN: Final = 5
"""Of a smaller group nothing is told: it could be told apart."""
AGE_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast people of an age walk on the flat: from `from_age` years on, up to the next pace."""

    from_age: int
    metres_per_minute: float


PACES: Final = (Pace(0, 45.0), Pace(7, 60.0), Pace(13, 75.0), Pace(65, 62.0), Pace(75, 50.0), Pace(85, 38.0))
"""Assumptions, to be measured: an adult at 4.5 km/h, somebody of ninety at half of that."""


def pace_at(age: int) -> Pace:
    """The pace of someone of this age.

    Examples
    --------
    >>> [pace_at(age).metres_per_minute for age in (6, 30, 64, 65, 90)]
    [45.0, 75.0, 75.0, 62.0, 38.0]
    """
    return next(pace for pace in reversed(PACES) if age >= pace.from_age)


@dataclass(frozen=True, slots=True, eq=False)
class Residents:
    """People in columns: where they live in degrees, how fast they walk in metres a minute, and their age in years.

    `ages` are -1 where not known: such people are counted among all, and among neither the old nor the young.
    """

    latitudes: Floats
    longitudes: Floats
    paces: Floats
    ages: Ints

    def __len__(self) -> int:
        return len(self.ages)


Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a group reach something within 5, 10 and 15 minutes, of how many."""

    people: int
    within: tuple[int, ...]

    @property
    def is_shown(self) -> bool:
        return self.people >= FEWEST_SHOWN

    @property
    def percent(self) -> int | None:
        """Of the group within fifteen minutes; None of a group too small to be told of."""
        return round(100 * self.within[-1] / self.people) if self.is_shown else None


@dataclass(frozen=True, slots=True)
class Covered:
    """One service type: how many places, and who reaches the nearest of them."""

    code: str
    places: int
    all: Shares
    young: Shares
    old: Shares

    @property
    def gap(self) -> int | None:
        """Percentage points by which fewer of the old reach it than of the young; None where a group is too small."""
        if self.young.percent is None or self.old.percent is None:
            return None
        return self.young.percent - self.old.percent


@dataclass(frozen=True, slots=True)
class Circle:
    """At one pace: how far one gets from a place within so many minutes, and how many people live within that."""

    pace: Pace
    minutes: int
    metres: float
    people: int


def coverage(
    residents: Residents, places: Mapping[str, Sequence[Spot]], streets: Streets | None = None
) -> tuple[Covered, ...]:
    """Who reaches each service type on foot, at their own pace.

    Parameters
    ----------
    residents : Residents
    places : mapping of service type to its places
        A place may serve several types; it is set out from once.
    streets : Streets, optional

    Returns
    -------
    tuple of Covered
        In the order of `places`.

    Examples
    --------
    >>> here = Residents(np.zeros(5), np.zeros(5), np.full(5, 75.0), np.full(5, 30))
    >>> (shopping,) = coverage(here, {"SHOPPING": [(0.005, 0.0)]})  # 745 m on foot: ten minutes
    >>> shopping.all.within, shopping.all.percent, shopping.gap
    ((0, 5, 5), 100, None)
    """
    minutes = minutes_to(residents, places, streets)
    return tuple(_covered(code, len(set(listed)), residents, minutes[code]) for code, listed in places.items())


def minutes_to(
    residents: Residents, places: Mapping[str, Sequence[Spot]], streets: Streets | None = None
) -> dict[str, Floats]:
    """For each service type how long every resident walks to the nearest of its places, at their own pace.

    Parameters and order as in `coverage`; inf where nothing is within anybody's walk.

    Examples
    --------
    >>> two = Residents(np.zeros(2), np.zeros(2), np.array([75.0, 50.0]), np.full(2, 30))
    >>> minutes_to(two, {"SHOPPING": [(0.005, 0.0)]})["SHOPPING"].round().tolist()
    [10.0, 15.0]
    """
    spots = sorted({spot for listed in places.values() for spot in listed})
    minutes = {spot: walks_to(spot, residents, streets) / residents.paces for spot in spots}
    nobody = np.full(len(residents), np.inf)
    return {code: np.min([nobody, *(minutes[spot] for spot in set(listed))], axis=0) for code, listed in places.items()}


def circles(spot: Spot, residents: Residents, streets: Streets | None = None) -> tuple[Circle, ...]:
    """From one place: for each pace and each of `MINUTES` how far one gets, and how many people live there.

    The people are all residents, whatever their own pace: it says what a place means to somebody who walks like this.
    """
    walks = walks_to(spot, residents, streets)
    return tuple(
        Circle(pace, minutes, minutes * pace.metres_per_minute, int((walks <= minutes * pace.metres_per_minute).sum()))
        for pace in PACES
        for minutes in MINUTES
    )


def walks_to(spot: Spot, residents: Residents, streets: Streets | None) -> Floats:
    """Metres on foot from a place to every resident; inf where even the straight line is longer than anybody goes."""
    latitude, longitude = spot
    straight = straight_metres(latitude, longitude, residents.latitudes, residents.longitudes)
    walks = np.full(len(residents), np.inf)
    near = np.flatnonzero(straight <= FURTHEST_WALK_M)
    if streets is None:
        walks[near] = DETOUR * straight[near]
    else:
        walks[near] = streets.walks_m(latitude, longitude, residents.latitudes[near], residents.longitudes[near])
    return walks


def _covered(code: str, places: int, residents: Residents, minutes: Floats) -> Covered:
    known = residents.ages != AGE_UNKNOWN
    old = known & (residents.ages >= OLD_FROM_AGE)
    groups = (np.ones(len(residents), dtype=np.bool_), known & ~old, old)
    return Covered(code, places, *(_shares(minutes[group]) for group in groups))


def _shares(minutes: Floats) -> Shares:
    return Shares(len(minutes), tuple(int((minutes <= limit).sum()) for limit in MINUTES))
