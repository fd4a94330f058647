"""Companions, against towns worked by hand and a recomputation of all eight ways a visit of three may end."""

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine import companions
from matchmaker.engine.companions import (
    PAIRS_OF_THREE,
    Acquaintances,
    CompanionFacts,
    Companionship,
    VisitFacts,
    best_companions,
    expected_together,
)
from matchmaker.engine.neighbourhood import Forest, forest_of
from matchmaker.engine.sentences import REASONS, sentence
from tests.engine.cases import a_place

HELPED, HELPER = 1, 2


def a_town(*ties: tuple[int, int], people: int = 8) -> Forest:
    graph = nx.empty_graph(range(1, people + 1))
    graph.add_edges_from(ties, weight=1.0)
    return forest_of(graph)


def a_visit(**columns: Any) -> VisitFacts:
    ordinary = {"match_id": 1, "person_id": HELPED, "helper_id": HELPER, "service_type": "SHOPPING"}
    return VisitFacts(**{**ordinary, "place": a_place(), **columns})


def somebody(person_id: int, **columns: Any) -> CompanionFacts:
    return CompanionFacts(**{"person_id": person_id, "place": a_place(), **columns})


def chosen(*willing: CompanionFacts, forest: Forest | None = None, **given: Any) -> tuple[Companionship, ...]:
    visits = given.pop("visits", [a_visit()])
    known = given.pop("acquaintances", Acquaintances())
    allowed = given.pop("allowed_types", frozenset({"SHOPPING"}))
    return best_companions(visits, willing, forest or a_town(), known, allowed_types=allowed, **given)


class TestExpectedTogether:
    def test_of_three_strangers_whose_ties_last_is_a_triangle(self) -> None:
        trios, ones = np.array([[0, 1, 2]]), np.ones((1, 3))

        assert expected_together(a_town(), trios, ones, ones) == pytest.approx([3 - 3 / 2])

    def test_is_nought_where_nothing_lasts_or_weighs(self) -> None:
        trios, ones = np.array([[0, 1, 2]]), np.ones((1, 3))

        assert expected_together(a_town(), trios, 0 * ones, ones).tolist() == [0.0]
        assert expected_together(a_town(), trios, ones, 0 * ones).tolist() == [0.0]

    @given(st.data())
    def test_weighs_all_eight_ends_of_a_visit(self, data: st.DataObject) -> None:
        pairs = st.tuples(st.integers(1, 7), st.integers(1, 7)).filter(lambda pair: pair[0] < pair[1])
        graph = nx.empty_graph(range(1, 8))
        for u, v in data.draw(st.lists(pairs, max_size=10)):
            graph.add_edge(u, v, weight=data.draw(st.floats(0.1, 3.0)))
        chances = np.array([[data.draw(st.floats(0.0, 1.0)) for _ in range(3)]])
        weights = np.array([[data.draw(st.floats(0.0, 2.0)) for _ in range(3)]])
        trio = data.draw(st.permutations(range(7)))[:3]

        (expected,) = expected_together(forest_of(graph), np.array([trio]), chances, weights)

        by_hand = 0.0
        for count in range(4):
            for lasting in combinations(range(3), count):
                tied = graph.copy()
                for number in lasting:
                    u, v = (trio[end] + 1 for end in PAIRS_OF_THREE[number])
                    before = tied.get_edge_data(u, v, {"weight": 0.0})["weight"]
                    if weights[0, number] > 0.0:
                        tied.add_edge(u, v, weight=before + weights[0, number])
                others = [number for number in range(3) if number not in lasting]
                probability = np.prod(chances[0, list(lasting)]) * np.prod(1.0 - chances[0, others])
                by_hand += probability * (forest_of(graph).islands - forest_of(tied).islands)
        assert expected == pytest.approx(by_hand, abs=1e-9)


class TestChosen:
    @given(st.data())
    def test_is_at_least_half_of_the_best_that_networkx_finds(self, data: st.DataObject) -> None:
        """Best first is within half of the heaviest matching; nobody is asked beyond their limit."""
        pairs = data.draw(st.lists(st.tuples(st.integers(1, 4), st.integers(11, 14)), unique=True, max_size=12))
        added = [data.draw(st.floats(0.01, 1.0)) for _ in pairs]
        visits, willing = [visit for visit, _ in pairs], [companion for _, companion in pairs]
        graph: nx.Graph[int] = nx.Graph()
        graph.add_weighted_edges_from((v, c, w) for (v, c), w in zip(pairs, added, strict=True))

        taken = companions.chosen(added, visits, willing, visits_left=dict.fromkeys(range(11, 15), 1), most=9)

        best = sum(graph.edges[edge]["weight"] for edge in nx.max_weight_matching(graph))
        assert sum(added[row] for row in taken) >= best / 2 - 1e-12
        assert len({visits[row] for row in taken}) == len({willing[row] for row in taken}) == len(taken)


class TestBestCompanions:
    def test_bring_whoever_has_no_ties_before_whoever_has_some(self) -> None:
        forest = a_town((3, 5), (3, 6), (3, 7), (5, 6))

        (one,) = chosen(somebody(3), somebody(4), forest=forest)

        assert one.companion_id == 4

    def test_say_what_the_visit_is_worth_alone_and_together(self) -> None:
        (one,) = chosen(somebody(3))

        all_three, two_of_them, one_of_them = 3 / 2, 5 / 4, 2 / 3
        together = 0.8**3 * all_three + 3 * 0.8**2 * 0.2 * two_of_them + 3 * 0.8 * 0.2**2 * one_of_them
        assert one.alone == pytest.approx(0.4 * one_of_them)
        assert one.together == pytest.approx(together)
        assert one.added == pytest.approx(together - 0.4 * one_of_them)
        assert one.chance == pytest.approx(0.8)
        assert sentence(REASONS, one.reason, one.params, "en").endswith("the visit alone would bring 0.27.")
        assert "1.31" in sentence(REASONS, one.reason, one.params, "zh-hans")

    def test_count_meetings_nearness_and_fresh_help(self) -> None:
        places = {person_id: a_place(grid_id=4) for person_id in (HELPED, HELPER, 3)}
        known = Acquaintances(meetings={(1, 2): 1}, helped={(1, 3): 1.0}, places=places)

        (one,) = chosen(somebody(3), acquaintances=known)

        assert one.chance == pytest.approx(0.9)
        both, single = 5 / 4, 2 / 3  # helper with person helped, and helper with companion; the third tie is fresh
        assert one.together == pytest.approx(0.9 * 0.85 * both + (0.9 * 0.15 + 0.1 * 0.85) * single)

    def test_are_none_for_a_kind_of_help_that_allows_none(self) -> None:
        assert chosen(somebody(3), allowed_types=frozenset({"LESSONS"})) == ()

    @pytest.mark.parametrize(
        "companion",
        [
            somebody(HELPED),
            somebody(HELPER),
            somebody(99),
            somebody(3, visits_left=0),
            somebody(3, excluded_person_ids=frozenset({HELPER})),
            somebody(3, excluded_person_ids=frozenset({HELPED})),
            somebody(3, free_quarters=0b0111),
            somebody(3, reach_m=100.0, place=a_place(90.0)),
        ],
    )
    def test_are_nobody_who_may_not_or_cannot_come(self, companion: CompanionFacts) -> None:
        visit = a_visit(quarters=0b1100)

        assert chosen(companion, visits=[visit]) == ()

    def test_are_nobody_the_person_helped_does_not_wish_for(self) -> None:
        assert chosen(somebody(3), visits=[a_visit(excluded_person_ids=frozenset({3}))]) == ()

    def test_are_none_where_somebody_opted_out_of_ties(self) -> None:
        assert chosen(somebody(3), visits=[a_visit(helper_id=99)]) == ()

    def test_come_to_one_visit_each_at_most_as_often_as_they_would(self) -> None:
        visits = [
            a_visit(),
            a_visit(match_id=2, person_id=5, helper_id=6),
            a_visit(match_id=3, person_id=7, helper_id=8),
        ]

        once = chosen(somebody(3), visits=visits)
        twice = chosen(somebody(3, visits_left=2), somebody(4, visits_left=0), visits=visits)

        assert [one.match_id for one in once] == [1]
        assert [(one.match_id, one.companion_id) for one in twice] == [(1, 3), (2, 3)]

    def test_are_no_more_than_there_are_hours_for(self) -> None:
        visits = [a_visit(), a_visit(match_id=2, person_id=5, helper_id=6)]

        assert len(chosen(somebody(3), somebody(4), visits=visits, most=1)) == 1
        assert chosen(somebody(3), visits=visits, most=0) == ()

    def test_of_nobody_are_none(self) -> None:
        assert chosen() == ()
        assert chosen(somebody(3), visits=[]) == ()

    def test_do_not_hang_on_the_order_of_what_is_given(self) -> None:
        visits = [a_visit(), a_visit(match_id=2, person_id=5, helper_id=6)]
        willing = [somebody(3), somebody(4), somebody(7)]

        assert chosen(*willing, visits=visits) == chosen(*reversed(willing), visits=visits[::-1])
