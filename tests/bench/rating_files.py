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


SHAPES: Final[Mapping[str, Callable[[np.random.Generator], Rows]]] = {
    shape.__name__: shape for shape in (market, votes, stars, mails, tiny, twice, grudges, one_star_to_many)
}


def text_of(shape: str, *, seed: int = 1) -> str:
    """The file as it would be sent."""
    rows = SHAPES[shape](np.random.default_rng(seed))
    return "\n".join([HEADER, *(",".join(map(str, row)) for row in rows)]) + "\n"


def _rows(rater: NDArray[np.int64], rated: NDArray[np.int64], value: NDArray, at_s: NDArray) -> Rows:
    return list(zip(rater.tolist(), rated.tolist(), value.tolist(), at_s.tolist(), strict=True))
