"""GraphQL over HTTP: what the address takes, what it answers, and what it keeps to itself."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings

from api import documents
from api.limits import MAX_BODY_BYTES, PAGE_DEFAULT
from tests.graphql_client import ADDRESS, ask, client_for, post
from tests.towns import SmallTown, load_service_types_once, small_town

pytestmark = pytest.mark.django_db

VIEWER = "{ viewer { language } }"
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"


def send(body: Any, *, content_type: str = JSON, **headers: str) -> Any:
    client = Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, body, content_type=content_type, headers={"Accept": GRAPHQL_JSON} | headers)


class TestAnswers:
    @pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": ""}])
    def test_are_plain_json_where_the_client_has_no_wish(self, headers: dict[str, str]) -> None:
        response = Client().post(ADDRESS, {"query": VIEWER}, content_type=JSON, headers=headers)

        assert response.status_code == 200
        assert response.headers["Content-Type"] == f"{JSON}; charset=utf-8"
        assert response.json()["data"] == {"viewer": {"language": "ZH"}}

    @pytest.mark.parametrize("accept", [f"{GRAPHQL_JSON}, {JSON}", f"{GRAPHQL_JSON}, {JSON};q=0.9"])
    def test_are_of_the_newer_media_type_where_the_client_names_it(self, accept: str) -> None:
        assert send({"query": VIEWER}, Accept=accept).headers["Content-Type"].startswith(GRAPHQL_JSON)

    @pytest.mark.parametrize("accept", [JSON, GRAPHQL_JSON])
    def test_are_of_the_media_type_asked_for(self, accept: str) -> None:
        assert send({"query": VIEWER}, Accept=accept).headers["Content-Type"].startswith(accept)

    def test_are_refused_where_neither_media_type_will_do(self) -> None:
        assert send({"query": VIEWER}, Accept="text/csv").status_code == 406

    @pytest.mark.parametrize(("accept", "status"), [(GRAPHQL_JSON, 400), (JSON, 200)])
    def test_to_an_invalid_document_have_the_status_of_their_media_type(self, accept: str, status: int) -> None:
        response = send({"query": "{ nothingOfTheKind }"}, Accept=accept)

        assert response.status_code == status
        assert "data" not in response.json()
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}

    def test_to_variables_of_the_wrong_type_hold_no_data(self) -> None:
        document = "query ($n: Int) { needs(first: $n) { nodes { id } } }"

        response = send({"query": document, "variables": {"n": "many"}})

        assert response.status_code == 400
        assert "data" not in response.json()

    def test_are_never_kept_by_caches(self) -> None:
        assert send({"query": VIEWER}).headers["Cache-Control"] == "no-store"


class TestRequests:
    def test_by_get_are_not_answered(self) -> None:
        response = Client().get(ADDRESS, {"query": VIEWER}, headers={"Accept": JSON})

        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, POST"

    def test_by_form_are_not_answered(self) -> None:
        response = send("query=x", content_type="application/x-www-form-urlencoded")

        assert response.status_code == 415

    def test_from_another_site_are_not_answered(self) -> None:
        assert send({"query": VIEWER}, Origin="https://elsewhere.invalid").status_code == 403
        assert send({"query": VIEWER}, Origin="null").status_code == 403

    @pytest.mark.parametrize("origin", ["http://[::1", "http://[", "//", "", "http://testserver\u00e4"])
    def test_from_what_is_no_address_are_not_answered(self, origin: str) -> None:
        assert send({"query": VIEWER}, Origin=origin).status_code == 403

    def test_from_our_own_pages_are_answered(self) -> None:
        assert send({"query": VIEWER}, Origin="http://testserver").status_code == 200

    def test_in_batches_are_not_answered(self) -> None:
        response = send(json.dumps([{"query": VIEWER}]))

        assert response.status_code == 400
        assert "batches" in response.json()["errors"][0]["message"]

    @pytest.mark.parametrize(
        "body",
        [
            " ",
            "{",
            '"text"',
            "{}",
            '{"query": 7}',
            '{"query": "{a}", "variables": []}',
            '{"query": "", "operationName": 1}',
        ],
    )
    def test_that_are_no_request_get_one_sentence(self, body: str) -> None:
        response = send(body)

        assert response.status_code == 400
        assert len(response.json()["errors"]) == 1

    def test_with_a_long_body_are_not_read(self) -> None:
        assert send({"query": VIEWER + " " * MAX_BODY_BYTES}).status_code == 413

    def test_nested_without_end_are_refused_before_they_are_run(self) -> None:
        response = send({"query": "{ a " * 600 + "}" * 600})

        assert response.status_code == 400

    def test_with_too_many_tokens_are_refused(self) -> None:
        response = send({"query": "{ " + "viewer { language } " * 700 + "}"})

        assert response.status_code == 400
        assert "tokens" in response.json()["errors"][0]["message"]

    def test_for_more_than_a_hundred_rows_are_refused(self) -> None:
        for first in (0, -1, 101):
            answer = send({"query": f"{{ serviceTypes(first: {first}) {{ nodes {{ code }} }} }}"}).json()
            assert answer["errors"][0]["message"] == "`first` is between 1 and 100."

    def test_for_more_rows_than_a_number_can_hold_are_refused(self) -> None:
        response = send({"query": f"{{ serviceTypes(first: {'9' * 5000}) {{ nodes {{ code }} }} }}"})

        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}

    @pytest.mark.parametrize(
        "document",
        [
            "{ serviceTypes { nodes { code } } }",
            "{ serviceTypes(first: null) { nodes { code } } }",
            "query ($n: Int) { serviceTypes(first: $n) { nodes { code } } }",
        ],
    )
    def test_without_a_page_size_get_the_usual_page(self, document: str) -> None:
        load_service_types_once()

        answer = send({"query": document, "variables": {"n": None}}).json()

        assert len(answer["data"]["serviceTypes"]["nodes"]) == PAGE_DEFAULT


class TestExplorer:
    def test_is_shown_to_browsers_of_the_embedded_form(self) -> None:
        response = Client().get(ADDRESS, headers={"Accept": "text/html"})

        assert response.status_code == 200
        assert b"graphiql.min.js" in response.content
        assert "script-src 'self';" in response.headers["Content-Security-Policy"]

    @override_settings(PRODUCTION=True)
    def test_is_not_there_in_production(self) -> None:
        assert Client().get(ADDRESS, headers={"Accept": "text/html"}).status_code in (405, 406)


class TestProduction:
    @pytest.fixture(autouse=True)
    def _production(self, settings: Any) -> Any:
        settings.PRODUCTION = True
        documents.forget_documents()
        yield
        documents.forget_documents()

    def test_does_not_describe_the_schema(self) -> None:
        answer = send({"query": "{ __schema { types { name } } }"}).json()

        assert "introspection" in answer["errors"][0]["message"]

    def test_names_types_all_the_same(self) -> None:
        assert ask(client_for(), "{ viewer { __typename } }") == {"viewer": {"__typename": "Viewer"}}

    @pytest.mark.parametrize(
        "document", ["{ viewr { language } }", "{ whyNobdy }", "{ needs(frist: 1) { nodes { id } } }"]
    )
    def test_suggests_nothing(self, document: str) -> None:
        answer = send({"query": document}).json()

        assert "Did you mean" not in answer["errors"][0]["message"]


class TestFaults:
    def test_are_masked_and_logged_once(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(_retired: bool = False) -> None:
            raise RuntimeError("王晓晴 at the third door")

        monkeypatch.setattr("matchmaker.needs.queries.service_types", broken)

        response = send({"query": "{ serviceTypes { nodes { code } } }"}, **{"Accept-Language": "en"})

        error = response.json()["errors"][0]
        assert error["message"] == "Something went wrong on our side. Please try again later."
        assert error["extensions"] == {"code": "INTERNAL"}
        assert "王晓晴" not in response.content.decode()
        assert len([record for record in caplog.records if "resolver_failed" in str(record.msg)]) == 1


class TestSession:
    @pytest.fixture
    def town(self) -> SmallTown:
        return small_town()

    def test_says_who_asks(self, town: SmallTown) -> None:
        found = ask(client_for(town.asker), "{ viewer { person { name } roles { kind } } }")

        assert found == {"viewer": {"person": {"name": "王晓晴"}, "roles": [{"kind": "RESIDENT"}]}}

    def test_ends_with_sign_out(self, town: SmallTown) -> None:
        client = client_for(town.asker)

        gone = ask(client, "mutation { signOut { viewer { person { name } } errors { code } } }")

        assert gone == {"signOut": {"viewer": {"person": None}, "errors": []}}
        assert ask(client, "{ viewer { roles { kind } } }") == {"viewer": {"roles": []}}

    def test_reads_the_language_of_the_request(self, town: SmallTown) -> None:
        answer = post(client_for(town.asker), VIEWER, **{"Accept-Language": "en"}).json()

        assert answer["data"] == {"viewer": {"language": "EN"}}
