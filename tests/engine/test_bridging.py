"""Few ties, bridges and introductions, against towns computed anew."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from bench.towns import BenchTown, town
from matchmaker.engine.bridging import (
    _circle,
    _in_surroundings,
    _islands_more,
    best_introductions,
    few_ties,
    who_bridges,
)
from matchmaker.engine.neighbourhood import forest_of, forest_of_ties
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.strangers import Reading, reading_of_city
from tests.engine.test_sketch import dense_q, ties_of, towns
from tests.engine.test_strangers import both, graph_of, made, read

__all__ = ["both", "made"]  # fixtures


class TestFewTies:
    def test_names_those_with_the_least_ties_first(self) -> None:
        assert few_ties(read(ties_of(6, (0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0))), 3) == (106, 104, 105)


class TestWhoBridges:
    @given(towns(least=2))
    def test_is_what_the_others_lose_when_somebody_stays_away(self, ties: csr_array) -> None:
        graph = graph_of(ties)
        for one in who_bridges(read(ties), 12):
            row = one.person_id - 101
            without = graph.copy()
            without.remove_edges_from(list(graph.edges(row)))
            others_before = forest_of(graph).islands - dense_q(ties)[row, row]
            assert one.islands_more == pytest.approx(forest_of(without).islands - 1.0 - others_before, abs=1e-8)

    def test_puts_the_middle_of_a_star_first(self) -> None:
        star = ties_of(6, *((0, leaf, 1.0) for leaf in range(1, 5)), (4, 5, 1.0))

        assert [one.person_id for one in who_bridges(read(star), 2)] == [101, 105]

    def test_looks_among_some_alone(self) -> None:
        star = read(ties_of(6, *((0, leaf, 1.0) for leaf in range(1, 5)), (4, 5, 1.0)))

        found = who_bridges(star, 2, among=np.array([False, True, True, False, True, False]))

        assert found[0] == who_bridges(star, 2)[1]
        assert found[0].person_id == 105
        assert 101 not in [one.person_id for one in found]

    def test_is_nobody_where_nobody_is_tied(self) -> None:
        assert who_bridges(read(ties_of(4)), 3) == ()

    @given(towns(least=2), st.integers(0, 11), st.integers(1, 12))
    def test_in_surroundings_is_at_least_what_it_is_and_exact_in_all_of_them(
        self, ties: csr_array, row: int, most: int
    ) -> None:
        reading = read(ties)
        ties = reading.adjacency
        row %= ties.shape[0]
        exact = _islands_more(dense_q(ties)[:, _circle(ties, row)], ties, row, 1.0)

        least, _ = _in_surroundings(reading, row, most)

        assert least <= exact + 1e-9
        assert _in_surroundings(reading, row, 99) == pytest.approx((exact, exact), abs=1e-9)

    @pytest.mark.parametrize(("most", "around", "share"), [(9, 9, 0.25), (12, 11, 1.0)])
    def test_in_surroundings_looks_all_the_way_where_these_are_more_than_a_quarter(
        self, most: int, around: int, share: float
    ) -> None:
        """A ring of forty: nine are less than a quarter of it, eleven are more."""
        ring = ties_of(40, *((one, (one + 1) % 40, 1.0) for one in range(40)))
        alone = ties_of(around, *((one, one + 1, 1.0) for one in range(around - 1)))
        middle = around // 2
        as_if_nobody_else = _islands_more(dense_q(alone)[:, _circle(alone, middle)], alone, middle, 1.0)

        least, at_most = _in_surroundings(read(ring), 20, most)

        assert as_if_nobody_else > least + 1e-4
        assert at_most == pytest.approx(least + share * (as_if_nobody_else - least), abs=1e-9)

    def test_of_a_sketched_city_names_those_of_a_slow_search(self) -> None:
        made = town(people=2_400, seed=3)
        ties = ties_of(2_400, *zip(made.edges_u.tolist(), made.edges_v.tolist(), made.weight.tolist(), strict=True))
        forest = forest_of_ties(ties, made.ids.tolist())
        among = made.ids % 20 == 0
        rows = np.flatnonzero(among & (np.diff(forest.adjacency.indptr) > 0)).tolist()
        slow = {
            int(made.ids[row]): _islands_more(
                forest.q[:, _circle(forest.adjacency, row)], forest.adjacency, row, forest.tau
            )
            for row in rows
        }

        sketch = sketch_of(forest.adjacency, rng=np.random.default_rng(1))
        found = who_bridges(reading_of_city(sketch, made.ids), 5, among=among)

        assert {one.person_id for one in found} == set(sorted(slow, key=lambda one: -slow[one])[:5])
        for one in found:
            assert one.islands_more == pytest.approx(slow[one.person_id], abs=2.0 * one.off_by + 1e-6)

    def test_of_a_sketch_is_the_same(self, both: tuple[Reading, Reading]) -> None:
        exact, sketched = (who_bridges(reading, 3) for reading in both)

        assert [one.person_id for one in sketched] == [one.person_id for one in exact]


class TestBestIntroductions:
    @given(towns(least=2))
    def test_is_the_best_of_all_pairs_of_a_small_town(self, ties: csr_array) -> None:
        ties = csr_array(ties[:8][:, :8])
        people, forest, graph = ties.shape[0], forest_of(graph_of(ties)), graph_of(ties)
        heavy = nx.Graph((u, v) for u, v, data in graph.edges(data=True) if data["weight"] >= 0.1)
        heavy.add_nodes_from(graph)
        expected = [
            (0.85 if list(nx.common_neighbors(heavy, u, v)) else 0.45) * forest.tie_gain(u, v)
            for u in range(people)
            for v in range(u)
            if not heavy.has_edge(u, v)
        ]

        found = best_introductions(read(ties), np.zeros(people, dtype=np.int64))

        assert [one.expected for one in found] == pytest.approx([max(expected)] if expected else [], abs=1e-9)

    def test_stays_within_an_area(self) -> None:
        strangers_all = ties_of(4)

        found = best_introductions(read(strangers_all), np.array([1, 2, 1, -1]), 5)

        assert [(one.one_id, one.other_id) for one in found] == [(101, 103)]
        assert found[0].gain == pytest.approx(2 / 3)

    def test_of_a_sketch_is_as_good(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        (exact,), (sketched,) = (best_introductions(reading, made.grid) for reading in both)

        assert sketched.expected >= 0.99 * exact.expected

    def test_is_none_where_all_know_each_other(self) -> None:
        assert best_introductions(read(ties_of(2, (0, 1, 1.0))), np.zeros(2, dtype=np.int64)) == ()
