"""The log of decisions through the API."""

from typing import Any

import pytest
import time_machine

from matchmaker.needs.models import Need
from tests.graphql_client import ask, client_for, global_id, post
from tests.matches.test_decision_log import at, decided
from tests.towns import SmallTown

pytestmark = pytest.mark.django_db
__all__ = ["decided"]

LOG = """query ($first: Int, $after: String, $kind: LoggedKind, $since: DateTime, $until: DateTime) {
  decisionLog(first: $first, after: $after, kind: $kind, since: $since, until: $until) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { kind reason decidedAt decidedBy { name } need { id details } } } }"""


def log(town: SmallTown, role: str, **asked: Any) -> Any:
    with time_machine.travel(at(6), tick=False):
        return ask(client_for(getattr(town, role)), LOG, **asked)["decisionLog"]


class TestDecisionLog:
    def test_comes_page_by_page_newest_first(self, decided: SmallTown) -> None:
        first = log(decided, "coordinator", first=2)

        second = log(decided, "coordinator", first=3, after=first["pageInfo"]["endCursor"])

        assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
        assert [node["kind"] for node in first["nodes"]] == ["REFUSE", "LOOK"]
        assert [node["kind"] for node in second["nodes"]] == ["LIFT", "BAN", "APPROVE"]
        assert not second["pageInfo"]["hasNextPage"]

    def test_is_narrowed_by_kind_and_time(self, decided: SmallTown) -> None:
        asked = {"since": at(2).isoformat(), "until": at(4).isoformat()}

        assert [node["kind"] for node in log(decided, "coordinator", **asked)["nodes"]] == ["LIFT", "BAN"]
        assert log(decided, "coordinator", kind="PIN")["nodes"] == []

    @pytest.mark.parametrize(
        "moment", ["2026-03-03T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
    )
    def test_takes_no_moment_without_a_zone_or_out_of_all_years(self, decided: SmallTown, moment: str) -> None:
        answer = post(client_for(decided.coordinator), LOG, {"since": moment}).json()

        assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]

    def test_shows_an_auditor_the_reason_and_not_the_details(self, decided: SmallTown) -> None:
        line = log(decided, "auditor", kind="REFUSE")["nodes"][0]

        assert line == {
            "kind": "REFUSE",
            "reason": "时间太紧",
            "decidedAt": at(5).isoformat(),
            "decidedBy": {"name": decided.coordinator.name},
            "need": {"id": global_id("Need", Need.objects.get(for_person=decided.newcomer)), "details": None},
        }

    def test_is_empty_for_others(self, decided: SmallTown) -> None:
        assert log(decided, "helper") == {
            "totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [],
        }  # fmt: skip
