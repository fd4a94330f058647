"""The week of answers at once: lawful, below its bound, blind to what is to come, and better with prices."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from bench import online
from bench.online_play import Desk, hindsight, play
from bench.online_policies import POLICIES, ByPrice, rates_of
from bench.online_stream import Week, a_stream, a_week

MIDWEEK = 84.0


@pytest.fixture(scope="module")
def week() -> Week:
    """A small town of scarce help."""
    return a_week(a_stream(needs=80, seed=5), supply=0.6, seed=5)


def a_desk(week: Week) -> Desk:
    begins = np.searchsorted(week.stream.need, np.arange(len(week.stream.urgency) + 1))
    return Desk(week, week.capacity.copy(), week.stream.wanted.copy(), begins)


class TestPlay:
    @pytest.mark.parametrize("policy", POLICIES)
    def test_stays_below_hindsight_and_turns_nobody_away(self, week: Week, policy: str) -> None:
        played = play(week, POLICIES[policy](1))

        value, _ = hindsight(week)
        assert 0.5 * value < played.value <= value
        assert played.turned_away == 0
        assert 0 < played.met_share < 1
        assert played.asked_per_visit > 1

    @pytest.mark.parametrize("policy", POLICIES)
    def test_never_waits_where_no_need_can(self, week: Week, policy: str) -> None:
        played = play(replace(week, waits_until=week.comes_at), POLICIES[policy](1))

        assert (played.at_once_share, played.wait_hours, played.held_share) == (1.0, 0.0, 0.0)

    def test_is_the_same_for_the_same_seed(self, week: Week) -> None:
        assert play(week, POLICIES["prices"](1)) == play(week, POLICIES["prices"](1))

    def test_meets_everything_where_everybody_is_there_and_says_yes(self, week: Week) -> None:
        stream = week.stream
        easy = replace(
            week,
            says_yes=np.ones_like(week.says_yes),
            withdrawn_at=np.full(len(week.comes_at), np.inf),
            capacity=np.full(stream.offers, 100),
            back_at=np.zeros(stream.offers),
        )
        could_come = np.minimum(np.bincount(stream.need, minlength=len(stream.wanted)), stream.wanted)[stream.past :]

        played = play(easy, POLICIES["greedy"](1))

        assert (played.value, played.visits) == hindsight(easy)
        assert played.visits == could_come.sum()


class TestHindsight:
    def test_is_the_optimum_of_the_linear_programme(self, week: Week) -> None:
        stream = week.stream
        kept = np.flatnonzero(
            (stream.need >= stream.past)
            & np.isinf(week.withdrawn_at[stream.need])
            & week.says_yes
            & (week.back_at[stream.offer] <= week.waits_until[stream.need])
        )
        needs = len(stream.wanted)
        rows = np.zeros((needs + stream.offers, len(kept)))
        rows[stream.need[kept], np.arange(len(kept))] = 1
        rows[needs + stream.offer[kept], np.arange(len(kept))] = 1
        most = np.concatenate([stream.wanted, week.capacity])

        best = linprog(-stream.value[kept], A_ub=rows, b_ub=most, bounds=(0, 1), method="highs")

        assert hindsight(week)[0] == round(-best.fun)


class TestByPrice:
    def test_looks_at_nothing_that_is_still_to_come(self, week: Week) -> None:
        stream = week.stream
        later = week.comes_at > MIDWEEK
        of_later = later[stream.need]
        other = replace(
            week,
            stream=replace(stream, value=np.where(of_later, 99_999, stream.value), wanted=stream.wanted + later),
            comes_at=np.where(later, week.comes_at + 1, week.comes_at),
            says_yes=week.says_yes ^ (stream.need >= stream.past),
            withdrawn_at=np.where(week.comes_at < 0, week.withdrawn_at, 0.0),
            back_at=week.back_at + 1,
        )
        made = []
        for one in (week, other):
            policy = ByPrice(seed=1)
            policy.look(a_desk(one), MIDWEEK)
            assert policy.prices is not None
            made.append(policy.prices.by_left.tolist())

        assert made[0] == made[1]
        assert np.array(made[0]).any()

    def test_expects_noes_and_withdrawals_as_often_as_last_week(self, week: Week) -> None:
        refused, withdrawn = rates_of(week, a_desk(week))

        assert refused == pytest.approx(0.25, abs=0.1)
        assert withdrawn == np.isfinite(week.withdrawn_at[: week.stream.past]).mean()


class TestCommand:
    def test_prints_a_row_for_each_policy_and_supply(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["online", "--seeds", "2", "--needs", "120", "--json"])

        online.main()

        told = json.loads(capsys.readouterr().out)
        rows = {(row["policy"], row["supply"], row["waits"]): row for row in told["rows"]}
        assert len(rows) == len(online.SUPPLIES) * (len(POLICIES) + len(online.AT_ONCE))
        for supply in online.SUPPLIES:
            prices, greedy = rows["prices", supply, True], rows["greedy", supply, True]
            assert greedy["ahead_of_greedy"] == 0
            assert prices["low"] <= prices["share_of_hindsight"] <= prices["high"]
            assert prices["share_of_hindsight"] > greedy["share_of_hindsight"]
            assert prices["bound_gap"] >= 0
        assert told["assumptions"]

    @pytest.mark.parametrize("needs", ["1", "2"])
    def test_prints_numbers_however_few_needs_there_are(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], needs: str
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["online", "--seeds", "2", "--needs", needs, "--json"])

        online.main()

        rows = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)["rows"]  # NaN is no JSON
        assert all(0 <= row["share_of_hindsight"] <= 1 for row in rows)

    def test_wants_more_than_one_week(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "argv", ["online", "--seeds", "1"])

        with pytest.raises(SystemExit):
            online.main()
