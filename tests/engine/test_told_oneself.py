"""What somebody is told of themself, and that no single word can be told from it."""

import re
from dataclasses import replace

import pytest

from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.told_oneself import OWN, RESTS_ON, say_own, say_rests_on, told_oneself, whole_threes

HELPER = 1
NEIGHBOURS = tuple(range(2, 10))


def a_town(*outcomes: OutcomeFacts) -> Town:
    """Eight neighbours know each other and hold posts; the helper knows two of them."""
    return Town(
        people=(HELPER, *NEIGHBOURS),
        ties=(TieFacts(HELPER, 2, TieKind.FRIEND), TieFacts(HELPER, 3, TieKind.KIN), TieFacts(2, HELPER, TieKind.MET)),
        vouches=(VouchFacts(4, HELPER),),
        memberships=(MembershipFacts(HELPER, 7),),
        seeds=frozenset(NEIGHBOURS),
        outcomes=outcomes,
    )


def said(rater: int, well: float, age_days: float) -> OutcomeFacts:
    return OutcomeFacts(HELPER, rater, well, age_days)


class TestToldOneself:
    def test_counts_what_being_known_rests_on(self) -> None:
        known, found, next_visit = told_oneself(a_town(), HELPER, month_days=5.0)

        assert (known.code, known.rests_on) == ("ANCHORED", (("TIES", 2), ("VOUCHES", 1), ("ORGANIZATIONS", 1)))
        assert (found.code, found.rests_on) == ("TOO_FEW_SPOKE", ())
        assert (next_visit.code, next_visit.rests_on) == ("LIKE_MOST", ())

    def test_does_not_say_that_nothing_is_known_where_unknown_neighbours_know_them(self) -> None:
        apart = replace(a_town(), seeds=frozenset())

        known = told_oneself(apart, HELPER, month_days=5.0)[0]
        alone = told_oneself(Town(people=(HELPER,)), HELPER, month_days=5.0)[0]

        assert (known.code, known.rests_on) == (
            "KNOWN_BY_UNKNOWN",
            (("TIES", 2), ("VOUCHES", 1), ("ORGANIZATIONS", 1)),
        )
        assert (alone.code, alone.rests_on) == ("NOT_KNOWN_HERE_YET", ())

    def test_tells_from_three_raters_on(self) -> None:
        words = [said(rater, 1.0, 40.0 - rater) for rater in (2, 3, 4)]

        assert told_oneself(a_town(*words[:2]), HELPER, month_days=5.0)[1].code == "TOO_FEW_SPOKE"
        found, next_visit = told_oneself(a_town(*words), HELPER, month_days=5.0)[1:]
        assert (found.code, found.rests_on) == ("SPOKE_WELL", (("RATERS", 3),))
        assert (next_visit.code, next_visit.rests_on) == ("LIKE_THOSE_BEFORE", (("RATERS", 3),))

    def test_waits_for_the_month_to_begin(self) -> None:
        words = [said(rater, 1.0, 4.0) for rater in (2, 3, 4)]

        assert told_oneself(a_town(*words), HELPER, month_days=5.0)[1].code == "TOO_FEW_SPOKE"
        assert told_oneself(a_town(*words), HELPER, month_days=4.0)[1].code == "SPOKE_WELL"

    @pytest.mark.parametrize("more", [said(5, 0.0, 20.0), said(2, 0.0, 20.0)], ids=["a fourth rater", "one again"])
    def test_is_moved_by_no_single_word(self, more: OutcomeFacts) -> None:
        words = [said(rater, 1.0, 40.0 - rater) for rater in (2, 3, 4)]

        assert told_oneself(a_town(*words, more), HELPER, month_days=5.0) == told_oneself(
            a_town(*words), HELPER, month_days=5.0
        )

    def test_says_what_six_said(self) -> None:
        words = [said(rater, float(rater < 5), 40.0 - rater) for rater in range(2, 8)]

        found = told_oneself(a_town(*words), HELPER, month_days=5.0)[1]

        assert (found.code, found.rests_on) == ("SPOKE_MIXED", (("RATERS", 6),))

    def test_leaves_others_words_alone(self) -> None:
        assert whole_threes((OutcomeFacts(2, 3, 1.0, 30.0),) * 4, HELPER, 5.0) == ()


class TestWords:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_hold_no_score(self, language: str) -> None:
        texts = [say_own(code, language) for code in OWN] + [say_rests_on(what, 3, language) for what in RESTS_ON]

        assert len(set(texts)) == len(texts)
        for text in texts:
            assert not re.search(r"\d+\.\d|%|％|分数|评分|信用|score|rating", text), text
