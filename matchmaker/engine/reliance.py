"""Will this pair's next meeting go well? Answered from counters, by a model that learned from the past alone.

It begins with the documented prior. A model is fitted again and again on a bounded past, forecasts silently beside the
prior, and is listened to only while it did better on ratings it had not seen. Its chances are then set straight by how
its own earlier forecasts turned out.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.boosting import Shape, Trees, fit_trees
from matchmaker.engine.evidence import COLUMNS, Evidence
from matchmaker.engine.priors import DOCUMENTED

REMEMBERED_ROWS: Final = 40_000
"""The latest ratings, which a refit looks at."""
REMEMBERED_FORECASTS: Final = 4_000
"""The latest forecasts of the model, which the calibration and the comparison with the prior look at."""
ENOUGH_RATINGS: Final = 400
ENOUGH_OF_A_KIND: Final = 20
"""Below these numbers of ratings, and of good and bad ones, nothing is fitted."""
ENOUGH_FORECASTS: Final = 200
"""A model is not listened to before so many silent forecasts."""
CLEARLY: Final = 2.0
"""By how many standard errors the model must have done better than the prior."""
REFIT_AFTER: Final = 500
REFIT_GROWTH: Final = 0.05
"""A refit comes after 500 ratings, or a twentieth of all there are, whichever is more."""
REFIT_AT_MOST_AFTER: Final = 2_000
CHANCE: Final = Shape()
RATING: Final = Shape(trees=150, depth=5, rate=0.07, least_weight=10.0)
CALIBRATION_PULL: Final = 20.0
"""How firmly the calibration holds to "as the model says": like so many forecasts."""

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
        Whether a fitted model says so; else the prior does.
    """

    chance: float
    rating: float
    evidence: int
    learned: bool


@dataclass(frozen=True, slots=True)
class Model:
    """Trees for the log odds of a good rating and for its value, and the calibration of the former."""

    chance: Trees
    rating: Trees
    slope: float = 1.0
    shift: float = 0.0


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
    >>> reliance.forecast(1, 2, at_s=0.0)
    Forecast(chance=0.8, rating=0.0, evidence=0, learned=False)
    >>> reliance.take(1, 2, 1.0, at_s=0.0)
    >>> reliance.forecast(3, 2, at_s=9.0).chance
    0.8333333333333334
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
        self._told = _Told()
        self._looked: tuple[tuple[int, int, float], Floats, float] | None = None

    def forecast(self, rater: int, rated: int, at_s: float) -> Forecast:
        """What is expected of a rating that is not given yet. Nothing changes by asking."""
        chance, rating, count = self._prior(rated)
        row, odds = self._look(rater, rated, at_s)
        if self.model is None or not self._told.is_better():
            return Forecast(chance, rating, count, learned=False)
        value = min(1.0, max(-1.0, self.model.rating.answer(row)))
        return Forecast(_chance(self.model.slope * odds + self.model.shift), value, count, learned=True)

    def take(self, rater: int, rated: int, rating: float, at_s: float) -> None:
        """Learn from one rating, given at a time no earlier than those before.

        Raises
        ------
        ValueError
            Where the rating is not between -1 and 1.
        """
        if not -1.0 <= rating <= 1.0:
            raise ValueError(f"a rating is between -1 and 1, not {rating}")
        row, odds = self._look(rater, rated, at_s)
        self._looked = None
        if self.model is not None:
            self._told.note(odds, self._prior(rated)[0], rating > 0.0, self.model)
        self._remember(row, rating)
        self.evidence.take(rater, rated, rating, at_s)
        if self._count >= self._next_refit:
            self._refit()

    def _look(self, rater: int, rated: int, at_s: float) -> tuple[Floats, float]:
        """What is known of a pair and the model's log odds, looked up once for a forecast and the rating after it."""
        if self._looked is None or self._looked[0] != (rater, rated, at_s):
            row = np.asarray(self.evidence.row(rater, rated, at_s))
            odds = self.model.chance.answer(row) if self.model is not None else 0.0
            self._looked = ((rater, rated, at_s), row, odds)
        return self._looked[1], self._looked[2]

    def _prior(self, rated: int) -> tuple[float, float, int]:
        record = self.evidence.people.get(rated)
        if record is None:
            return DOCUMENTED.value, self.evidence.usual(), 0
        side = record.received
        chance = (DOCUMENTED.good + side.count - side.bad) / (DOCUMENTED.good + DOCUMENTED.bad + side.count)
        return chance, side.mean(self.evidence.usual()), side.count

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
        self.model = Model(chance, rating, *self._told.calibration())


class _Told:
    """The model's latest forecasts, made before the ratings came, and how these turned out."""

    def __init__(self) -> None:
        self._odds = np.empty(REMEMBERED_FORECASTS)
        self._good = np.empty(REMEMBERED_FORECASTS)
        self._spared = np.empty(REMEMBERED_FORECASTS)
        self._count = 0
        self._sum = self._squares = 0.0

    def note(self, odds: float, prior: float, good: bool, model: Model) -> None:
        """One more forecast; the oldest is let go of. `spared` is the log loss that the model spared the prior."""
        at = self._count % REMEMBERED_FORECASTS
        if self._count >= REMEMBERED_FORECASTS:
            self._sum -= self._spared[at]
            self._squares -= self._spared[at] ** 2
        learned = _chance(model.slope * odds + model.shift)
        spared = math.log(learned / prior) if good else math.log((1.0 - learned) / (1.0 - prior))
        self._odds[at], self._good[at], self._spared[at] = odds, good, spared
        self._sum += spared
        self._squares += spared**2
        self._count += 1

    def is_better(self) -> bool:
        """Whether the model did clearly better than the prior on what it had not seen."""
        known = min(self._count, REMEMBERED_FORECASTS)
        if known < ENOUGH_FORECASTS:
            return False
        mean = self._sum / known
        error = math.sqrt(max(0.0, self._squares / known - mean**2) / known)
        return mean > CLEARLY * error

    def calibration(self) -> tuple[float, float]:
        """Slope and shift of the log odds that fit the forecasts best, held to 1 and 0 where there are few.

        References
        ----------
        Platt, J. (1999). Probabilistic outputs for support vector machines.
        """
        known = min(self._count, REMEMBERED_FORECASTS)
        if known < ENOUGH_FORECASTS:
            return 1.0, 0.0
        odds, good = self._odds[:known], self._good[:known]
        features = np.stack([odds, np.ones(known)], axis=1)
        resting = np.array([1.0, 0.0])
        found = resting.copy()
        for _ in range(20):
            chance = 1.0 / (1.0 + np.exp(-np.clip(features @ found, -30.0, 30.0)))
            slope = features.T @ (chance - good) + CALIBRATION_PULL * (found - resting)
            curve = features.T @ (features * (chance * (1.0 - chance))[:, None]) + CALIBRATION_PULL * np.eye(2)
            step = np.linalg.solve(curve, slope)
            found -= step
            if np.abs(step).max() < 1e-9:
                break
        return float(max(found[0], 0.1)), float(found[1])


def _chance(odds: float) -> float:
    """Never quite 0 or 1: nothing about people is certain."""
    return min(0.999, max(0.001, 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, odds))))))
