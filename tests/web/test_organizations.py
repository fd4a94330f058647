"""The desk of an organization, for its clerks alone: what waits for it, what it did in a month, what it offers."""

import csv
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Membership, Organization, Person
from matchmaker.matches.models import LedgerEntry, Match, Proposal, ProposalState, Visit
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Offer, OfferState
from matchmaker.records.models import Record, RecordPerson
from matchmaker.web.months import last_months, month_chosen
from tests.town_rows import NOW, ZONE
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, proposal_for
from tests.web.conftest import SignedIn, leads_to

TWICE = 2
GOOD = {"happened": "yes", "how": "well", "greet_again": "yes"}


def desk_of(town: SmallTown) -> str:
    return f"/organizations/{town.organization.public_id}"


def asked(town: SmallTown, **need: Any) -> Proposal:
    """A proposal that waits for the answer of the organization."""
    found = Offer.objects.filter(organization=town.organization).first()
    offer = found or open_offer_for(town, organization=town.organization, visits_per_week=50, parallel_visits=5)
    return proposal_for(town, need=open_need_for(town, **need), offer=offer)


def met(town: SmallTown, signed_in: SignedIn) -> Visit:
    """A visit of the organization of which both sides said that it took place."""
    offer = open_offer_for(town, organization=town.organization)
    visit = match_for(town, offer=offer).visits.get()
    with time_machine.travel(visit.ends_at + timedelta(minutes=5), tick=False):
        for person in (town.member, town.asker):
            signed_in(person).post(f"/visits/{visit.public_id}/outcome", GOOD)
    return visit


class TestDesk:
    def test_is_for_the_clerks_of_the_organization(self, town: SmallTown, signed_in: SignedIn) -> None:
        for someone in (town.member, town.asker, town.coordinator, town.auditor):
            assert signed_in(someone).get(desk_of(town)).status_code == 403
            assert signed_in(someone).post(f"{desk_of(town)}/accept", {}).status_code == 403
        assert Client().get(desk_of(town)).status_code == 302
        assert signed_in(town.clerk).get(f"/organizations/{town.station.public_id}").status_code == 404

        page = signed_in(town.clerk).get(desk_of(town)).content.decode()

        assert town.organization.name in page
        assert "社会组织" in page
        assert "已核实" in page
        for address in ("/imports", "/tours", "/systems", "/systems/webhooks", "/offers/new"):
            assert f'href="{address}"' in page
        assert f'href="{desk_of(town)}"' in signed_in(town.clerk).get("/mine").content.decode()
        assert "/organizations/" not in signed_in(town.member).get("/mine").content.decode()

    def test_says_what_it_means_not_to_be_verified(self, town: SmallTown, signed_in: SignedIn) -> None:
        Organization.objects.update(verified_at=None, verified_by=None)

        page = signed_in(town.clerk).get(desk_of(town)).content.decode()

        assert "还没有核实" in page
        assert "请联系社区工作人员" in page

    def test_of_a_closed_organization_is_not_found(self, town: SmallTown, signed_in: SignedIn) -> None:
        Organization.objects.update(closed_at=NOW)

        assert signed_in(town.clerk).get(desk_of(town)).status_code == 404

    def test_takes_as_many_queries_for_many_rows_as_for_two(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.clerk)
        for hour in (9, 11):
            asked(town, windows=(_window(hour),))
        open_offer_for(town, organization=town.organization, service_types=("DIGITAL_HELP", "SHOPPING"))

        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                page = client.get(desk_of(town)).content.decode()
            assert page.count('name="proposals"') == Proposal.objects.count()
            return len(caught)

        before = queries()
        for hour in (13, 15, 17):
            asked(town, windows=(_window(hour),))
            open_offer_for(town, organization=town.organization)

        assert queries() == before


class TestMonth:
    def test_counts_what_was_done_in_it_and_names_nobody(self, town: SmallTown, signed_in: SignedIn) -> None:
        visit = met(town, signed_in)
        asked(town, windows=(_window(15),))
        later = visit.ends_at + timedelta(days=1)

        with time_machine.travel(later, tick=False):
            page = signed_in(town.clerk).get(desk_of(town)).content.decode()

        assert _figures(page) == ["1", "1", "1", "1小时", "1"]
        assert town.asker.name not in page

    def test_can_be_chosen_among_the_last_twelve(self, town: SmallTown, signed_in: SignedIn) -> None:
        visit = met(town, signed_in)
        with time_machine.travel(NOW + timedelta(days=40), tick=False):
            client = signed_in(town.clerk)
            this = client.get(desk_of(town)).content.decode()
            then = client.get(f"{desk_of(town)}?month={NOW:%Y-%m}").content.decode()
            unknown = client.get(f"{desk_of(town)}?month=1999-01").content.decode()

        assert this.count('<option value="20') == 12
        assert _figures(this) == ["1", "0", "0", "0", "0"]
        assert LedgerEntry.objects.get(visit=visit).at.month == NOW.month
        assert _figures(then) == ["1", "0", "1", "1小时", "1"]
        assert "那个月做了什么" in then
        assert _figures(unknown) == _figures(this)

    def test_takes_what_was_answered_for_waiting_no_more(self, town: SmallTown, signed_in: SignedIn) -> None:
        one, client = asked(town), signed_in(town.clerk)
        before = _figures(client.get(desk_of(town)).content.decode())

        told = {"proposals": [str(one.public_id)], "helper_id": str(town.member.public_id)}
        client.post(f"{desk_of(town)}/accept", told)

        one.refresh_from_db()
        assert (one.state, one.closed_at) == ("AWAITING_ASKER", None)
        assert before == ["1", "1", "0", "0", "0"]
        assert _figures(client.get(desk_of(town)).content.decode()) == ["1", "0", "0", "0", "0"]

    def test_leaves_out_what_others_did(self, town: SmallTown, signed_in: SignedIn) -> None:
        match_for(town)

        assert _figures(signed_in(town.clerk).get(desk_of(town)).content.decode()) == ["0", "0", "0", "0", "0"]

    def test_begins_on_the_clock_of_the_community(self) -> None:
        months = last_months(NOW, ZONE)

        assert [month.code for month in months[:3]] == ["2026-03", "2026-02", "2026-01"]
        assert months[0].begins_at(ZONE).isoformat() == "2026-03-01T00:00:00+08:00"
        assert months[3].ends_at(ZONE) == months[2].begins_at(ZONE)
        assert months[-1].code == "2025-04"
        assert month_chosen("2025-12", months) == months[3]
        assert month_chosen("²", months) == months[0]


class TestSeveralAtOnce:
    def test_are_answered_one_by_one_and_each_refusal_stands_on_its_line(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        first, second = asked(town, windows=(_window(9),)), asked(town, windows=(_window(13),))
        gone = asked(town, windows=(_window(16),))
        Proposal.objects.filter(pk=gone.pk).update(state=ProposalState.WITHDRAWN, closed_at=NOW)
        told = {
            "proposals": [str(one.public_id) for one in (first, second, gone)],
            "helper_id": str(town.member.public_id),
        }

        page = signed_in(town.clerk).post(f"{desk_of(town)}/accept", told).content.decode()

        for one in (first, second, gone):
            one.refresh_from_db()
        assert [one.state for one in (first, second, gone)] == ["AWAITING_ASKER", "AWAITING_ASKER", "WITHDRAWN"]
        assert {first.helper, second.helper} == {town.member}
        assert page.count("答应了，谢谢。") == TWICE
        assert page.count("这件事已经不需要回复了") == 1

    @pytest.mark.parametrize("missing", ["proposals", "helper_id"])
    def test_want_a_tick_and_a_member(self, town: SmallTown, signed_in: SignedIn, missing: str) -> None:
        one = asked(town)
        told = {"proposals": [str(one.public_id)], "helper_id": str(town.member.public_id)} | {missing: []}

        page = signed_in(town.clerk).post(f"{desk_of(town)}/accept", told).content.decode()

        one.refresh_from_db()
        assert one.state == "AWAITING_HELPER"
        assert {"proposals": "请至少选一件。", "helper_id": "请选一位成员。"}[missing] in page
        assert ("checked" in page) == (missing == "helper_id")

    def test_are_those_of_this_organization_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        of_a_neighbour = proposal_for(town)
        told = {"proposals": [str(of_a_neighbour.public_id), "x"], "helper_id": str(town.member.public_id)}

        answer = signed_in(town.clerk).post(f"{desk_of(town)}/accept", told)

        of_a_neighbour.refresh_from_db()
        assert of_a_neighbour.state == "AWAITING_HELPER"
        assert answer.status_code == 200
        assert not Match.objects.exists()


class TestHours:
    def test_list_what_members_gave_and_nobody_who_was_helped(self, town: SmallTown, signed_in: SignedIn) -> None:
        visit = met(town, signed_in)

        with time_machine.travel(visit.ends_at + timedelta(days=1), tick=False):
            answer = signed_in(town.clerk).post(f"{desk_of(town)}/hours.csv")

        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="hours-2026-03.csv"'
        header, row = csv.reader(answer.content.decode("utf-8-sig").splitlines())
        assert dict(zip(header, row, strict=True)) == {
            "姓名": town.member.name,
            "服务组织": town.organization.name,
            "日期": "2026-03-03",
            "开始": "09:00",
            "结束": "10:00",
            "服务时长（分钟）": "60",
            "服务内容": "代购跑腿",
            "服务方式": "志愿（无偿）",
            "社区": "测试社区",
            "核实": "双方都说见过面",
        }
        assert town.asker.name not in answer.content.decode()

    def test_leave_a_record_for_the_clerk_and_everybody_on_the_list(self, town: SmallTown, signed_in: SignedIn) -> None:
        visit = met(town, signed_in)

        with time_machine.travel(visit.ends_at + timedelta(days=1), tick=False):
            client = signed_in(town.clerk)
            assert client.get(f"{desk_of(town)}/hours.csv").status_code == 302
            client.post(f"{desk_of(town)}/hours.csv")

        record = Record.objects.get(kind="hours.listed")
        assert record.body == {"organization": town.organization.pk, "lines": 1}
        assert _people_of(record) == {town.clerk.pk, town.member.pk}

    @pytest.mark.parametrize("case", ["ended", "by code", "not yet", "paid", "left town"])
    def test_leave_out(self, town: SmallTown, signed_in: SignedIn, case: str) -> None:
        visit = met(town, signed_in)
        theirs = Membership.objects.filter(person=town.member)
        if case == "ended":
            theirs.update(until_date=NOW.date())
        elif case == "by code":
            theirs.update(named=False)
        elif case == "not yet":
            theirs.update(accepted_at=None)
        elif case == "paid":
            Offer.objects.update(form="CONVENIENCE")
        else:
            Person.objects.filter(pk=town.member.pk).update(left_at=NOW)

        with time_machine.travel(visit.ends_at + timedelta(days=1), tick=False):
            answer = signed_in(town.clerk).post(f"{desk_of(town)}/hours.csv")

        assert len(answer.content.decode().splitlines()) == 1

    def test_are_for_clerks_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        for someone in (town.member, town.coordinator):
            assert signed_in(someone).post(f"{desk_of(town)}/hours.csv").status_code == 403
        assert not Record.objects.filter(kind="hours.listed").exists()

    def test_run_in_no_spreadsheet(self, town: SmallTown, signed_in: SignedIn) -> None:
        visit = met(town, signed_in)
        Person.objects.filter(pk=town.member.pk).update(name="=1+1")

        with time_machine.travel(visit.ends_at + timedelta(days=1), tick=False):
            answer = signed_in(town.clerk).post(f"{desk_of(town)}/hours.csv")

        assert answer.content.decode("utf-8-sig").splitlines()[1].startswith("'=1+1,")


class TestOffersAsAList:
    def test_come_in_both_forms_for_the_clerk(self, town: SmallTown, signed_in: SignedIn) -> None:
        open_offer_for(town, organization=town.organization, external_id="F-1")
        client = signed_in(town.clerk)

        for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            address = f"{desk_of(town)}/offers.{form}"
            assert f'href="{address}"' in client.get(desk_of(town)).content.decode()
            answer = client.get(address)
            assert answer.content.startswith(begins)
            assert answer.headers["Content-Disposition"] == f'attachment; filename="offers.{form}"'
            assert signed_in(town.member).get(address).status_code == 403
        assert client.get(f"{desk_of(town)}/offers.exe").status_code == 404


class TestOffers:
    def test_are_paused_resumed_and_closed_from_the_desk(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = open_offer_for(town, organization=town.organization, title="上门理发")
        client = signed_in(town.clerk)
        assert "上门理发" in client.get(desk_of(town)).content.decode()

        for verb, state in (("pause", "PAUSED"), ("resume", "OPEN"), ("close", "CLOSED")):
            answer = client.post(f"/offers/{offer.public_id}/{verb}", {"next": desk_of(town)})

            offer.refresh_from_db()
            assert (offer.state, leads_to(answer)) == (OfferState(state), desk_of(town))
        assert client.post(f"/offers/{offer.public_id}/close").status_code != 500
        assert "上门理发" not in client.get(desk_of(town)).content.decode()

    def test_lead_to_no_page_of_others_afterwards(self, town: SmallTown, signed_in: SignedIn) -> None:
        offer = open_offer_for(town, organization=town.organization)

        answer = signed_in(town.clerk).post(f"/offers/{offer.public_id}/pause", {"next": "https://example.org/"})

        assert leads_to(answer) == "/mine"


def _window(hour: int) -> Any:

    return Window((NOW + timedelta(days=1)).date(), time(hour), time(hour + 1))


def _people_of(record: Record) -> set[int]:
    return set(RecordPerson.objects.filter(record=record).values_list("person_key__person_id", flat=True))


def _figures(page: str) -> list[str]:
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [row.partition("</td>")[0] for row in rows.split("<td>")[1:]]
