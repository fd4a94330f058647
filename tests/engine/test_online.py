"""Learning one event at a time: against dense ridge regression, and the bound that holds whatever comes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from matchmaker.engine.online import Mixture, Regression

CHANCES = st.floats(0.001, 0.999)


class TestRegression:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 10_000), st.integers(0, 30), st.integers(1, 5), st.floats(0.1, 20.0))
    def test_of_values_is_ridge_regression_on_all_there_were(
        self, seed: int, events: int, columns: int, firmly: float
    ) -> None:
        rng = np.random.default_rng(seed)
        rows, wanted, resting = rng.normal(size=(events, columns)), rng.normal(size=events), rng.normal(size=columns)
        regression = Regression(resting.tolist(), firmly=firmly, loss="squared")

        for row, value in zip(rows, wanted, strict=True):
            regression.take(row, value)

        pulled = rows.T @ rows + firmly * np.eye(columns)
        expected = np.linalg.solve(pulled, rows.T @ wanted + firmly * resting)
        assert regression.weights == pytest.approx(expected, abs=1e-7)
        assert regression.answer(np.ones(columns)) == pytest.approx(expected.sum(), abs=1e-6)

    @pytest.mark.parametrize("seed", range(3))
    def test_of_odds_comes_to_what_a_fit_to_all_of_them_would_say(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        rows, true = np.column_stack([np.ones(3_000), rng.normal(size=(3_000, 2))]), np.array([0.8, 1.2, -0.6])
        good = (rng.random(3_000) < 1.0 / (1.0 + np.exp(-rows @ true))).astype(float)
        regression = Regression([0.0, 0.0, 0.0], firmly=1.0, loss="logistic")

        for row, one in zip(rows, good, strict=True):
            regression.take(row, one)

        def loss(weights: np.ndarray) -> float:
            signs = np.where(good > 0, 1.0, -1.0)
            return float(np.logaddexp(0.0, -signs * (rows @ weights)).sum() + 0.5 * weights @ weights)

        assert regression.weights == pytest.approx(minimize(loss, np.zeros(3)).x, abs=0.1)

    def test_of_odds_bears_what_is_far_off(self) -> None:
        regression = Regression([0.0], firmly=1.0, loss="logistic")

        for _ in range(50):
            regression.take(np.array([1e3]), 0.0)

        assert math.isfinite(regression.answer(np.array([1e3])))
        assert regression.answer(np.array([1e3])) < 0.0


class TestMixture:
    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), CHANCES, CHANCES, CHANCES), max_size=60))
    def test_loses_hardly_more_than_its_best_forecaster(self, events: list[tuple[bool, float, float, float]]) -> None:
        mixture, lost, of_each = Mixture(3), 0.0, np.zeros(3)

        for good, *chances in events:
            likely = [chance if good else 1.0 - chance for chance in chances]
            mean = mixture.mean(chances)
            lost -= math.log(mean if good else 1.0 - mean)
            of_each -= np.log(likely)
            mixture.take(likely)

        assert lost <= of_each.min() + math.log(3) + math.log(len(events) + 1) + 1e-9
        assert sum(mixture.weights) == pytest.approx(1.0)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(CHANCES, CHANCES), max_size=30), st.lists(CHANCES, min_size=1, max_size=30))
    def test_loses_hardly_more_than_whoever_joined_late(
        self, early: list[tuple[float, float]], late: list[float]
    ) -> None:
        """Everything that comes is good; the third is silent at first."""
        mixture, lost, of_third = Mixture(3), 0.0, 0.0
        for one, other in early:
            mixture.take([one, other, None])

        for chance in late:
            said = [0.001, 0.001, chance]
            lost -= math.log(mixture.mean(said))
            of_third -= math.log(chance)
            mixture.take(said)

        events = len(early) + len(late)
        assert lost <= of_third + math.log(3) + math.log(events + 1) + 1e-9

    def test_hears_of_the_silent_nothing(self) -> None:
        mixture = Mixture(2)

        assert mixture.mean([None, 0.3]) == pytest.approx(0.3)
        assert mixture.share(1, [None, 0.3]) == 1.0
        mixture.take([None, 0.3])
        assert mixture.weights == pytest.approx([0.5, 0.5])

    def test_comes_round_to_who_becomes_good(self) -> None:
        mixture = Mixture(2)
        for _ in range(500):
            mixture.take([0.9, 0.1])

        before = mixture.share(1, [0.9, 0.1])
        for _ in range(10):
            mixture.take([0.1, 0.9])

        assert before < 0.01
        assert mixture.share(1, [0.1, 0.9]) > 0.99
