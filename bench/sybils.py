"""An attack by made-up people: they praise each other and win some real words. Who is ranked last?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import rankdata

from bench.ratings import Ratings
from bench.trust_baselines import goodness_of, last_words, pagerank_of
from matchmaker.engine.anchoring import anchored_share, sybilrank

Floats = NDArray[np.float64]
FAKES: Final = 200
PRAISE: Final = 4_000
ANSWERED: Final = "answered"
FLATTERED: Final = "flattered"
GROWN: Final = "grown"
BRANCHES: Final = 5
"""In a grown ring so many fakes win the words, and each speaks for so many others."""
LIKED: Final = 5
EDGES: Final = (0, 25, 50, 100, 200)
SEEDS: Final = tuple(range(10))
"""Of the attack and of the anchors: both are drawn from it and from nothing else."""
ANCHORS: Final = 10
KNOWN_WELL: Final = 10
"""Anchors are drawn among people with so many answered good words, or the best known half where too few have them."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A network of real people and, after them, fakes.

    Attributes
    ----------
    rater, rated : int array of shape (m,)
    rating : float array of shape (m,)
        -1..1; the fakes' words are as good as can be.
    people, real : int
    anchors : int array
        Real people who hold a trusted post.
    """

    rater: NDArray[np.int64]
    rated: NDArray[np.int64]
    rating: Floats
    people: int
    real: int
    anchors: NDArray[np.int64]


def attacked(ratings: Ratings, *, edges: int, seed: int, also: str = "") -> Attack:
    """200 fakes with 4,000 words for each other, each answered, and so many words of real people drawn at random.

    `also` says what the fakes do besides: they give a word back for each that they won (`ANSWERED`), or a word to each
    of five anchors, which costs them nothing (`FLATTERED`). Or in place of praise all round, five of them win the words
    and each fake speaks for five others, so that everybody has one word and it leads back to a real one (`GROWN`).
    """
    rng = np.random.default_rng(seed)
    real = ratings.people
    anchors = _anchors(ratings, rng)
    one = rng.integers(FAKES, size=PRAISE // 2)
    other = (one + rng.integers(1, FAKES, size=PRAISE // 2)) % FAKES
    won_from, won_by = rng.integers(real, size=edges), real + rng.integers(FAKES, size=edges)
    parts = [(ratings.rater, ratings.rated), (real + one, real + other), (real + other, real + one), (won_from, won_by)]
    if also == GROWN:
        grown = np.arange(BRANCHES, FAKES)
        parts[1:] = [(real + grown // BRANCHES - 1, real + grown), (won_from, real + np.arange(edges) % BRANCHES)]
    if also == ANSWERED:
        parts.append((won_by, won_from))
    if also == FLATTERED:
        liked = rng.permuted(np.tile(anchors, (FAKES, 1)), axis=1)[:, :LIKED]
        parts.append((np.repeat(np.arange(real, real + FAKES), liked.shape[1]), liked.ravel()))
    rater, rated = (np.concatenate(column) for column in zip(*parts, strict=True))
    rating = np.concatenate([ratings.rating, np.ones(len(rater) - len(ratings))])
    return Attack(rater, rated, rating, real + FAKES, real, anchors)


def ranked_last(attack: Attack, value: Floats) -> float:
    """The chance that a real person is ranked above a fake; equal ranks count half."""
    ranks = rankdata(value)
    fakes = attack.people - attack.real
    return float((ranks[: attack.real].sum() - attack.real * (attack.real + 1) / 2) / (attack.real * fakes))


def mean_received(attack: Attack) -> Floats:
    count = np.bincount(attack.rated, minlength=attack.people)
    return np.bincount(attack.rated, attack.rating, attack.people) / np.maximum(1, count)


def beta_received(attack: Attack) -> Floats:
    count = np.bincount(attack.rated, minlength=attack.people)
    return (4.0 + np.bincount(attack.rated, attack.rating > 0.0, attack.people)) / (5.0 + count)


def goodness(attack: Attack) -> Floats:
    return goodness_of(attack.rater, attack.rated, attack.rating, attack.people)


def plain_words(attack: Attack) -> csr_array:
    """Good words as they are given, each of weight 1: how good is no matter of how real."""
    words = last_words(attack.rater, attack.rated, attack.rating, attack.people)
    words.data[:] = 1.0
    return words


def dealings(attack: Attack) -> csr_array:
    """A good rating read as the service's ties are: the two dealt with each other, once for each word between them."""
    words = plain_words(attack)
    return (words + words.T).tocsr()


def both_ways(words: csr_array) -> csr_array:
    return words.maximum(words.T).tocsr()


SYBIL_MEASURES: Final[Mapping[str, Callable[[Attack], Floats]]] = {
    "ours": lambda attack: anchored_share(dealings(attack), attack.anchors),
    "ours_one_way": lambda attack: anchored_share(plain_words(attack), attack.anchors),
    "mean": mean_received,
    "beta": beta_received,
    "fairness_goodness": goodness,
    "pagerank": lambda attack: pagerank_of(both_ways(plain_words(attack)), attack.anchors),
    "eigentrust": lambda attack: pagerank_of(
        last_words(attack.rater, attack.rated, attack.rating, attack.people), attack.anchors
    ),
    "sybilrank": lambda attack: sybilrank(both_ways(plain_words(attack)), attack.anchors),
}


def sybil_figures(ratings: Ratings, *, also: str = "") -> dict[str, dict[str, list[float]]]:
    """For each measure and number of attack edges, the figure of each recorded seed."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in SYBIL_MEASURES}
    for edges in EDGES:
        attacks = [attacked(ratings, edges=edges, seed=seed, also=also) for seed in SEEDS]
        for name, measure in SYBIL_MEASURES.items():
            found[name][str(edges)] = [ranked_last(attack, measure(attack)) for attack in attacks]
    return found


def _anchors(ratings: Ratings, rng: np.random.Generator) -> NDArray[np.int64]:
    words = last_words(ratings.rater, ratings.rated, ratings.rating, ratings.people)
    words.data[:] = 1.0
    answered = np.asarray(words.minimum(words.T).sum(axis=1)).ravel()
    known = np.flatnonzero(answered >= KNOWN_WELL)
    if len(known) < ANCHORS:
        known = np.argsort(-answered, kind="stable")[: max(ANCHORS, ratings.people // 2)]
    return rng.choice(known, min(ANCHORS, len(known)), replace=False)
