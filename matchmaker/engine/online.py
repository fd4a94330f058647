"""Learning one event at a time: a regression that is never fitted anew, and a mixture that weighs its forecasters.

Both look back only, cost the same at every event, and begin where they are told to.
"""

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Loss = Literal["logistic", "squared"]

FARTHEST: Final = 30.0
"""Log odds beyond which nothing changes any more."""


class Regression:
    """Weights of a linear answer, with how uncertain they are, after each event: a Bayesian regression.

    Of a squared loss this is recursive least squares, exact in any order of the events; of the logistic one each event
    is one Newton step of the posterior, which is nearly as good and needs no past.

    Parameters
    ----------
    resting : sequence of float
        The weights before any event.
    firmly : float
        How firmly they are held: like so many events of size one, above 0.
    loss : {"logistic", "squared"}
        Answers are log odds of a 1, or values.

    Examples
    --------
    >>> mean = Regression([0.0], firmly=1.0, loss="squared")
    >>> for value in (1.0, 2.0, 3.0):
    ...     mean.take(np.array([1.0]), value)
    >>> round(mean.answer(np.array([1.0])), 9)
    1.5

    References
    ----------
    Hazan, E., Agarwal, A., Kale, S. (2007). Logarithmic regret algorithms for online convex optimization.
    """

    def __init__(self, resting: Sequence[float], *, firmly: float, loss: Loss) -> None:
        self.weights = np.array(resting, dtype=np.float64)
        self._uncertain = np.eye(len(self.weights)) / firmly
        self._loss = loss

    def answer(self, row: Floats) -> float:
        """The log odds, or the value, of a row of shape (columns,)."""
        return float(self.weights @ row)

    def take(self, row: Floats, wanted: float) -> None:
        """Learn from one row and what came of it: 0 or 1 of a logistic regression, any number of the other."""
        said, curve = self.answer(row), 1.0
        if self._loss == "logistic":
            said = 1.0 / (1.0 + math.exp(-min(FARTHEST, max(-FARTHEST, said))))
            curve = said * (1.0 - said)
        along = self._uncertain @ row
        across = 1.0 + curve * float(row @ along)
        self._uncertain -= np.outer(along, along) * (curve / across)
        self.weights += along * ((wanted - said) / across)


class Mixture:
    """Several forecasters as one, each heard by how well its earlier forecasts did.

    A weight is multiplied by the likelihood that the forecaster gave to what came, then a part of all weights, one over
    the number of events, is shared out evenly, so that whoever becomes good late is heard soon. Whoever says nothing
    keeps their weight. So after t events the log loss of the mixture of chances is above that of its best forecaster by
    at most ``ln(forecasters) + ln(t + 1)`` in all, whatever comes: nothing needs to be known of the stream.

    Parameters
    ----------
    forecasters : int
        They begin with equal weights.

    Examples
    --------
    >>> two = Mixture(2)
    >>> two.mean([0.8, 0.2])
    0.5
    >>> two.take([0.8, 0.2])
    >>> [round(weight, 6) for weight in two.weights]
    [0.65, 0.35]
    >>> two.mean([None, 0.25])
    0.25

    References
    ----------
    Herbster, M., Warmuth, M. (1998). Tracking the best expert. Freund, Y., Schapire, R., Singer, Y., Warmuth, M.
    (1997). Using and combining predictors that specialize.
    """

    def __init__(self, forecasters: int) -> None:
        self.weights = [1.0 / forecasters] * forecasters
        self._events = 0

    def mean(self, said: Sequence[float | None]) -> float:
        """What they say together; of None nothing is heard. At least one says something."""
        awake = [(weight, one) for weight, one in zip(self.weights, said, strict=True) if one is not None]
        return sum(weight * one for weight, one in awake) / sum(weight for weight, _ in awake)

    def share(self, which: int, said: Sequence[float | None]) -> float:
        """What part of `mean` is one forecaster's, who says something."""
        heard = sum(weight for weight, one in zip(self.weights, said, strict=True) if one is not None)
        return self.weights[which] / heard

    def take(self, likelihoods: Sequence[float | None]) -> None:
        """Weigh them by the likelihood, above 0, that each gave to what came."""
        usual = self.mean(likelihoods)
        found = [
            weight * (usual if one is None else one) / usual
            for weight, one in zip(self.weights, likelihoods, strict=True)
        ]
        self._events += 1
        shared = 1.0 / (self._events + 1)
        self.weights = [(1.0 - shared) * weight + shared / len(found) for weight in found]
