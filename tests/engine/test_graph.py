"""The two views of who knows whom."""

import pytest

from matchmaker.engine.graph import decayed, organization_node, tie_graph, trust_view
from matchmaker.engine.problem import HALF_LIFE_DAYS, MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts


class TestDecayed:
    @pytest.mark.parametrize("kind", list(TieKind))
    def test_halves_after_the_half_life_of_its_kind(self, kind: TieKind) -> None:
        assert decayed(3.0, HALF_LIFE_DAYS[kind], kind) == 1.5

    def test_does_not_grow_where_clocks_disagree(self) -> None:
        assert decayed(1.0, -5.0, TieKind.MET) == 1.0


class TestTieGraph:
    def test_sums_the_ties_of_a_pair(self) -> None:
        ties = (TieFacts(1, 2, TieKind.FRIEND), TieFacts(2, 1, TieKind.MET, 2.0, 90.0, meetings=3))

        graph = tie_graph(Town(people=(1, 2), ties=ties))

        assert graph.edges[1, 2] == {"weight": 2.0, "helped": 0.0, "meetings": 3}

    def test_leaves_out_ties_to_oneself_and_beyond_the_town(self) -> None:
        ties = (TieFacts(1, 1, TieKind.KIN), TieFacts(1, 7, TieKind.KIN))

        graph = tie_graph(Town(people=(2, 1), ties=ties))

        assert list(graph.nodes) == [1, 2]
        assert graph.number_of_edges() == 0

    def test_has_no_organization_in_it(self) -> None:
        town = Town(people=(1,), memberships=(MembershipFacts(1, 5),))

        assert list(tie_graph(town).nodes) == [1]

    @pytest.mark.parametrize("people", [(), (1,)])
    def test_is_fine_with_next_to_nobody(self, people: tuple[int, ...]) -> None:
        assert len(tie_graph(Town(people=people))) == len(people)


class TestTrustView:
    def test_points_from_who_speaks_to_who_is_spoken_of(self) -> None:
        town = Town(people=(1, 2), vouches=(VouchFacts(1, 2),), outcomes=(OutcomeFacts(2, 1, 0.5),))

        view = trust_view(town)

        assert dict(view.edges) == {(1, 2): {"weight": 1.5}}

    def test_takes_a_tie_as_the_word_of_both(self) -> None:
        town = Town(people=(1, 2), ties=(TieFacts(1, 2, TieKind.MET, 1.0, 90.0),))

        assert dict(trust_view(town).edges) == {(1, 2): {"weight": 0.5}, (2, 1): {"weight": 0.5}}

    def test_hears_no_word_in_a_visit_that_went_badly(self) -> None:
        town = Town(people=(1, 2), outcomes=(OutcomeFacts(2, 1, 0.0),))

        assert trust_view(town).number_of_edges() == 0

    def test_ties_members_and_organization_both_ways(self) -> None:
        town = Town(people=(1,), memberships=(MembershipFacts(1, 5),))

        view = trust_view(town)

        assert set(view.edges) == {(1, organization_node(5)), (organization_node(5), 1)}
