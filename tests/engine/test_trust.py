"""Trust in three numbers, and what strangers who praise each other gain by it."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import rankdata

from matchmaker.engine.anchoring import anchored_share
from matchmaker.engine.graph import organization_node, trust_view
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.sentences import REASONS, sentence
from matchmaker.engine.trust import ANCHORED_FROM, NO_TRUST, anchoring, organization_reliance, trust_in
from tests.engine.test_snapshot import towns

PRIOR = 4 / 5


def town_of(*people: int, **columns: object) -> Town:
    return Town(people=people, **columns)


class TestAnchoring:
    @settings(max_examples=60, deadline=None)
    @given(towns(), st.sets(st.integers(0, 11), max_size=3))
    def test_is_the_walk_over_the_matrix_that_networkx_makes_of_the_view(self, town: Town, seeds: set[int]) -> None:
        view = trust_view(town)
        nodes = [*sorted(node for node in view if isinstance(node, int)), organization_node(50), organization_node(51)]
        nodes = [node for node in nodes if node in view]
        dense = nx.to_numpy_array(view, nodelist=nodes) if nodes else np.zeros((0, 0))
        starts = np.array([nodes.index(seed) for seed in sorted(seeds) if seed in view], dtype=np.int64)

        found = anchoring(view, frozenset(seeds))

        shares = anchored_share(csr_array(dense), starts)
        assert found == pytest.approx(
            {node: share for node, share in zip(nodes, shares.tolist(), strict=True) if share > 0}
        )

    def test_goes_from_who_spoke_to_who_was_spoken_for(self) -> None:
        # In two steps half, then three quarters of the way; 1 and 3/4, over their mean 7/8.
        town = town_of(1, 2, vouches=(VouchFacts(1, 2),))

        assert anchoring(trust_view(town), frozenset({1})) == {1: pytest.approx(8 / 7), 2: pytest.approx(6 / 7)}
        assert anchoring(trust_view(town), frozenset({2})) == {2: 1.0}

    def test_is_not_lowered_by_thanks_of_those_whom_nobody_knows(self) -> None:
        ties = (TieFacts(1, 2, TieKind.FRIEND), TieFacts(2, 3, TieKind.KIN))
        thanks = tuple(OutcomeFacts(3, newcomer, 1.0) for newcomer in range(10, 40))

        quiet = trust_in(town_of(*range(1, 4), *range(10, 40), ties=ties, seeds=frozenset({1})))
        thanked = trust_in(town_of(*range(1, 4), *range(10, 40), ties=ties, outcomes=thanks, seeds=frozenset({1})))

        assert thanked.anchoring == quiet.anchoring

    def test_of_a_path_of_three_is_worked_by_hand(self) -> None:
        # From 1, four steps half of the way to who spoke: (1, 0, 0), (1, 1/2, 0), (1, 3/4, 1/4), (1, 7/8, 1/2) and
        # (1, 15/16, 11/16); over their mean 14/16. One word each: weighing it against others changes nothing.
        town = town_of(1, 2, 3, vouches=(VouchFacts(1, 2), VouchFacts(2, 3)))

        found = anchoring(trust_view(town), frozenset({1}))

        assert found == {1: pytest.approx(16 / 14), 2: pytest.approx(15 / 14), 3: pytest.approx(11 / 14)}

    def test_reaches_members_of_a_verified_organization(self) -> None:
        town = town_of(1, 2, memberships=(MembershipFacts(1, 5),))

        found = anchoring(trust_view(town), frozenset(), frozenset({5}))

        assert found[1] == 1.0
        assert 2 not in found

    def test_knows_a_well_tied_neighbour_without_any_vouch(self) -> None:
        ties = (TieFacts(1, 2, TieKind.FRIEND, 1.0, 0.0), TieFacts(2, 3, TieKind.KIN, 1.0, 0.0))

        trust = trust_in(town_of(1, 2, 3, 4, ties=ties, seeds=frozenset({1})))

        assert [trust.is_known(person_id) for person_id in (1, 2, 3, 4)] == [True, True, True, False]

    def test_gains_nothing_from_a_ring_of_ties_that_no_neighbour_joins(self) -> None:
        ring = tuple(TieFacts(u, v, TieKind.FRIEND, 1.0, 0.0) for u, v in ((3, 4), (4, 5), (3, 5)))

        trust = trust_in(town_of(1, 2, 3, 4, 5, ties=ring, vouches=(VouchFacts(1, 2),), seeds=frozenset({1})))

        assert [trust.is_known(person_id) for person_id in (3, 4, 5)] == [False, False, False]

    @pytest.mark.parametrize("people", [(), (1,), (1, 2)])
    def test_knows_nobody_where_there_is_no_seed(self, people: tuple[int, ...]) -> None:
        assert anchoring(trust_view(town_of(*people)), frozenset()) == {}
        assert anchoring(trust_view(town_of(*people)), frozenset({99})) == {}

    def test_holds_a_seed_without_any_word(self) -> None:
        assert trust_in(town_of(1, seeds=frozenset({1}))).is_known(1)

    def test_is_none_where_nothing_is_known(self) -> None:
        trust = trust_in(town_of(1, 2, seeds=frozenset({1})))

        assert trust.anchoring_of(2) is None
        assert not trust.is_known(2)

    def test_says_how_many_words_stand_behind_it(self) -> None:
        town = town_of(1, 2, 3, vouches=(VouchFacts(1, 2), VouchFacts(3, 2)), seeds=frozenset({1}))

        estimate = trust_in(town).anchoring_of(2)

        assert estimate is not None
        assert (estimate.evidence, estimate.code, estimate.params) == (2, "ANCHORED", {"words": 2})

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_ranks_two_hundred_fakes_last(self, seed: int) -> None:
        town, fakes = town_with_fakes(np.random.default_rng(seed))

        found = trust_in(town).anchoring

        ranks = rankdata([found.get(person_id, 0.0) for person_id in town.people])
        real = len(town.people) - fakes
        auc = (ranks[:real].sum() - real * (real + 1) / 2) / (real * fakes)
        assert auc > 0.97
        assert all(found.get(person_id, 0.0) >= ANCHORED_FROM for person_id in town.people[:real])
        known = sum(found.get(person_id, 0.0) >= ANCHORED_FROM for person_id in town.people[real:])
        assert known <= 40, "no more than those who won a real word, and a few beside them"


def town_with_fakes(rng: np.random.Generator, real: int = 1000, fakes: int = 200, bought: int = 30) -> tuple[Town, int]:
    """People know some who live near; fakes praise each other and two who are trusted, and won some words."""
    ties = tuple(
        TieFacts(person_id, (person_id + int(step)) % real, TieKind.FRIEND)
        for person_id in range(real)
        for step in rng.integers(1, 100, size=3)
    )
    seeds = rng.integers(0, real, 10).tolist()
    vouches = [VouchFacts(fake, seed) for fake in range(real, real + fakes) for seed in seeds[:2]]
    vouches += [VouchFacts(u, v) for u in range(real, real + fakes) for v in rng.integers(real, real + fakes, size=6)]
    vouches += [VouchFacts(int(rng.integers(real)), int(rng.integers(real, real + fakes))) for _ in range(bought)]
    people = tuple(range(real + fakes))
    return Town(people=people, ties=ties, vouches=tuple(vouches), seeds=frozenset(seeds)), fakes


class TestStanding:
    def test_is_the_prior_where_nobody_spoke(self) -> None:
        standing = trust_in(town_of(1)).standing_of(1)

        assert (standing.value, standing.evidence, standing.code) == (PRIOR, 0, "NO_EXPERIENCE_YET")

    def test_shrinks_what_two_anchored_raters_said(self) -> None:
        outcomes = (OutcomeFacts(1, 2, 1.0), OutcomeFacts(1, 3, 0.0))

        standing = trust_in(town_of(1, 2, 3, outcomes=outcomes, seeds=frozenset({2, 3}))).standing_of(1)

        assert standing.value == pytest.approx((4 + 1) / (5 + 2))
        assert standing.evidence == 2

    def test_does_not_hear_who_is_not_anchored(self) -> None:
        outcomes = (OutcomeFacts(1, 2, 0.0),)

        assert trust_in(town_of(1, 2, outcomes=outcomes)).standing_of(1).value == PRIOR

    def test_counts_a_rater_once_however_often_they_speak(self) -> None:
        outcomes = tuple(OutcomeFacts(1, 2, 0.0) for _ in range(9))

        standing = trust_in(town_of(1, 2, outcomes=outcomes, seeds=frozenset({2}))).standing_of(1)

        assert standing.value == pytest.approx(4 / 6)
        assert standing.evidence == 1

    def test_forgets_by_half_lives(self) -> None:
        outcomes = (OutcomeFacts(1, 2, 0.0, age_days=180.0),)

        standing = trust_in(town_of(1, 2, outcomes=outcomes, seeds=frozenset({2}))).standing_of(1)

        assert standing.value == pytest.approx(4 / 5.5)

    @settings(max_examples=60, deadline=None)
    @given(towns())
    def test_of_everybody_is_a_mean_of_dense_matrices(self, town: Town) -> None:
        """Rows are helpers, columns who was helped; of a pair the mean, at most as heavy as one fresh outcome."""
        people = sorted(town.people)
        trust = trust_in(replace(town, seeds=frozenset(people[:3])))
        good, weight = np.zeros((10, 10)), np.zeros((10, 10))
        for one in town.outcomes:
            if one.helper_id != one.person_id and {one.helper_id, one.person_id} <= set(people):
                fresh = 0.5 ** (one.age_days / 180)
                good[one.helper_id, one.person_id] += fresh * one.went_well
                weight[one.helper_id, one.person_id] += fresh
        heard = np.array([trust.anchoring.get(person, 0.0) >= ANCHORED_FROM for person in range(10)])
        capped = np.minimum(weight, 1.0) * heard
        mean = np.divide(good, weight, out=np.zeros((10, 10)), where=weight > 0)
        expected = (4 + (mean * capped).sum(axis=1)) / (5 + capped.sum(axis=1))

        assert [trust.standing_of(person).value for person in people] == pytest.approx(expected[people].tolist())
        for helper in people:
            for person in people:
                value = (5 * expected[helper] + good[helper, person]) / (5 + weight[helper, person])
                assert trust.reliance_of(helper, person).value == pytest.approx(value)

    def test_is_not_moved_by_a_ring_of_mutual_praise(self) -> None:
        ring = range(10, 20)
        outcomes = tuple(OutcomeFacts(u, v, 1.0) for u in ring for v in ring if u != v)
        vouches = tuple(VouchFacts(u, v) for u in ring for v in ring if u != v)

        trust = trust_in(Town(people=(1, *ring), outcomes=outcomes, vouches=vouches, seeds=frozenset({1})))

        assert all(trust.standing_of(person_id).value == PRIOR for person_id in ring)
        assert not any(trust.is_known(person_id) for person_id in ring)

    def test_is_not_lowered_for_those_who_complain(self) -> None:
        outcomes = (OutcomeFacts(1, 2, 0.0),)

        trust = trust_in(town_of(1, 2, outcomes=outcomes, seeds=frozenset({1, 2})))

        assert trust.standing_of(2).value == PRIOR
        assert trust.reliance_of(2, 1).value == PRIOR


class TestTheNewcomersDoor:
    """1 holds a post; 2 and 3 are anchored; 4 and 5 are new, far enough from all words to be unknown."""

    def town(self, *vouches: VouchFacts) -> Town:
        ties = (TieFacts(1, 2, TieKind.FRIEND), TieFacts(1, 3, TieKind.FRIEND), TieFacts(2, 3, TieKind.FRIEND))
        # Their own circle is so large that hardly anything of the walk comes to one of them.
        crowd = tuple(TieFacts(4, other, TieKind.KIN) for other in range(100, 180))
        people = (1, 2, 3, 4, 5, *range(100, 180))
        return town_of(*people, ties=ties + crowd, vouches=vouches, seeds=frozenset({1}))

    def test_opens_by_the_word_of_one_who_holds_a_post(self) -> None:
        assert trust_in(self.town(VouchFacts(1, 4))).vouched == frozenset({4})

    def test_opens_by_the_word_of_two_neighbours_and_not_of_one(self) -> None:
        assert trust_in(self.town(VouchFacts(2, 4))).vouched == frozenset()
        assert trust_in(self.town(VouchFacts(2, 4), VouchFacts(3, 4))).vouched == frozenset({4})

    def test_does_not_open_by_words_of_those_who_are_unknown_themselves(self) -> None:
        words = (VouchFacts(100, 5), VouchFacts(101, 5), VouchFacts(102, 5))

        trust = trust_in(self.town(*words))

        assert trust.vouched == frozenset()
        assert not trust.is_known(5)

    def test_counts_a_neighbour_once(self) -> None:
        assert trust_in(self.town(VouchFacts(2, 4), VouchFacts(2, 4, 30.0))).vouched == frozenset()


class TestRings:
    @settings(max_examples=40, deadline=None)
    @given(
        st.integers(0, 10_000),
        st.integers(2, 25),
        st.sampled_from(("ties", "vouches", "outcomes", "all")),
    )
    def test_of_mutual_praise_gain_nothing(self, seed: int, size: int, praise: str) -> None:
        rng = np.random.default_rng(seed)
        real, ring = range(1, 15), range(100, 100 + size)
        vouches = tuple(VouchFacts(int(u), int(v)) for u, v in rng.integers(1, 15, size=(20, 2)) if u != v)
        pairs = [(u, v) for u in ring for v in ring if u != v]
        among = {
            "ties": {"ties": tuple(TieFacts(u, v, TieKind.KIN, 9.0) for u, v in pairs if u < v)},
            "vouches": {"vouches": vouches + tuple(VouchFacts(u, v) for u, v in pairs)},
            "outcomes": {"outcomes": tuple(OutcomeFacts(u, v, 1.0) for u, v in pairs)},
        }
        among["all"] = {**among["ties"], **among["vouches"], **among["outcomes"]}
        seeds = frozenset({int(rng.integers(1, 15))})

        alone = trust_in(town_of(*real, *ring, vouches=vouches, seeds=seeds))
        praised = trust_in(town_of(*real, *ring, **{"vouches": vouches, "seeds": seeds, **among[praise]}))

        for member in ring:
            assert not praised.is_known(member)
            assert praised.anchoring_of(member) is None
            assert praised.standing_of(member) == alone.standing_of(member)
            assert praised.reliance_of(member, 1) == alone.reliance_of(member, 1)

    def test_that_win_a_word_have_less_of_it_the_more_they_praise_each_other(self) -> None:
        ring = range(100, 140)
        won = (*(VouchFacts(u, u + 1) for u in range(1, 12)), VouchFacts(5, 100))
        praise = tuple(VouchFacts(u, v) for u in ring for v in ring if u != v)

        quiet = trust_in(town_of(*range(1, 13), *ring, vouches=won, seeds=frozenset({1})))
        loud = trust_in(town_of(*range(1, 13), *ring, vouches=won + praise, seeds=frozenset({1})))

        assert quiet.is_known(100)
        assert not any(loud.is_known(member) for member in ring)


class TestSpread:
    def test_of_a_standing_narrows_with_what_is_said(self) -> None:
        outcomes = tuple(OutcomeFacts(1, rater, 1.0) for rater in (2, 3, 4))

        trust = trust_in(town_of(1, 2, 3, 4, 5, outcomes=outcomes, seeds=frozenset({2, 3, 4})))

        assert trust.standing_of(5).spread == pytest.approx((0.8 * 0.2 / 6) ** 0.5)
        assert trust.standing_of(1).spread == pytest.approx((7 / 8 * 1 / 8 / 9) ** 0.5)

    def test_of_an_anchoring_is_what_the_strongest_word_carries(self) -> None:
        trust = trust_in(town_of(1, 2, 3, vouches=(VouchFacts(1, 2), VouchFacts(3, 2)), seeds=frozenset({1})))

        estimate = trust.anchoring_of(2)

        assert estimate is not None
        assert estimate.spread == pytest.approx(estimate.value / 2)


class TestSentences:
    def test_say_that_nothing_is_known_of_a_newcomer(self) -> None:
        assert trust_in(town_of(1)).sentences_of(1) == (("NOT_KNOWN_HERE_YET", {}), ("TOO_FEW_SPOKE", {}))

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ((1.0, 1.0), ("TOO_FEW_SPOKE", {})),
            ((1.0, 1.0, 1.0), ("SPOKE_WELL", {"people": 3})),
            ((1.0, 0.0, 0.0), ("SPOKE_MIXED", {"people": 3})),
        ],
    )
    def test_tell_what_was_said_from_three_raters_on(self, said: tuple[float, ...], told: object) -> None:
        outcomes = tuple(OutcomeFacts(1, rater, well) for rater, well in enumerate(said, 2))

        trust = trust_in(town_of(1, 2, 3, 4, outcomes=outcomes, seeds=frozenset({2, 3, 4})))

        assert trust.sentences_of(1)[1] == told

    def test_are_there_in_both_languages(self) -> None:
        for code in (
            "ANCHORED",
            "LET_IN_BY_A_WORD",
            "NOT_KNOWN_HERE_YET",
            "TOO_FEW_SPOKE",
            "SPOKE_WELL",
            "SPOKE_MIXED",
        ):
            for language in ("zh", "en"):
                assert sentence(REASONS, code, {"words": 3, "people": 3}, language)


class TestReliance:
    def test_of_strangers_is_the_prior(self) -> None:
        reliance = NO_TRUST.reliance_of(1, 2)

        assert (reliance.value, reliance.evidence, reliance.code) == (PRIOR, 0, "NO_EXPERIENCE_YET")

    def test_of_a_pair_joins_its_history_to_the_standing(self) -> None:
        trust = trust_in(town_of(1, 2, outcomes=(OutcomeFacts(1, 2, 1.0),), seeds=frozenset({2})))

        reliance = trust.reliance_of(1, 2)

        assert reliance.value == pytest.approx((5 * 5 / 6 + 1) / 6)
        assert (reliance.evidence, reliance.code, reliance.params) == (2, "WENT_WELL_TOGETHER", {"visits": 1})

    def test_of_others_rests_on_the_standing(self) -> None:
        trust = trust_in(town_of(1, 2, 3, outcomes=(OutcomeFacts(1, 2, 1.0),), seeds=frozenset({2})))

        reliance = trust.reliance_of(1, 3)

        assert reliance.value == pytest.approx(5 / 6)
        assert (reliance.code, reliance.params) == ("OTHERS_WERE_CONTENT", {"people": 1})

    def test_of_an_organization_counts_its_confirmed_visits(self) -> None:
        assert organization_reliance(0, 0).value == PRIOR
        assert organization_reliance(3, 5).value == pytest.approx(7 / 10)

    def test_is_the_same_for_any_order_of_the_rows(self) -> None:
        outcomes = tuple(OutcomeFacts(1, 2, good / 7, age_days=13.0 * good) for good in range(7))
        town = town_of(1, 2, outcomes=outcomes, seeds=frozenset({2}))
        turned = town_of(2, 1, outcomes=outcomes[::-1], seeds=frozenset({2}))

        assert trust_in(town) == trust_in(turned)
