"""From ask to thanks without a phone: neither the elder nor the helper has an account, and workers take their words.

Everything goes through the pages, without scripts: the grid head at the desk, and the coordinator who looks at the
proposal first, for nobody reviews what they took down themself.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from matchmaker.community.models import Consent, Person, Tie, TieKind
from matchmaker.matches.actions import publish_score_cards, run_round
from matchmaker.matches.models import LedgerEntry, Match, Outcome, Proposal, Round, Visit
from matchmaker.needs.models import Need
from matchmaker.records.models import Record
from matchmaker.records.queries import chain_keys, verify_chain
from tests.graphql_client import client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, small_town, user_of
from tests.web.conftest import leads_to

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def town(clock: time_machine.Traveller) -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


class TestWithoutAPhone:
    def test_an_elder_is_helped_by_a_neighbour_and_both_are_thanked(
        self, town: SmallTown, clock: time_machine.Traveller
    ) -> None:
        desk, colleague = browser(town.grid_head), browser(town.coordinator)

        helper = _a_neighbour_offers_at_the_door(desk, town)
        elder = _an_elder_asks_at_the_door(desk, town)
        proposal = _a_round_proposes(town, elder)
        _a_colleague_looks_at_it(colleague, proposal)
        _waits(desk, helper)
        _says_yes(desk, proposal, helper, "PHONE")
        _waits(desk, elder)
        _says_yes(desk, proposal, elder, "DOORSTEP")
        match = Match.objects.get()
        assert (match.helper, match.person) == (helper, elder)

        visit = match.visits.get()
        clock.move_to(visit.ends_at + timedelta(hours=1))
        _tells(desk, visit, helper, "HELPER", channel="PHONE", minutes="55")
        _tells(desk, visit, elder, "ASKER", channel="DOORSTEP", minutes="50", heard_apart="on")

        _all_is_as_with_accounts(town, visit, helper, elder)

    def test_a_no_by_phone_asks_the_next_and_costs_nothing(self, town: SmallTown) -> None:
        desk, colleague = browser(town.grid_head), browser(town.coordinator)
        helper = _a_neighbour_offers_at_the_door(desk, town)
        elder = _an_elder_asks_at_the_door(desk, town)
        proposal = _a_round_proposes(town, elder)
        _a_colleague_looks_at_it(colleague, proposal)

        desk.post(
            f"/desk/proposals/{proposal.public_id}/answer",
            {"person": str(helper.public_id), "channel": "PHONE", "answer": "no"},
        )

        proposal.refresh_from_db()
        assert (proposal.state, proposal.helper_answered_by) == ("DECLINED_BY_HELPER", town.grid_head)
        assert Need.objects.get().state == "OPEN"
        assert not Outcome.objects.exists()
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []


def browser(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "zh"})
    client.force_login(user_of(person))
    return client


def _a_neighbour_offers_at_the_door(desk: Client, town: SmallTown) -> Person:
    """Somebody new, with neither phone nor account, would keep others company."""
    where = {"corridor": str(town.corridors[1].public_id), "home": "401室"}
    sent = {"name": "孟大姐", "birth_year": "1975", "languages": "zh", "consent": "SPOKEN"} | where
    page = desk.post("/desk/people/new", sent, follow=True)
    helper = Person.objects.get(name="孟大姐")
    assert "没有电话" in page.content.decode()
    sent = {
        "token": "a" * 32,
        "service_types": ["CLINIC_COMPANY"],
        "weekdays": ["1", "2"],
        "starts": "08:00",
        "ends": "12:00",
        "reach_minutes": "15",
        "visits_per_week": "2",
        "consent": "SPOKEN",
    }
    page = desk.post(f"/desk/people/{helper.public_id}/offer", sent, follow=True)
    assert "能帮的事" in page.content.decode()
    return helper


def _an_elder_asks_at_the_door(desk: Client, town: SmallTown) -> Person:
    """Entered with the need on one page, with the consents that were heard."""
    sent = {
        "token": "b" * 32,
        "name": "钱奶奶",
        "corridor": str(town.corridors[0].public_id),
        "home": "301室",
        "birth_year": "1938",
        "languages": "zh",
        "service_type": "CLINIC_COMPANY",
        "date": "2026-03-03",
        "starts": "09:00",
        "ends": "11:00",
        "minutes": "60",
        "where": "home",
        "channel": "DOORSTEP",
        "details": "陪去社区医院复查",
        "consent": "SPOKEN",
    }
    page = desk.post("/desk/needs/new", sent, follow=True).content.decode()
    elder = Person.objects.get(name="钱奶奶")
    need = Need.objects.get()
    assert "正在找人" in page
    assert (need.for_person, need.channel, need.verified_by) == (elder, "DOORSTEP", town.grid_head)
    kinds = Consent.objects.filter(person=elder, heard_by=town.grid_head).values_list("kind", flat=True)
    assert sorted(kinds) == ["CARE_DATA", "KNOWN_HERE"]
    assert not hasattr(elder, "account")
    return elder


def _a_round_proposes(town: SmallTown, elder: Person) -> Proposal:
    """The coordinator asks for a round, and the worker runs it."""
    community = global_id("Area", town.community)
    assert do(client_for(town.coordinator), "requestRound", "round { id }", communityId=community)["errors"] == []
    run_round(round_id=Round.objects.latest("pk").pk, now=timezone.now())
    proposal = Proposal.objects.get()
    assert (proposal.need.for_person, proposal.state) == (elder, "IN_REVIEW")
    return proposal


def _a_colleague_looks_at_it(colleague: Client, proposal: Proposal) -> None:
    colleague.post(f"/proposals/{proposal.public_id}/approve")
    proposal.refresh_from_db()
    assert proposal.state == "AWAITING_HELPER"


def _waits(desk: Client, person: Person) -> None:
    """The desk shows who is to be asked."""
    assert f"/desk/people/{person.public_id}" in desk.get("/desk").content.decode()


def _says_yes(desk: Client, proposal: Proposal, person: Person, channel: str) -> None:
    address = f"/desk/proposals/{proposal.public_id}/answer"
    assert address in desk.get(f"/desk/people/{person.public_id}").content.decode()
    answer = desk.post(address, {"person": str(person.public_id), "channel": channel, "answer": "yes"})
    assert answer.status_code == 302


def _tells(desk: Client, visit: Visit, person: Person, side: str, **words: str) -> None:
    address = f"/desk/visits/{visit.public_id}/{side}"
    assert address in desk.get(f"/desk/people/{person.public_id}").content.decode()
    answer = desk.post(address, {"happened": "yes", "how": "well", "greet_again": "yes"} | words)
    assert (answer.status_code, leads_to(answer)) == (302, f"/desk/people/{person.public_id}")


def _all_is_as_with_accounts(town: SmallTown, visit: Visit, helper: Person, elder: Person) -> None:
    visit.refresh_from_db()
    assert (visit.state, visit.match.state) == ("DONE", "DONE")
    entry = LedgerEntry.objects.get()
    assert (entry.giver, entry.receiver, entry.minutes) == (helper, elder, 50)
    tie = Tie.objects.get(kind=TieKind.HELPED)
    assert {tie.low, tie.high} == {helper, elder}
    assert set(Outcome.objects.values_list("side", "given_by", "channel")) == {
        ("HELPER", town.grid_head.pk, "PHONE"),
        ("ASKER", town.grid_head.pk, "DOORSTEP"),
    }
    kinds = list(Record.objects.values_list("kind", flat=True))
    assert (kinds.count("answer.given_for"), kinds.count("outcome.heard"), kinds.count("visit.closed")) == (2, 2, 1)
    assert [fault for key in chain_keys() for fault in verify_chain(key)] == []
