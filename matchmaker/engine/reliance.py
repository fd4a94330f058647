"""Will this pair's next meeting go well? Answered from counters, by models that learned from the past alone.

Three forecast side by side: the documented prior; a straight line through a dozen plain numbers, which learns at each
event; and trees over all counters, fitted again and again on a bounded past, their chances set straight by how their
own earlier forecasts turned out. Each is heard by how well it told what came, so whatever a town is like, what is said
is hardly worse than what the best of them would have said.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.boosting import Shape, Trees, fit_trees
from matchmaker.engine.evidence import COLUMNS, Evidence
from matchmaker.engine.online import Mixture, Regression
from matchmaker.engine.plain_row import PLAIN_COLUMNS, RESTING_ODDS, plain_row
from matchmaker.engine.priors import DOCUMENTED

REMEMBERED_ROWS: Final = 40_000
"""The latest ratings, which a refit looks at."""
ENOUGH_RATINGS: Final = 400
ENOUGH_OF_A_KIND: Final = 20
"""Below these numbers of ratings, and of good and bad ones, nothing is fitted."""
REFIT_AFTER: Final = 500
REFIT_GROWTH: Final = 0.05
"""A refit comes after 500 ratings, or a twentieth of all there are, whichever is more."""
REFIT_AT_MOST_AFTER: Final = 2_000
CHANCE: Final = Shape()
RATING: Final = Shape(trees=150, depth=5, rate=0.07, least_weight=10.0)
CALIBRATION_PULL: Final = 20.0
"""How firmly the calibration of new trees holds to that of the last: like so many forecasts."""
LINE_PULL: Final = 1.0
"""How firmly the line holds to what it begins with: like one rating."""
LEAST_SLOPE: Final = 0.1
"""Calibration never turns the trees' order around."""
FARTHEST_APART: Final = 8.0
"""Squared errors of values are at most 4; each is heard by ``exp(-error / 8)``, which bounds what the mixture loses."""

FORECASTERS: Final = 3
"""The prior, the line and the trees."""
RESTING_VALUE: Final = tuple(float(name == "received_mean") for name in PLAIN_COLUMNS)
"""The line of values begins as the shrunken mean that the prior says."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of one rating.

    Attributes
    ----------
    chance : float
        That it will be a good one (above 0), 0..1.
    rating : float
        Its expected value, -1..1.
    evidence : int
        Ratings that the rated person received so far.
    learned : bool
        Whether models that learned from this stream are heard more than the prior.
    """

    chance: float
    rating: float
    evidence: int
    learned: bool


@dataclass(frozen=True, slots=True)
class Model:
    """Trees for the log odds of a good rating and for its value."""

    chance: Trees
    rating: Trees


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of a pair at a moment, and what each forecaster says; the trees nothing before they were fitted.

    Attributes
    ----------
    asked : (rater, rated, at_s)
    row, plain : array of shape (columns,)
        For the trees, and for the line.
    odds : float
        The trees' log odds before they are set straight.
    chances, values : (prior, line, trees)
    evidence : int
    """

    asked: tuple[int, int, float]
    row: Floats
    plain: Floats
    odds: float
    chances: tuple[float, float, float | None]
    values: tuple[float, float, float | None]
    evidence: int


class Reliance:
    """Forecasts ratings one by one and learns from each afterwards.

    The work of a forecast and of an event does not depend on the number of people or ratings. A refit looks at no more
    than `REMEMBERED_ROWS` ratings and comes the more rarely the more there are, down to once in `REFIT_AT_MOST_AFTER`.

    Parameters
    ----------
    seed : int
        Draws the rows and columns that each tree sees; the same stream and seed give the same forecasts.

    Examples
    --------
    >>> reliance = Reliance()
    >>> round(reliance.forecast(1, 2, at_s=0.0).chance, 3)
    0.8
    >>> reliance.take(1, 2, 1.0, at_s=0.0)
    >>> round(reliance.forecast(3, 2, at_s=9.0).chance, 3)
    0.859
    """

    def __init__(self, seed: int = 0) -> None:
        self.evidence = Evidence()
        self.model: Model | None = None
        self.refits = 0
        self._seed = seed
        self._count = 0
        self._next_refit = ENOUGH_RATINGS
        self._rows = np.empty((0, len(COLUMNS)))
        self._wanted = np.empty(0)
        self._line = Regression(RESTING_ODDS, firmly=LINE_PULL, loss="logistic")
        self._value_line = Regression(RESTING_VALUE, firmly=LINE_PULL, loss="squared")
        self._straight = Regression((1.0, 0.0), firmly=CALIBRATION_PULL, loss="logistic")
        self._chances, self._values = Mixture(FORECASTERS), Mixture(FORECASTERS)
        self._looked: _Look | None = None

    def forecast(self, rater: int, rated: int, at_s: float) -> Forecast:
        """What is expected of a rating that is not given yet. Nothing changes by asking."""
        look = self._look(rater, rated, at_s)
        chance, value = self._chances.mean(look.chances), self._values.mean(look.values)
        return Forecast(chance, value, look.evidence, learned=self._chances.share(0, look.chances) < 0.5)

    def take(self, rater: int, rated: int, rating: float, at_s: float) -> None:
        """Learn from one rating, given at a time no earlier than those before.

        Raises
        ------
        ValueError
            Where the rating is not between -1 and 1.
        """
        if not -1.0 <= rating <= 1.0:
            raise ValueError(f"a rating is between -1 and 1, not {rating}")
        look, good = self._look(rater, rated, at_s), rating > 0.0
        self._looked = None
        self._chances.take([_likelihood(chance, good=good) for chance in look.chances])
        self._values.take([_nearness(value, rating) for value in look.values])
        self._line.take(look.plain, float(good))
        self._value_line.take(look.plain, (rating - self.evidence.usual()) / self.evidence.spread())
        if self.model is not None:
            self._straight.take(np.array([look.odds, 1.0]), float(good))
        self._remember(look.row, rating)
        self.evidence.take(rater, rated, rating, at_s)
        if self._count >= self._next_refit:
            self._refit()

    def _look(self, rater: int, rated: int, at_s: float) -> _Look:
        """Looked up once for a forecast and the rating after it."""
        asked = (rater, rated, at_s)
        if self._looked is None or self._looked.asked != asked:
            row, plain = np.asarray(self.evidence.row(*asked)), plain_row(self.evidence, rater, rated)
            chance, value, count = self._prior(rated)
            odds, learned = self._of_trees(row)
            usual, spread = self.evidence.usual(), self.evidence.spread()
            chances = (chance, _chance(self._line.answer(plain)), learned[0])
            values = (value, _on_scale(usual + spread * self._value_line.answer(plain)), learned[1])
            self._looked = _Look(asked, row, plain, odds, chances, values, count)
        return self._looked

    def _prior(self, rated: int) -> tuple[float, float, int]:
        record = self.evidence.people.get(rated)
        if record is None:
            return DOCUMENTED.value, self.evidence.usual(), 0
        side = record.received
        chance = (DOCUMENTED.good + side.count - side.bad) / (DOCUMENTED.good + DOCUMENTED.bad + side.count)
        return chance, side.mean(self.evidence.usual()), side.count

    def _of_trees(self, row: Floats) -> tuple[float, tuple[float | None, float | None]]:
        """Their log odds, and their chance, set straight, and value."""
        if self.model is None:
            return 0.0, (None, None)
        odds = self.model.chance.answer(row)
        slope, shift = self._straight.weights.tolist()
        return odds, (_chance(max(slope, LEAST_SLOPE) * odds + shift), _on_scale(self.model.rating.answer(row)))

    def _remember(self, row: Floats, rating: float) -> None:
        at = self._count % REMEMBERED_ROWS
        if at == len(self._rows):
            size = min(REMEMBERED_ROWS, max(1_024, 2 * len(self._rows)))
            self._rows = np.concatenate([self._rows, np.empty((size - len(self._rows), len(COLUMNS)))])
            self._wanted = np.concatenate([self._wanted, np.empty(size - len(self._wanted))])
        self._rows[at] = row
        self._wanted[at] = rating
        self._count += 1

    def _refit(self) -> None:
        self._next_refit = self._count + min(REFIT_AT_MOST_AFTER, max(REFIT_AFTER, int(REFIT_GROWTH * self._count)))
        known = min(self._count, REMEMBERED_ROWS)
        rows, wanted = self._rows[:known], self._wanted[:known]
        good = (wanted > 0.0).astype(np.float64)
        if not ENOUGH_OF_A_KIND <= good.sum() <= known - ENOUGH_OF_A_KIND:
            return
        self.refits += 1
        seed = self._seed + self.refits
        chance = fit_trees(rows, good, loss="logistic", shape=CHANCE, seed=seed)
        rating = fit_trees(rows, wanted, loss="squared", shape=RATING, seed=seed)
        self.model = Model(chance, rating)
        # What set the last trees straight is where that of these begins, no firmer than at first.
        self._straight = Regression(self._straight.weights.tolist(), firmly=CALIBRATION_PULL, loss="logistic")


def _chance(odds: float) -> float:
    """Never quite 0 or 1: nothing about people is certain."""
    return min(0.999, max(0.001, 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, odds))))))


def _on_scale(value: float) -> float:
    return min(1.0, max(-1.0, value))


def _likelihood(chance: float | None, *, good: bool) -> float | None:
    return chance if chance is None or good else 1.0 - chance


def _nearness(value: float | None, rating: float) -> float | None:
    return None if value is None else math.exp(-((value - rating) ** 2) / FARTHEST_APART)
