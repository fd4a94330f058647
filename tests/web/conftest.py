"""The small town seen through pages, at the moment the town knows; the pages speak Chinese unless asked."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from matchmaker.community.models import Person
from matchmaker.matches.actions import publish_score_cards
from tests.towns import NOW, SmallTown, load_service_types_once, small_town, user_of

SignedIn = Callable[[Person], Client]


def leads_to(answer: HttpResponse) -> str:
    """The page that follows a form, without what it says was done."""
    return re.sub(r"[?&]done=[^#]*#done$", "", answer.headers["Location"])


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    """The clock stands at the moment the town knows; a test may move it on."""
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def town(db: None, traveller: time_machine.Traveller) -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which this person has signed in."""

    def client_of(person: Person) -> Client:
        client = Client(headers={"Accept-Language": "zh"})
        client.force_login(user_of(person))
        return client

    return client_of
