"""When it goes wrong: nobody comes and somebody else does the same day; a worry pauses a match until it is answered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from matchmaker.jobs.actions import enqueue_periodic
from matchmaker.jobs.relay import run_due
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import Match
from matchmaker.needs.models import Need
from matchmaker.notices.models import DutyAlarm
from matchmaker.records.queries import chain_keys, verify_chain
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, match_for, open_need_for, open_offer_for, small_town
from tests.towns import vouch as vouched

PROPOSALS = "{ proposals { nodes { id state startsAt } } }"
CONCERNS = "{ concernsToAnswer { nodes { id kind words } } }"
MATCHES = "{ matches { nodes { id state doorWord contact { name } } } }"


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


@pytest.mark.django_db
class TestNobodyCame:
    def test_and_somebody_else_comes_the_same_day(self, town: SmallTown) -> None:
        visit = match_for(town, need=open_need_for(town, repeat="WEEKLY")).visits.all()[0]
        vouched(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)
        asker, neighbour = client_for(town.asker), client_for(town.neighbour)

        with time_machine.travel(visit.starts_at + timedelta(minutes=35), tick=False):
            _works()
            assert DutyAlarm.objects.get().kind == "VISIT_OVERDUE"

            done = _done(asker, "reportNoShow", "visit { state }", visitId=global_id("Visit", visit), until="18:00:00")
            assert done["visit"] == {"state": "NOT_HELD"}
            assert DutyAlarm.objects.get(kind="VISIT_OVERDUE").closed_at is not None
            assert DutyAlarm.objects.get(kind="URGENT_NEED").about == Need.objects.latest("pk").public_id
            assert "NEXT_IS_ASKED" in _told(asker)
            assert "WHAT_HAPPENED" in _told(client_for(town.helper))

            _works()
            (proposal,) = [row for row in _nodes(neighbour, PROPOSALS) if row["state"] == "AWAITING_HELPER"]
            assert _nodes(client_for(town.helper), PROPOSALS)[0]["state"] == "ACCEPTED"
            _done(neighbour, "acceptProposal", "proposal { state }", proposalId=proposal["id"])
            _done(asker, "acceptProposal", "proposal { state }", proposalId=proposal["id"])
            starts_at = datetime.fromisoformat(proposal["startsAt"])
            assert starts_at.date() == visit.starts_at.date()
            assert starts_at >= timezone.now() + timedelta(minutes=30)

        came = Match.objects.get(helper=town.neighbour).visits.get()
        with time_machine.travel(starts_at, tick=False):
            _done(neighbour, "arrive", "visit { arrivedSaid }", visitId=global_id("Visit", came))
        with time_machine.travel(starts_at + timedelta(minutes=50), tick=False):
            left = _done(asker, "leave", "visit { leftSaid proposedMinutes }", visitId=global_id("Visit", came))
            assert left["visit"] == {"leftSaid": "ASKER", "proposedMinutes": 50}
            for client in (neighbour, asker):
                _done(client, "recordOutcome", "visit { state }", visitId=global_id("Visit", came), happened=True)
            assert [row["minutes"] for row in _nodes(asker, "{ ledger { nodes { minutes } } }")] == [50]
            _done(
                client_for(town.helper),
                "recordOutcome",
                "visit { state }",
                visitId=global_id("Visit", visit),
                happened=False,
                comment="孩子发烧了",
            )
            states = [row["state"] for row in _nodes(client_for(town.helper), "{ visits { nodes { state } } }")]
            assert states == ["NOT_HELD"] + 4 * ["PLANNED"]

        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []


@pytest.mark.django_db
class TestSomethingWorries:
    def test_and_the_match_is_paused_until_a_worker_has_answered(self, town: SmallTown) -> None:
        match = match_for(town)
        asker, helper, worker = (client_for(person) for person in (town.asker, town.helper, town.coordinator))

        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            (before,) = _nodes(helper, MATCHES)
            assert before["doorWord"] == _nodes(asker, MATCHES)[0]["doorWord"]
            assert before["contact"] == {"name": town.asker.name}

            given = {"matchId": before["id"], "kind": "MONEY", "words": "他说先付一百块"}
            concern = _done(asker, "reportConcern", "concern { id state words }", **given)["concern"]
            assert (concern["state"], concern["words"]) == ("OPEN", "他说先付一百块")
            for client in (asker, helper):
                (seen,) = _nodes(client, MATCHES)
                assert (seen["state"], seen["doorWord"], seen["contact"]) == ("SUSPENDED", None, None)
            assert DutyAlarm.objects.get().kind == "MONEY_ASKED"
            assert _nodes(helper, "{ concerns { nodes { id } } }") == []
            assert _nodes(worker, CONCERNS) == [{"id": concern["id"], "kind": "MONEY", "words": None}]

        with time_machine.travel(NOW + timedelta(hours=2), tick=False):
            taken = _done(worker, "takeConcern", "concern { words }", concernId=concern["id"])
            assert taken["concern"] == {"words": "他说先付一百块"}
            answer = {"concernId": concern["id"], "resolution": "RESUME", "reason": "是垫付的菜钱，已说清楚"}
            _done(worker, "resolveConcern", "concern { state }", **answer)

            assert _nodes(worker, CONCERNS) == []
            assert _nodes(helper, MATCHES) == [before]
            assert "MATCH_RESUMED" in _told(helper)
            own = _nodes(asker, "{ concerns { nodes { state reason } } }")
            assert own == [{"state": "RESOLVED", "reason": "是垫付的菜钱，已说清楚"}]

            _done(asker, "blockPerson", "person { name }", personId=global_id("Person", town.helper))
            _works()
            assert _nodes(helper, MATCHES)[0]["state"] == "CANCELLED"
            assert "MATCH_CANCELLED" in _told(helper)
            assert _nodes(helper, "{ blockedPeople { nodes { name } } }") == []
            assert _nodes(asker, "{ blockedPeople { nodes { name } } }") == [{"name": town.helper.name}]
            assert Need.objects.get(pk=match.need_id).state == "OPEN"
            assert [row for row in _nodes(helper, PROPOSALS) if row["state"] == "AWAITING_HELPER"] == []

        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []


def _works() -> None:
    """The worker has done all that is due now, periodic work too."""
    enqueue_periodic(now=timezone.now())
    run_due(clock=timezone.now, limit=500)


def _done(client: Client, mutation: str, selection: str, **given: Any) -> Any:
    """What the mutation gives; it must not be refused."""
    answer = do(client, mutation, selection, **given)
    assert answer["errors"] == []
    return answer


def _nodes(client: Client, document: str) -> list[Any]:
    (found,) = ask(client, document).values()
    return list(found["nodes"])


def _told(client: Client) -> set[str]:
    return {row["kind"] for row in _nodes(client, "{ notices(first: 50) { nodes { kind } } }")}
