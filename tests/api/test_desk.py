"""The desk through the API: people found, words taken with the way they came, and pages that cost no more with more."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person
from matchmaker.matches.models import Match, Outcome, Proposal, ProposalState
from matchmaker.needs.models import Need, Offer
from tests.api.test_lists import SIGNED_IN_QUERIES
from tests.community.actions.test_agents import appointed
from tests.community.actions.test_mandates import given
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, proposal_for, small_town

pytestmark = pytest.mark.django_db

PEOPLE = """query ($search: String) { people(first: 100, search: $search) {
  nodes { person { name } phone home birthYear hasAccount } } }"""
MANDATES = "{ mandates(first: 100) { nodes { kind holder { name } forPerson { name } stationName toldAt scope } } }"
NEED = {
    "serviceType": "SHOPPING",
    "minutes": 60,
    "windows": [{"date": "2026-03-03", "starts": "09:00:00", "ends": "11:00:00"}],
}


@pytest.fixture
def town() -> Any:
    load_service_types_once()
    with time_machine.travel(NOW, tick=False):
        yield small_town()


@pytest.fixture
def worker(town: SmallTown) -> Client:
    return client_for(town.grid_head)


class TestPeople:
    def test_are_found_with_what_it_takes_to_ring_them_up(self, town: SmallTown, worker: Client) -> None:
        found = ask(worker, PEOPLE, search="老根")["people"]["nodes"]

        assert found == [
            {
                "person": {"name": "赵老根"},
                "phone": None,
                "home": "1号楼1单元 103室",
                "birthYear": 1940,
                "hasAccount": False,
            }
        ]

    def test_cost_one_query_however_many(self, town: SmallTown, worker: Client) -> None:
        home, more = town.households[0], range(40)
        people = [Person(name=f"李{n}", household=home, community=town.community, joined_at=NOW) for n in more]
        Person.objects.bulk_create(people)

        with CaptureQueriesContext(connection) as asked:
            found = ask(worker, PEOPLE)["people"]["nodes"]

        assert (len(found), len(asked)) == (46, SIGNED_IN_QUERIES + 1)


class TestMandates:
    def test_cost_one_query_however_many(self, town: SmallTown) -> None:
        for holder in (town.neighbour, town.asker, town.helper):
            given(town, holder_id=holder.public_id)
        appointed(town)
        client = client_for(town.coordinator)

        with CaptureQueriesContext(connection) as asked:
            found = ask(client, MANDATES)["mandates"]["nodes"]

        assert [row["stationName"] for row in found] == ["测试服务站", None, None, None]
        assert len(asked) == SIGNED_IN_QUERIES + 1


class TestWordsOfOthers:
    def test_open_a_need_and_say_how_it_came(self, town: SmallTown, worker: Client) -> None:
        elder = {"forPerson": global_id("Person", town.elder), "consent": "WRITTEN", "paperKeptAt": "档案柜2"}

        opened = do(worker, "openNeed", "need { channel askedAs(language: EN) }", **NEED, **elder, channel="PAPER")

        assert opened["errors"] == []
        assert opened["need"] == {
            "channel": "PAPER",
            "askedAs": "周格长, a worker of the area, on behalf of 赵老根",
        }
        consent = Need.objects.get().consent
        assert consent is not None
        assert consent.paper_kept_at == "档案柜2"

    def test_open_an_offer(self, town: SmallTown, worker: Client) -> None:
        offer = {"title": "代买", "serviceTypes": ["SHOPPING"], "reach": "METRES", "reachM": 300}
        elder = {"forPerson": global_id("Person", town.elder), "consent": "SPOKEN"}

        opened = do(worker, "openOffer", "offer { title }", **offer, **elder)

        assert opened["errors"] == []
        assert Offer.objects.get().person == town.elder

    def test_answer_and_tell_of_the_visit(self, town: SmallTown, worker: Client) -> None:
        proposal = global_id("Proposal", elders_proposal(town))
        without = do(worker, "acceptProposal", "proposal { state }", proposalId=proposal)
        assert without["errors"] == [{"code": "CHANNEL_NEEDED", "field": "channel"}]

        accepted = do(worker, "acceptProposal", "proposal { state }", proposalId=proposal, channel="PHONE")

        assert accepted["proposal"] == {"state": "ACCEPTED"}
        visit = Match.objects.get().visits.get()
        words = {"visitId": global_id("Visit", visit), "happened": True, "greetAgain": True, "side": "ASKER"}
        with time_machine.travel(visit.ends_at, tick=False):
            told = do(worker, "recordOutcome", "visit { ownOutcome { side } }", **words, channel="DOORSTEP")
        assert told == {"visit": {"ownOutcome": None}, "errors": []}
        assert Outcome.objects.values_list("side", "channel").get() == ("ASKER", "DOORSTEP")

    def test_decline(self, town: SmallTown, worker: Client) -> None:
        proposal = global_id("Proposal", elders_proposal(town))

        declined = do(worker, "declineProposal", "proposal { state }", proposalId=proposal, channel="DOORSTEP")

        assert declined["proposal"] == {"state": "DECLINED_BY_ASKER"}


class TestEnterPerson:
    def test_of_somebody_known_is_refused_until_it_is_another(self, town: SmallTown, worker: Client) -> None:
        sent = {"areaId": global_id("Area", town.corridors[0]), "home": "305室", "name": "赵老根", "consent": "SPOKEN"}

        refused = do(worker, "enterPerson", "person { name }", **sent)
        entered = do(worker, "enterPerson", "person { name }", **sent, isAnother=True, languages=["mn"])

        assert refused["errors"] == [{"code": "PERSON_LIKELY_KNOWN", "field": "isAnother"}]
        assert entered["person"] == {"name": "赵老根"}
        assert Person.objects.latest("pk").languages == ["mn"]


def elders_proposal(town: SmallTown) -> Proposal:
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
    return proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)
