"""Lists of what an organization offers, brought in by its clerk."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from matchmaker.community.models import MembershipRole, Organization, OrganizationKind
from matchmaker.errors import NotAllowed
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists.actions.scopes import ListOrganizationNotVerified
from matchmaker.lists.models import ImportRun, ImportState
from matchmaker.needs.actions import close_offer
from matchmaker.needs.models import Offer
from matchmaker.needs.queries import offer_facts
from matchmaker.records.models import Record
from tests.lists.importing import counts, faults, imported, uploaded
from tests.lists.sheets import csv_file
from tests.town_rows import NOW, membership
from tests.towns import SmallTown, load_service_types_once, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

HEADER = (
    "编号",
    "标题",
    "服务类型",
    "说明",
    "服务方式",
    "每小时价格（元）",
    "从哪里出发",
    "服务半径（米）",
    "步行分钟",
    "服务区域",
    "开车去",
    "星期",
    "开始时间",
    "结束时间",
    "每周次数",
    "同时几人",
    "语言",
    "技能",
)
USUAL = {
    "标题": "上门理发",
    "服务类型": "代购跑腿、手机电脑使用帮助",
    "服务半径（米）": "1500",
    "星期": "一、周三、Fri",
    "开始时间": "09:00",
    "结束时间": "12:00",
    "每周次数": "10",
}


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def offers(*rows: dict[str, Any]) -> bytes:
    usual = [USUAL | {"编号": f"F-{number}"} | row for number, row in enumerate(rows, 1)]
    return csv_file(HEADER, [[row.get(name, "") for name in HEADER] for row in usual])


class TestNewOffers:
    def test_stand_with_types_hours_and_reach(self, town: SmallTown) -> None:
        run = imported(town.clerk, "OFFERS", offers({}))

        assert (run.state, counts(run), run.organization) == (ImportState.DONE, (1, 0, 0, 0), town.organization)
        offer = Offer.objects.get()
        assert (offer.organization, offer.person, offer.community) == (town.organization, None, town.community)
        assert sorted(offer.service_types.values_list("code", flat=True)) == ["DIGITAL_HELP", "SHOPPING"]
        assert list(offer.hours.values_list("weekday", "starts", "ends")) == [
            (day, time(9), time(12)) for day in (0, 2, 4)
        ]
        assert (offer.reach, offer.reach_m, offer.visits_per_week, offer.form) == ("METRES", 1500, 10, "VOLUNTARY")
        assert (offer.latitude, offer.longitude) == (town.organization.latitude, town.organization.longitude)
        assert OutboxJob.objects.filter(name="matches.look_at_offer", payload={"offer_id": offer.pk}).count() == 1
        assert list(Record.objects.order_by("seq").values_list("kind", flat=True)) == ["offer.opened", "list.imported"]

    def test_may_have_a_price_and_reach_areas(self, town: SmallTown) -> None:
        row = {
            "服务方式": "便民",
            "每小时价格（元）": "¥12.50",
            "服务半径（米）": "",
            "服务区域": "第1网格、第2网格",
            "星期": "",
            "开始时间": "",
            "结束时间": "",
        }

        imported(town.clerk, "OFFERS", offers(row))

        offer = Offer.objects.get()
        assert (offer.form, offer.price_yuan_per_hour, offer.reach) == ("CONVENIENCE", Decimal("12.50"), "AREAS")
        assert set(offer.reach_areas.all()) == {town.grid, town.other_grid}
        assert offer.hours.count() == 0

    @pytest.mark.parametrize(
        ("said", "by_vehicle"), [("是", True), ("有", True), ("Yes", True), ("否", False), ("no", False), ("", False)]
    )
    def test_say_whether_somebody_comes_by_vehicle(self, town: SmallTown, said: str, by_vehicle: bool) -> None:
        run = imported(town.clerk, "OFFERS", offers({"服务半径（米）": "", "步行分钟": "40", "开车去": said}))

        assert counts(run) == (1, 0, 0, 0)
        offer = Offer.objects.get()
        assert (offer.reach, offer.reach_minutes, offer.by_vehicle) == ("MINUTES", 40, by_vehicle)

    def test_by_vehicle_reach_as_far_as_the_road_leads_in_that_time(self, town: SmallTown) -> None:
        """Forty minutes at 30 km/h; a list without the column means whoever walks."""
        far = {"服务半径（米）": "", "步行分钟": "40"}
        imported(town.clerk, "OFFERS", offers(far | {"开车去": "是"}, far))

        on_the_road, on_foot = offer_facts(town.community.pk, horizon_start=NOW, now=NOW)

        assert (on_the_road.vehicle_speed_m_per_min, on_foot.vehicle_speed_m_per_min) == (500, None)
        assert on_the_road.reach_minutes == on_foot.reach_minutes == 40

    def test_may_name_days_in_many_ways(self, town: SmallTown) -> None:
        imported(town.clerk, "OFFERS", offers({"星期": "周天、Tues.、thursday、5、星期六"}))

        assert list(Offer.objects.get().hours.values_list("weekday", flat=True)) == [1, 3, 4, 5, 6]


class TestKnownOffers:
    def test_stay_as_they_are_when_the_same_list_comes_again(self, town: SmallTown) -> None:
        imported(town.clerk, "OFFERS", offers({}, {"服务方式": "便民", "每小时价格（元）": "8"}))
        before = (Record.objects.count(), OutboxJob.objects.exclude(name="lists.run_import").count())

        run = imported(town.clerk, "OFFERS", offers({}, {"服务方式": "便民", "每小时价格（元）": "8"}))

        assert counts(run) == (0, 0, 2, 0)
        assert (Record.objects.count(), OutboxJob.objects.exclude(name="lists.run_import").count()) == before

    def test_are_changed_and_nothing_else_is(self, town: SmallTown) -> None:
        other = open_offer_for(town, organization=town.organization)
        imported(town.clerk, "OFFERS", offers({}, {}))

        row = {"标题": "上门修剪", "服务类型": "SHOPPING", "星期": "日"}
        run = imported(town.clerk, "OFFERS", offers(row, {}))

        assert (counts(run), run.changed_columns) == ((0, 1, 1, 0), {"service_types": 1, "title": 1, "weekdays": 1})
        offer = Offer.objects.get(external_id="F-1")
        assert (offer.title, [row.weekday for row in offer.hours.all()]) == ("上门修剪", [6])
        assert [kind.code for kind in offer.service_types.all()] == ["SHOPPING"]
        other.refresh_from_db()
        assert (other.title, other.external_id, other.hours.count()) == ("代买东西", "", 0)
        assert Record.objects.filter(kind="offer.changed").count() == 1

    def test_come_by_vehicle_from_now_on_or_no_longer(self, town: SmallTown) -> None:
        imported(town.clerk, "OFFERS", offers({}, {"开车去": "是"}, {"开车去": "是"}))

        run = imported(town.clerk, "OFFERS", offers({"开车去": "是"}, {}, {"开车去": "Y"}))

        assert (counts(run), run.changed_columns) == ((0, 2, 1, 0), {"by_vehicle": 2})
        assert list(Offer.objects.order_by("external_id").values_list("by_vehicle", flat=True)) == [True, False, True]

    def test_are_not_opened_again_once_closed(self, town: SmallTown) -> None:
        imported(town.clerk, "OFFERS", offers({}))
        close_offer(viewer=viewer_of(town.clerk), offer_id=Offer.objects.get().public_id, now=NOW)

        same = uploaded(town.clerk, "OFFERS", offers({}))
        other = uploaded(town.clerk, "OFFERS", offers({"标题": "别的"}))

        assert counts(same) == (0, 0, 1, 0)
        assert faults(other) == [(2, "external_id", "OFFER_CLOSED")]


class TestFaults:
    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"标题": ""}, "title", "MISSING"),
            ({"标题": "字" * 121}, "title", "REFUSED"),
            ({"服务类型": ""}, "service_types", "MISSING"),
            ({"服务类型": "代购跑腿、代购跑"}, "service_types", "TYPE_LIKE"),
            ({"服务类型": "PATROL"}, "service_types", "PUBLIC_DUTY"),
            ({"服务方式": "免费"}, "form", "NO_CHOICE"),
            ({"每小时价格（元）": "5"}, "price_yuan_per_hour", "REFUSED"),
            ({"每小时价格（元）": "很便宜", "服务方式": "便民"}, "price_yuan_per_hour", "NO_AMOUNT"),
            ({"服务半径（米）": ""}, "reach_m", "REFUSED"),
            ({"服务半径（米）": "0"}, "reach_m", "REFUSED"),
            ({"步行分钟": "10"}, "reach_m", "REFUSED"),
            ({"服务半径（米）": "", "服务区域": "火星"}, "reach_areas", "UNKNOWN_PLACE"),
            ({"开车去": "骑马"}, "by_vehicle", "NO_CHOICE"),
            ({"从哪里出发": "火星"}, "place", "UNKNOWN_PLACE"),
            ({"从哪里出发": "第1网格"}, "place", "PLACE_NOT_ON_MAP"),
            ({"星期": "八"}, "weekdays", "NO_CHOICE"),
            ({"星期": "周一二"}, "weekdays", "NO_CHOICE"),
            ({"星期": "Mon-Fri"}, "weekdays", "NO_CHOICE"),
            ({"结束时间": ""}, "ends", "MISSING"),
            ({"开始时间": "25:00"}, "starts", "NO_TIME"),
            ({"每周次数": "501"}, "visits_per_week", "REFUSED"),
            ({"同时几人": "0"}, "parallel_visits", "REFUSED"),
        ],
    )
    def test_of_one_cell_name_row_and_column(
        self, town: SmallTown, cells: dict[str, str], column: str, code: str
    ) -> None:
        run = uploaded(town.clerk, "OFFERS", offers({}, cells))

        assert faults(run) == [(3, column, code)]
        assert Offer.objects.count() == 0


class TestWhoMay:
    def test_is_a_clerk_of_the_organization_alone(self, town: SmallTown) -> None:
        for someone in (town.member, town.coordinator, town.asker):
            with pytest.raises(NotAllowed):
                uploaded(someone, "OFFERS", offers({}))
        assert ImportRun.objects.count() == 0

    def test_waits_until_the_organization_is_verified(self, town: SmallTown) -> None:
        town.organization.verified_at = town.organization.verified_by = None
        town.organization.save()

        with pytest.raises(ListOrganizationNotVerified):
            uploaded(town.clerk, "OFFERS", offers({}))
        assert ImportRun.objects.count() == 0

    def test_holds_for_the_offers_of_that_organization(self, town: SmallTown) -> None:
        """Another organization may use the same numbers."""
        imported(town.clerk, "OFFERS", offers({}))
        other = Organization.objects.create(
            name="另一家",
            kind=OrganizationKind.NGO,
            area=town.community,
            latitude=41.0,
            longitude=111.0,
            registered_at=NOW,
            verified_at=NOW,
            verified_by=town.coordinator,
        )
        membership(town.member, other, MembershipRole.CLERK)

        run = imported(town.member, "OFFERS", offers({}))

        assert counts(run) == (1, 0, 0, 0)
        assert Offer.objects.filter(external_id="F-1").count() == 2
