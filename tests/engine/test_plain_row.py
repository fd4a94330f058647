"""A dozen plain numbers about a pair, worked by hand, the same on every scale."""

import math

import pytest

from matchmaker.engine.evidence import Evidence
from matchmaker.engine.plain_row import PLAIN_COLUMNS, RESTING_ODDS, plain_row
from tests.engine.streams import stream

ANNA, BOLAT, CHEN, DORJI = 1, 2, 3, 4


def asked(evidence: Evidence, rater: int, rated: int) -> dict[str, float]:
    return dict(zip(PLAIN_COLUMNS, plain_row(evidence, rater, rated).tolist(), strict=True))


class TestPlainRow:
    def test_of_nobody_is_nothing_but_that_they_are_new(self) -> None:
        evidence = Evidence()
        evidence.take(ANNA, BOLAT, 1.0, 0.0)

        row = asked(evidence, CHEN, DORJI)

        assert {name for name, value in row.items() if value} == {"always", "rated_is_new", "rater_is_new"}

    def test_is_worked_by_hand(self) -> None:
        evidence = Evidence()
        evidence.take(ANNA, BOLAT, 1.0, 0.0)
        evidence.take(CHEN, BOLAT, -0.5, 60.0)

        row = asked(evidence, BOLAT, ANNA)

        usual, spread = 0.5 / 3, math.sqrt((1.25 + 0.25) / 3 - (0.5 / 3) ** 2)
        assert row["received_mean"] == row["given_mean"] == 0.0
        assert row["reverse"] == pytest.approx((1.0 - usual) / spread)
        assert (row["reverse_known"], row["before_known"]) == (1.0, 0.0)
        of_bolat = asked(evidence, DORJI, BOLAT)
        assert of_bolat["received_mean"] == pytest.approx((0.5 - 2 * usual) / 5 / spread)
        good = 1 - 2 / 7
        share = (1 + 2 * good) / 4
        expected = math.log(share / (1 - share)) - math.log(good / (1 - good))
        assert of_bolat["received_good"] == pytest.approx(expected)

    def test_is_nearly_the_same_where_the_scale_is_used_half(self) -> None:
        whole, half = Evidence(), Evidence()
        for event in stream(events=600, people=20, seed=4):
            whole.take(event.rater, event.rated, event.rating, event.at_s)
            half.take(event.rater, event.rated, event.rating / 2, event.at_s)

        assert plain_row(half, 3, 5) == pytest.approx(plain_row(whole, 3, 5), rel=0.01, abs=0.01)

    def test_changes_nothing_by_being_asked(self) -> None:
        evidence = Evidence()

        assert asked(evidence, ANNA, BOLAT) == asked(evidence, ANNA, BOLAT)
        assert not evidence.people

    def test_rests_on_the_documented_chance(self) -> None:
        odds = float(plain_row(Evidence(), ANNA, BOLAT) @ RESTING_ODDS)

        assert 1 / (1 + math.exp(-odds)) == pytest.approx(0.8)
