"""Lists through the API: sent in as base64, confirmed, called off; and how much a body may hold."""

import base64
from typing import Any

import pytest
import time_machine
from django.test import Client

from api.limits import MAX_BODY_BYTES, MAX_LIST_BODY_BYTES
from matchmaker.community.models import Person
from matchmaker.lists import actions
from matchmaker.lists.models import ImportRun
from tests.graphql_client import ADDRESS, ask, client_for, do
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident, xlsx_file
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db

LIST = [resident(1), resident(2, 电话="1.38E+10", 姓名="")]
REPORT = """importRun { id state rowsCount newCount changedCount unchangedCount faultyCount putBack percent
  faults(first: 1) {
    nodes { rowNumber column code what(language: EN) advice(language: ZH) } pageInfo { hasNextPage }
  } }"""


@pytest.fixture
def town() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield small_town()


def sent(client: Client, content: bytes, **others: Any) -> Any:
    encoded = base64.b64encode(content).decode()
    return do(client, "checkImport", REPORT, kind="PEOPLE", content=encoded, **others)


class TestCheckImport:
    @pytest.mark.parametrize("file", [csv_file, xlsx_file])
    def test_answers_with_the_report_and_changes_nothing(self, town: SmallTown, file: Any) -> None:
        answer = sent(client_for(town.coordinator), file(PEOPLE_HEADER, LIST))

        run = answer["importRun"]
        assert answer["errors"] == []
        assert (run["state"], run["rowsCount"], run["newCount"], run["faultyCount"]) == ("CHECKED", 2, 1, 1)
        assert run["faults"] == {
            "nodes": [
                {
                    "rowNumber": 3,
                    "column": "name",
                    "code": "MISSING",
                    "what": "This cell is empty.",
                    "advice": "请填写。",
                }
            ],
            "pageInfo": {"hasNextPage": True},
        }
        assert not Person.objects.filter(external_id="L-00001").exists()

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            ("###", "INVALID_INPUT"),
            ("", "LIST_NOT_READABLE"),
            (base64.b64encode(b"a,b\n1,2\n").decode(), "LIST_NOT_READABLE"),
        ],
    )
    def test_says_why_a_file_is_no_list(self, town: SmallTown, content: str, code: str) -> None:
        answer = do(client_for(town.coordinator), "checkImport", REPORT, kind="PEOPLE", content=content)

        assert answer == {"importRun": None, "errors": [{"code": code, "field": "content"}]}
        assert ImportRun.objects.count() == 0


class TestConfirmImport:
    def test_has_the_good_rows_imported(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)
        run_id = sent(client, csv_file(PEOPLE_HEADER, LIST))["importRun"]["id"]

        answer = do(client, "confirmImport", "importRun { state }", importId=run_id)
        actions.run_import(import_id=ImportRun.objects.get().pk, now=NOW)

        assert answer == {"importRun": {"state": "CONFIRMED"}, "errors": []}
        document = "query ($id: ID!) { importRun(id: $id) { state percent faultyCount } importRuns { nodes { id } } }"
        assert ask(client, document, id=run_id) == {
            "importRun": {"state": "DONE", "percent": 100, "faultyCount": 1},
            "importRuns": {"nodes": [{"id": run_id}]},
        }
        assert Person.objects.filter(external_id="L-00001").count() == 1

    def test_twice_is_refused(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)
        run_id = sent(client, csv_file(PEOPLE_HEADER, LIST))["importRun"]["id"]
        do(client, "confirmImport", "", importId=run_id)

        assert do(client, "confirmImport", "", importId=run_id)["errors"][0]["code"] == "IMPORT_NOT_CHECKED"


class TestWithdrawImport:
    def test_keeps_nothing(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)
        run_id = sent(client, csv_file(PEOPLE_HEADER, LIST))["importRun"]["id"]

        answer = do(client, "withdrawImport", "importRun { state }", importId=run_id)

        assert answer == {"importRun": {"state": "WITHDRAWN"}, "errors": []}
        assert do(client, "confirmImport", "", importId=run_id)["errors"][0]["code"] == "IMPORT_OVER"

    def test_of_someone_elses_is_not_found(self, town: SmallTown) -> None:
        run_id = sent(client_for(town.coordinator), csv_file(PEOPLE_HEADER, LIST))["importRun"]["id"]

        for someone in (town.asker, town.clerk, town.other_coordinator):
            answer = do(client_for(someone), "withdrawImport", "", importId=run_id)
            assert answer["errors"] == [{"code": "NOT_FOUND", "field": "importId"}]
        assert ImportRun.objects.get().state == "CHECKED"


class TestBody:
    def test_may_be_as_large_as_a_list_for_who_may_import(self, town: SmallTown) -> None:
        large = csv_file(PEOPLE_HEADER, [resident(number) for number in range(4_000)])
        assert len(large) > MAX_BODY_BYTES

        run = sent(client_for(town.coordinator), large)["importRun"]

        assert (run["state"], run["rowsCount"]) == ("DRAFT", 4_000)

    def test_stays_small_for_everyone_else(self, town: SmallTown) -> None:
        body = b'{"query": "' + b" " * MAX_BODY_BYTES + b'"}'

        for someone in (None, town.asker, town.auditor):
            answer = client_for(someone).post(ADDRESS, body, content_type="application/json")
            assert answer.status_code == 413

    def test_has_an_end_for_who_may_import_too(self, town: SmallTown) -> None:
        client = client_for(town.coordinator)

        answer = client.post(ADDRESS, b" " * (MAX_LIST_BODY_BYTES + 1), content_type="application/json")

        assert answer.status_code == 413

    def test_of_a_list_is_no_longer_document(self, town: SmallTown) -> None:
        """More bytes are for what stands in the variables: a document has as many tokens as ever."""
        body = {"query": "{ viewer { " + "language " * 5_000 * 3 + "} }"}

        answer = client_for(town.coordinator).post(ADDRESS, body, content_type="application/json")

        assert answer.status_code == 400
