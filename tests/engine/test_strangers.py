"""What is read off the stranger index, against the definitions written out and towns computed anew."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from bench.towns import BenchTown, town
from matchmaker.engine import strangers
from matchmaker.engine.area_sentences import TOWN
from matchmaker.engine.neighbourhood import forest_of, forest_of_ties, sigma_within
from matchmaker.engine.sentences import sentence
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.strangers import (
    Reading,
    StrangerIndex,
    area_indexes,
    area_shares,
    between_groups,
    change,
    reading_of,
    reading_of_city,
    stranger_index,
)
from tests.engine.test_sketch import dense_q, the_five, ties_of, towns


def read(ties: csr_array) -> Reading:
    """People 101, 102 and so on."""
    return reading_of(forest_of_ties(ties, range(101, 101 + ties.shape[0])))


def graph_of(ties: csr_array) -> nx.Graph:
    graph = nx.from_scipy_sparse_array(ties)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


@pytest.fixture(scope="module")
def made() -> BenchTown:
    return town(people=600, seed=4)


@pytest.fixture(scope="module")
def both(made: BenchTown) -> tuple[Reading, Reading]:
    """One town read exactly and through a sketch."""
    edges = zip(made.edges_u.tolist(), made.edges_v.tolist(), made.weight.tolist(), strict=True)
    ties = ties_of(600, *edges)
    exact = reading_of(forest_of_ties(ties, made.ids.tolist()))
    return exact, reading_of_city(sketch_of(ties, rng=np.random.default_rng(1), tolerance=1e-5), made.ids)


class TestStrangerIndex:
    @given(towns())
    def test_is_that_of_the_forest(self, ties: csr_array) -> None:
        assert stranger_index(read(ties)).sigma == pytest.approx(forest_of(graph_of(ties)).sigma, abs=1e-9)

    def test_of_a_sketch_has_an_error(self, both: tuple[Reading, Reading]) -> None:
        exact, sketched = (stranger_index(reading) for reading in both)

        assert exact.sigma_error == 0.0
        assert 0.0 < abs(sketched.sigma - exact.sigma) < 5.0 * sketched.sigma_error

    @pytest.mark.parametrize("people", [0, 1])
    def test_of_hardly_anybody_is_nought(self, people: int) -> None:
        sketch = sketch_of(ties_of(people), rng=np.random.default_rng(1))

        assert stranger_index(read(ties_of(people))).sigma == 0.0
        assert stranger_index(reading_of_city(sketch, np.arange(people))).sigma == 0.0

    def test_refuses_ids_of_another_town(self) -> None:
        with pytest.raises(ValueError, match="number of rows"):
            reading_of_city(sketch_of(the_five(), rng=np.random.default_rng(1)), np.arange(4))


class TestAreaIndexes:
    @given(towns(), st.data())
    def test_share_the_town_and_stand_alone(self, ties: csr_array, data: st.DataObject) -> None:
        people = ties.shape[0]
        labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=people, max_size=people)), dtype=np.int64)
        graph = graph_of(ties)

        areas = area_indexes(read(ties), labels)

        shares = sum(area.share for area in areas.values())
        assert shares == pytest.approx(np.trace(dense_q(ties)) - nx.number_connected_components(graph), abs=1e-9)
        for label, area in areas.items():
            assert area.people == np.sum(labels == label)
            assert area.alone.sigma == pytest.approx(sigma_within(graph, np.flatnonzero(labels == label)), abs=1e-9)

    def test_share_what_they_share_without_the_rest(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        for reading in both:
            areas = area_indexes(reading, made.grid)

            assert area_shares(reading, made.grid) == {
                label: (area.share, area.share_error) for label, area in areas.items()
            }

    def test_leave_out_who_has_no_area(self) -> None:
        areas = area_indexes(read(the_five()), np.array([7, 7, -1, -1, -1]))

        assert list(areas) == [7]
        assert areas[7].people == 2
        assert areas[7].alone.islands == pytest.approx(4 / 3)
        assert area_indexes(read(the_five()), np.full(5, -1)) == {}

    def test_of_a_sketch_are_within_their_errors(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        exact, sketched = (area_indexes(reading, made.building) for reading in both)

        for building, area in exact.items():
            told = sketched[building]
            assert abs(told.share - area.share) <= 6.0 * told.share_error + 1e-3
            assert told.alone == area.alone  # small enough to be computed exactly

    def test_too_large_to_compute_are_sketched(
        self, made: BenchTown, both: tuple[Reading, Reading], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exact = area_indexes(both[0], made.grid)
        monkeypatch.setattr(strangers, "EXACT_PEOPLE", 50)

        told = area_indexes(both[0], made.grid, rng=np.random.default_rng(5))

        for grid, area in exact.items():
            assert told[grid].alone.islands_error > 0.0
            assert abs(told[grid].alone.islands - area.alone.islands) <= 6.0 * told[grid].alone.islands_error + 0.1
        with pytest.raises(ValueError, match="dice"):
            area_indexes(both[0], made.grid)


class TestBetweenGroups:
    @given(towns(least=1), st.data())
    def test_is_the_mean_over_pairs_written_out(self, ties: csr_array, data: st.DataObject) -> None:
        people, q = ties.shape[0], dense_q(ties)
        flags = st.lists(st.booleans(), min_size=people, max_size=people).map(np.array)
        groups = {"old": data.draw(flags), "new": data.draw(flags)}

        for found in between_groups(read(ties), groups):
            one, other = np.flatnonzero(groups[found.one]), np.flatnonzero(groups[found.other])
            apart = [q[u, u] + q[v, v] - 2.0 * q[u, v] for u in one for v in other if u != v]
            assert found.share == pytest.approx(np.mean([q[u, other].sum() for u in one]), abs=1e-9)
            assert found.fair_share == pytest.approx(len(other) / people)
            if apart:
                assert found.resistance == pytest.approx(np.mean(apart), abs=1e-8)
            else:
                assert found.resistance is None

    def test_leaves_out_a_group_of_nobody(self) -> None:
        nobody = np.zeros(5, dtype=np.bool_)

        assert between_groups(read(the_five()), {"nobody": nobody}) == ()
        assert [found.one for found in between_groups(read(the_five()), {"nobody": nobody, "all": ~nobody})] == ["all"]

    def test_says_that_the_settled_keep_to_themselves(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        groups = {"newcomers": made.newcomer, "settled": ~made.newcomer}

        newcomers, mixed, settled = between_groups(both[0], groups)

        assert newcomers.resistance > mixed.resistance > settled.resistance
        assert settled.share > settled.fair_share


class TestChange:
    @pytest.mark.parametrize(
        ("islands", "error", "code"),
        [(41.0, 0.0, "ISLANDS_REMOVED"), (71.0, 0.0, "ISLANDS_MORE"), (60.8, 0.0, "ISLANDS_AS_BEFORE"),
         (59.0, 1.5, "ISLANDS_AS_BEFORE"), (51.0, 1.5, "ISLANDS_REMOVED")],
    )  # fmt: skip
    def test_is_told_only_where_it_can_be_told(self, islands: float, error: float, code: str) -> None:
        found = change(StrangerIndex(101, 61.0, 0.0), StrangerIndex(101, islands, error))

        assert found.code == code
        assert all(sentence(TOWN, code, found.params, language) for language in ("zh-hans", "en"))

    def test_counts_islands_of_a_town_of_todays_size(self) -> None:
        found = change(StrangerIndex(101, 61.0, 0.0), StrangerIndex(201, 101.0, 0.0))

        assert found.islands_removed == pytest.approx(20.0)
        assert "20 groups fewer" in sentence(TOWN, found.code, found.params, "en")

    def test_has_a_sentence_for_each_code_and_no_other(self) -> None:
        told = {change(StrangerIndex(101, 61.0, 0.0), StrangerIndex(101, islands, 0.0), accompanied=accompanied).code
                for islands in (41.0, 61.0, 71.0) for accompanied in (0, 3)}  # fmt: skip

        assert set(TOWN) == told

    def test_does_not_say_that_most_comes_from_needs_met_where_neighbours_came_along(self) -> None:
        before, after = StrangerIndex(101, 61.0, 0.0), StrangerIndex(101, 41.0, 0.0)

        alone, together = change(before, after), change(before, after, accompanied=1)

        assert "Most of such a fall" in sentence(TOWN, alone.code, alone.params, "en")
        assert "Most of" not in sentence(TOWN, together.code, together.params, "en")
        assert "多半" not in sentence(TOWN, together.code, together.params, "zh-hans")
        assert together.islands_removed == alone.islands_removed == pytest.approx(20.0)
