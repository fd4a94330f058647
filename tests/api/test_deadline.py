"""A request that takes too long is stopped, and what it was doing is undone."""

import time

import pytest
from django.db import connection, transaction

from api import view
from api.deadline import Deadline, TooLong
from matchmaker.needs.models import Need
from tests.graphql_client import client_for, post

pytestmark = pytest.mark.django_db


class TestDeadline:
    def test_lets_statements_pass_in_time(self) -> None:
        with connection.execute_wrapper(Deadline(60)):
            assert Need.objects.count() == 0

    def test_stops_at_the_first_statement_after_it(self) -> None:
        with connection.execute_wrapper(Deadline(-1)), pytest.raises(TooLong):
            Need.objects.count()

    def test_lets_a_transaction_be_undone(self) -> None:
        with connection.execute_wrapper(Deadline(-1)), pytest.raises(TooLong), transaction.atomic():
            raise TooLong

        assert Need.objects.count() == 0

    @pytest.mark.postgres
    def test_stops_a_single_statement_that_outlives_it(self) -> None:
        begun = time.monotonic()
        with (
            pytest.raises(TooLong),
            transaction.atomic(),
            Deadline(0.3).held(connection),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_sleep(20)")

        assert 0.3 <= time.monotonic() - begun < 10
        assert Need.objects.count() == 0

    @pytest.mark.postgres
    def test_leaves_nothing_behind_on_the_connection(self) -> None:
        def timeout() -> str:
            with connection.cursor() as cursor:
                cursor.execute("SHOW statement_timeout")
                return str(cursor.fetchone()[0])

        before = timeout()
        with Deadline(60).held(connection):
            inside = timeout()

        assert (inside, timeout()) == ("1min", before)

    def test_is_told_in_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(view, "Deadline", lambda: Deadline(-1))

        answer = post(client_for(), "{ areas { nodes { name } } }").json()

        assert answer["data"] is None
        assert answer["errors"][0]["extensions"] == {"code": "TOO_LONG"}
