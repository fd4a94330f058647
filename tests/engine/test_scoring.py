"""Each term by itself, the sum, the cards and the rings."""

import dataclasses
import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.assignment import plan
from matchmaker.engine.choices import URGENCY_POINTS
from matchmaker.engine.eligibility import Candidate, candidates
from matchmaker.engine.problem import NeedFacts, OfferFacts, OutcomeFacts, Ring, TieFacts, TieKind, Town
from matchmaker.engine.scoring import (
    CARDS,
    FEWEST_TIES,
    IDENTITY,
    NEAREST,
    Knowledge,
    Scored,
    Term,
    knowledge_of,
    ranked,
    recompute,
    score,
    within_rings,
)
from matchmaker.engine.terms import GAIN_SCALE, NEUTRAL_POINTS, TERMS
from tests.engine.cases import TYPES, a_need, a_place, an_offer, an_organization, quarters


def a_candidate(need: NeedFacts, offer: OfferFacts) -> Candidate:
    (found,) = candidates([need], [offer], TYPES)
    return found


def a_town(*ties: tuple[int, int], people: int = 40, **columns: object) -> Town:
    """Forty people, 1 to 40, who know each other as told."""
    told = tuple(TieFacts(u, v, TieKind.FRIEND) for u, v in ties)
    return Town(people=tuple(range(1, people + 1)), ties=told, **columns)


def term_of(name: str, need: NeedFacts, offer: OfferFacts, knowledge: Knowledge | None = None) -> Term:
    known = knowledge or knowledge_of(a_town())
    card = FEWEST_TIES if name == "few_ties" else IDENTITY
    (scored,) = score([a_candidate(need, offer)], TYPES, known, card)
    return next(term for term in scored.terms if term.name == name)


class TestFit:
    def test_is_full_for_the_very_type_a_shared_language_and_a_choice_of_times(self) -> None:
        assert term_of("fit", a_need(), an_offer()) == Term(
            "fit", 100, 2685.0, "possible starts", "OFFERS_JUST_THIS", {"service_type": "SHOPPING"}
        )

    def test_is_less_for_a_wider_type(self) -> None:
        term = term_of("fit", a_need(), an_offer(service_types=frozenset({"ERRANDS"})))

        assert (term.points, term.reason, term.params) == (70, "OFFERS_THIS_KIND", {"service_type": "ERRANDS"})

    def test_is_less_where_there_is_one_moment_only(self) -> None:
        assert term_of("fit", a_need(open_quarters=quarters(8, 4)), an_offer()).points == 60 + 20 + 2


class TestWalk:
    @pytest.mark.parametrize(("north_m", "points"), [(0.0, 100), (250.0, 75), (500.0, 50), (1000.0, 0), (5000.0, 0)])
    def test_falls_evenly_to_nought_at_a_kilometre(self, north_m: float, points: int) -> None:
        assert term_of("walk", a_need(place=a_place(north_m)), an_offer()).points == points

    def test_tells_metres_and_minutes(self) -> None:
        term = term_of("walk", a_need(place=a_place(500.0)), an_offer(walking_speed_m_per_min=67.0))

        assert (term.raw, term.unit, term.params) == (670.0, "m", {"walk_m": 670, "minutes": 10})


class TestRelianceTerm:
    def test_is_the_chance_in_per_cent(self) -> None:
        known = knowledge_of(a_town(outcomes=(OutcomeFacts(1, 2, 1.0),), seeds=frozenset({2})))

        term = term_of("reliance", a_need(person_id=2), an_offer(1), known)

        assert (term.points, term.reason, term.params) == (86, "WENT_WELL_TOGETHER", {"visits": 1, "evidence": 2})

    def test_is_neutral_for_a_helper_who_opted_out(self) -> None:
        known = knowledge_of(a_town(outcomes=(OutcomeFacts(1, 2, 0.0),), seeds=frozenset({2})))

        assert term_of("reliance", a_need(person_id=2), an_offer(1), known).points == 56
        assert term_of("reliance", a_need(person_id=2), an_offer(1, without_graph=True), known).points == 80

    def test_of_an_organization_is_its_own(self) -> None:
        assert term_of("reliance", a_need(), an_organization(good_visits=3, known_visits=5)).points == 70


class TestIdentityGain:
    def test_of_two_strangers_without_ties_is_their_chance_of_the_scale(self) -> None:
        term = term_of("identity_gain", a_need(person_id=2), an_offer(1))

        assert term.raw == pytest.approx(0.4 * 2 / 3, abs=1e-6)
        assert term.points == round(100 * 0.4 * 2 / 3 / GAIN_SCALE) == 42
        assert (term.reason, term.params) == ("NEW_CIRCLES_MEET", {"chance_percent": 40, "islands": 0.667})

    def test_counts_on_friends_in_common(self) -> None:
        known = knowledge_of(a_town((1, 3), (2, 3)))

        term = term_of("identity_gain", a_need(person_id=2), an_offer(1), known)

        # A path 1 - 3 - 2: Q b = (1/2, 0, -1/2) for its ends, so the gain is (1/2) / (1 + 1) = 1/4.
        assert term.raw == pytest.approx(0.8 / 4)
        assert term.reason == "FRIENDS_IN_COMMON"

    def test_is_the_same_in_every_batch(self) -> None:
        known = knowledge_of(a_town((1, 3), (2, 3)))
        one = a_candidate(a_need(1, person_id=2), an_offer(1))
        other = a_candidate(a_need(2, person_id=4), an_offer(5))

        assert score([one, other], TYPES, known)[0] == score([one], TYPES, known)[0]

    def test_is_not_known_in_a_town_of_less_than_thirty(self) -> None:
        few = knowledge_of(a_town(people=29))

        assert few.forest is None
        assert term_of("identity_gain", a_need(person_id=2), an_offer(1), few).reason == "TIES_NOT_KNOWN_YET"
        assert term_of("identity_gain", a_need(person_id=2), an_offer(1), knowledge_of(a_town(people=30))).points == 42

    def test_is_not_looked_at_for_organizations_strangers_to_the_town_and_who_opted_out(self) -> None:
        assert term_of("identity_gain", a_need(person_id=2), an_organization()).reason == "ORGANIZATION_MAKES_NO_TIE"
        assert term_of("identity_gain", a_need(person_id=2), an_offer(99)).reason == "TIES_NOT_KNOWN_YET"
        assert term_of("identity_gain", a_need(person_id=2), an_offer(1, without_graph=True)) == Term(
            "identity_gain", NEUTRAL_POINTS["identity_gain"], 12.0, "points", "NOT_LOOKED_AT"
        )


class TestContinuity:
    def test_is_all_or_nothing(self) -> None:
        assert term_of("continuity", a_need(prior_helper_ids=frozenset({1})), an_offer(1)).points == 100
        assert term_of("continuity", a_need(prior_helper_ids=frozenset({2})), an_offer(1)).points == 0

    def test_knows_organizations(self) -> None:
        need = a_need(prior_organization_ids=frozenset({901}))

        assert term_of("continuity", need, an_organization(1)).reason == "HELPED_BEFORE"


class TestLoadTerm:
    def test_is_the_share_left_in_the_fullest_week(self) -> None:
        term = term_of("load", a_need(), an_offer(person_visits_left_by_week=(4, 1, 4, 4), person_visits_cap=4))

        assert (term.points, term.reason, term.params) == (25, "NEARLY_FULL", {"visits": 1})

    def test_is_full_without_a_limit(self) -> None:
        assert term_of("load", a_need(), an_offer()).points == 100


class TestFewTiesTerm:
    def test_is_more_for_a_helper_with_fewer_ties(self) -> None:
        known = knowledge_of(a_town((1, 3), (1, 4), (1, 5), (2, 3)))

        assert term_of("few_ties", a_need(), an_offer(1), known).points == 25
        assert term_of("few_ties", a_need(), an_offer(2), known).points == 50
        assert term_of("few_ties", a_need(), an_offer(9), known).points == 100


class TestScore:
    @pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
    def test_is_exactly_the_sum_of_its_terms(self, card: object) -> None:
        offered = [an_offer(number, place=a_place(40.0 * number)) for number in range(1, 8)]
        found = candidates([a_need(person_id=9)], offered, TYPES)

        for one in score(found, TYPES, knowledge_of(a_town((1, 2), (9, 3))), card):
            stored = json.loads(json.dumps([dataclasses.asdict(term) for term in one.terms]))
            assert recompute([Term(**term) for term in stored], card) == one.total
            assert all(0 <= term.points <= 100 and term.reason for term in one.terms)

    def test_has_weights_that_add_up_to_a_hundred(self) -> None:
        assert [sum(card.weights.values()) for card in CARDS.values()] == [100, 100, 100]
        assert all(set(card.weights) == set(TERMS) for card in CARDS.values())

    def test_of_who_opted_out_is_the_walk_and_neutral_points(self) -> None:
        need = a_need(person_id=2, without_graph=True, prior_helper_ids=frozenset({1}), place=a_place(250.0))

        (one,) = score([a_candidate(need, an_offer(1))], TYPES, knowledge_of(a_town()), IDENTITY)

        assert {term.name: term.points for term in one.terms} == {
            name: 75 if name == "walk" else NEUTRAL_POINTS[name] for name, weight in IDENTITY.weights.items() if weight
        }
        assert {term.reason for term in one.terms} == {"WALK", "NOT_LOOKED_AT"}
        assert one.total == 10_000 + 10 * 75 + 10 * 90 + 15 * 80 + 50 * 12 + 10 * 80 == recompute(one.terms, IDENTITY)

    def test_of_who_opted_out_is_the_nearest_first(self) -> None:
        need = a_need(person_id=9, without_graph=True, prior_helper_ids=frozenset({1}))
        near = an_offer(2, place=a_place(100.0), service_types=frozenset({"ERRANDS"}))

        best = ranked(
            score(candidates([need], [an_offer(1, place=a_place(200.0)), near], TYPES), TYPES, knowledge_of(a_town()))
        )

        assert [one.candidate.offer.offer_id for one in best] == [2, 1]

    def test_ranks_the_nearest_first_by_the_nearest_card(self) -> None:
        offered = [an_offer(number, place=a_place(100.0 * (5 - number))) for number in range(1, 5)]
        found = candidates([a_need()], offered, TYPES)

        best = ranked(score(found, TYPES, knowledge_of(a_town()), NEAREST))

        assert [one.candidate.offer.offer_id for one in best] == [4, 3, 2, 1]

    @given(st.permutations(range(1, 7)))
    def test_does_not_depend_on_the_order_of_ties(self, order: list[int]) -> None:
        pairs = [(number, number + 1) for number in order]
        found = candidates([a_need(person_id=9)], [an_offer(1)], TYPES)

        assert score(found, TYPES, knowledge_of(a_town(*pairs))) == score(
            found, TYPES, knowledge_of(a_town(*sorted(pairs)))
        )


class TestRings:
    def offers_in(self, ring: Ring, first: int, count: int) -> list[OfferFacts]:
        columns = {
            Ring.CORRIDOR: {"corridor_id": 1, "grid_id": 1, "community_id": 1},
            Ring.GRID: {"grid_id": 1, "community_id": 1},
            Ring.COMMUNITY: {"community_id": 1},
        }
        return [an_offer(number, place=a_place(**columns[ring])) for number in range(first, first + count)]

    def drawn(self, offers: list[OfferFacts], **columns: object) -> tuple[dict[int, str], dict[int, str]]:
        need = a_need(place=a_place(corridor_id=1, grid_id=1, community_id=1), **{"person_id": 40, **columns})
        found = score(candidates([need], offers, TYPES), TYPES, knowledge_of(a_town((40, 30), (40, 31))), IDENTITY)
        entering, waiting = within_rings(found, IDENTITY)
        return self.reasons(entering), self.reasons(waiting)

    def reasons(self, listed: tuple[Scored, ...]) -> dict[int, str]:
        return {one.candidate.offer.offer_id: one.ring_reason for one in listed}

    def test_widen_until_five_are_adequate(self) -> None:
        offers = self.offers_in(Ring.CORRIDOR, 1, 2) + self.offers_in(Ring.GRID, 3, 3)

        entering, waiting = self.drawn(offers + self.offers_in(Ring.COMMUNITY, 6, 2))

        assert entering == {1: "NEAREST_RING", 2: "NEAREST_RING"} | dict.fromkeys((3, 4, 5), "TOO_FEW_NEARER")
        assert waiting == dict.fromkeys((6, 7), "NEARER_TAKEN")

    def test_let_all_in_where_there_are_few(self) -> None:
        entering, waiting = self.drawn(self.offers_in(Ring.CORRIDOR, 1, 1) + self.offers_in(Ring.COMMUNITY, 6, 2))

        assert entering == {1: "NEAREST_RING"} | dict.fromkeys((6, 7), "TOO_FEW_NEARER")
        assert waiting == {}

    def test_let_in_who_helped_before_from_further_away(self) -> None:
        offers = self.offers_in(Ring.CORRIDOR, 1, 5) + self.offers_in(Ring.COMMUNITY, 6, 1)

        entering, _ = self.drawn(offers, prior_helper_ids=frozenset({6}))

        assert entering[6] == "FURTHER_FOR_CONTINUITY"

    def test_let_in_who_brings_the_town_together_from_further_away(self) -> None:
        offers = self.offers_in(Ring.CORRIDOR, 1, 5) + self.offers_in(Ring.COMMUNITY, 6, 1)

        entering, _ = self.drawn(offers, person_id=39)

        assert entering[6] == "FURTHER_FOR_IDENTITY"

    def test_do_not_open_for_who_opted_out(self) -> None:
        offers = self.offers_in(Ring.CORRIDOR, 1, 5) + self.offers_in(Ring.COMMUNITY, 6, 1)

        _, waiting = self.drawn(offers, person_id=39, without_graph=True, prior_helper_ids=frozenset({6}))

        assert waiting == {6: "NEARER_TAKEN"}

    def test_do_not_count_a_poor_fit(self) -> None:
        poor = [
            dataclasses.replace(offer, service_types=frozenset({"ERRANDS"}))
            for offer in self.offers_in(Ring.CORRIDOR, 1, 5)
        ]
        need = a_need(place=a_place(corridor_id=1, community_id=1), languages=frozenset())
        strict = dataclasses.replace(IDENTITY, minimum_fit=80)
        found = candidates([need], poor + self.offers_in(Ring.COMMUNITY, 6, 1), TYPES)

        entering, waiting = within_rings(score(found, TYPES, knowledge_of(a_town()), strict), strict)

        assert score(found, TYPES, knowledge_of(a_town()), strict)[0].fit == 70
        assert len(entering) == 6
        assert waiting == ()


class TestOptingOut:
    """In a town of two random ties a person, some wider offers and some helpers with little room left."""

    def a_round(self, seed: int) -> tuple[Knowledge, list[NeedFacts], list[OfferFacts]]:
        rng = np.random.default_rng(seed)
        ties = [(int(u), int(v)) for u, v in rng.integers(1, 301, size=(600, 2)) if u != v]
        needs = [a_need(n, person_id=n, place=a_place(float(rng.integers(1000)))) for n in range(1, 101)]
        offers = []
        for number in range(101, 151):
            left = (int(rng.integers(1, 5)),) * 4 if rng.random() < 0.5 else (4,) * 4
            kinds = frozenset({"SHOPPING" if rng.random() < 2 / 3 else "ERRANDS"})
            columns = {"person_visits_left_by_week": left, "person_visits_cap": 4, "service_types": kinds}
            place = a_place(float(rng.integers(1000)))
            offers.append(an_offer(number, place=place, visits_left_by_week=(1, 0, 0, 0), **columns))
        return knowledge_of(a_town(*ties, people=300)), needs, offers

    @pytest.mark.parametrize("side", ["need", "offer"])
    def test_moves_a_score_by_less_than_a_tenth_of_a_step_of_urgency_on_average(self, side: str) -> None:
        moved = []
        for seed in range(5):
            known, needs, offers = self.a_round(seed)
            plain = score(candidates(needs, offers, TYPES), TYPES, known)
            if side == "need":
                needs = [dataclasses.replace(need, without_graph=True) for need in needs]
            else:
                offers = [dataclasses.replace(offer, without_graph=True) for offer in offers]
            opted = score(candidates(needs, offers, TYPES), TYPES, known)
            moved += [one.total - other.total for one, other in zip(opted, plain, strict=True)]

        assert abs(np.mean(moved)) < URGENCY_POINTS / 10

    def test_is_served_as_often_as_others_where_helpers_are_few(self) -> None:
        served: Counter[bool] = Counter()
        for seed in range(5):
            for half in (0, 1):
                known, needs, offers = self.a_round(seed)
                needs = [dataclasses.replace(need, without_graph=need.need_id % 2 == half) for need in needs]
                made = plan(needs, score(candidates(needs, offers, TYPES), TYPES, known))
                served.update(one.scored.candidate.need.without_graph for one in made.chosen)

        assert 0.4 < served[True] / served.total() < 0.6, served

    def test_never_outweighs_urgency(self) -> None:
        hour = quarters(36, 4)
        opted = a_need(1, person_id=2, open_quarters=hour, without_graph=True)
        urgent = a_need(2, person_id=3, open_quarters=hour, urgency=2)

        made = plan(
            [opted, urgent],
            score(candidates([opted, urgent], [an_offer(1)], TYPES), TYPES, knowledge_of(a_town((3, 4), (1, 5)))),
        )

        assert [one.scored.candidate.need.need_id for one in made.chosen] == [2]


class TestPromisedGain:
    @pytest.mark.parametrize("age_days", [0.0, 90.0, 400.0])
    def test_of_a_pair_who_helped_before_is_what_renewing_their_tie_changes(self, age_days: float) -> None:
        others = (TieFacts(1, 3, TieKind.FRIEND), TieFacts(1, 2, TieKind.FRIEND, 0.5, 30.0))
        before = a_town(people=40)
        aged = dataclasses.replace(before, ties=(*others, TieFacts(1, 2, TieKind.HELPED, 1.0, age_days, 1)))
        renewed = dataclasses.replace(before, ties=(*others, TieFacts(1, 2, TieKind.HELPED, 1.0, 0.0, 2)))
        known = knowledge_of(aged)

        term = term_of("identity_gain", a_need(person_id=2), an_offer(1), known)

        fallen = known.forest.islands - knowledge_of(renewed).forest.islands
        assert known.forest.tie_gain(1, 2, known.weight_added(2, 1)) == pytest.approx(fallen)
        assert known.forest.gain_together([1], [2], [known.weight_added(1, 2)]) == pytest.approx(fallen)
        assert term.raw == pytest.approx(0.85 * fallen, abs=1e-6)
        assert (term.points == 0) is (age_days == 0.0)

    def test_together_leaves_out_what_adds_nothing(self) -> None:
        forest = knowledge_of(a_town()).forest

        assert forest.gain_together([1, 3], [2, 4], [1.0, 0.0]) == pytest.approx(forest.tie_gain(1, 2))
        assert forest.gain_together([1], [2], [0.0]) == 0.0
