"""Matching where a street map was imported: walks go along streets, in every search and in every look again."""

import pytest

from matchmaker.community.queries import street_network
from matchmaker.matches import actions, inputs
from matchmaker.matches.apart import solve_apart
from matchmaker.matches.models import Proposal, ProposalState, Round, UnmetNeed
from matchmaker.matches.queries import terms_of, why_this
from tests.engine.test_batch import Onlooker, a_batch
from tests.street_rows import ROUND_M, put_the_street_map
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def a_round(town: SmallTown) -> Round:
    row = actions.request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now)
    return actions.run_round(round_id=row.pk, now=town.now)


class TestProposal:
    def test_keeps_the_walk_along_the_streets_and_says_so(self, town: SmallTown) -> None:
        put_the_street_map()

        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        assert proposal.walk_m == round(ROUND_M)
        (walk,) = [term for term in terms_of(viewer_of(town.coordinator), proposal, "en") if term.term == "walk"]
        assert (walk.points, walk.reason) == (51, "9 minutes on foot by street (650 m).")
        assert "9 minutes on foot by street." in why_this(viewer_of(town.asker), proposal, "en")

    def test_says_that_it_guessed_where_no_map_is(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        assert proposal.walk_m == 67
        assert "About 1 minute on foot, as the crow flies." in why_this(viewer_of(town.asker), proposal, "en")

    def test_is_not_made_where_the_streets_go_round_too_far(self, town: SmallTown) -> None:
        put_the_street_map()
        open_offer_for(town, reach_m=500)
        need = open_need_for(town)

        assert actions.propose_next(need_id=need.pk, now=town.now) is None

        assert not Proposal.objects.exists()
        assert UnmetNeed.objects.get(need=need).reasons == [{"rule": "REACH", "offers": 1, "params": {"more_m": 200}}]

    def test_is_taken_back_where_a_new_map_shows_that_it_is_too_far(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, reach_m=500))
        put_the_street_map()

        assert actions.propose_next(need_id=proposal.need_id, now=town.now) is None

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN


class TestRound:
    def test_plans_on_streets_and_its_inputs_name_them(self, town: SmallTown) -> None:
        open_offer_for(town)
        open_need_for(town)
        before = inputs.fingerprint_of(inputs.problem_of_community(town.community, now=town.now))
        put_the_street_map()

        assert inputs.fingerprint_of(inputs.problem_of_community(town.community, now=town.now)) != before
        a_round(town)

        assert Proposal.objects.get().walk_m == round(ROUND_M)

    def test_takes_the_streets_along_into_another_process(self) -> None:
        put_the_street_map()

        solution = solve_apart(a_batch(streets=street_network()), Onlooker())

        assert solution.plan == solve_apart(a_batch(), Onlooker()).plan  # its town lies off the map
