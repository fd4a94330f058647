"""What a tie of each of many pairs would do, in a city that is too large for its forest matrix."""

from typing import Final

import numpy as np

from matchmaker.engine.knowledge import Bridges, BridgesOf
from matchmaker.engine.neighbourhood import (
    FRIEND_FROM_WEIGHT,
    LASTS_NEAR,
    LASTS_SUPPORTED,
    LASTS_UNSUPPORTED,
    NEW_TIE_WEIGHT,
)
from matchmaker.engine.places import Bools, Ints
from matchmaker.engine.sketch import Sketch

_PAIRS_AT_ONCE: Final = 100_000


def bridges_by_sketch(ids: Ints, sketch: Sketch) -> BridgesOf:
    """Chances and gains of pairs by a sketch of the city's ties; earlier meetings of a pair are not looked at.

    Parameters
    ----------
    ids : ndarray of int, shape (n,)
        The person in each row of the sketch, ascending.
    sketch : Sketch

    Returns
    -------
    callable
        To be given to `scoring.score_pairs`.
    """
    kept = sketch.adjacency.copy()
    kept.data = (kept.data >= FRIEND_FROM_WEIGHT).astype(np.int64)
    kept.eliminate_zeros()

    def bridges(helper_ids: Ints, person_ids: Ints, near: Bools) -> Bridges:
        count = len(helper_ids)
        us, vs = (np.minimum(np.searchsorted(ids, one), len(ids) - 1) for one in (helper_ids, person_ids))
        known = (ids[us] == helper_ids) & (ids[vs] == person_ids)
        found = Bridges(known, np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int8))
        rows = np.flatnonzero(known)
        us, vs = us[rows], vs[rows]
        tied, common = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
        for begin in range(0, len(rows), _PAIRS_AT_ONCE):
            piece = slice(begin, begin + _PAIRS_AT_ONCE)
            left, right = us[piece], vs[piece]
            tied[piece] = np.asarray(kept[left, right]).ravel() > 0
            common[piece] = np.asarray(kept[left].multiply(kept[right]).sum(axis=1)).ravel() > 0
        lasts = np.where(common | tied, LASTS_SUPPORTED, LASTS_UNSUPPORTED)
        found.chances[rows] = lasts + LASTS_NEAR * near[rows]
        found.gains[rows] = sketch.tie_gains(us, vs, NEW_TIE_WEIGHT)
        found.reasons[rows] = np.select([tied, common], [1, 2], default=0)
        return found

    return bridges
