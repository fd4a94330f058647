"""The sketch of a city, against dense linear algebra and the exact forest of a town."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import spearmanr

from bench.towns import town
from matchmaker.engine.neighbourhood import forest_of, largest_gain
from matchmaker.engine.sketch import Sketch, sketch_of
from matchmaker.engine.solving import exact_gains, solve


def ties_of(people: int, *ties: tuple[int, int, float]) -> csr_array:
    """Both ways, parallel ones summed."""
    left, right = [u for u, _, _ in ties], [v for _, v, _ in ties]
    weights = np.array([weight for _, _, weight in ties] * 2)
    return csr_array((weights, (left + right, right + left)), shape=(people, people))


@st.composite
def towns(draw: st.DrawFn, least: int = 0) -> csr_array:
    """Weighted, often disconnected, sometimes empty or of one person, sometimes with somebody tied to themselves."""
    people = draw(st.integers(least, 12))
    rows = st.integers(0, max(0, people - 1))
    ties = draw(st.lists(st.tuples(rows, rows, st.floats(0.01, 10.0)), max_size=20 if people else 0))
    return ties_of(people, *ties)


def dense_q(ties: csr_array, tau: float = 1.0) -> np.ndarray:
    """The definition, written out."""
    weights = ties.toarray()
    np.fill_diagonal(weights, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    return np.linalg.inv(np.eye(len(weights)) + tau * laplacian) if len(weights) else np.zeros((0, 0))


def the_five() -> csr_array:
    return ties_of(5, (0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0))


def sketched(ties: csr_array, seed: int = 1, directions: int = 64) -> Sketch:
    return sketch_of(ties, rng=np.random.default_rng(seed), directions=directions, tolerance=1e-5)


@pytest.fixture(scope="module")
def six_hundred() -> csr_array:
    made = town(people=600, seed=2)
    return ties_of(600, *zip(made.edges_u.tolist(), made.edges_v.tolist(), made.weight.tolist(), strict=True))


class TestSolve:
    @given(towns(), st.sampled_from([0.1, 1.0, 3.0]))
    def test_equals_a_dense_inverse(self, ties: csr_array, tau: float) -> None:
        solved, residual = solve(ties, np.eye(ties.shape[0]), tau=tau)

        assert np.allclose(solved, dense_q(ties, tau), rtol=0, atol=1e-9)
        assert residual <= 1e-11

    def test_leaves_what_it_was_given(self) -> None:
        ties, columns = the_five(), np.eye(5)

        solve(ties, columns)

        assert np.array_equal(columns, np.eye(5))
        assert np.array_equal(ties.toarray(), the_five().toarray())

    @pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
    def test_refuses_a_weight_that_is_none(self, weight: float) -> None:
        with pytest.raises(ValueError, match="positive and finite"):
            solve(ties_of(2, (0, 1, weight)), np.eye(2))

    @pytest.mark.parametrize("tau", [0.0, -1.0, float("nan")])
    def test_refuses_a_reach_that_is_none(self, tau: float) -> None:
        with pytest.raises(ValueError, match="positive and finite"):
            solve(the_five(), np.eye(5), tau=tau)

    def test_refuses_ties_that_go_one_way(self) -> None:
        with pytest.raises(ValueError, match="both ways"):
            solve(csr_array(np.array([[0.0, 1.0], [0.0, 0.0]])), np.eye(2))

    def test_refuses_what_is_no_square(self) -> None:
        with pytest.raises(ValueError, match="square"):
            solve(csr_array((2, 3)), np.eye(2))
        with pytest.raises(ValueError, match="number of rows"):
            solve(the_five(), np.eye(4))


class TestExactGains:
    @given(towns(least=1), st.data())
    def test_are_those_of_the_forest(self, ties: csr_array, data: st.DataObject) -> None:
        rows = st.integers(0, ties.shape[0] - 1)
        pairs = data.draw(st.lists(st.tuples(rows, rows), min_size=1, max_size=5))
        weight = data.draw(st.floats(0.1, 5.0))
        us, vs = [u for u, _ in pairs], [v for _, v in pairs]
        graph = nx.Graph(nx.from_scipy_sparse_array(ties))

        gains = exact_gains(ties, us, vs, weight)

        assert gains == pytest.approx(forest_of(graph).tie_gains(us, vs, weight), abs=1e-9)

    def test_of_no_pair_are_none(self) -> None:
        assert exact_gains(the_five(), [], []).tolist() == []


class TestSketch:
    @given(towns())
    def test_has_the_islands_within_its_own_error(self, ties: csr_array) -> None:
        islands, error = sketched(ties).islands()

        assert abs(islands - np.trace(dense_q(ties))) <= 6.0 * error + 1e-3

    @given(towns(least=1), st.data())
    def test_has_gains_between_nought_and_the_most_there_is(self, ties: csr_array, data: st.DataObject) -> None:
        rows, weight = st.integers(0, ties.shape[0] - 1), data.draw(st.floats(0.1, 5.0))
        u, v = data.draw(rows), data.draw(rows)

        (gain,) = sketched(ties, directions=8).tie_gains([u], [v], weight)

        assert 0.0 <= gain <= largest_gain(weight) + 1e-9
        assert u != v or gain == 0.0

    def test_of_a_town_without_ties_is_exact(self) -> None:
        sketch = sketched(ties_of(7))

        assert sketch.islands() == (7.0, 0.0)
        assert sketch.sigma() == (1.0, 0.0)
        assert sketch.tie_gains([0], [1]) == pytest.approx([largest_gain()])

    @pytest.mark.parametrize("people", [0, 1])
    def test_of_hardly_anybody_is_nought(self, people: int) -> None:
        assert sketched(ties_of(people)).sigma() == (0.0, 0.0)

    def test_is_right_on_average(self) -> None:
        ties, q = the_five(), dense_q(the_five())
        seen = [sketched(ties, seed, 16) for seed in range(400)]

        assert np.mean([one.islands()[0] for one in seen]) == pytest.approx(17 / 6, abs=0.005)
        assert np.mean([one.sigma()[0] for one in seen]) == pytest.approx((np.trace(q) - 1) / 4, abs=0.002)
        assert np.mean([one.diagonal() for one in seen], axis=0) == pytest.approx(np.diag(q), abs=0.02)

    def test_has_gains_that_are_right_on_average(self) -> None:
        """Of all ten pairs of five people: a friend, a friend's friend, a stranger."""
        q, weight = dense_q(the_five()), 0.7
        us, vs = np.triu_indices(5, 1)
        ends = np.zeros((10, 5))
        ends[np.arange(10), us], ends[np.arange(10), vs] = 1.0, -1.0
        reached = ends @ q
        exact = weight * (reached**2).sum(axis=1) / (1.0 + weight * (reached * ends).sum(axis=1))

        seen = [sketched(the_five(), seed).tie_gains(us, vs, weight) for seed in range(400)]

        assert np.mean(seen, axis=0) == pytest.approx(exact, rel=0.03)

    def test_is_the_same_for_the_same_dice(self) -> None:
        once, again, other = sketched(the_five(), 3), sketched(the_five(), 3), sketched(the_five(), 4)

        assert once.islands() == again.islands()
        assert once.islands() != other.islands()

    def test_puts_pairs_into_the_order_of_the_exact_gains(self, six_hundred: csr_array) -> None:
        rng = np.random.default_rng(7)
        us, vs = rng.integers(0, 600, size=(2, 2_000))
        exact = forest_of(nx.from_scipy_sparse_array(six_hundred)).tie_gains(us.tolist(), vs.tolist())

        gains, errors = sketched(six_hundred).tie_gains_with_errors(us, vs)

        assert spearmanr(gains, exact).statistic >= 0.98
        off = (gains - exact)[us != vs] / errors[us != vs].clip(1e-9)
        assert (
            0.6 <= np.sqrt(np.mean(np.clip(off, -10, 10) ** 2)) <= 1.6
        )  # the error that is told is the error there is

    def test_has_areas_that_share_the_islands(self, six_hundred: csr_array) -> None:
        sketch, corridor = sketched(six_hundred), np.arange(600) // 20
        values, errors = sketch.shares(corridor, 30)
        q = dense_q(six_hundred)

        assert values.sum() == pytest.approx(sketch.islands()[0])
        assert np.all(np.abs(values - np.diag(q).reshape(30, 20).sum(axis=1)) <= 6.0 * errors + 1e-3)

    def test_leaves_out_whom_no_area_has(self, six_hundred: csr_array) -> None:
        sketch, area = sketched(six_hundred), np.full(600, -1)
        area[:20] = 0

        assert sketch.shares(area, 1)[0][0] == pytest.approx(sketch.diagonal()[:20].sum(), rel=1e-6)

    @pytest.mark.parametrize(("u", "v"), [(0, 5), (-1, 2), (5, 0), (2, -1)])
    def test_refuses_somebody_outside_the_town(self, u: int, v: int) -> None:
        with pytest.raises(IndexError):
            sketched(the_five()).tie_gains([u], [v])

    def test_of_no_pair_is_no_gain(self) -> None:
        assert sketched(the_five()).tie_gains([], []).tolist() == []
