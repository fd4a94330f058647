"""What simulated people say: seeded, and the same for the same pair whatever policy brought them together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from matchmaker.engine.neighbourhood import (
    LASTS_MEETINGS_COUNTED,
    LASTS_NEAR,
    LASTS_PER_MEETING,
    LASTS_SUPPORTED,
    LASTS_UNSUPPORTED,
)
from matchmaker.simulation.dice import draw

HELPER_SAYS_YES: Final = 0.82
ASKER_SAYS_YES: Final = 0.94
ANSWERS_AT_ALL: Final = 0.95
VISIT_IS_HELD: Final = 0.96
WENT_WELL: Final = ((0.86, 1), (0.96, 0), (1.0, -1))


@dataclass
class Behaviour:
    """The wills of a town; `tied` is who is tied to whom, and grows with every tie that is left."""

    seed: int
    grid_of: Mapping[int, int]
    tied: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    meetings: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def learn_ties(self, pairs: Iterable[tuple[int, int]]) -> None:
        for one, other in pairs:
            self.tied[one].add(other)
            self.tied[other].add(one)

    def helper_answers(self, need: str, helper: str) -> bool | None:
        """Yes, no, or nothing at all."""
        if draw(self.seed, "answers", need, helper) >= ANSWERS_AT_ALL:
            return None
        return draw(self.seed, "helps", need, helper) < HELPER_SAYS_YES

    def asker_agrees(self, need: str, helper: str) -> bool:
        return draw(self.seed, "agrees", need, helper) < ASKER_SAYS_YES

    def visit_is_held(self, need: str, helper: str, occasion: int) -> bool:
        return draw(self.seed, "held", need, helper, occasion) < VISIT_IS_HELD

    def went_well(self, need: str, helper: str, occasion: int) -> int:
        drawn = draw(self.seed, "went", need, helper, occasion)
        return next(said for limit, said in WENT_WELL if drawn < limit)

    def chance_that_tie_lasts(self, one: int, other: int, *, with_company: bool = False) -> float:
        """The engine's assumption, for the ties of this moment; whoever comes along is a friend in common."""
        supported = with_company or other in self.tied[one] or bool(self.tied[one] & self.tied[other])
        chance = LASTS_SUPPORTED if supported else LASTS_UNSUPPORTED
        chance += LASTS_PER_MEETING * min(self.meetings[_pair(one, other)], LASTS_MEETINGS_COUNTED)
        return chance + (LASTS_NEAR if self.grid_of.get(one) == self.grid_of.get(other) else 0.0)

    def would_greet(
        self, need: str, helper: str, occasion: int, pair: tuple[int, int], side: str, *, supported: bool = False
    ) -> bool:
        """Each side apart; together they say yes as often as a tie is assumed to last."""
        chance = self.chance_that_tie_lasts(*pair, with_company=supported) ** 0.5
        return draw(self.seed, "greets", need, helper, occasion, side) < chance

    def met(self, one: int, other: int, *, tie_left: bool) -> None:
        self.meetings[_pair(one, other)] += 1
        if tie_left:
            self.learn_ties([(one, other)])


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
