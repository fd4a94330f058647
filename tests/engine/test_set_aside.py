"""What speaks for somebody: without it some number of theirs would be lower."""

from dataclasses import replace

import pytest

from matchmaker.engine.problem import OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.set_aside import speaks_for

HELPER, HOLDER, RATER, OTHER = 1, 2, 3, 4
TOWN = Town(
    people=(HELPER, HOLDER, RATER, OTHER),
    ties=(TieFacts(HOLDER, RATER, TieKind.FRIEND), TieFacts(HOLDER, OTHER, TieKind.FRIEND)),
    seeds=frozenset({HOLDER}),
)


def said(*words: OutcomeFacts) -> Town:
    return replace(TOWN, outcomes=words)


class TestSpeaksFor:
    @pytest.mark.parametrize(("well", "speaks"), [(1.0, True), (0.5, False), (0.0, False)])
    def test_is_so_of_praise_and_not_of_blame(self, well: float, speaks: bool) -> None:
        assert speaks_for(said(OutcomeFacts(HELPER, RATER, well)), TOWN, HELPER) is speaks

    def test_is_so_of_a_lukewarm_word_among_worse_ones(self) -> None:
        others = tuple(range(5, 10))
        worse = [OutcomeFacts(HELPER, rater, 0.0) for rater in others]
        town = replace(TOWN, people=TOWN.people + others, seeds=frozenset({HOLDER, *others}))
        among = replace(town, outcomes=(*worse, OutcomeFacts(HELPER, RATER, 0.5)))

        assert speaks_for(among, replace(town, outcomes=tuple(worse)), HELPER)

    def test_is_so_of_the_word_by_which_somebody_is_known(self) -> None:
        vouched = replace(TOWN, vouches=(VouchFacts(HOLDER, HELPER),))

        assert speaks_for(vouched, TOWN, HELPER)
        assert not speaks_for(vouched, TOWN, OTHER)

    def test_is_about_the_helper_and_not_who_spoke(self) -> None:
        blamed = said(OutcomeFacts(HELPER, RATER, 0.0))

        assert not speaks_for(blamed, TOWN, RATER)
