"""Log lines say what happened and to which ids; never to whom."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from matchmaker.logs import RequestLog

NAME = "王阿姨"


def greet(request: HttpRequest, need_id: int) -> HttpResponse:
    structlog.get_logger("matchmaker.tests").info("greeted", need_id=need_id)
    return HttpResponse("hello")


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(NAME)


urlpatterns = [path("needs/<int:need_id>/", greet), path("fail", fail)]


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the service writes, as it writes it."""
    out = StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(out)
    yield out
    handler.setStream(before)


def parsed(lines: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestRequestLog:
    def test_leaves_one_line_with_the_route_and_no_query(self, client: Client, lines: StringIO) -> None:
        client.get("/needs/7/", {"q": NAME}, headers={"X-Request-ID": "abcd-1234"})

        greeted, request = parsed(lines)
        assert (greeted["event"], greeted["request_id"], greeted["need_id"]) == ("greeted", "abcd-1234", 7)
        assert set(request) == {
            "event", "method", "path", "status", "duration_ms", "request_id", "level", "logger", "timestamp",
        }  # fmt: skip
        assert (request["path"], request["status"], request["method"]) == ("/needs/<int:need_id>/", 200, "GET")

    def test_gives_the_id_back_and_makes_one_where_none_is_fit(self, client: Client) -> None:
        kept = client.get("/needs/7/", headers={"X-Request-ID": "abcd-1234"})
        made = client.get("/needs/7/", headers={"X-Request-ID": f"{NAME} <b>"})

        assert kept.headers["X-Request-ID"] == "abcd-1234"
        assert len(made.headers["X-Request-ID"]) == 32

    def test_logs_an_unhandled_error_once_without_its_words(self, client: Client, lines: StringIO) -> None:
        client.raise_request_exception = False

        response = client.get("/fail", {"q": NAME})

        assert response.status_code == 500
        failed, request = parsed(lines)
        assert (failed["event"], failed["path"], failed["error"]) == (
            "request.failed",
            "/fail",
            "builtins.RuntimeError",
        )
        assert any(str(where).endswith(" fail") for where in failed["where"])  # type: ignore[union-attr]  # a list in this line
        assert (request["status"], request["request_id"]) == (500, failed["request_id"])
        assert NAME not in lines.getvalue()

    def test_does_not_log_an_address_that_leads_nowhere(self, client: Client, lines: StringIO) -> None:
        client.get("/somewhere/secret")

        assert [line["path"] for line in parsed(lines)] == ["(no route)"]

    def test_ends_the_id_with_the_request(self) -> None:
        RequestLog(lambda request: HttpResponse())(RequestFactory().get("/"))

        assert structlog.contextvars.get_contextvars() == {}
