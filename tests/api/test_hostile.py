"""No document of 16 kB takes long: it is answered or refused for little more than the least of all requests."""

import time
from collections.abc import Callable
from typing import Any, Final

import pytest
import time_machine
from django.test import Client

from api import documents
from tests.api.hostile import LONGEST, WRITTEN, greedy_documents
from tests.api.test_lists import needs_of
from tests.graphql_client import client_for, post
from tests.known_town import know_the_town
from tests.way import OVER, way_to

pytestmark = pytest.mark.django_db

LEAST: Final = "{ __typename }"
TIMES: Final = 25
REFUSED: Final = frozenset({"BAD_REQUEST", "TOO_MUCH", "NOT_FOUND", "SIGN_IN_REQUIRED", "NOT_ALLOWED"})
ALWAYS_ALLOWED_SECONDS: Final = 0.25
TRIES: Final = 4
"""Only what seems slow is tried again: other work on this machine slows a thread down, never the other way round."""


@pytest.fixture
def client() -> Any:
    """A coordinator's, whose lists are the longest, in a town with a hundred needs that knows itself."""
    way = way_to(OVER)
    with time_machine.travel(way.now, tick=False):
        know_the_town(way.town, now=way.now)
        needs_of(way.town, 100)
        yield client_for(way.town.coordinator)


@pytest.fixture
def production(settings: Any) -> Any:
    settings.PRODUCTION = True
    documents.forget_documents()
    yield
    documents.forget_documents()


def seconds_of(call: Callable[[], Any], *, enough: float = 0.0) -> float:
    """What this thread computes for it, with no document kept: the least of a few tries, until it is enough."""
    least = float("inf")
    for _ in range(TRIES):
        documents.forget_documents()
        begun = time.thread_time()
        call()
        least = min(least, time.thread_time() - begun)
        if least <= enough:
            break
    return least


def answered(client: Client, text: str) -> None:
    """The document was answered or refused, and nothing broke."""
    answer = post(client, text)
    assert answer.status_code in (200, 400), text[:200]
    assert {error["extensions"]["code"] for error in answer.json().get("errors", ())} <= REFUSED, text[:200]


def too_slow(client: Client, asked: dict[str, str]) -> dict[str, str]:
    """Those that took longer than a document may, and how long."""
    allowed = max(TIMES * seconds_of(lambda: post(client, LEAST)), ALWAYS_ALLOWED_SECONDS)
    taken = {name: seconds_of(lambda text=text: answered(client, text), enough=allowed) for name, text in asked.items()}
    return {name: f"{seconds:.3f} s of {allowed:.3f}" for name, seconds in taken.items() if seconds > allowed}


class TestHostileDocuments:
    def test_are_at_most_16_kb_long(self) -> None:
        assert {name: len(text) for name, text in WRITTEN.items() if len(text) > LONGEST} == {}

    @pytest.mark.usefixtures("production")
    def test_are_answered_or_refused_in_no_time(self, client: Client) -> None:
        assert too_slow(client, WRITTEN) == {}

    @pytest.mark.usefixtures("production")
    def test_that_ask_for_all_there_is_are_answered_or_refused_in_no_time(self, client: Client) -> None:
        assert too_slow(client, dict(greedy_documents())) == {}
