"""Walks on streets: worked by hand, and against networkx on towns drawn by chance."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.places import DETOUR, EARTH_RADIUS_M
from matchmaker.engine.streets import (
    FURTHEST_TO_A_STREET_M,
    SMALLEST_PART,
    Streets,
    straight_metres,
    streets_of,
)

DEGREE_OF_A_METRE = math.degrees(1.0 / EARTH_RADIUS_M)


def ladder(steps: int = 60, *, metres: float = 100.0) -> Streets:
    """Two roads northwards, so many metres apart, joined at their southern end alone."""
    north = np.arange(steps) * metres * DEGREE_OF_A_METRE
    latitudes = np.concatenate([north, north])
    longitudes = np.concatenate([np.zeros(steps), np.full(steps, metres * DEGREE_OF_A_METRE)])
    along = np.arange(steps - 1)
    tails = np.concatenate([along, along + steps, [0]])
    heads = np.concatenate([along + 1, along + steps + 1, [steps]])
    return streets_of(latitudes, longitudes, tails, heads)


def at(north_m: float, east_m: float = 0.0) -> tuple[float, float]:
    return north_m * DEGREE_OF_A_METRE, east_m * DEGREE_OF_A_METRE


def walk(streets: Streets, here: tuple[float, float], there: tuple[float, float], **limit: float) -> float:
    return float(streets.walks_m(*here, np.asarray([there[0]]), np.asarray([there[1]]), **limit)[0])


class TestWalks:
    def test_go_round_where_no_street_goes_through(self) -> None:
        # 300 m south, 100 m across, 300 m north, where the straight line is 100 m.
        assert walk(ladder(), at(300.0), at(300.0, 100.0)) == pytest.approx(700.0, abs=0.01)

    def test_are_the_same_there_and_back(self) -> None:
        here, there = at(330.0, 12.0), at(250.0, 140.0)

        assert walk(ladder(), here, there) == pytest.approx(walk(ladder(), there, here))

    def test_count_the_way_to_the_street_with_the_detour(self) -> None:
        assert walk(ladder(), at(300.0, -20.0), at(500.0)) == pytest.approx(DETOUR * 20.0 + 200.0, abs=0.01)

    def test_of_two_homes_at_one_point_are_the_straight_line_with_the_detour(self) -> None:
        assert walk(ladder(), at(300.0, -20.0), at(300.0, -10.0)) == pytest.approx(DETOUR * 10.0, abs=0.01)

    def test_from_off_the_map_are_the_straight_line_with_the_detour(self) -> None:
        far = at(300.0, -FURTHEST_TO_A_STREET_M - 1.0)

        assert walk(ladder(), far, at(300.0)) == pytest.approx(DETOUR * (FURTHEST_TO_A_STREET_M + 1.0), abs=0.01)
        assert walk(ladder(), at(300.0), far) == pytest.approx(walk(ladder(), far, at(300.0)))

    def test_beyond_the_limit_are_at_least_the_limit(self) -> None:
        assert walk(ladder(), at(300.0), at(300.0, 100.0), limit_m=600.0) == 600.0
        assert walk(ladder(), at(0.0), at(1_000.0), limit_m=600.0) == pytest.approx(DETOUR * 1_000.0, abs=0.01)

    def test_without_any_street_are_the_straight_line_with_the_detour(self) -> None:
        nothing = streets_of(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))

        assert len(nothing) == 0
        assert walk(nothing, at(0.0), at(100.0)) == pytest.approx(DETOUR * 100.0, abs=0.01)

    def test_of_many_pairs_are_those_of_each_pair(self) -> None:
        streets = ladder()
        rng = np.random.default_rng(3)
        heres, theres = rng.random((2, 12)) * 0.02, rng.random((2, 9)) * 0.002
        rows, columns = rng.integers(12, size=40), rng.integers(9, size=40)

        found = streets.pairs_m((heres[0], heres[1]), (theres[0], theres[1]), rows, columns)

        alone = [
            walk(streets, (heres[0][row], heres[1][row]), (theres[0][column], theres[1][column]))
            for row, column in zip(rows, columns, strict=True)
        ]
        assert found == pytest.approx(alone)

    def test_of_no_pair_are_none(self) -> None:
        none = np.zeros(0, dtype=np.int64)

        assert ladder().pairs_m((np.zeros(1), np.zeros(1)), (np.zeros(1), np.zeros(1)), none, none).shape == (0,)


class TestReach:
    def test_is_what_streets_allow_and_not_the_disk(self) -> None:
        points, metres = ladder().reach(3, 450.0)

        # Northwards 4, southwards 3 and one across; the other road is 100 m away as the crow flies.
        assert points.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 60]
        assert metres == pytest.approx([300, 200, 100, 0, 100, 200, 300, 400, 400], abs=0.01)

    def test_is_kept_for_the_next_who_asks(self) -> None:
        streets = ladder()

        assert streets.reach(3, 450.0)[0] is streets.reach(3, 450.0)[0]

    @settings(max_examples=40, deadline=None)
    @given(seed=st.integers(0, 10_000), limit_m=st.floats(0.0, 1_500.0))
    def test_is_the_one_of_networkx(self, seed: int, limit_m: float) -> None:
        streets = drawn(seed)
        graph = nx.from_scipy_sparse_array(streets.lengths)
        start = int(np.random.default_rng(seed).integers(len(streets)))
        # Nobody asks for a metre that two sums of floats decide.
        expected = nx.single_source_dijkstra_path_length(graph, start, cutoff=limit_m + 1e-6)

        points, metres = streets.reach(start, limit_m + 1e-6)

        assert points.tolist() == sorted(expected)
        assert metres == pytest.approx([expected[point] for point in points.tolist()])


class TestNetwork:
    def test_counts_a_stretch_once_however_often_it_is_drawn(self) -> None:
        north = np.arange(SMALLEST_PART) * 100.0 * DEGREE_OF_A_METRE
        along = np.arange(SMALLEST_PART - 1)
        twice = streets_of(
            north, np.zeros(SMALLEST_PART), np.concatenate([along, along + 1]), np.concatenate([along + 1, along])
        )

        assert twice.lengths.sum() == pytest.approx(2 * 100.0 * (SMALLEST_PART - 1), abs=0.01)

    def test_leaves_out_parts_that_nobody_could_leave(self) -> None:
        north = np.arange(SMALLEST_PART + 2) * 100.0 * DEGREE_OF_A_METRE
        along = np.delete(np.arange(SMALLEST_PART + 1), SMALLEST_PART - 1)

        assert len(streets_of(north, np.zeros(len(north)), along, along + 1)) == SMALLEST_PART

    @pytest.mark.parametrize(
        ("latitudes", "tails", "heads", "why"),
        [
            ([0.0, 1.0], [0], [0, 1], "equal length"),
            ([0.0, 1.0], [0], [2], "not there"),
            ([0.0, 1.0], [-1], [1], "not there"),
            ([0.0, 91.0], [0], [1], "degrees"),
            ([0.0, math.nan], [0], [1], "degrees"),
        ],
    )
    def test_refuses_what_is_no_network(
        self, latitudes: list[float], tails: list[int], heads: list[int], why: str
    ) -> None:
        with pytest.raises(ValueError, match=why):
            streets_of(np.asarray(latitudes), np.zeros(2), np.asarray(tails), np.asarray(heads))


class TestStraightMetres:
    def test_are_the_same_across_the_date_line(self) -> None:
        one, other = straight_metres(40.0, 179.999, np.asarray([40.0, 40.0]), np.asarray([-179.999, 179.997]))

        assert one == pytest.approx(other)


def drawn(seed: int) -> Streets:
    """A town of a hundred and twenty corners near Hohhot, each joined to some of its neighbours."""
    rng = np.random.default_rng(seed)
    latitudes, longitudes = 40.8 + rng.random(120) * 0.01, 111.6 + rng.random(120) * 0.01
    order = np.argsort(latitudes)
    near = [(int(order[i]), int(order[j])) for i in range(120) for j in range(i + 1, min(120, i + 4))]
    kept = [pair for pair in near if rng.random() < 0.9]
    return streets_of(latitudes, longitudes, np.asarray([u for u, _ in kept]), np.asarray([v for _, v in kept]))
