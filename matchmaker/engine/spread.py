"""How a load is spread among people: in bands that nobody can be told apart in, and as one number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEWEST_IN_A_BAND: Final = 5
"""A band of fewer is put together with the next: somebody in it could be told apart."""
EDGES: Final = (0, 60, 180, 360, 720)
"""Minutes from which each band counts, up to the next."""


@dataclass(frozen=True, slots=True)
class Band:
    """Whoever carries from so many minutes up to fewer than so many (None: without an end), and all of theirs."""

    from_minutes: int
    below_minutes: int | None
    people: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Bands from the lightest to the heaviest, and the Gini coefficient over all people."""

    people: int
    minutes: int
    gini: float
    bands: tuple[Band, ...]

    def share(self, band: Band) -> float:
        """Of all minutes those of this band, from 0 to 1."""
        return band.minutes / self.minutes


def spread_of(minutes: Sequence[int]) -> Spread | None:
    """How the load is spread; None for fewer than five people.

    Parameters
    ----------
    minutes : sequence of int
        What each person carries, at least 1 each; the order does not matter.

    Examples
    --------
    >>> found = spread_of([30] * 5 + [90] * 5 + [800])
    >>> [(band.from_minutes, band.below_minutes, band.people) for band in found.bands]
    [(0, 60, 5), (60, None, 6)]
    >>> round(found.share(found.bands[-1]), 2)
    0.89
    """
    if len(minutes) < FEWEST_IN_A_BAND:
        return None
    return Spread(len(minutes), sum(minutes), gini(minutes), _bands(minutes))


def gini(values: Sequence[int]) -> float:
    """The Gini coefficient: 0 where everybody carries the same, near 1 where one of many carries all.

    Half the mean difference of two people, over the mean; at least one value is above nought.

    Examples
    --------
    >>> gini([2, 2, 2, 2]), gini([0, 0, 0, 4]), gini([1, 3])
    (0.0, 0.75, 0.25)
    """
    ranked, count = sorted(values), len(values)
    weighed = sum((2 * place - count - 1) * value for place, value in enumerate(ranked, start=1))
    return weighed / (count * sum(ranked))


def _bands(minutes: Sequence[int]) -> tuple[Band, ...]:
    """From the heaviest down, each as wide as it takes for five people; what is left joins the lightest."""
    found: list[Band] = []
    below: int | None = None
    inside: list[int] = []
    for start in reversed(EDGES):
        inside += [one for one in minutes if start <= one < (_next_edge(start) or one + 1)]
        if len(inside) >= FEWEST_IN_A_BAND:
            found.append(Band(start, below, len(inside), sum(inside)))
            below, inside = start, []
    if inside or found[-1].from_minutes > EDGES[0]:
        last = found.pop()
        people, carried = last.people + len(inside), last.minutes + sum(inside)
        found.append(Band(EDGES[0], last.below_minutes, people, carried))
    return tuple(reversed(found))


def _next_edge(start: int) -> int | None:
    place = EDGES.index(start) + 1
    return EDGES[place] if place < len(EDGES) else None
