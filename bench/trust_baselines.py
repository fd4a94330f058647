"""What others would say of a rating to come: the usual reputation measures, each from earlier ratings only."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.ratings import Ratings

Floats = NDArray[np.float64]
REFRESHES: Final = 60
"""How often measures of the whole graph are computed anew within the part that is scored."""
DAMPING: Final = 0.85
STARTS: Final = 10
"""Anchors of the seeded measures: who was rated well most often before the scored part."""
Measure = Callable[[Ratings, int], Floats]


def online_means(ratings: Ratings, start: int) -> dict[str, tuple[Floats, Floats | None]]:
    """The mean of what was received so far, and the Beta estimate of the share of good ones, for each scored rating."""
    total, good, count = (np.zeros(ratings.people) for _ in range(3))
    mean, beta = np.zeros(len(ratings)), np.zeros(len(ratings))
    everything = 0.0
    for at, (rated, rating) in enumerate(zip(ratings.rated.tolist(), ratings.rating.tolist(), strict=True)):
        mean[at] = total[rated] / count[rated] if count[rated] else everything / max(1, at)
        beta[at] = (4.0 + good[rated]) / (5.0 + count[rated])
        total[rated] += rating
        good[rated] += rating > 0.0
        count[rated] += 1.0
        everything += rating
    return {"mean": (mean[start:], mean[start:]), "beta": (beta[start:], None)}


def refreshed(measure: Measure, ratings: Ratings, start: int) -> Floats:
    """What a measure of the whole graph says of each scored rating's target, as of its last refresh."""
    said = np.zeros(len(ratings) - start)
    stops = np.unique(np.linspace(start, len(ratings), REFRESHES + 1).astype(int))
    for first, last in pairwise(stops):
        said[first - start : last - start] = measure(ratings, int(first))[ratings.rated[first:last]]
    return said


def fairness_goodness(ratings: Ratings, known: int) -> Floats:
    """Kumar et al. (2016): the goodness of each person, from the first so many ratings; 0 where nothing is known."""
    return goodness_of(ratings.rater[:known], ratings.rated[:known], ratings.rating[:known], ratings.people)


def goodness_of(rater: NDArray[np.int64], rated: NDArray[np.int64], rating: Floats, people: int) -> Floats:
    given = np.maximum(np.bincount(rater, minlength=people), 1)
    received = np.maximum(np.bincount(rated, minlength=people), 1)
    fairness = np.ones(people)
    goodness = np.zeros(people)
    for _ in range(50):
        before = goodness
        goodness = np.bincount(rated, fairness[rater] * rating, people) / received
        fairness = 1.0 - np.bincount(rater, np.abs(rating - goodness[rated]) / 2.0, people) / given
        if np.abs(goodness - before).max() < 1e-6:
            break
    return goodness


def pagerank_of(words: csr_array, starts: NDArray[np.int64] | None = None) -> Floats:
    """PageRank of a matrix whose row speaks of its column, restarting evenly or at the starts."""
    people = words.shape[0]
    given = np.asarray(words.sum(axis=1)).ravel()
    home = np.full(people, 1.0 / people)
    if starts is not None:
        home = np.bincount(starts, minlength=people) / len(starts)
    share = home.copy()
    back = words.T.tocsr()
    for _ in range(100):
        before = share
        silent = share[given == 0.0].sum()
        moved = back @ np.divide(share, given, out=np.zeros(people), where=given > 0.0)
        share = DAMPING * (moved + silent * home) + (1.0 - DAMPING) * home
        if np.abs(share - before).sum() < 1e-9:
            break
    return share


def well_rated(ratings: Ratings, known: int) -> NDArray[np.int64]:
    """The people with the most good ratings so far."""
    good = np.bincount(ratings.rated[:known], ratings.rating[:known] > 0.0, ratings.people)
    return np.argsort(-good, kind="stable")[:STARTS]


def good_words(ratings: Ratings, known: int | None = None) -> csr_array:
    """The good ratings so far, as a matrix of weights; of a pair the last one counts."""
    return last_words(ratings.rater[:known], ratings.rated[:known], ratings.rating[:known], ratings.people)


def last_words(rater: NDArray[np.int64], rated: NDArray[np.int64], rating: Floats, people: int) -> csr_array:
    pair = rater * people + rated
    _, latest = np.unique(pair[::-1], return_index=True)
    keep = len(pair) - 1 - latest
    keep = keep[rating[keep] > 0.0]
    return csr_array((rating[keep], (rater[keep], rated[keep])), (people, people))


def pagerank(ratings: Ratings, known: int) -> Floats:
    return pagerank_of(good_words(ratings, known))


def eigentrust(ratings: Ratings, known: int) -> Floats:
    """Kamvar et al. (2003): the same walk over shares of good words, restarting at pre-trusted people."""
    return pagerank_of(good_words(ratings, known), well_rated(ratings, known))


MEASURES: Final[Mapping[str, Measure]] = {
    "fairness_goodness": fairness_goodness,
    "pagerank": pagerank,
    "eigentrust": eigentrust,
}
