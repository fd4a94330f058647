"""A score in its stored form: plain values that say again what the engine said."""

from collections.abc import Iterable
from typing import Any, Final

from matchmaker.engine.scoring import CARDS, Scored, Term
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.matches.models import ScoreCard

StoredTerm = dict[str, Any]

RESTS_ON_TRUST: Final = frozenset({"reliance"})
"""Terms that are told in a sentence and never as a number."""


KNOWN: Final = frozenset(term for card in CARDS.values() for term in card.weights)
"""Terms that a card may weigh."""


def card_of(row: ScoreCard) -> EngineCard:
    """The published card as the engine reads it."""
    return EngineCard(name=row.name, version=f"{row.name}-{row.version}", weights=row.weights, **row.thresholds)


def stored(scored: Scored, card: EngineCard) -> list[StoredTerm]:
    """The terms of a score as JSON values."""
    return [
        {
            "term": term.name,
            "raw": term.raw,
            "unit": term.unit,
            "points": term.points,
            "weight": card.weights[term.name],
            "reason": {"code": term.reason, "params": dict(term.params)},
        }
        for term in scored.terms
    ]


def restored(terms: Iterable[StoredTerm]) -> tuple[Term, ...]:
    """The terms as the engine made them."""
    return tuple(
        Term(
            name=term["term"],
            points=term["points"],
            raw=term["raw"],
            unit=term["unit"],
            reason=term["reason"]["code"],
            params=term["reason"]["params"],
        )
        for term in terms
    )
