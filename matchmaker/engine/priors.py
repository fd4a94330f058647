"""What is expected of help before anybody spoke, and when a town's own outcomes may correct it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.problem import OutcomeFacts

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """Beta(good, bad) for a helper of whom nothing is known, and the weight of a standing in a pair's reliance.

    Attributes
    ----------
    good, bad : float
        Imagined visits that went well, and that did not.
    standing_as_visits : float
        A standing counts in a pair's reliance like so many visits of the pair.
    outcomes : int
        How many outcomes it was fitted to; 0 for the documented one.
    """

    good: float
    bad: float
    standing_as_visits: float
    outcomes: int = 0

    @property
    def value(self) -> float:
        return self.good / (self.good + self.bad)


DOCUMENTED: Final = Prior(4.0, 1.0, 5.0)
"""Four visits of five are expected to go well: an assumption, and what every new town starts from."""
SETTLED_DAYS: Final = 90.0
"""Only outcomes as old as this are learned from: nothing that is said today moves what is expected today."""
ENOUGH_OUTCOMES: Final = 200
ENOUGH_RATERS: Final = 30
ENOUGH_OF_A_KIND: Final = 20.0
LEARNED_FROM: Final = 0.7
"""The older part, which candidates are fitted to; the rest judges them."""
CLEARLY: Final = 2.0
"""By how many standard errors a fitted prior must do better than the documented one."""
WEIGHTS: Final = (2.0, 5.0, 10.0, 20.0)


def prior_for(outcomes: Sequence[OutcomeFacts]) -> Prior:
    """The documented prior, or one fitted to a town's settled outcomes where that is clearly better on later ones.

    Candidates share the mean of the older outcomes, drawn to the documented one, and differ in how firmly they hold to
    it and to a standing. The one that would have told the older outcomes best, each from those before it, is put to
    the later ones.

    Parameters
    ----------
    outcomes : sequence of OutcomeFacts
        In any order; ages in days.

    Returns
    -------
    Prior
        `DOCUMENTED` with fewer than 200 settled outcomes, 30 people who spoke, or 20 that went well, or badly.

    Examples
    --------
    >>> prior_for([OutcomeFacts(1, 2, 0.0, age_days=100.0)]) is DOCUMENTED
    True
    """
    settled = sorted(
        (one for one in outcomes if one.age_days >= SETTLED_DAYS),
        key=lambda one: (-one.age_days, one.helper_id, one.person_id, one.went_well),
    )
    well = np.array([one.went_well for one in settled])
    raters = {one.person_id for one in settled}
    if len(settled) < ENOUGH_OUTCOMES or len(raters) < ENOUGH_RATERS:
        return DOCUMENTED
    if min(well.sum(), (1.0 - well).sum()) < ENOUGH_OF_A_KIND:
        return DOCUMENTED
    before = _known_before(settled)
    older = int(LEARNED_FROM * len(settled))
    mean = (DOCUMENTED.good + well[:older].sum()) / (DOCUMENTED.good + DOCUMENTED.bad + older)
    candidates = [
        Prior(float(mean * firm), float((1.0 - mean) * firm), weight, len(settled))
        for firm, weight in product(WEIGHTS, WEIGHTS)
    ]
    best = min(candidates, key=lambda prior: float(_loss(prior, before, well)[:older].mean()))
    spared = (_loss(DOCUMENTED, before, well) - _loss(best, before, well))[older:]
    error = float(spared.std()) / math.sqrt(len(spared))
    return best if float(spared.mean()) > CLEARLY * error else DOCUMENTED


def _known_before(settled: Sequence[OutcomeFacts]) -> Floats:
    """Before each outcome: what others said of the helper (good, all) and the pair's own visits (good, all)."""
    helpers: dict[int, tuple[float, int]] = {}
    pairs: dict[tuple[int, int], tuple[float, int]] = {}
    rows = np.zeros((len(settled), 4))
    for row, one in zip(rows, settled, strict=True):
        pair = (one.helper_id, one.person_id)
        (good, count), (own_good, own) = helpers.get(one.helper_id, (0.0, 0)), pairs.get(pair, (0.0, 0))
        row[:] = (good, count, own_good, own)
        helpers[one.helper_id] = (good + one.went_well, count + 1)
        pairs[pair] = (own_good + one.went_well, own + 1)
    return rows


def _loss(prior: Prior, before: Floats, well: Floats) -> Floats:
    """The log loss of each outcome, counted without decay."""
    good, count, own_good, own = before.T
    standing = (prior.good + good) / (prior.good + prior.bad + count)
    weight = prior.standing_as_visits
    chance = (weight * standing + own_good) / (weight + own)
    chance = np.clip(chance, 0.001, 0.999)
    return np.asarray(-(well * np.log(chance) + (1.0 - well) * np.log(1.0 - chance)))
