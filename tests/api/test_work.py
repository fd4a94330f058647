"""What a worker has before them, through the API."""

from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel, Mandate, MandateKind, PostTerm, Qualification
from matchmaker.matches.models import ProposalState
from matchmaker.needs.models import Need
from tests.duty_rows import raised_alarms
from tests.graphql_client import ask, client_for, do, global_id
from tests.town_rows import area, change, person
from tests.towns import NOW, SmallTown, match_for, open_need_for, open_offer_for, proposal_for, small_town

pytestmark = pytest.mark.django_db

RUNNING_OUT: Final = """query ($area: ID) { runningOut(areaId: $area) {
  untilDate
  vacantGrids(first: 50) { totalCount nodes { grid { id name } rungMeanwhile } }
  withoutDutyPhone(first: 50) { nodes { id } }
  postTerms(first: 50) { nodes { post { kind area { name } holderName vacant } person { name } endsDate } }
  mandates(first: 50) { nodes { holder { name } forPerson { name } stationName endsDate } }
  qualifications(first: 50) { nodes { person { name } kind code validUntilDate isOver } }
} }"""
HANDOVER: Final = """{ handover {
  toVerify toApprove toAnswer toCall toConfirm promised visits alarms
  needsToVerify(first: 50) { totalCount nodes { id forPerson { name } } }
  needsPromised(first: 50) { totalCount nodes { id isOverdue } }
  visitsAhead(first: 50) { totalCount nodes { startsAt match { helper { name } } } }
  homesToConfirm(first: 50) { totalCount nodes { person { name } home hasAccount } }
} }"""
LISTED: Final = {
    "toVerify": "needsToVerify",
    "promised": "needsPromised",
    "visits": "visitsAhead",
    "toConfirm": "homesToConfirm",
}
SOON: Final = NOW.date() + timedelta(days=7)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def asked(town: SmallTown, role: str, document: str, **values: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), document, **values)


class TestRunningOut:
    def test_names_what_is_vacant_and_what_ends(self, town: SmallTown) -> None:
        _things_end(town)

        found = asked(town, "coordinator", RUNNING_OUT)["runningOut"]

        assert found["untilDate"] == "2026-04-01"
        assert found["vacantGrids"] == {
            "totalCount": 1,
            "nodes": [
                {
                    "grid": {"id": global_id("Area", town.other_grid), "name": town.other_grid.name},
                    "rungMeanwhile": [town.coordinator.name],
                }
            ],
        }
        assert found["withoutDutyPhone"]["nodes"] == [{"id": global_id("Area", town.community)}]
        post = {"kind": "GRID_HEAD", "area": {"name": town.grid.name}, "holderName": town.grid_head.name}
        assert found["postTerms"]["nodes"] == [
            {"post": post | {"vacant": False}, "person": {"name": town.grid_head.name}, "endsDate": SOON.isoformat()}
        ]
        held = {"holder": {"name": town.neighbour.name}, "endsDate": SOON.isoformat()}
        assert found["mandates"]["nodes"] == [
            held | {"forPerson": {"name": town.elder.name}, "stationName": None},
            held | {"forPerson": None, "stationName": town.station.name},
        ]
        assert [(row["kind"], row["code"], row["isOver"]) for row in found["qualifications"]["nodes"]] == [
            ("LICENCE", "MINORS", True),
            ("CLEARANCE", "MINORS", False),
        ]

    def test_of_one_area_leaves_out_what_lies_elsewhere(self, town: SmallTown) -> None:
        _things_end(town)

        here, there = (
            asked(town, "coordinator", RUNNING_OUT, area=global_id("Area", grid))["runningOut"]
            for grid in (town.grid, town.other_grid)
        )

        counts = {name: len(found["nodes"]) for name, found in here.items() if name != "untilDate"}
        assert counts == {
            "vacantGrids": 0, "withoutDutyPhone": 0, "postTerms": 1, "mandates": 1, "qualifications": 2,
        }  # fmt: skip
        assert {name: len(found["nodes"]) for name, found in there.items() if name != "untilDate"} == {
            "vacantGrids": 1, "withoutDutyPhone": 0, "postTerms": 0, "mandates": 0, "qualifications": 0,
        }  # fmt: skip

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        assert asked(town, role, RUNNING_OUT)["runningOut"] is None

    @pytest.mark.parametrize("role", ["grid_head", "other_coordinator"])
    def test_of_an_area_is_not_found_by_who_works_elsewhere(self, town: SmallTown, role: str) -> None:
        assert asked(town, role, RUNNING_OUT)["runningOut"] is not None

        assert asked(town, role, RUNNING_OUT, area=global_id("Area", town.community))["runningOut"] is None

    def test_asks_as_often_for_many_rows_as_for_few(self, town: SmallTown) -> None:
        counts, shown = [], []
        for many in (1, 4):
            for number in range(many):
                _things_end(town)
                area(AreaLevel.GRID, town.community, f"又一网格{many}{number}")
            with CaptureQueriesContext(connection) as queries:
                found = asked(town, "coordinator", RUNNING_OUT)["runningOut"]
            counts.append(len(queries))
            shown.append(sum(len(part["nodes"]) for part in found.values() if isinstance(part, dict)))

        assert counts[0] == counts[1]
        assert shown[1] > shown[0] + 10


class TestHandover:
    def test_counts_what_is_open_and_lists_what_no_other_list_gives(self, town: SmallTown) -> None:
        _much_is_open(town)

        found = asked(town, "coordinator", HANDOVER)["handover"]

        counts = {name: count for name, count in found.items() if isinstance(count, int)}
        assert counts == {
            "toVerify": 1, "toApprove": 1, "toAnswer": 0, "toCall": 0, "toConfirm": 1,
            "promised": 1, "visits": 1, "alarms": 1,
        }  # fmt: skip
        assert [row["forPerson"]["name"] for row in found["needsToVerify"]["nodes"]] == [town.newcomer.name]
        assert [row["isOverdue"] for row in found["needsPromised"]["nodes"]] == [True]
        assert [row["match"]["helper"]["name"] for row in found["visitsAhead"]["nodes"]] == [town.helper.name]
        assert found["homesToConfirm"]["nodes"] == [
            {"person": {"name": town.stranger.name}, "home": "3号楼1单元 102室", "hasAccount": True}
        ]
        for count, listed in LISTED.items():
            assert found[count] == found[listed]["totalCount"] == len(found[listed]["nodes"]), count

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        _much_is_open(town)

        assert asked(town, role, HANDOVER)["handover"] is None

    def test_holds_nothing_of_other_areas(self, town: SmallTown) -> None:
        _much_is_open(town)

        found = asked(town, "other_coordinator", HANDOVER)["handover"]

        assert {count for count in found.values() if isinstance(count, int)} == {0}
        assert {found[listed]["totalCount"] for listed in LISTED.values()} == {0}

    def test_asks_as_often_for_many_rows_as_for_few(self, town: SmallTown) -> None:
        _much_is_open(town)
        counts, shown = [], []
        for many in (0, 3):
            for number in range(many):
                for verified in (True, False):
                    open_need_for(town, person=town.newcomer, verified=verified, minutes=30 + number)
                change(person(town.households[6], town.community, f"新邻居{number}"), home_confirmed_at=None)
            Need.objects.update(due_at=NOW - timedelta(hours=1))
            with CaptureQueriesContext(connection) as queries:
                found = asked(town, "coordinator", HANDOVER)["handover"]
            counts.append(len(queries))
            shown.append(sum(len(found[listed]["nodes"]) for listed in LISTED.values()))

        assert counts[0] == counts[1]
        assert shown[1] >= shown[0] + 12


def _much_is_open(town: SmallTown) -> None:
    """A visit tomorrow, a proposal in review, a request to verify with a promised time, a home, and an alarm."""
    match_for(town)
    offer = open_offer_for(town, person=town.helper, service_types=("CLINIC_COMPANY",))
    waiting = open_need_for(town, person=town.stranger, service_type="CLINIC_COMPANY", consent="IN_APP")
    proposal_for(town, need=waiting, offer=offer, state=ProposalState.IN_REVIEW)
    unverified = open_need_for(town, person=town.newcomer, verified=False)
    Need.objects.exclude(pk=unverified.pk).update(due_at=None)
    Need.objects.filter(pk=unverified.pk).update(due_at=NOW - timedelta(hours=1))
    raised_alarms(town, unverified)
    change(town.stranger, home_confirmed_at=None)


def _things_end(town: SmallTown) -> None:
    """A term, two mandates and a clearance within the week; a licence is over."""
    PostTerm.objects.filter(person=town.grid_head).update(ends_date=SOON)
    usual = {"holder": town.neighbour, "evidence": "一张纸", "starts_date": NOW.date(), "ends_date": SOON, "scope": []}
    Mandate.objects.create(kind=MandateKind.PROXY, for_person=town.elder, told_at=NOW, **usual)
    Mandate.objects.create(kind=MandateKind.AGENT, station=town.station, **usual)
    for kind, last in (("CLEARANCE", SOON), ("LICENCE", NOW.date() - timedelta(days=2))):
        Qualification.objects.update_or_create(
            person=town.helper,
            kind=kind,
            code="MINORS",
            defaults={"valid_from_date": NOW.date() - timedelta(days=99), "valid_until_date": last},
        )


class TestEndTerm:
    def test_answers_with_the_post_as_it_is_then(self, town: SmallTown) -> None:
        post = PostTerm.objects.get(person=town.grid_head).post

        with time_machine.travel(NOW, tick=False):
            ended = do(
                client_for(town.coordinator),
                "endTerm",
                "term { post { vacant holderName } endsDate }",
                postId=global_id("Post", post),
            )

        assert ended["term"]["post"] == {"vacant": True, "holderName": None}
