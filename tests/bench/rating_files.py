"""Files of ratings of many shapes, made from a seed: what the laboratory may be given beside the one market at hand."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = list[tuple[object, ...]]
HEADER: Final = "rater,rated,rating,unix_time"
DAY_S: Final = 86_400


def market(rng: np.random.Generator) -> Rows:
    """Whole numbers from -10 to 10 among few busy people and many who come once."""
    people, ratings = 500, 1_500
    good = rng.random(people) > 0.1
    busy = rng.pareto(1.2, people) + 0.1
    rater, rated = rng.choice(people, (2, ratings), p=busy / busy.sum())
    value = np.where(good[rated], rng.integers(1, 5, ratings), rng.choice([-10, 1], ratings))
    return _rows(rater, rated, value, np.cumsum(rng.exponential(3_000.0, ratings)))


def votes(rng: np.random.Generator) -> Rows:
    """For and against, by the day, so that many are of one moment; nobody is voted on much before they are."""
    people, ratings = 300, 1_500
    liked = rng.normal(1.0, 1.2, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.where(rng.random(ratings) < 1.0 / (1.0 + np.exp(-liked[rated])), 1, -1)
    return _rows(rater, rated, value, rng.integers(1_000, 1_200, ratings) * DAY_S)


def stars(rng: np.random.Generator) -> Rows:
    """One to five, by people who are hard or easy to please, three in the middle."""
    people, ratings = 200, 1_500
    quality, strict = rng.normal(0.0, 1.0, people), rng.normal(0.0, 0.7, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.clip(np.rint(3.5 + quality[rated] - strict[rater] + rng.normal(0.0, 0.8, ratings)), 1, 5)
    return _rows(rater, rated, value, np.cumsum(rng.exponential(600.0, ratings)))


def mails(rng: np.random.Generator) -> Rows:
    """Who wrote to whom: every word is a 1, and some write to themselves."""
    rater, rated = rng.integers(40, size=(2, 600))
    return _rows(rater, rated, np.ones(600), rng.integers(0, 100 * DAY_S, 600))


def tiny(rng: np.random.Generator) -> Rows:
    """Fifty rows."""
    rater, rated = rng.integers(12, size=(2, 50))
    return _rows(rater, rated, rng.choice([-1.0, 0.5, 1.0], 50), rng.permutation(50) * 60.0)


def twice(rng: np.random.Generator) -> Rows:
    """Every row stands there twice, in no order, at one and the same moment."""
    rater, rated = rng.integers(30, size=(2, 300))
    rows = _rows(rater, rated, rng.normal(0.4, 1.0, 300).round(3), np.full(300, 1_300_000_000.5))
    return [*rows, *rows[::-1]]


def grudges(rng: np.random.Generator) -> Rows:
    """Nobody says anything good."""
    rater, rated = rng.integers(30, size=(2, 300))
    return _rows(rater, rated, rng.choice([-3.0, -1.0], 300), np.arange(300.0))


def one_star_to_many(rng: np.random.Generator) -> Rows:
    """One person rates all others, each once: nobody is heard of again."""
    return _rows(np.zeros(200, dtype=int), np.arange(1, 201), rng.choice([1, -1], 200, p=[0.8, 0.2]), np.arange(200))


def hotels(rng: np.random.Generator) -> Rows:
    """One to five by a few hundred people, two in five not above the middle; most have been rated a dozen times."""
    people, ratings = 170, 2_000
    quality, strict = rng.normal(0.0, 0.8, people), rng.normal(0.0, 0.5, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.clip(np.rint(3.8 + quality[rated] - strict[rater] + rng.normal(0.0, 0.9, ratings)), 1, 5)
    return _rows(rater, rated, value, np.cumsum(rng.exponential(3_600.0, ratings)))


def out_of_ten(rng: np.random.Generator) -> Rows:
    """None to ten points; nobody is stricter than others."""
    people, ratings = 250, 2_000
    quality = rng.normal(0.0, 1.6, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.clip(np.rint(6.3 + quality[rated] + rng.normal(0.0, 1.8, ratings)), 0, 10)
    return _rows(rater, rated, value, np.cumsum(rng.exponential(3_000.0, ratings)))


def crowded(rng: np.random.Generator) -> Rows:
    """A few give and get most of the stars, many have one or two: the time stands in milliseconds."""
    people, ratings = 700, 2_000
    busy = rng.pareto(1.1, people) + 0.05
    quality = rng.normal(0.0, 0.9, people)
    rater, rated = rng.choice(people, (2, ratings), p=busy / busy.sum())
    value = np.clip(np.rint(3.6 + quality[rated] + rng.normal(0.0, 1.0, ratings)), 1, 5)
    return _rows(rater, rated, value, 1_400_000_000_000 + np.cumsum(rng.exponential(2e6, ratings)).round())


def judges(rng: np.random.Generator) -> Rows:
    """Twelve people, some hard to please, rate three hundred who rate nobody."""
    ratings = 2_000
    quality, strict = rng.normal(0.0, 0.9, 300), rng.normal(0.0, 0.8, 12)
    rater, rated = rng.integers(12, size=ratings), rng.integers(300, size=ratings)
    value = np.clip(np.rint(3.6 + quality[rated] - strict[rater] + rng.normal(0.0, 0.8, ratings)), 1, 5)
    return _rows(rater, 12 + rated, value, np.cumsum(rng.exponential(2_000.0, ratings)))


def hard_times(rng: np.random.Generator) -> Rows:
    """For and against, and three of four are against."""
    people, ratings = 200, 2_000
    liked = rng.normal(-1.5, 1.2, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.where(rng.random(ratings) < 1.0 / (1.0 + np.exp(-liked[rated])), 1, -1)
    return _rows(rater, rated, value, np.cumsum(rng.exponential(3_000.0, ratings)))


def praise(rng: np.random.Generator) -> Rows:
    """Three to five stars: nobody is blamed, some are praised less."""
    people, ratings = 170, 2_000
    quality = rng.normal(0.0, 0.5, people)
    rater, rated = rng.integers(people, size=(2, ratings))
    value = np.clip(np.rint(4.4 + quality[rated] + rng.normal(0.0, 0.6, ratings)), 3, 5)
    return _rows(rater, rated, value, np.cumsum(rng.exponential(2_000.0, ratings)))


SHAPES: Final[Mapping[str, Callable[[np.random.Generator], Rows]]] = {
    shape.__name__: shape
    for shape in (
        *(market, votes, stars, mails, tiny, twice, grudges, one_star_to_many),
        *(hotels, out_of_ten, crowded, judges, hard_times, praise),
    )
}
INFORMATIVE: Final = ("market", "votes", "stars", "hotels", "out_of_ten", "crowded", "judges", "hard_times", "praise")
"""Shapes from which somebody who looks back can tell who will be rated well."""


def text_of(shape: str, *, seed: int = 1) -> str:
    """The file as it would be sent."""
    rows = SHAPES[shape](np.random.default_rng(seed))
    return "\n".join([HEADER, *(",".join(map(str, row)) for row in rows)]) + "\n"


def _rows(rater: NDArray[np.int64], rated: NDArray[np.int64], value: NDArray, at_s: NDArray) -> Rows:
    return list(zip(rater.tolist(), rated.tolist(), value.tolist(), at_s.tolist(), strict=True))
