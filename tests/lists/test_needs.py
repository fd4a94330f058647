"""Lists of needs: entered as at the desk, with the person's consent."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from matchmaker.community.actions import give_mandate
from matchmaker.community.models import Consent
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists.models import ImportState
from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.models import Need, Urgency
from matchmaker.records.models import Record
from tests.lists.importing import counts, faults, imported, uploaded
from tests.lists.sheets import csv_file
from tests.town_rows import NOW, change
from tests.towns import SmallTown, load_service_types_once, small_town, viewer_of

pytestmark = pytest.mark.django_db

HEADER = (
    "编号",
    "居民编号",
    "服务类型",
    "说明",
    "日期",
    "开始时间",
    "结束时间",
    "时长（分钟）",
    "要几个人",
    "地点",
    "多久一次",
    "到哪天为止",
    "急不急",
    "语言",
    "风险",
    "同意方式",
    "同意日期",
    "谁听到的",
    "书面同意存放处",
    "怎么提出的",
)
USUAL = {
    "编号": "N-1",
    "居民编号": "E-1",
    "服务类型": "代购跑腿",
    "说明": "买米",
    "日期": "2026-03-05",
    "开始时间": "9:00",
    "结束时间": "11点",
    "时长（分钟）": "60",
    "同意方式": "口头",
    "同意日期": "2026-03-01",
}


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    town = small_town()
    change(town.elder, external_id="E-1")
    change(town.neighbour, external_id="E-2")
    return town


def needs(*rows: dict[str, Any]) -> bytes:
    usual = [USUAL | {"编号": f"N-{number}"} | row for number, row in enumerate(rows, 1)]
    return csv_file(HEADER, [[row.get(name, "") for name in HEADER] for row in usual])


class TestNewNeeds:
    def test_stand_as_if_entered_at_the_desk(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "NEEDS", needs({}))

        assert (run.state, counts(run)) == (ImportState.DONE, (1, 0, 0, 0))
        need = Need.objects.get()
        assert (need.for_person, need.asked_by, need.community) == (town.elder, town.coordinator, town.community)
        assert (need.service_type.code, need.details, need.minutes) == ("SHOPPING", "买米", 60)
        assert (need.place, need.at_home, need.latitude) == (town.households[2], True, town.households[2].latitude)
        assert (need.verified_at, need.verified_by, need.state) == (NOW, town.coordinator, "OPEN")
        assert list(need.windows.values_list("date", "starts", "ends")) == [(date(2026, 3, 5), time(9), time(11))]
        assert need.consent is not None
        assert (need.consent.kind, need.consent.manner, need.consent.heard_by) == ("PROXY", "SPOKEN", town.coordinator)
        assert need.consent.given_at < NOW

    def test_are_looked_for_and_recorded_one_by_one(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({}, {"居民编号": "E-2"}))

        pks = sorted(Need.objects.values_list("pk", flat=True))
        jobs = OutboxJob.objects.filter(name="matches.propose_next")
        assert sorted(job.payload["need_id"] for job in jobs) == pks
        assert list(Record.objects.order_by("seq").values_list("kind", flat=True)) == [
            "need.opened",
            "need.opened",
            "list.imported",
        ]

    def test_about_care_rest_on_the_consent_of_who_heard_it(self, town: SmallTown) -> None:
        row = {"服务类型": "CLINIC_COMPANY", "谁听到的": town.grid_head.name}

        imported(town.coordinator, "NEEDS", needs(row))

        consent = Consent.objects.get()
        assert (consent.person, consent.kind, consent.heard_by) == (town.elder, "CARE_DATA", town.grid_head)
        assert Need.objects.get().consent == consent

    def test_say_how_they_came_and_where_a_written_consent_lies(self, town: SmallTown) -> None:
        imported(
            town.coordinator, "NEEDS", needs({"怎么提出的": "电话", "同意方式": "书面", "书面同意存放处": "二号柜"})
        )

        need = Need.objects.get()
        assert need.consent is not None
        assert (need.channel, need.consent.manner, need.consent.paper_kept_at) == ("PHONE", "WRITTEN", "二号柜")
        assert Record.objects.get(kind="need.opened").body["channel"] == "PHONE"

    def test_may_be_weekly_and_elsewhere(self, town: SmallTown) -> None:
        row = {
            "多久一次": "每周",
            "到哪天为止": "2026-04-30",
            "地点": "第2网格",
            "急不急": "尽快",
            "风险": "有狗",
            "要几个人": "2",
        }
        change(town.other_grid, latitude=41.0, longitude=111.0)

        imported(town.coordinator, "NEEDS", needs(row))

        need = Need.objects.get()
        assert (need.repeat, need.repeat_until_date, need.place) == ("WEEKLY", date(2026, 4, 30), town.other_grid)
        assert (need.at_home, need.urgency, need.risk_class, need.helpers_wanted) == (False, 1, 1, 2)


class TestKnownNeeds:
    def test_stay_as_they_are_when_the_same_list_comes_again_even_when_its_days_have_passed(
        self, town: SmallTown
    ) -> None:
        imported(town.coordinator, "NEEDS", needs({}, {"居民编号": "E-2"}))
        before = (Record.objects.count(), OutboxJob.objects.exclude(name="lists.run_import").count())

        run = imported(town.coordinator, "NEEDS", needs({}, {"居民编号": "E-2"}), now=NOW + timedelta(days=20))

        assert (run.state, counts(run)) == (ImportState.DONE, (0, 0, 2, 0))
        assert (Record.objects.count(), OutboxJob.objects.exclude(name="lists.run_import").count()) == before
        assert Consent.objects.count() == 2

    def test_are_changed_and_looked_for_anew(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({}))
        need = Need.objects.get()

        run = imported(town.coordinator, "NEEDS", needs({"说明": "买面", "结束时间": "12:00"}))

        assert (counts(run), run.changed_columns) == ((0, 1, 0, 0), {"date": 1, "details": 1})
        need.refresh_from_db()
        assert (need.details, need.for_person, need.asked_by) == ("买面", town.elder, town.coordinator)
        assert list(need.windows.values_list("starts", "ends")) == [(time(9), time(12))]
        assert Consent.objects.count() == 1
        assert OutboxJob.objects.filter(name="matches.close_need", payload={"need_id": need.pk}).count() == 1
        assert OutboxJob.objects.filter(name="matches.propose_next").count() == 2
        assert Record.objects.filter(kind="need.changed").count() == 1

    def test_that_begin_to_be_about_care_want_a_consent_to_that(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({}))

        imported(town.coordinator, "NEEDS", needs({"服务类型": "CLINIC_COMPANY"}))

        consent = Need.objects.get().consent
        assert consent is not None
        assert consent.kind == "CARE_DATA"
        assert Consent.objects.count() == 2

    @pytest.mark.parametrize(
        ("row", "column", "code"),
        [
            ({"居民编号": "E-2"}, "person", "ANOTHER_PERSON"),
            ({"说明": "别的"}, "external_id", "NEED_CLOSED"),
        ],
    )
    def test_are_not_changed_against_the_rules(
        self, town: SmallTown, row: dict[str, str], column: str, code: str
    ) -> None:
        imported(town.coordinator, "NEEDS", needs({}))
        if code == "NEED_CLOSED":
            need_id = Need.objects.get().public_id
            withdraw_need(viewer=viewer_of(town.coordinator), need_id=need_id, now=NOW)

        assert faults(uploaded(town.coordinator, "NEEDS", needs(row))) == [(2, column, code)]

    def test_that_became_urgent_are_left_to_the_desk(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({}))
        Need.objects.update(urgency=Urgency.URGENT)

        assert faults(uploaded(town.coordinator, "NEEDS", needs({}))) == [(2, "urgency", "URGENT_AT_DESK")]

    def test_keep_their_due_time_when_only_their_words_change(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({}))
        due_at = Need.objects.get().due_at
        assert due_at is not None

        imported(town.coordinator, "NEEDS", needs({"说明": "买面"}), now=NOW + timedelta(hours=5))

        assert Need.objects.get().due_at == due_at

    def test_are_not_changed_once_help_is_agreed(self, town: SmallTown) -> None:
        imported(town.coordinator, "NEEDS", needs({"要几个人": "2"}))
        Need.objects.update(helpers_found=1)

        run = uploaded(town.coordinator, "NEEDS", needs({"要几个人": "3"}))

        assert faults(run) == [(2, "external_id", "HELP_AGREED")]


class TestFaults:
    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"居民编号": "X-9"}, "person", "UNKNOWN_PERSON"),
            ({"居民编号": "E-3"}, "person", "OWN_NEED"),
            ({"服务类型": "代购跑"}, "service_type", "TYPE_LIKE"),
            ({"服务类型": "qqqqqqqq"}, "service_type", "UNKNOWN_TYPE"),
            ({"服务类型": "HEALTH"}, "service_type", "TYPE_TOO_WIDE"),
            ({"日期": "2026-02-20"}, "date", "REFUSED"),
            ({"日期": "2026-05-20"}, "date", "REFUSED"),
            ({"日期": "下周"}, "date", "NO_DATE"),
            ({"开始时间": "早上"}, "starts", "NO_TIME"),
            ({"时长（分钟）": "300"}, "date", "REFUSED"),
            ({"时长（分钟）": "5"}, "minutes", "REFUSED"),
            ({"要几个人": "99"}, "helpers_wanted", "REFUSED"),
            ({"地点": "火星"}, "place", "UNKNOWN_PLACE"),
            ({"多久一次": "天天"}, "repeat", "NO_CHOICE"),
            ({"到哪天为止": "2026-04-30"}, "repeat_until_date", "REFUSED"),
            ({"急不急": "很"}, "urgency", "NO_CHOICE"),
            ({"急不急": "紧急"}, "urgency", "URGENT_AT_DESK"),
            ({"急不急": "emergency"}, "urgency", "URGENT_AT_DESK"),
            ({"急不急": "3"}, "urgency", "NO_CHOICE"),
            ({"同意方式": ""}, "consent", "MISSING"),
            ({"同意方式": "网上"}, "consent", "NO_CHOICE"),
            ({"同意日期": ""}, "consent_date", "MISSING"),
            ({"同意日期": "2026-03-03"}, "consent_date", "IN_FUTURE"),
            ({"谁听到的": "没有这人"}, "consent_heard_by", "UNKNOWN_WITNESS"),
            ({"同意方式": "书面"}, "paper_kept_at", "MISSING"),
            ({"怎么提出的": "飞鸽"}, "channel", "NO_CHOICE"),
        ],
    )
    def test_of_one_cell_name_row_and_column(
        self, town: SmallTown, cells: dict[str, str], column: str, code: str
    ) -> None:
        change(town.coordinator, external_id="E-3")

        run = uploaded(town.coordinator, "NEEDS", needs({}, cells))

        assert faults(run) == [(3, column, code)]
        assert Need.objects.count() == 0
        assert Consent.objects.count() == 0

    def test_of_a_row_are_all_named(self, town: SmallTown) -> None:
        run = uploaded(
            town.coordinator,
            "NEEDS",
            needs(
                {
                    "居民编号": "X",
                    "时长（分钟）": "5",
                    "要几个人": "0",
                    "日期": "2026-01-01",
                    "同意方式": "",
                    "风险": "险" * 501,
                }
            ),
        )

        assert {(column, code) for _, column, code in faults(run)} == {
            ("person", "UNKNOWN_PERSON"),
            ("minutes", "REFUSED"),
            ("helpers_wanted", "REFUSED"),
            ("date", "REFUSED"),
            ("consent", "MISSING"),
            ("risks", "REFUSED"),
        }
        assert counts(run) == (0, 0, 0, 1)

    def test_are_found_outside_the_importers_area(self, town: SmallTown) -> None:
        change(town.stranger, external_id="E-4")

        assert faults(uploaded(town.grid_head, "NEEDS", needs({}, {"居民编号": "E-4"}))) == [
            (3, "person", "OUTSIDE_AREA")
        ]

    def test_name_a_person_whose_mandate_the_importer_holds(self, town: SmallTown) -> None:
        give_mandate(
            viewer=viewer_of(town.grid_head),
            for_person_id=town.elder.public_id,
            holder_id=town.coordinator.public_id,
            evidence="一张纸",
            ends_date=date(2026, 6, 1),
            now=NOW,
        )

        assert faults(uploaded(town.coordinator, "NEEDS", needs({}))) == [(2, "person", "OWN_MANDATE")]

    def test_name_a_person_whose_home_is_unknown(self, town: SmallTown) -> None:
        change(town.elder, household=None)

        assert faults(uploaded(town.coordinator, "NEEDS", needs({}))) == [(2, "person", "HOME_UNKNOWN")]
