"""Who passes the rules of helpers that are not about skill."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

from matchmaker.engine.companions import VETTED_BY, forest_around, who_may_come
from matchmaker.engine.eligibility import RULE_CODES
from matchmaker.engine.measured import measured
from matchmaker.engine.neighbourhood import forest_of
from tests.engine.cases import TYPES, a_need, a_place, an_offer

NONE_LEFT = (0, 0, 0, 0)


class TestWhoMayCome:
    def test_needs_no_skill(self) -> None:
        visit = a_need(1, skills=frozenset({"COOKING"}), languages=frozenset({"mn"}), service_type="INJECTIONS")

        assert who_may_come([visit], [an_offer(7, service_types=frozenset())], TYPES) == {1: {7}}

    @pytest.mark.parametrize(
        ("visit", "companion"),
        [
            ({"excluded_person_ids": frozenset({7})}, {}),
            ({"asked_by_ids": frozenset({7})}, {}),
            ({"helper_sex": "FEMALE"}, {"sex": "MALE"}),
            ({"service_type": "LESSONS"}, {}),
            ({"service_type": "LESSONS"}, {"clearances": frozenset({"TUTOR"}), "age": 15}),
            ({}, {"age": 15}),
            ({"risk_class": 2, "service_type": "INJECTIONS"}, {}),
            ({}, {"place": a_place(900.0), "reach_m": 500.0}),
            ({"open_quarters": 0b1111}, {"free_quarters": 0b0111}),
            ({}, {"person_visits_left_by_week": NONE_LEFT}),
            ({"nobody_from_building": True, "place": a_place(building="1")}, {"place": a_place(building="1")}),
        ],
    )
    def test_is_held_to_the_rules_of_helpers(self, visit: dict[str, Any], companion: dict[str, Any]) -> None:
        assert who_may_come([a_need(1, **visit)], [an_offer(7, **companion)], TYPES) == {1: frozenset()}

    def test_is_said_of_each_visit_by_itself(self) -> None:
        visits = [a_need(1), a_need(2, excluded_person_ids=frozenset({7})), a_need(3)]

        found = who_may_come(visits, [an_offer(7), an_offer(8)], TYPES)

        assert found == {1: {7, 8}, 2: {8}, 3: {7, 8}}
        assert who_may_come(visits, [], TYPES) == {1: set(), 2: set(), 3: set()}
        assert who_may_come([], [an_offer(7)], TYPES) == {}

    def test_names_rules_that_exist(self) -> None:
        assert set(RULE_CODES) >= VETTED_BY
        assert set(RULE_CODES) - VETTED_BY == {
            "SERVICE_TYPE",
            "FORM",
            "PUBLIC_DUTY",
            "SKILLS",
            "LANGUAGE",
            "TRAINING",
            "LICENCE",
            "DRIVE",
            "TOUR",
        }


class TestForestAround:
    def test_is_the_town_where_that_was_measured_exactly(self) -> None:
        graph = nx.path_graph(5)
        nx.set_edge_attributes(graph, 1.0, "weight")
        town = forest_of(graph)

        assert forest_around(town, {1}) is town

    def test_is_some_people_and_their_friends_where_it_was_sketched(self) -> None:
        graph = nx.path_graph(6)
        nx.set_edge_attributes(graph, 1.0, "weight")
        town = measured(graph, exact_up_to=2)

        around = forest_around(town, {0, 3, 99})

        assert around.people == (0, 1, 2, 3, 4)
        np.testing.assert_allclose(around.q, forest_of(nx.Graph(graph.subgraph(range(5)))).q)
        assert forest_around(town, {99}).people == ()
