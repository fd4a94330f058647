"""Published weights: what each term counts, and when a need looks further than its nearest ring."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

TERM_NAMES: Final = ("fit", "walk", "reliance", "identity_gain", "continuity", "load", "few_ties")


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """Published weights. A total is ``base_points + sum(weight * points)``, always a whole number.

    `minimum_fit` points of fit make an offer adequate; rings widen until `ring_k` adequate offers are found; beyond, a
    candidate enters only with `ring_threshold` points of identity gain or continuity, where the card weighs them.
    """

    name: str
    version: str
    weights: Mapping[str, int]
    base_points: int = 10_000
    minimum_fit: int = 50
    ring_k: int = 5
    ring_threshold: int = 40


def _card(name: str, **weights: int) -> ScoreCard:
    return ScoreCard(name, f"{name}-1", MappingProxyType({term: weights.get(term, 0) for term in TERM_NAMES}))


IDENTITY: Final = _card("identity", fit=10, walk=10, reliance=15, identity_gain=50, continuity=5, load=10)
NEAREST: Final = _card("nearest", walk=100)
FEWEST_TIES: Final = _card("fewest_ties", walk=10, few_ties=90)
CARDS: Final[Mapping[str, ScoreCard]] = MappingProxyType({card.name: card for card in (IDENTITY, NEAREST, FEWEST_TIES)})
