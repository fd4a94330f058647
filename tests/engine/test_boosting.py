"""Small boosted trees: what they can learn, and that one row and many get the same answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.boosting import Shape, fit_trees

SMALL = Shape(trees=20, depth=3, columns=1.0, least_weight=1.0)


class TestFitTrees:
    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 5), st.floats(0.0, 0.6))
    def test_answers_one_row_as_it_answers_many(self, seed: int, count: int, width: int, missing: float) -> None:
        rng = np.random.default_rng(seed)
        rows = rng.integers(-3, 4, size=(count, width)).astype(float)
        rows[rng.random(rows.shape) < missing] = np.nan
        trees = fit_trees(rows, rng.normal(size=count), loss="squared", shape=SMALL, seed=seed)

        asked = np.concatenate([rows, np.full((1, width), np.nan), np.full((1, width), 99.0)])

        assert trees.answers(asked) == pytest.approx([trees.answer(row) for row in asked])

    def test_learns_what_no_single_column_tells(self) -> None:
        rows = np.random.default_rng(1).normal(size=(600, 4))
        wanted = (rows[:, 0] * rows[:, 1] > 0).astype(float)

        trees = fit_trees(rows[:400], wanted[:400], loss="logistic", shape=Shape(trees=80, columns=1.0))

        assert ((trees.answers(rows[400:]) > 0) == wanted[400:]).mean() > 0.9

    def test_learns_from_what_is_missing(self) -> None:
        rows = np.where(np.arange(60) % 2 == 0, np.nan, 5.0).reshape(-1, 1)

        trees = fit_trees(rows, np.arange(60.0) % 2, loss="logistic", shape=SMALL)

        assert trees.answer(np.array([np.nan])) < 0 < trees.answer(np.array([5.0]))

    def test_of_the_squared_loss_begins_at_the_mean(self) -> None:
        rows = np.zeros((3, 1))

        trees = fit_trees(rows, np.array([1.0, 2.0, 6.0]), loss="squared", shape=Shape(rows=1.0))

        assert trees.answers(np.zeros((2, 1))) == pytest.approx([3.0, 3.0])

    def test_is_the_same_for_the_same_seed(self) -> None:
        rng = np.random.default_rng(3)
        rows, wanted = rng.normal(size=(90, 3)), rng.normal(size=90)

        one, same, other = (fit_trees(rows, wanted, loss="squared", seed=seed) for seed in (1, 1, 2))

        assert np.array_equal(one.answers(rows), same.answers(rows))
        assert not np.array_equal(one.answers(rows), other.answers(rows))

    def test_does_not_change_what_it_is_given(self) -> None:
        rows, wanted = np.arange(20.0).reshape(-1, 2), np.arange(10.0)

        fit_trees(rows, wanted, loss="squared")

        assert np.array_equal(rows, np.arange(20.0).reshape(-1, 2))
        assert np.array_equal(wanted, np.arange(10.0))

    def test_is_refused_where_there_is_nothing_to_tell_apart(self) -> None:
        with pytest.raises(ValueError, match="no row"):
            fit_trees(np.empty((0, 2)), np.empty(0), loss="squared")
        with pytest.raises(ValueError, match="one kind"):
            fit_trees(np.zeros((4, 1)), np.ones(4), loss="logistic")
