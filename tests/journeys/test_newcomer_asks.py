"""A newcomer asks, a neighbour helps, both are better known: the whole way, through GraphQL over HTTP."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from matchmaker.community.models import Tie
from matchmaker.matches.actions import publish_score_cards, run_round
from matchmaker.matches.models import Round
from matchmaker.records.queries import chain_keys, verify_chain
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, small_town

NEWCOMER = "new@town.invalid"
Letters = Callable[[Callable[[], Any]], str]
"""Runs something that sends a code, and reads the code where the console delivery wrote it."""


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


@pytest.fixture
def letters(capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: Any) -> Letters:
    def read(send: Callable[[], Any]) -> str:
        capsys.readouterr()
        with django_capture_on_commit_callbacks(execute=True):
            send()
        found = re.search(r"[0-9]{6}$", capsys.readouterr().out.strip())
        assert found is not None
        return found[0]

    return read


@pytest.mark.django_db
class TestNewcomerAsks:
    def test_a_neighbour_helps_and_both_are_better_known(self, town: SmallTown, letters: Letters) -> None:
        coordinator, helper = client_for(town.coordinator), client_for(town.helper)

        with time_machine.travel(NOW, tick=False):
            code = _invited(coordinator, town)
            newcomer = client_for()
            _joins(newcomer, code, town)
            _signs_in(newcomer, letters)
            _offers_help(helper)
            need = _asks(newcomer, days_ahead=1)
            _verifies(coordinator, need)
            first = _round_proposes(coordinator, town, need)
            assert "There is no earlier help to carry on from." in first["whyThis"]

            _approves(coordinator, first["id"])
            assert _sees(helper, first["id"])["need"] == {"minutes": 60, "details": None, "forPerson": None}
            assert _sees(newcomer, first["id"])["helper"] is None
            _accepts(helper, first["id"])
            assert _sees(newcomer, first["id"])["helper"] == {"name": town.helper.name}
            _accepts(newcomer, first["id"])

            assert _contacts(helper) == ["吴小新"]
            assert _contacts(newcomer) == [town.helper.name]
            assert _contacts(coordinator) == [None]
            visit = ask(newcomer, VISITS)["visits"]["nodes"][0]

        with time_machine.travel(datetime.fromisoformat(visit["endsAt"]), tick=False):
            _says_it_went_well(helper, visit["id"])
            assert ask(newcomer, VISITS)["visits"]["nodes"][0]["ownOutcome"] is None
            _says_it_went_well(newcomer, visit["id"])

            assert ask(newcomer, VISITS)["visits"]["nodes"][0]["state"] == "DONE"
            assert ask(helper, LEDGER)["ledger"]["nodes"] == [{"minutes": 60, "giver": {"name": town.helper.name}}]
            assert Tie.objects.filter(kind="HELPED").count() == 1
            assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

            again = _asks(newcomer, days_ahead=3)
            _verifies(coordinator, again)
            second = _round_proposes(coordinator, town, again)
            assert "The helper has helped here before." in second["whyThis"]
            assert second["points"]["continuity"] > first["points"]["continuity"]


VISITS = "{ visits { nodes { id endsAt state ownOutcome { happened } } } }"
LEDGER = "{ ledger { nodes { minutes giver { name } } } }"
PROPOSAL = """query ($id: ID!) { node(id: $id) { ... on Proposal {
    state helper { name } need { minutes details forPerson { name } } } } }"""
PROPOSALS = """{ proposals { nodes { id state need { id } whyThis(language: EN) terms { term points } } } }"""


def _done(client: Client, mutation: str, selection: str, **given: Any) -> Any:
    """What the mutation gives; it must not be refused."""
    answer = do(client, mutation, selection, **given)
    assert answer["errors"] == []
    return answer


def _invited(coordinator: Client, town: SmallTown) -> str:
    area = global_id("Area", town.community)
    return str(_done(coordinator, "invite", "invitation { code }", areaId=area)["invitation"]["code"])


def _joins(newcomer: Client, code: str, town: SmallTown) -> None:
    home = global_id("Area", town.households[0])
    _done(newcomer, "joinByInvitation", "joined", code=code, name="吴小新", signInName=NEWCOMER, householdId=home)


def _signs_in(newcomer: Client, letters: Letters) -> None:
    code = letters(lambda: _done(newcomer, "requestSignInCode", "challenge", signInName=NEWCOMER))
    signed_in = _done(newcomer, "signIn", "viewer { person { name } }", signInName=NEWCOMER, code=code)
    assert signed_in["viewer"] == {"person": {"name": "吴小新"}}


def _offers_help(helper: Client) -> None:
    given = {
        "title": "陪同就医",
        "serviceTypes": ["CLINIC_COMPANY"],
        "reach": "METRES",
        "reachM": 1000,
        "visitsPerWeek": 3,
    }
    _done(helper, "openOffer", "offer { state }", **given)


def _asks(newcomer: Client, *, days_ahead: int) -> str:
    day = (NOW + timedelta(days=days_ahead)).date().isoformat()
    window = {"date": day, "starts": "09:00:00", "ends": "11:00:00"}
    given = {
        "serviceType": "CLINIC_COMPANY",
        "minutes": 60,
        "windows": [window],
        "details": "陪我去医院",
        "consent": "IN_APP",
    }
    return str(_done(newcomer, "openNeed", "need { id }", **given)["need"]["id"])


def _verifies(coordinator: Client, need: str) -> None:
    verified = _done(coordinator, "verifyNeed", "need { verifiedAt details }", needId=need)["need"]
    assert verified["verifiedAt"] is not None
    assert verified["details"] == "陪我去医院"


def _round_proposes(coordinator: Client, town: SmallTown, need: str) -> Any:
    """The round is asked for and run as the worker runs it; the proposal it made, with points by term."""
    _done(coordinator, "requestRound", "round { id }", communityId=global_id("Area", town.community), seed=1)
    run_round(round_id=Round.objects.latest("pk").pk, now=timezone.now())
    (found,) = [row for row in ask(coordinator, PROPOSALS)["proposals"]["nodes"] if row["need"]["id"] == need]
    assert found["state"] == "IN_REVIEW"
    return found | {"points": {term["term"]: term["points"] for term in found["terms"]}}


def _approves(coordinator: Client, proposal: str) -> None:
    _done(coordinator, "approveProposal", "proposal { state }", proposalId=proposal)


def _accepts(client: Client, proposal: str) -> None:
    _done(client, "acceptProposal", "proposal { state }", proposalId=proposal)


def _sees(client: Client, proposal: str) -> Any:
    return ask(client, PROPOSAL, id=proposal)["node"]


def _contacts(client: Client) -> list[Any]:
    rows = ask(client, "{ matches { nodes { contact { name phone } } } }")["matches"]["nodes"]
    return [row["contact"] and row["contact"]["name"] for row in rows]


def _says_it_went_well(client: Client, visit: str) -> None:
    given = {"visitId": visit, "happened": True, "wentWell": "WELL", "greetAgain": True, "minutes": 60}
    _done(client, "recordOutcome", "visit { ownOutcome { happened } }", **given)
