"""A dozen plain numbers about a pair, each on the file's own scale, which a straight line can learn from at once.

The long row of `evidence.py` needs thousands of ratings before trees find their way in it. Here a number is 0 where
nothing is known, and 1 where somebody is a standard deviation above what is usual in this town.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.evidence import PRIOR_WEIGHT, Evidence, Side
from matchmaker.engine.priors import DOCUMENTED

NEW: Final = 0.3
"""How far a line may go by somebody being new alone: a third as easily as by a standard deviation."""
IMAGINED: Final = 2.0
"""Ratings of the usual kind that a share of good ones is shrunken by."""
NOBODY: Final = Side()

PLAIN_COLUMNS: Final = (
    "always",
    *("received_mean", "given_mean", "received_good", "given_good"),
    *("reverse", "before", "reverse_known", "before_known", "rated_is_new", "rater_is_new"),
)
"""The names of a row's numbers, in their order."""
RESTING_ODDS: Final = (
    math.log(DOCUMENTED.good / DOCUMENTED.bad),
    *(1.0 if name == "received_good" else 0.0 for name in PLAIN_COLUMNS[1:]),
)
"""Before anything is learned: the documented chance, moved by what the rated person received."""


def plain_row(evidence: Evidence, rater: int, rated: int) -> NDArray[np.float64]:
    """What is known of a pair, shape (columns,).

    Examples
    --------
    >>> evidence = Evidence()
    >>> plain_row(evidence, 1, 2).tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3]
    """
    usual, spread = evidence.usual(), evidence.spread()
    known_rated, known_rater = evidence.people.get(rated), evidence.people.get(rater)
    received = known_rated.received if known_rated else NOBODY
    given = known_rater.given if known_rater else NOBODY
    reverse, before = evidence.ratings.get((rated, rater)), evidence.ratings.get((rater, rated))
    sides = (received, given)
    return np.array(
        [
            1.0,
            *((side.total - side.count * usual) / (side.count + PRIOR_WEIGHT) / spread for side in sides),
            *(_good(side, 1.0 - evidence.usual_bad()) for side in sides),
            *((word[0] - usual) / spread if word else 0.0 for word in (reverse, before)),
            *(float(word is not None) for word in (reverse, before)),
            *(0.0 if side.count else NEW for side in sides),
        ]
    )


def _good(side: Side, usual: float) -> float:
    """How far the log odds of a good rating are above those of the town."""
    share = (side.count - side.bad + IMAGINED * usual) / (side.count + IMAGINED)
    return math.log(share / (1.0 - share)) - math.log(usual / (1.0 - usual))
