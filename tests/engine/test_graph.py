"""The two views of who knows whom."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from matchmaker.engine.graph import decayed, organization_node, tie_graph, trust_view
from matchmaker.engine.problem import HALF_LIFE_DAYS, MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from tests.engine.test_snapshot import towns


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

    @given(towns())
    def test_is_a_multigraph_of_all_ties_with_parallel_ones_summed(self, town: Town) -> None:
        parallel: nx.MultiGraph[int] = nx.MultiGraph()
        parallel.add_nodes_from(town.people)
        for tie in town.ties:
            if tie.u != tie.v and {tie.u, tie.v} <= set(town.people):
                parallel.add_edge(tie.u, tie.v, weight=tie.weight * 0.5 ** (tie.age_days / HALF_LIFE_DAYS[tie.kind]))
        people = sorted(town.people)
        if not people:
            return

        found = nx.to_numpy_array(tie_graph(town), nodelist=people)

        assert found == pytest.approx(nx.to_numpy_array(parallel, nodelist=people))

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

    @given(towns())
    def test_is_the_dense_sum_of_all_words_about_others(self, town: Town) -> None:
        nodes = [*sorted(town.people), organization_node(50), organization_node(51)]
        place = {node: row for row, node in enumerate(nodes)}
        expected = np.zeros((len(nodes), len(nodes)))
        words = [
            *((t.u, t.v, t.weight * 0.5 ** (t.age_days / HALF_LIFE_DAYS[t.kind])) for t in town.ties),
            *((t.v, t.u, t.weight * 0.5 ** (t.age_days / HALF_LIFE_DAYS[t.kind])) for t in town.ties),
            *((v.voucher, v.vouchee, 0.5 ** (v.age_days / 365)) for v in town.vouches),
            *((o.person_id, o.helper_id, o.went_well * 0.5 ** (o.age_days / 180)) for o in town.outcomes),
            *((m.person_id, organization_node(m.organization_id), 1.0) for m in town.memberships),
            *((organization_node(m.organization_id), m.person_id, 1.0) for m in town.memberships),
        ]
        for u, v, weight in words:
            if u != v and u in place and v in place:
                expected[place[u], place[v]] += weight

        view = trust_view(town)
        view.add_nodes_from(nodes)

        assert nx.to_numpy_array(view, nodelist=nodes) == pytest.approx(expected)

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
