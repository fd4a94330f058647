"""A request that takes too long is stopped, and what it was doing is undone."""

import time
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from api import view
from api.deadline import Deadline, TooLong
from matchmaker.needs.models import Need
from tests.graphql_client import client_for, post

pytestmark = pytest.mark.django_db
ALMOST_A_MINUTE = ("1min", "59999ms", "59998ms", "59997ms")


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


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
    def test_is_told_anew_after_the_transaction_that_it_was_told_in_was_undone(self) -> None:
        before = timeout()
        with Deadline(60).held(connection):
            with transaction.atomic():
                assert timeout() in ALMOST_A_MINUTE
                transaction.set_rollback(True)
            within_another = timeout()

        assert before != "1min"
        assert within_another in ALMOST_A_MINUTE
        assert timeout() == before

    @pytest.mark.postgres
    def test_is_told_in_the_same_breath_as_the_first_statement(self) -> None:
        """One call more for the whole request: that it is over."""
        calls: list[str] = []

        def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            calls.append(sql)
            return execute(sql, params, many, context)

        deadline = Deadline(60)
        with deadline.held(connection), connection.execute_wrapper(noted):
            assert Need.objects.filter(details="100%").count() == 0
            assert list(Need.objects.filter(pk__in=[1, 2]).values_list("pk")) == []

        assert [sql.partition(" = ")[0] for sql in calls] == ["SET statement_timeout", calls[1].partition(" = ")[0]]
        assert "; SELECT" in calls[0]
        assert "statement_timeout" not in calls[1]

    @pytest.mark.postgres
    def test_is_told_before_what_is_done_many_times_or_read_in_parts(self) -> None:
        with Deadline(60).held(connection), connection.cursor() as cursor:
            cursor.executemany("SELECT %s", [(1,), (2,)])
            assert timeout() in ALMOST_A_MINUTE
        with Deadline(60).held(connection):
            assert list(Need.objects.iterator(chunk_size=5)) == []
            assert timeout() in ALMOST_A_MINUTE

    @pytest.mark.postgres
    def test_is_told_anew_after_a_first_statement_that_failed(self) -> None:
        before = timeout()
        with Deadline(60).held(connection):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT nothing_of_this_name")
            assert timeout() in ALMOST_A_MINUTE

        assert timeout() == before

    @pytest.mark.postgres
    def test_leaves_nothing_behind_on_the_connection(self) -> None:
        before = timeout()
        with Deadline(60).held(connection):
            inside = timeout()

        assert inside in ALMOST_A_MINUTE
        assert timeout() == before

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_hides_nothing_of_what_went_wrong_on_a_connection_that_broke(self) -> None:
        def broken() -> None:
            with Deadline(60).held(connection):
                assert Need.objects.count() == 0
                connection.connection.close()
                raise KeyError

        with pytest.raises(KeyError):
            broken()

        connection.close()
        assert Need.objects.count() == 0

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_is_no_more_on_a_connection_that_could_not_be_told_that_it_is_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken() -> None:
            raise psycopg.OperationalError

        with Deadline(60).held(connection):
            assert Need.objects.count() == 0
            raw = connection.connection
            monkeypatch.setattr(raw, "cursor", broken)

        assert raw.closed
        connection.close()
        assert timeout() != "1min"

    def test_is_told_in_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(view, "Deadline", lambda: Deadline(-1))

        answer = post(client_for(), "{ areas { nodes { name } } }").json()

        assert answer["data"] is None
        assert answer["errors"][0]["extensions"] == {"code": "TOO_LONG"}
