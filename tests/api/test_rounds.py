"""Rounds through the API: how far one is, and how it is ended."""

import pytest
import time_machine

from matchmaker.matches.actions import request_round, run_round
from matchmaker.matches.models import Proposal, Round, RoundPhase, RoundState
from tests.graphql_client import ask, client_for, do, global_id
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import NOW, SmallTown, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

HOW_FAR = """query ($id: ID!) { node(id: $id) { ... on Round {
  state phase progressPercent attempts planValue valueBound gap proposalsAtHand cutShort } } }"""


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def row(town: SmallTown) -> Round:
    return request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW)


def how_far(town: SmallTown, row: Round) -> object:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(town.coordinator), HOW_FAR, id=global_id("Round", row))["node"]


class TestRound:
    def test_says_nothing_of_a_plan_before_there_is_one(self, town: SmallTown, row: Round) -> None:
        assert how_far(town, row) == {
            "state": "QUEUED", "phase": None, "progressPercent": 0, "attempts": 0, "planValue": None,
            "valueBound": None, "gap": None, "proposalsAtHand": 0, "cutShort": None,
        }  # fmt: skip

    def test_says_how_far_it_is_and_how_good_its_plan_is_at_least(self, town: SmallTown, row: Round) -> None:
        Round.objects.filter(pk=row.pk).update(
            state=RoundState.RUNNING,
            phase=RoundPhase.PLANNING,
            progress_percent=63,
            attempts=1,
            incumbent_score=950,
            score_bound=1000,
            incumbent=[[1, 2, 3]],
        )

        assert how_far(town, row) == {
            "state": "RUNNING", "phase": "PLANNING", "progressPercent": 63, "attempts": 1, "planValue": 950,
            "valueBound": 1000, "gap": 0.05, "proposalsAtHand": 1, "cutShort": None,
        }  # fmt: skip


class TestCancelRound:
    def test_keeps_the_plan_at_hand_where_that_is_asked_for(self, town: SmallTown, row: Round) -> None:
        offers_of_the_crowd(town, crowd(town, 2))
        open_need_for(town)
        Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, incumbent_score=1)
        with time_machine.travel(NOW, tick=False):
            answer = do(
                client_for(town.coordinator),
                "cancelRound",
                "round { state stopAskedAt }",
                roundId=global_id("Round", row),
                keep=True,
            )
        assert answer["round"] == {"state": "RUNNING", "stopAskedAt": NOW.isoformat()}

        run_round(round_id=row.pk, now=NOW)

        said = how_far(town, row)
        assert isinstance(said, dict)
        assert (said["state"], said["cutShort"], Proposal.objects.count()) == ("DONE", "STOPPED", 1)

    def test_is_refused_in_words_while_there_is_none(self, town: SmallTown, row: Round) -> None:
        with time_machine.travel(NOW, tick=False):
            answer = do(client_for(town.coordinator), "cancelRound", "", roundId=global_id("Round", row), keep=True)

        assert [error["code"] for error in answer["errors"]] == ["NO_PLAN_YET"]
        row.refresh_from_db()
        assert row.state == RoundState.QUEUED

    def test_calls_it_off_where_nothing_is_said(self, town: SmallTown, row: Round) -> None:
        with time_machine.travel(NOW, tick=False):
            answer = do(client_for(town.coordinator), "cancelRound", "round { state }", roundId=global_id("Round", row))

        assert answer["round"] == {"state": "CANCELLED"}
