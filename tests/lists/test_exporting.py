"""An organization's offers as a list: brought in again, the file finds everything unchanged."""

import io
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from matchmaker.errors import NotAllowed
from matchmaker.lists.columns import OFFERS
from matchmaker.lists.exporting import Exported, offers_as_list
from matchmaker.lists.reading import ListNotReadable, read_list
from matchmaker.needs.actions import close_offer, pause_offer
from matchmaker.needs.drafts import Hours
from tests.lists.importing import counts, faults, uploaded
from tests.town_rows import NOW
from tests.towns import SmallTown, draft_offer_for, load_service_types_once, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

MORNINGS = tuple(Hours(day, time(9), time(11, 30)) for day in (0, 2, 4))
DAILY = tuple(Hours(day, time(20), time(1)) for day in range(7))
ALL_DAY = tuple(Hours(day, time(0), time(0)) for day in range(7))
UNEVEN = (Hours(0, time(9), time(11)), Hours(1, time(14), time(16)))


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def offer(town: SmallTown, number: str, **draft: Any) -> Any:
    return open_offer_for(town, organization=town.organization, external_id=number, **draft)


def exported(town: SmallTown, form: str = "csv", language: str = "zh") -> Exported:
    viewer = viewer_of(town.clerk)
    return offers_as_list(viewer=viewer, organization=town.organization, form=form, language=language, now=NOW)


def every_kind_of_offer(town: SmallTown) -> int:
    """One offer for each thing that a column can say; how many there are."""
    drafts: tuple[dict[str, Any], ...] = (
        {"title": "上门理发", "service_types": ("SHOPPING", "DIGITAL_HELP"), "hours": MORNINGS},
        {"title": "=1+1", "details": "@老人优先\n先打电话,再来", "hours": DAILY},
        {"form": "CONVENIENCE", "price_yuan_per_hour": Decimal("12.50"), "hours": ALL_DAY},
        {"reach_minutes": 15, "reach": "MINUTES", "by_vehicle": True, "place": town.corridors[0].public_id},
        {"reach": "AREAS", "reach_areas": (town.grid.public_id, town.other_grid.public_id)},
        {"skills": ("修水管", "做饭"), "languages": ("zh", "mn-Mong"), "parallel_visits": 4, "visits_per_week": 500},
        {"form": "PUBLIC", "title": "-社保咨询"},
    )
    for number, draft in enumerate(drafts):
        offer(town, f"F-{number}", **draft)
    return len(drafts)


class TestRoundTrip:
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_finds_everything_unchanged(self, town: SmallTown, form: str, language: str) -> None:
        offers = every_kind_of_offer(town)

        made = exported(town, form, language)

        assert (made.offers, made.left_out) == (offers, 0)
        run = uploaded(town.clerk, "OFFERS", made.content)
        assert faults(run) == []
        assert counts(run) == (0, 0, offers, 0)

    def test_finds_what_was_changed_since(self, town: SmallTown) -> None:
        every_kind_of_offer(town)
        content = exported(town).content.replace("上门理发".encode(), "上门修脚".encode())

        run = uploaded(town.clerk, "OFFERS", content)

        assert counts(run) == (0, 1, 6, 0)
        assert run.changed_columns == {"title": 1}


class TestFile:
    def test_has_the_columns_of_the_template_in_their_order(self, town: SmallTown) -> None:
        offer(town, "F-1")

        first = exported(town).content.decode("utf-8-sig").splitlines()[0]

        assert first.split(",") == [column.zh for column in OFFERS]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_holds_no_cell_that_a_spreadsheet_runs(self, town: SmallTown, form: str) -> None:
        offer(town, "F-1", title="=HYPERLINK(A1)", details="+1 @x")
        content = exported(town, form).content

        if form == "csv":
            assert "F-1,'=HYPERLINK(A1)," in content.decode("utf-8-sig")
        else:
            cells = next(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
            assert (cells[1].value, cells[1].data_type) == ("'=HYPERLINK(A1)", "s")
            assert cells[3].value == "'+1 @x"
        assert read_list(content, OFFERS).rows[0][1][1] == "=HYPERLINK(A1)"

    def test_leaves_out_and_counts_what_the_columns_cannot_say(self, town: SmallTown) -> None:
        offer(town, "F-1")
        offer(town, "", title="没有编号")
        offer(town, "F-3", title="时间不同", hours=UNEVEN)
        offer(town, "F-4", title="逗号", skills=("做饭、洗碗",))
        offer(town, "#5", title="像说明的编号")

        made = exported(town)

        assert (made.offers, made.left_out) == (1, 4)
        assert [cells[0] for _, cells in read_list(made.content, OFFERS).rows] == ["F-1"]
        assert made.content.decode().endswith("# 这份名单写不下的：4\r\n")
        text = made.content.decode("utf-8-sig")
        assert [word for word in ("没有编号", "时间不同", "逗号", "像说明的编号") if word in text] == []

    def test_has_paused_offers_and_none_that_ended(self, town: SmallTown) -> None:
        paused, closed = offer(town, "F-1"), offer(town, "F-2")
        pause_offer(viewer=viewer_of(town.clerk), offer_id=paused.public_id, now=NOW)
        close_offer(viewer=viewer_of(town.clerk), offer_id=closed.public_id, now=NOW)
        open_offer_for(town)

        made = exported(town)

        assert (made.offers, made.left_out) == (1, 0)
        assert [cells[0] for _, cells in read_list(made.content, OFFERS).rows] == ["F-1"]

    def test_has_no_drafts_and_does_not_count_them(self, town: SmallTown) -> None:
        offer(town, "F-1")
        draft_offer_for(town, external_id="F-2")
        draft_offer_for(town)

        made = exported(town)

        assert (made.offers, made.left_out) == (1, 0)

    def test_is_a_header_where_there_is_nothing(self, town: SmallTown) -> None:
        made = exported(town)

        assert (made.offers, made.left_out) == (0, 0)
        with pytest.raises(ListNotReadable, match="no row below it"):
            read_list(made.content, OFFERS)

    def test_is_for_clerks(self, town: SmallTown) -> None:
        for someone in (town.member, town.coordinator):
            with pytest.raises(NotAllowed):
                offers_as_list(
                    viewer=viewer_of(someone), organization=town.organization, form="csv", language="zh", now=NOW
                )

    def test_takes_as_many_queries_for_many_offers_as_for_two(self, town: SmallTown) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                exported(town)
            return len(caught)

        for number in range(2):
            offer(town, f"A-{number}", hours=MORNINGS)
        before = queries()
        every_kind_of_offer(town)

        assert queries() == before
