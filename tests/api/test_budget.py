"""How many rows a caller may ask for in a minute, and what the answer says of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from api import budget
from api.limits import Size
from tests.graphql_client import client_for, post
from tests.towns import load_service_types_once, small_town

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEN_ROWS = "{ serviceTypes(first: 10) { nodes { code } } }"


@pytest.fixture(autouse=True)
def thirty_rows(settings: Any) -> Any:
    settings.API_ROWS_PER_MINUTE = 30
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def rows(count: int) -> Size:
    return Size(cost=count * 3, rows=count)


class TestSpend:
    def test_takes_off_what_a_document_may_bring(self) -> None:
        spent = budget.spend("one", rows(10), now=START)

        assert spent.told() == {"fields": 30, "rows": 10, "left": 20, "perMinute": 30}

    def test_takes_one_row_for_a_document_without_lists(self) -> None:
        assert budget.spend("two", Size(cost=5), now=START).left == 29

    def test_refuses_more_than_is_left_and_takes_nothing(self) -> None:
        budget.spend("three", rows(25), now=START)

        with pytest.raises(budget.OverBudget) as refused:
            budget.spend("three", rows(6), now=START)

        assert refused.value.cost.left == 5
        assert budget.spend("three", rows(5), now=START).left == 0

    def test_gives_back_as_time_goes_by(self) -> None:
        budget.spend("four", rows(30), now=START)

        half_later = budget.spend("four", rows(5), now=START + timedelta(seconds=90))

        assert half_later.left == 30 - 15 - 5
        assert budget.spend("four", rows(1), now=START + timedelta(minutes=4)).left == 29

    def test_counts_each_caller_apart(self) -> None:
        budget.spend("five", rows(30), now=START)

        assert budget.spend("six", rows(30), now=START).left == 0

    def test_answers_where_nothing_can_be_counted(self) -> None:
        with patch.object(cache, "incr", side_effect=ValueError):
            assert budget.spend("seven", rows(30), now=START).left == 30


class TestAnswers:
    def test_say_what_was_reckoned_and_what_is_left(self) -> None:
        load_service_types_once()

        answer = post(Client(REMOTE_ADDR="192.0.2.1"), TEN_ROWS).json()

        assert answer["extensions"] == {"cost": {"fields": 21, "rows": 10, "left": 20, "perMinute": 30}}

    def test_are_refused_once_nothing_is_left(self) -> None:
        client = Client(REMOTE_ADDR="192.0.2.2", headers={"Accept": "application/graphql-response+json"})
        for _ in range(3):
            assert post(client, TEN_ROWS).status_code == 200

        refused = post(client, TEN_ROWS)

        assert refused.status_code == 429
        assert "data" not in refused.json()
        assert refused.json()["errors"][0]["extensions"] == {"code": "TOO_MUCH"}
        assert refused.json()["extensions"]["cost"]["left"] == 0

    def test_are_counted_by_account_and_not_by_place(self) -> None:
        town = small_town()
        for person in (town.asker, town.helper):
            assert post(client_for(person), TEN_ROWS).json()["extensions"]["cost"]["left"] == 20

    def test_are_counted_by_what_our_proxy_names_last(self, settings: Any) -> None:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        forged = [f"203.0.113.{number}, 192.0.2.3" for number in range(2)]

        left = [
            post(Client(), TEN_ROWS, **{"X-Forwarded-For": line}).json()["extensions"]["cost"]["left"]
            for line in forged
        ]

        assert left == [20, 10]
