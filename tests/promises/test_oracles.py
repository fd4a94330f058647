"""Each public function of the tie graph is held to networkx or to dense linear algebra, by a test that is named here.

What has nothing of a graph to check, a formula or a list of rules, is worked by hand instead, and stands apart.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from tests.promises.repository import ROOT

ENGINE: Final = "matchmaker.engine"
MODULES: Final = (
    *("graph", "trust", "neighbourhood", "sketch", "strangers", "walks", "companions"),
    *("anchoring", "solving", "bridging", "measured"),
)
AT: Final = "tests/engine/test_"
NEIGHBOURHOOD, STRANGERS, WHO_MAY_COME = f"{AT}neighbourhood.py", f"{AT}strangers.py", f"{AT}who_may_come.py"
SKETCH, TRUST, COMPANIONS, WALKS = f"{AT}sketch.py", f"{AT}trust.py", f"{AT}companions.py", f"{AT}walks.py"
BRIDGING, GRAPH, ANCHORING = f"{AT}bridging.py", f"{AT}graph.py", f"{AT}anchoring.py"
SURVIVAL: Final = f"{NEIGHBOURHOOD}::TestSurvival::test_rises_with_meetings_and_nearness_to_at_most_95_per_cent"
ORACLES: Final = {
    "graph.tie_graph": f"{GRAPH}::TestTieGraph::test_is_a_multigraph_of_all_ties_with_parallel_ones_summed",
    "graph.trust_view": f"{GRAPH}::TestTrustView::test_is_the_dense_sum_of_all_words_about_others",
    "graph.snapshot_of": "tests/engine/test_snapshot.py::TestBuild::test_has_the_ties_that_networkx_has",
    "trust.trust_in": f"{TRUST}::TestStanding::test_of_everybody_is_a_mean_of_dense_matrices",
    "trust.anchoring": f"{TRUST}::TestAnchoring::test_is_the_walk_over_the_matrix_that_networkx_makes_of_the_view",
    "anchoring.anchored_share": f"{ANCHORING}::TestAnchoredShare::test_is_a_power_of_the_walk_three_times_over",
    "anchoring.heard_words": f"{ANCHORING}::TestHeardWords::test_are_those_of_each_pair",
    "anchoring.sybilrank": f"{ANCHORING}::TestSybilrank::test_is_a_power_of_the_plain_walk",
    "neighbourhood.forest_of": f"{NEIGHBOURHOOD}::TestStrangerIndex::test_equals_a_dense_inverse",
    "neighbourhood.adjacency_of": f"{NEIGHBOURHOOD}::TestTies::test_of_a_graph_are_those_networkx_has",
    "neighbourhood.forest_of_ties": f"{NEIGHBOURHOOD}::TestTies::test_make_the_forest_of_a_dense_inverse",
    "neighbourhood.sigma_within": f"{NEIGHBOURHOOD}::TestSigmaWithin"
    "::test_equals_a_dense_inverse_of_those_people_alone",
    "neighbourhood.mean_resistance": f"{NEIGHBOURHOOD}::TestMeanResistance::test_agrees_with_networkx",
    "neighbourhood.acquaintance": f"{NEIGHBOURHOOD}::TestAcquaintance::test_counts_the_common_neighbours_of_networkx",
    "neighbourhood.acquainted": f"{NEIGHBOURHOOD}::TestAcquaintance::test_counts_the_common_neighbours_of_networkx",
    "sketch.sketch_of": f"{SKETCH}::TestSketch::test_has_the_islands_within_its_own_error",
    "solving.solve": f"{SKETCH}::TestSolve::test_equals_a_dense_inverse",
    "solving.exact_gains": f"{SKETCH}::TestExactGains::test_are_those_of_the_forest",
    "strangers.reading_of": f"{STRANGERS}::TestStrangerIndex::test_is_that_of_the_forest",
    "strangers.reading_of_city": f"{STRANGERS}::TestStrangerIndex::test_of_a_sketch_has_an_error",
    "strangers.stranger_index": f"{STRANGERS}::TestStrangerIndex::test_is_that_of_the_forest",
    "strangers.area_shares": f"{STRANGERS}::TestAreaIndexes::test_share_what_they_share_without_the_rest",
    "strangers.area_indexes": f"{STRANGERS}::TestAreaIndexes::test_share_the_town_and_stand_alone",
    "strangers.between_groups": f"{STRANGERS}::TestBetweenGroups::test_is_the_mean_over_pairs_written_out",
    "walks.rows_of": f"{WALKS}::TestRows::test_are_those_of_the_matrix_of_networkx",
    "walks.Walker": f"{WALKS}::TestWalk::test_is_within_its_bound_of_networkx",
    "companions.chosen": f"{COMPANIONS}::TestChosen::test_is_at_least_half_of_the_best_that_networkx_finds",
    "companions.expected_together": f"{COMPANIONS}::TestExpectedTogether::test_weighs_all_eight_ends_of_a_visit",
    "companions.forest_around": f"{WHO_MAY_COME}::TestForestAround"
    "::test_is_some_people_and_their_friends_where_it_was_sketched",
    "bridging.who_bridges": f"{BRIDGING}::TestWhoBridges::test_is_what_the_others_lose_when_somebody_stays_away",
    "bridging.best_introductions": f"{BRIDGING}::TestBestIntroductions::test_is_the_best_of_all_pairs_of_a_small_town",
    "measured.measured": "tests/engine/test_measured.py",
}
"""Public function or class, and the test that holds it to another way of computing the same."""
WORKED: Final = {
    "graph.organization_node": f"{GRAPH}::TestTrustView::test_ties_members_and_organization_both_ways",
    "graph.decayed": f"{GRAPH}::TestDecayed::test_halves_after_the_half_life_of_its_kind",
    "trust.organization_reliance": f"{TRUST}::TestReliance::test_of_an_organization_counts_its_confirmed_visits",
    "neighbourhood.survival": SURVIVAL,
    "neighbourhood.lasting": SURVIVAL,
    "neighbourhood.largest_gain": f"{NEIGHBOURHOOD}::TestTieGain::test_of_two_people_without_ties_is_the_largest",
    "strangers.change": f"{STRANGERS}::TestChange::test_counts_islands_of_a_town_of_todays_size",
    "companions.who_may_come": f"{WHO_MAY_COME}::TestWhoMayCome::test_is_held_to_the_rules_of_helpers",
    "companions.best_companions": f"{COMPANIONS}::TestBestCompanions"
    "::test_say_what_the_visit_is_worth_alone_and_together",
    "solving.checked": f"{SKETCH}::TestSolve::test_refuses_ties_that_go_one_way",
    "solving.missing": f"{SKETCH}::TestSketch::test_refuses_somebody_outside_the_town",
    "solving.chunks": f"{SKETCH}::TestExactGains::test_are_those_of_the_forest",
    "solving.degrees_of": f"{SKETCH}::TestSolve::test_equals_a_dense_inverse",
    "bridging.few_ties": f"{BRIDGING}::TestFewTies::test_names_those_with_the_least_ties_first",
}
"""Formulas, rules and small steps: by hand, or within the test of what they are a step of."""
METHODS: Final = {
    "neighbourhood.Forest.tie_gain": f"{NEIGHBOURHOOD}::TestTieGain::test_is_what_the_islands_fall_by",
    "neighbourhood.Forest.tie_gains": f"{NEIGHBOURHOOD}::TestTieGain::test_is_what_the_islands_fall_by",
    "neighbourhood.Forest.gain_together": f"{NEIGHBOURHOOD}::TestGainTogether::test_is_that_of_a_town_computed_anew",
    "neighbourhood.Forest.with_tie": f"{NEIGHBOURHOOD}::TestWithTie::test_is_the_forest_of_the_graph_with_that_tie",
    "neighbourhood.Forest.with_ties": f"{NEIGHBOURHOOD}::TestWithTie"
    "::test_of_several_is_the_forest_of_the_graph_with_them",
    "neighbourhood.Forest.rows": f"{NEIGHBOURHOOD}::TestAcquaintance::test_counts_the_common_neighbours_of_networkx",
    "sketch.Sketch.diagonal": f"{SKETCH}::TestSketch::test_is_right_on_average",
    "sketch.Sketch.islands": f"{SKETCH}::TestSketch::test_has_the_islands_within_its_own_error",
    "sketch.Sketch.sigma": f"{SKETCH}::TestSketch::test_is_right_on_average",
    "sketch.Sketch.shares": f"{SKETCH}::TestSketch::test_has_areas_that_share_the_islands",
    "sketch.Sketch.tie_gains": f"{SKETCH}::TestSketch::test_has_gains_that_are_right_on_average",
    "sketch.Sketch.tie_gains_with_errors": f"{SKETCH}::TestSketch::test_puts_pairs_into_the_order_of_the_exact_gains",
    "walks.Walker.walk": f"{WALKS}::TestWalk::test_is_within_its_bound_of_networkx",
}
"""What the classes that compute do."""
COMPUTING: Final = ("neighbourhood.Forest", "sketch.Sketch", "walks.Walker")
ANOTHER_WAY: Final = (
    *("nx.", "np.linalg", "dense", "toarray", "by_hand"),
    *("heard_of", "warmed", "forest_of", "tie_graph"),
)
"""What a test says that holds something to networkx or to matrices written out, itself or in a helper beside it."""


def public_functions() -> Iterator[str]:
    for name in MODULES:
        module = import_module(f"{ENGINE}.{name}")
        for of, value in vars(module).items():
            if not of.startswith("_") and _is_at_home(value, module) and inspect.isfunction(value):
                yield f"{name}.{of}"


def public_methods() -> Iterator[str]:
    for computing in COMPUTING:
        module, of = computing.split(".")
        for name, value in vars(getattr(import_module(f"{ENGINE}.{module}"), of)).items():
            if not name.startswith("_") and inspect.isfunction(value):
                yield f"{computing}.{name}"


def _is_at_home(value: object, module: ModuleType) -> bool:
    return getattr(value, "__module__", "") == module.__name__


def source_of(named: str) -> str:
    """The test's own words, and those of the functions of its file that it calls; the file's where no test is named."""
    path, *names = named.split("::")
    text = (ROOT / Path(path)).read_text(encoding="utf-8")
    scope: list[ast.stmt] = ast.parse(text).body
    if not names:
        return text
    helpers = {node.name: node for node in scope if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found: ast.stmt | None = None
    for name in names:
        found = next(
            (node for node in scope if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name), None
        )
        assert found is not None, f"there is no {named}"
        scope = found.body if isinstance(found, ast.ClassDef) else []
    assert found is not None
    called = {node.id for node in ast.walk(found) if isinstance(node, ast.Name)} & helpers.keys()
    return "\n".join(ast.unparse(node) for node in (found, *(helpers[name] for name in called)))


class TestPublicFunctions:
    def test_each_have_a_test_named_here_and_no_other_stands_here(self) -> None:
        functions = set(public_functions())
        classes = {name for name in ORACLES if name.split(".")[1][0].isupper()}

        assert functions == (ORACLES.keys() | WORKED.keys()) - classes
        assert not ORACLES.keys() & WORKED.keys()

    def test_of_classes_that_compute_each_have_one_too(self) -> None:
        assert set(public_methods()) == METHODS.keys()

    @pytest.mark.parametrize(("name", "test"), [*ORACLES.items(), *METHODS.items()])
    def test_are_held_to_another_way_of_computing_it(self, name: str, test: str) -> None:
        said = source_of(test)

        assert any(word in said for word in ANOTHER_WAY), f"{test} compares {name} with nothing else"

    @pytest.mark.parametrize(("name", "test"), WORKED.items())
    def test_that_are_worked_by_hand_are_worked(self, name: str, test: str) -> None:
        assert "assert" in source_of(test) or "raises" in source_of(test), name
