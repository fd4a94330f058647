"""Running counters: each by hand, nothing from the future, and the same work however many there are."""

import math

import pytest

from matchmaker.engine.evidence import COLUMNS, REMEMBERED, Evidence
from tests.engine.streams import stream

ANNA, BOLAT, CHEN, DORJI = 1, 2, 3, 4


def asked(evidence: Evidence, rater: int, rated: int, at_s: float) -> dict[str, float]:
    return dict(zip(COLUMNS, evidence.row(rater, rated, at_s), strict=True))


class Counted(dict[tuple[int, int], tuple[float, float]]):
    """A table of ratings that counts how often it is looked into."""

    looks = 0

    def get(self, key: tuple[int, int], default: object = None) -> object:
        self.looks += 1
        return super().get(key, default)


class TestEvidence:
    def test_of_nobody_knows_nothing(self) -> None:
        row = asked(Evidence(), ANNA, BOLAT, 0.0)

        assert row["rated_received_mean"] == 0.0
        assert row["rated_received_bad_share"] == pytest.approx(1 / 5)
        assert all(math.isnan(row[name]) for name in ("reverse", "before", "rated_received_last", "shared_trusted"))

    def test_shrinks_a_mean_towards_that_of_the_town(self) -> None:
        evidence = Evidence()
        evidence.take(ANNA, BOLAT, 1.0, 0.0)
        evidence.take(CHEN, BOLAT, -0.5, 60.0)

        row = asked(evidence, DORJI, BOLAT, 120.0)

        usual = 0.5 / 3
        assert row["rated_received_mean"] == pytest.approx((0.5 + 3 * usual) / 5)
        assert row["rated_received_bad_share"] == pytest.approx((1 + 3 * 2 / 7) / 5)
        assert row["rated_received_last"] == -0.5
        assert row["rated_received_lately"] == pytest.approx(1.0 + 0.25 * (-0.5 - 1.0))
        assert row["rated_received_log_since"] == pytest.approx(math.log1p(60.0))

    def test_knows_the_rating_the_other_way(self) -> None:
        evidence = Evidence()
        evidence.take(BOLAT, ANNA, 0.7, 0.0)

        row = asked(evidence, ANNA, BOLAT, 9.0)

        assert row["reverse"] == 0.7
        assert row["reverse_log_since"] == pytest.approx(math.log(10.0))
        assert math.isnan(row["before"])

    def test_hears_whom_the_rater_trusts(self) -> None:
        evidence = Evidence()
        evidence.take(ANNA, CHEN, 0.8, 0.0)
        evidence.take(CHEN, BOLAT, -0.5, 1.0)

        row = asked(evidence, ANNA, BOLAT, 2.0)

        assert row["shared"] == 1.0
        assert row["shared_trusted"] == pytest.approx(0.8 * -0.5 / 0.9)
        assert row["shared_worst"] == -0.5

    def test_lets_a_burst_fade(self) -> None:
        evidence = Evidence()
        for rated in (BOLAT, CHEN):
            evidence.take(ANNA, rated, -1.0, 0.0)

        row = asked(evidence, ANNA, DORJI, 60.0)

        assert row["rater_given_recent_bad_minute"] == pytest.approx(2 / math.e)
        assert row["rater_given_run"] == 2.0

    def test_does_not_look_ahead_nor_change_by_being_asked(self) -> None:
        events = stream(events=300, people=20, seed=4)
        quiet, asking = Evidence(), Evidence()
        for event in events[:200]:
            quiet.take(event.rater, event.rated, event.rating, event.at_s)
            asking.row(event.rated, event.rater, event.at_s)
            asking.take(event.rater, event.rated, event.rating, event.at_s)
        then = events[200].at_s

        before = [quiet.row(u, v, then) for u in range(20) for v in range(20)]

        assert str(before) == str([asking.row(u, v, then) for u in range(20) for v in range(20)])

    def test_looks_into_no_more_ratings_in_a_larger_town(self) -> None:
        looks = {}
        for people in (30, 600):
            evidence = Evidence()
            evidence.ratings = Counted()
            for rater in range(1, people):
                evidence.take(rater, 0, 1.0, float(rater))
                evidence.take(0, rater, 1.0, float(rater))
            before = evidence.ratings.looks
            evidence.row(0, 1, 1e6)
            looks[people] = evidence.ratings.looks - before

        assert looks[600] <= looks[30] <= 8 * REMEMBERED
