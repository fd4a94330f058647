"""The rules in columns, and the search for candidates, against the plain rules asked pair by pair."""

import dataclasses
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.columns import columns_of
from matchmaker.engine.eligibility import candidate, candidates, refusals_of
from matchmaker.engine.nearness import near_pieces
from matchmaker.engine.offer_index import OfferIndex
from matchmaker.engine.places import DETOUR, walk_m
from matchmaker.engine.problem import CONVENIENCE, PUBLIC, VOLUNTARY, NeedFacts, OfferFacts, Ring
from tests.engine.cases import TYPES, a_need, a_place, an_offer
from tests.engine.drawn import problems
from tests.engine.plain_rules import plain_refusals, plain_starts, plain_walk_m


def lenient(need: NeedFacts, offer: OfferFacts) -> tuple[NeedFacts, OfferFacts]:
    """The same pair with most rules out of the way, so that place, hours and caps decide."""
    need = dataclasses.replace(
        need, service_type="SHOPPING", person_is_minor=False, nobody_from_building=False, helper_sex=None,
        skills=frozenset(), languages=frozenset(), person_id=99, asked_by_ids=frozenset(),
        excluded_person_ids=frozenset(), excluded_organization_ids=frozenset(), risk_class=0,
        forms_accepted=frozenset({PUBLIC, VOLUNTARY, CONVENIENCE}),
    )  # fmt: skip
    return need, dataclasses.replace(offer, service_types=frozenset({"ERRANDS"}), age=40)


class TestColumns:
    """Whole tables against the plain rules, pair by pair."""

    @given(problems())
    def test_refuse_what_the_plain_rules_refuse(self, problem: tuple[list[NeedFacts], list[OfferFacts]]) -> None:
        pairs = [(need, offer) for need in problem[0] for offer in problem[1]]

        assert refusals_of(pairs, TYPES) == [plain_refusals(*pair, TYPES) for pair in pairs]

    @given(problems())
    def test_find_the_pairs_that_place_hours_and_caps_allow(
        self, problem: tuple[list[NeedFacts], list[OfferFacts]]
    ) -> None:
        asked, offered = zip(*(lenient(n, o) for n, o in zip(problem[0], problem[1][:4], strict=True)), strict=True)

        found = candidates(asked, offered, TYPES)

        lawful = [(n, o) for n in asked for o in offered if not plain_refusals(n, o, TYPES)]
        assert [(one.need, one.offer) for one in found] == lawful
        assert [one.starts for one in found] == [plain_starts(*pair) for pair in lawful]
        assert [one.walk_m for one in found] == pytest.approx([plain_walk_m(*pair) for pair in lawful], abs=0.001)
        assert [one for one in found if one != candidate(one.need, one.offer)] == []

    @given(problems(), st.integers(1, 7))
    def test_are_cut_into_pieces_that_miss_nothing_and_hold_nothing_twice(
        self, problem: tuple[list[NeedFacts], list[OfferFacts]], at_once: int
    ) -> None:
        columns = columns_of(*problem, TYPES)

        pieces = [
            list(zip(one.needs.tolist(), one.offers.tolist(), strict=True)) for one in near_pieces(columns, at_once)
        ]

        pairs = [pair for piece in pieces for pair in piece]
        near = {
            (n, o)
            for n, need in enumerate(problem[0])
            for o, offer in enumerate(problem[1])
            if not {"SERVICE_TYPE", "REACH", "DRIVE"} & set(plain_refusals(need, offer, TYPES))
        }
        assert len(set(pairs)) == len(pairs)
        assert near <= set(pairs)


class TestCandidates:
    @given(problems())
    def test_are_the_pairs_that_no_rule_refuses(self, problem: tuple[list[NeedFacts], list[OfferFacts]]) -> None:
        found = candidates(*problem, TYPES)

        pairs = [(one.need.need_id, one.offer.offer_id) for one in found]
        assert pairs == [
            (n.need_id, o.offer_id) for n in problem[0] for o in problem[1] if not plain_refusals(n, o, TYPES)
        ]
        assert all(one.starts for one in found)

    def test_are_the_same_for_any_order(self) -> None:
        asked = [a_need(1), a_need(2)]
        offered = [an_offer(1), an_offer(2, service_types=frozenset({"ERRANDS", "SHOPPING"}))]

        assert len({candidates(p, q, TYPES) for p in permutations(asked) for q in permutations(offered)}) == 1

    def test_keep_an_offer_at_the_very_edge_of_its_reach(self) -> None:
        rng = np.random.default_rng(3)
        for north_m in rng.uniform(1, 3000, 50):
            need = a_need(place=a_place(north_m))
            offer = an_offer(reach_m=walk_m(need.place, a_place()))

            assert len(candidates([need], [offer], TYPES)) == 1

    def test_know_how_far_and_how_near(self) -> None:
        need = a_need(place=a_place(1000.0, grid_id=4))

        (found,) = candidates([need], [an_offer(place=a_place(grid_id=4))], TYPES)

        assert found.walk_m == pytest.approx(1000.0 * DETOUR, rel=1e-4)
        assert found.ring is Ring.GRID

    def test_are_none_of_nothing(self) -> None:
        assert candidates([], [], TYPES) == ()

    def test_need_a_known_service_type(self) -> None:
        with pytest.raises(KeyError):
            candidates([a_need(service_type="DANCING")], [an_offer()], TYPES)


class TestOfferIndex:
    @given(problems())
    def test_finds_for_each_need_what_all_needs_together_find(
        self, problem: tuple[list[NeedFacts], list[OfferFacts]]
    ) -> None:
        asked = [lenient(need, problem[1][0])[0] for need in problem[0]]
        offered = [lenient(problem[0][0], offer)[1] for offer in problem[1]]
        index = OfferIndex(offered, TYPES)

        found = [one for need in asked for one in index.candidates(need)]

        assert found == list(candidates(asked, offered, TYPES))

    def test_leaves_out_whoever_is_too_far(self) -> None:
        index = OfferIndex([an_offer(1, reach_m=300.0), an_offer(2, reach_m=800.0), an_offer(3)], TYPES)

        near = index.near(a_need(place=a_place(400.0)))

        assert [offer.offer_id for offer in near] == [2, 3]

    def test_knows_no_offer_of_a_type_that_nobody_offers(self) -> None:
        assert OfferIndex([], TYPES).candidates(a_need()) == ()
