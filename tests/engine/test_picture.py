"""Pictures of small graphs: the same each time, the tied near each other; and the shortest chains in them."""

from itertools import combinations
from math import dist

import pytest

from matchmaker.engine.picture import MOST_DRAWN, chains, positions

TWO_FAMILIES = [*combinations(range(4), 2), *combinations(range(4, 8), 2)]


class TestPositions:
    def test_are_the_same_for_the_same_graph_and_seed(self) -> None:
        once = positions(8, TWO_FAMILIES, seed=1)

        assert positions(8, [(other, one) for one, other in reversed(TWO_FAMILIES)], seed=1) == once
        assert positions(8, TWO_FAMILIES, seed=2) != once

    def test_lie_on_the_paper_to_its_edges(self) -> None:
        xs, ys = zip(*positions(8, TWO_FAMILIES, seed=1), strict=True)

        assert (min(xs), max(xs), min(ys), max(ys)) == (0.0, 1.0, 0.0, 1.0)

    def test_lie_nearer_for_those_who_are_tied(self) -> None:
        places = positions(8, TWO_FAMILIES, seed=1)
        tied = [dist(places[one], places[other]) for one, other in TWO_FAMILIES]
        strangers = [dist(places[one], places[other]) for one in range(4) for other in range(4, 8)]

        assert max(tied) < min(strangers)

    @pytest.mark.parametrize(("count", "expected"), [(0, []), (1, [(0.5, 0.5)])])
    def test_of_hardly_anybody(self, count: int, expected: list[tuple[float, float]]) -> None:
        assert positions(count, [], seed=1) == expected

    def test_are_refused_for_a_crowd(self) -> None:
        with pytest.raises(ValueError, match="more than"):
            positions(MOST_DRAWN + 1, [], seed=1)


class TestChains:
    def test_are_the_shortest_alone_and_no_more_than_asked_for(self) -> None:
        pairs = [(0, 1), (1, 4), (0, 2), (2, 4), (0, 3), (3, 5), (5, 4)]

        assert chains(6, pairs, start=0, goal=4, at_most=9, longest=4) == [[0, 1, 4], [0, 2, 4]]
        assert len(chains(6, pairs, start=0, goal=4, at_most=1, longest=4)) == 1

    def test_are_none_where_there_is_no_way_or_a_long_one(self) -> None:
        assert chains(3, [(0, 1)], start=0, goal=2, at_most=3, longest=4) == []
        assert chains(4, [(0, 1), (1, 2), (2, 3)], start=0, goal=3, at_most=3, longest=2) == []
