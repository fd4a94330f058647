"""Each proposal of a plan with its terms, reasons and ring, and each unmet need with why nobody: for `--each`."""

from collections import Counter
from typing import Final

from bench.city import TYPES, City
from bench.measuring import Row
from matchmaker.engine.assignment import Plan, put_into_words
from matchmaker.engine.booking import Chosen
from matchmaker.engine.cards import CARDS
from matchmaker.engine.choices import Choices
from matchmaker.engine.explain import Reader, say_nobody, why
from matchmaker.engine.nobody import Nobody, why_nobody_of_each
from matchmaker.engine.problem import Ring

CARD_OF: Final = {card.version: card for card in CARDS.values()}


def each_of(made: City, choices: Choices, planned: Plan) -> dict[str, list[Row]]:
    """Two lists: one row for each proposal of a plan, and one for each need that misses helpers."""
    needs = {need.need_id: need for need in made.needs}
    unmet = [needs[need_id] for need_id, _ in planned.unmet]
    found = Counter(one.key[0] for one in planned.chosen)
    told = why_nobody_of_each(unmet, made.offers, TYPES, found)
    return {
        "proposals": [_proposal(one) for one in put_into_words(planned, choices).chosen],
        "unmet": [_unmet(*lacking, one) for lacking, one in zip(planned.unmet, told, strict=True)],
    }


def _unmet(need_id: int, helpers_missing: int, nobody: Nobody) -> Row:
    return {
        "need": need_id,
        "helpers_missing": helpers_missing,
        "rule": nobody.rule,
        "survivors": dict(nobody.survivors),
        "changes": [{"rule": change.rule, "offers": change.offers, **change.params} for change in nobody.changes],
        "reasons": say_nobody(nobody, "en"),
    }


def _proposal(one: Chosen) -> Row:
    scored = one.scored
    card = CARD_OF[scored.card]
    need_id, offer_id, start = one.key
    return {
        "need": need_id,
        "offer": offer_id,
        "start": start,
        "ring": Ring(scored.candidate.ring).name,
        "score": scored.total,
        "base_points": card.base_points,
        "terms": [
            {"name": term.name, "points": term.points, "weight": card.weights[term.name], "reason": term.reason}
            for term in scored.terms
        ],
        "reasons": why(scored.terms, "en", card, scored.ring_reason, Reader.COORDINATOR),
    }
