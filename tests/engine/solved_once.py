"""A town is planned once in a process of its own; what came of it is printed as JSON.

Facts that are sets of words differ between people, so that a plan which hung on the order of a set would show it.
"""

import json
from dataclasses import replace

import numpy as np

from bench.town import TYPES, measured_town
from matchmaker.engine.batch import Batch, solve
from matchmaker.engine.cards import IDENTITY
from matchmaker.engine.explain import say_nobody, why
from matchmaker.engine.nobody import why_nobody_of_each
from matchmaker.engine.problem import WEEK_QUARTERS, NeedFacts, OfferFacts

WORDS = ("COOKING", "DRIVING", "LIFTING", "SEWING", "READING")
TONGUES = ("en", "mn", "zh", "ko")
PEOPLE, PAIRS, TEAMS = 120, 40, 4


class Nobody:
    """Looks on, and wants nothing."""

    def reached(self, phase: str, share: float) -> None:
        """Not kept."""

    def wants_plan(self) -> bool:
        return False

    def found(self, solution: object) -> None:
        """Not kept."""


def main() -> None:
    """Everything of a plan that is put to people, and a set in the order in which this process walks through it."""
    made = measured_town(people=PEOPLE, pairs=PAIRS, seed=4)
    rng = np.random.default_rng(11)
    needs = [_asked(need, rng) for need in made.needs]
    offers = [_given(offer, rng) for offer in made.offers]
    batch = Batch(tuple(needs), tuple(offers), TYPES, IDENTITY, made.town, frozenset(made.town.people), seed=1)
    solution = solve(batch, Nobody())
    found = {need_id: 0 for need_id, _ in solution.plan.unmet}
    lacking = [need for need in needs if need.need_id in found]
    nobody = why_nobody_of_each(lacking, offers, TYPES, found)
    print(
        json.dumps(
            {
                "walked": list(frozenset(WORDS)),
                "chosen": [(*one.key, one.scored.total, one.scored.ring_reason) for one in solution.plan.chosen],
                "why": [why(one.scored.terms, "zh", IDENTITY, one.scored.ring_reason) for one in solution.plan.chosen],
                "total": [solution.plan.total_score, solution.plan.bound, solution.gain_promised],
                "sigma": solution.stranger_index,
                "unmet": solution.plan.unmet,
                "nobody": [
                    (one.survivors, [(change.rule, change.offers, change.params) for change in one.changes])
                    for one in nobody
                ],
                "nobody_in_words": [say_nobody(one, "zh") for one in nobody],
            }
        )
    )


def _asked(need: NeedFacts, rng: np.random.Generator) -> NeedFacts:
    first = int(rng.integers(7 * 96 - 32))
    return replace(
        need,
        skills=_some(rng, WORDS, 0.2),
        languages=_some(rng, TONGUES, 0.2),
        open_quarters=((1 << 16) - 1) << first,
        helpers_wanted=2 if need.need_id < TEAMS else 1,
        all_or_none=need.need_id < TEAMS,
    )


def _given(offer: OfferFacts, rng: np.random.Generator) -> OfferFacts:
    day = ((1 << 60) - 1) << int(rng.integers(30))
    return replace(
        offer,
        skills=_some(rng, WORDS, 0.7),
        languages=_some(rng, TONGUES, 0.7),
        service_types=offer.service_types | _some(rng, tuple(TYPES), 0.6),
        free_quarters=sum(day << 96 * number for number in range(WEEK_QUARTERS // 96)),
    )


def _some(rng: np.random.Generator, words: tuple[str, ...], chance: float) -> frozenset[str]:
    return frozenset(word for word in words if rng.random() < chance)


if __name__ == "__main__":
    main()
