"""Trust in three numbers, and what strangers who praise each other gain by it."""

import numpy as np
import pytest
from scipy.stats import rankdata

from matchmaker.engine.graph import trust_view
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.trust import NO_TRUST, anchoring, organization_reliance, trust_in

PRIOR = 4 / 5


def town_of(*people: int, **columns: object) -> Town:
    return Town(people=people, **columns)


class TestAnchoring:
    def test_spreads_evenly_over_a_pair(self) -> None:
        town = town_of(1, 2, vouches=(VouchFacts(1, 2),))

        assert anchoring(trust_view(town), frozenset({1})) == {1: 1.0, 2: 1.0}

    def test_of_a_path_of_three_is_worked_by_hand(self) -> None:
        # From 1, four steps that rest half the time: (1, 0, 0) -> (1/2, 1/2, 0) -> (3/8, 1/2, 1/8) -> (5/16, 1/2, 3/16)
        # -> (9/32, 1/2, 7/32); divided by the degrees 1, 2, 1, times their sum 4.
        town = town_of(1, 2, 3, vouches=(VouchFacts(1, 2), VouchFacts(2, 3)))

        found = anchoring(trust_view(town), frozenset({1}))

        assert found == {1: pytest.approx(9 / 8), 2: pytest.approx(1.0), 3: pytest.approx(7 / 8)}

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
        assert auc > 0.9


def town_with_fakes(rng: np.random.Generator, real: int = 1000, fakes: int = 200, bought: int = 30) -> tuple[Town, int]:
    """A town whose people vouch for those who live near, and fakes who praise each other and won a few words."""
    vouches = [
        VouchFacts(person_id, (person_id + int(step)) % real)
        for person_id in range(real)
        for step in rng.integers(1, 40, size=3)
    ]
    vouches += [VouchFacts(u, v) for u in range(real, real + fakes) for v in rng.integers(real, real + fakes, size=6)]
    vouches += [VouchFacts(int(rng.integers(real)), int(rng.integers(real, real + fakes))) for _ in range(bought)]
    people = tuple(range(real + fakes))
    return Town(people=people, vouches=tuple(vouches), seeds=frozenset(rng.integers(0, real, 10).tolist())), fakes


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
