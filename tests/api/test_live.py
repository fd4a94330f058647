"""Live updates: each hears of their own, from where they stopped, and of nothing once their right has ended."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections

from api.live import door, seen
from api.live.door import is_asked
from matchmaker.community.actions import end_term, make_token, revoke_token
from matchmaker.community.models import AccessToken, PostTerm
from matchmaker.matches.actions import decline_proposal, request_round
from matchmaker.matches.actions.watching import RoundWatch
from matchmaker.matches.models import Round, RoundState
from tests.api.listening import listening, scope_of
from tests.graphql_client import client_for, global_id, post
from tests.towns import NOW, SmallTown, match_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db(transaction=True)

OWN = "subscription { ownProposals { id state } }"
MATCHES = "subscription { ownMatches { id state } }"
QUEUE = "subscription { reviewQueue { id } }"
ROUND = "subscription ($id: ID!) { round(id: $id) { id state progressPercent } }"

Work = Callable[[], Any]


@pytest.fixture
def town() -> Iterator[SmallTown]:
    with time_machine.travel(NOW, tick=True):
        yield small_town()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other at once; without news nobody looks within a test."""
    monkeypatch.setattr(door, "TOGETHER_SECONDS", 0.0)
    monkeypatch.setattr(door, "BETWEEN_LOOKS_SECONDS", 0.0)


def played(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def done(work: Work) -> Any:
    """The work is done in a thread of its own, as a request would do it."""

    def and_close() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(and_close)


class TestOwnProposals:
    def test_are_told_as_they_change_and_to_their_sides_alone(self, town: SmallTown) -> None:
        helper, stranger = client_for(town.helper), client_for(town.stranger)

        async def scenario() -> None:
            async with listening(OWN, client=helper) as heard, listening(OWN, client=stranger) as nothing:
                assert (heard.status, heard.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
                assert set(await heard.event()) == {"id"}
                proposal = await done(lambda: proposal_for(town))
                proposal_id = global_id("Proposal", proposal)
                assert await heard.row() == {"id": proposal_id, "state": "AWAITING_HELPER"}
                viewer = await done(lambda: viewer_of(town.helper))
                await done(lambda: decline_proposal(viewer=viewer, proposal_id=proposal.public_id, now=NOW))
                assert await heard.row() == {"id": proposal_id, "state": "DECLINED_BY_HELPER"}
                assert "next" not in nothing.text

        played(scenario())

    def test_are_heard_from_where_the_listener_stopped(self, town: SmallTown) -> None:
        helper = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=helper) as heard:
                stopped_at = (await heard.event())["id"]
            proposal = await done(lambda: proposal_for(town))
            async with listening(OWN, client=helper, last_event_id=stopped_at) as heard:
                event = await heard.event()
                assert global_id("Proposal", proposal) in event["data"]
                assert json.loads(event["data"])["extensions"] == {"lastEventId": event["id"]}
            async with listening(OWN, client=helper, last_event_id=event["id"]) as heard:
                assert await heard.event() == {"id": event["id"]}

        played(scenario())

    @pytest.mark.parametrize("event_id", ["", "7", "1.%%%", "1.AAAA", "1." + "A" * 10_000])
    def test_begin_anew_after_an_id_that_is_none(self, town: SmallTown, event_id: str) -> None:
        proposal_for(town)
        helper = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=helper, last_event_id=event_id) as heard:
                assert set(await heard.event()) == {"id"}

        played(scenario())


class TestOwnMatches:
    def test_are_told_to_both_sides(self, town: SmallTown) -> None:
        clients = [client_for(person) for person in (town.asker, town.helper)]

        async def scenario() -> None:
            async with listening(MATCHES, client=clients[0]) as asker, listening(MATCHES, client=clients[1]) as helper:
                match = await done(lambda: match_for(town))
                for heard in (asker, helper):
                    await heard.event()
                    assert await heard.row() == {"id": global_id("Match", match), "state": "AGREED"}

        played(scenario())


class TestReviewQueue:
    def test_is_told_at_once_and_ends_with_the_post(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)
        term = PostTerm.objects.get(person=town.coordinator)

        async def scenario() -> None:
            async with listening(QUEUE, client=client) as heard:
                assert await heard.row() == []
                await done(lambda: end_term(viewer=None, term=term, now=NOW))
                assert (await heard.event())["event"] == "complete"

        played(scenario())

    def test_is_for_workers(self, town: SmallTown) -> None:
        client = client_for(town.asker)

        async def scenario() -> None:
            async with listening(QUEUE, client=client) as heard:
                assert heard.status == 403
                assert '"NOT_FOUND"' in heard.text

        played(scenario())


class TestRound:
    def test_is_told_from_its_beginning_to_its_end(self, town: SmallTown) -> None:
        client, worker = client_for(town.coordinator), viewer_of(town.coordinator)
        row = request_round(viewer=worker, community_id=town.community.public_id, now=NOW)
        variables = {"id": global_id("Round", row)}

        def goes_on() -> None:
            Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, attempts=1)
            row.refresh_from_db()
            RoundWatch(row, clock=lambda: NOW).reached("PLANNING", 0.5)

        async def scenario() -> None:
            async with listening(ROUND, client=client, variables=variables) as heard:
                first = await heard.row()
                assert (first["state"], first["progressPercent"]) == ("QUEUED", 0)
                await done(goes_on)
                later = await heard.row()
                assert (later["state"], later["progressPercent"]) == ("RUNNING", 77)

        played(scenario())

    def test_is_not_found_by_a_resident(self, town: SmallTown) -> None:
        row = request_round(viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW)
        client = client_for(town.asker)

        async def scenario() -> None:
            async with listening(ROUND, client=client, variables={"id": global_id("Round", row)}) as heard:
                assert heard.status == 403

        played(scenario())


class TestRights:
    def test_end_with_the_session(self, town: SmallTown) -> None:
        client = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=client) as heard:
                await heard.event()
                await done(lambda: post(client, "mutation { signOut { errors { code } } }"))
                assert (await heard.event())["event"] == "complete"

        played(scenario())

    def test_end_with_the_token(self, town: SmallTown) -> None:
        viewer = viewer_of(town.helper)
        token, secret = make_token(viewer=viewer, name="应用", scopes=["READ"], now=NOW)

        async def scenario() -> None:
            async with listening(OWN, authorization=f"Bearer {secret}") as heard:
                await heard.event()
                await done(lambda: revoke_token(viewer=viewer, token_id=token.public_id, now=NOW))
                assert (await heard.event())["event"] == "complete"

        played(scenario())
        assert AccessToken.objects.get().revoked_at == NOW

    def test_are_those_of_the_tokens_scopes(self, town: SmallTown) -> None:
        _, secret = make_token(viewer=viewer_of(town.helper), name="应用", scopes=["READ"], now=NOW)
        document = "subscription { ownMatches { contact { phone } } }"

        async def scenario() -> None:
            async with listening(document, authorization=f"Bearer {secret}") as heard:
                assert heard.status == 403
                assert "CONTACTS" in heard.text

        played(scenario())

    def test_are_nobodys_who_is_not_known(self, town: SmallTown) -> None:
        async def scenario() -> None:
            for headers in ({}, {"authorization": "Bearer mm_none"}):
                async with listening(OWN, **headers) as heard:
                    assert heard.status == 401

        played(scenario())


class TestDoor:
    @pytest.mark.parametrize(
        ("document", "status"),
        [
            ("{ viewer { language } }", 400),
            ("mutation { signOut { errors { code } } }", 400),
            ("subscription { ownProposals { id } ownMatches { id } }", 400),
            ("subscription { nothing { id } }", 400),
            ("subscription { ...f } fragment f on Subscription { ownMatches { id } }", 400),
            ("subscription {", 400),
        ],
    )
    def test_refuses_what_is_no_subscription(self, town: SmallTown, document: str, status: int) -> None:
        client = client_for(town.helper)

        async def scenario() -> None:
            async with listening(document, client=client) as heard:
                assert heard.status == status
                assert '"errors"' in heard.text

        played(scenario())

    def test_refuses_an_id_that_was_left_to_the_sender_and_is_null(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)
        document = 'subscription ($id: ID = "one") { round(id: $id) { id } }'

        async def scenario() -> None:
            async with listening(document, client=client, variables={"id": None}) as heard:
                assert heard.status == 400
                assert '"errors"' in heard.text

        played(scenario())

    def test_refuses_other_sites_and_other_bodies(self, town: SmallTown) -> None:
        client = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=client, origin="https://elsewhere.example.org") as heard:
                assert heard.status == 403
            async with listening(OWN, client=client, content_type="text/plain") as heard:
                assert heard.status == 415
            async with listening(OWN, client=client, host="elsewhere.example.org") as heard:
                assert heard.status == 400

        played(scenario())

    def test_lets_an_account_listen_ten_times_at_once(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(door, "LISTENERS_OF_AN_ACCOUNT", 1)
        client = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=client) as first:
                await first.event()
                async with listening(OWN, client=client) as second:
                    assert second.status == 429
            async with listening(OWN, client=client) as third:
                assert third.status == 200

        played(scenario())
        assert door.listeners.total() == 0

    def test_is_paid_from_the_callers_rows(self, town: SmallTown, settings: Any) -> None:
        cache.clear()
        settings.API_ROWS_PER_MINUTE = 1
        client = client_for(town.helper)

        async def scenario() -> None:
            async with listening(OWN, client=client) as first:
                assert first.status == 200
                async with listening(OWN, client=client) as second:
                    assert second.status == 429

        played(scenario())

    def test_is_asked_by_accept_alone(self) -> None:
        assert is_asked(scope_of())
        assert not is_asked(scope_of(accept="application/json"))
        assert not is_asked(scope_of() | {"path": "/"})
        assert not is_asked({"type": "lifespan"})

    def test_leaves_the_usual_door_without_subscriptions(self, town: SmallTown) -> None:
        answer = post(client_for(town.helper), OWN)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "Listen with `Accept: text/event-stream`."


class TestSeen:
    def test_is_read_back_and_says_what_changed(self, town: SmallTown) -> None:
        rows = [proposal_for(town)]
        standing: dict[Any, Any] = {row.public_id: ("A", None) for row in rows}
        event_id = seen.written(seen.seen_in(standing))

        assert seen.changed(standing, seen.read(event_id) or {}) == []
        assert seen.changed({rows[0].public_id: ("B", None)}, seen.read(event_id) or {}) == [rows[0].public_id]


class TestFiveHundred:
    def test_listen_in_one_process_with_a_few_threads_and_no_connection_held(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(door, "LISTENERS_OF_AN_ACCOUNT", 500)
        helper, before = client_for(town.helper), threading.active_count()

        async def scenario() -> None:
            async with AsyncExitStack() as stack:
                everybody = [await stack.enter_async_context(listening(OWN, client=helper)) for _ in range(500)]
                assert door.listeners.total() == 500
                assert threading.active_count() - before <= door.LOOKERS + 2
                for heard in everybody:
                    assert set(await heard.event()) == {"id"}
                proposal = await done(lambda: proposal_for(town))
                told = {"id": global_id("Proposal", proposal), "state": "AWAITING_HELPER"}
                for heard in everybody:
                    assert await heard.row() == told

        played(scenario())
        assert door.listeners.total() == 0
