"""Needs that somebody else enters: how they came, what was heard, and acts for a station."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.actions import give_mandate, revoke_mandate, tell_of_mandate
from matchmaker.community.models import Consent, Mandate, Person
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs import queries
from matchmaker.needs.actions import load_service_types, open_need, verify_need
from matchmaker.needs.actions.asking import ConsentNeeded, ConsentNeedsWitness, OutsideMandate
from matchmaker.needs.models import Need
from matchmaker.records.models import Record
from tests.community.actions.test_agents import appointed
from tests.towns import NOW, SmallTown, need_draft, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    load_service_types()
    return small_town()


def opened(town: SmallTown, who: Person, **draft: Any) -> Need:
    """For the elder, who agreed in words."""
    usual: dict[str, Any] = {"for_person": town.elder.public_id, "consent": "SPOKEN"}
    return open_need(viewer=viewer_of(who), draft=need_draft(**usual | draft), now=NOW)


def refused(refusal: type[DomainError], town: SmallTown, who: Person, **draft: Any) -> str | None:
    with pytest.raises(refusal) as caught:
        opened(town, who, **draft)
    assert (Need.objects.count(), Consent.objects.count()) == (0, 0)
    return caught.value.field


def mandate(town: SmallTown, holder: Person, *scope: str) -> Mandate:
    """The holder may speak for the elder, who was told of it at the door."""
    given = give_mandate(
        viewer=viewer_of(town.coordinator),
        holder_id=holder.public_id,
        for_person_id=town.elder.public_id,
        evidence="当面口头委托",
        ends_date=NOW.date() + timedelta(days=30),
        scope=scope,
        now=NOW,
    )
    worker = viewer_of(town.coordinator)
    return tell_of_mandate(viewer=worker, mandate_id=given.public_id, channel="DOORSTEP", now=NOW)


class TestHowANeedCame:
    @pytest.mark.parametrize("channel", ["DESK", "PHONE", "PAPER", "DOORSTEP"])
    def test_is_kept_with_it(self, town: SmallTown, channel: str) -> None:
        need = opened(town, town.grid_head, channel=channel)

        assert need.channel == channel
        assert Record.objects.get().body["channel"] == channel

    def test_is_the_desk_where_nothing_is_said(self, town: SmallTown) -> None:
        assert opened(town, town.grid_head).channel == "DESK"

    def test_is_here_for_oneself(self, town: SmallTown) -> None:
        own = {"for_person": None, "consent": ""}

        assert refused(InvalidInput, town, town.asker, **own, channel="PHONE") == "channel"
        assert opened(town, town.asker, **own).channel == "APP"

    @pytest.mark.parametrize("channel", ["APP", "PIGEON"])
    def test_is_not_here_where_a_worker_enters_it(self, town: SmallTown, channel: str) -> None:
        assert refused(InvalidInput, town, town.grid_head, channel=channel) == "channel"


class TestConsentAtTheDesk:
    def test_on_paper_says_where_the_paper_is(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town, town.grid_head, consent="WRITTEN") == "paper_kept_at"

        consent = opened(town, town.grid_head, consent="WRITTEN", paper_kept_at="档案柜2").consent

        assert consent is not None
        assert (consent.manner, consent.paper_kept_at, consent.text_version) == ("WRITTEN", "档案柜2", "2026-1")

    def test_for_care_is_heard_by_the_worker(self, town: SmallTown) -> None:
        assert refused(ConsentNeeded, town, town.grid_head, service_type="CLINIC_COMPANY", consent="") == "consent"

        consent = opened(town, town.grid_head, service_type="CLINIC_COMPANY").consent

        assert consent is not None
        assert (consent.kind, consent.manner, consent.heard_by) == ("CARE_DATA", "SPOKEN", town.grid_head)

    def test_is_not_heard_by_a_worker_who_is_their_proxy(self, town: SmallTown) -> None:
        mandate(town, town.grid_head, "SMALL_REPAIRS")

        assert refused(ConsentNeedsWitness, town, town.grid_head) == "consent"
        need = opened(town, town.grid_head, consent="WRITTEN", paper_kept_at="档案柜2")

        assert (need.mandate, need.verified_at) == (None, None)
        assert not OutboxJob.objects.filter(name="matches.propose_next").exists()


class TestOpenNeedForAStation:
    def test_is_for_the_person_and_waits_for_a_worker(self, town: SmallTown) -> None:
        agency = appointed(town)

        need = opened(town, town.stranger, channel="DOORSTEP")

        assert (need.for_person, need.asked_by, need.mandate) == (town.elder, town.stranger, agency)
        assert need.verified_at is None
        assert need.consent is not None
        assert need.consent.heard_by == town.stranger
        body = Record.objects.get(kind="need.opened").body
        assert (body["station"], body["channel"]) == (town.station.pk, "DOORSTEP")
        assert verify_need(viewer=viewer_of(town.coordinator), need_id=need.public_id, now=NOW).verified_at == NOW

    def test_reads_for_the_station_on_behalf_of_the_person(self, town: SmallTown) -> None:
        appointed(town)
        need = queries.need_by_id(viewer_of(town.coordinator), opened(town, town.stranger).public_id)

        assert queries.asked_as(need, "zh-hans") == "郑陌生代表测试服务站为赵老根提出"
        assert queries.asked_as(need, "en") == "郑陌生 for 测试服务站 on behalf of 赵老根"

    @pytest.mark.parametrize(
        "words",
        [{"scope": ["DIGITAL_HELP"]}, {"ends_date": NOW.date()}],
    )
    def test_is_refused_outside_the_mandate(self, town: SmallTown, words: dict[str, Any]) -> None:
        appointed(town, **words)
        later = NOW + timedelta(days=2) if "ends_date" in words else NOW
        draft = need_draft(later, for_person=town.elder.public_id, consent="SPOKEN")

        with pytest.raises(NotFound if "ends_date" in words else OutsideMandate):
            open_need(viewer=viewer_of(town.stranger, now=later), draft=draft, now=later)

        assert not Need.objects.exists()

    def test_is_not_found_beyond_the_station_or_once_it_is_taken_back(self, town: SmallTown) -> None:
        agency = appointed(town)
        assert refused(NotFound, town, town.stranger, for_person=town.other_coordinator.public_id) == "for_person"
        need = opened(town, town.stranger)

        assert queries.need_by_id(viewer_of(town.stranger), need.public_id) == need
        assert queries.may_see_need_details(viewer_of(town.stranger), need)
        revoke_mandate(viewer=viewer_of(town.clerk), mandate_id=agency.public_id, now=NOW)

        with pytest.raises(NotFound):
            queries.need_by_id(viewer_of(town.stranger), need.public_id)
        assert not queries.may_see_need_details(viewer_of(town.stranger), need)


class TestAskedAs:
    def test_tells_the_other_ways_apart(self, town: SmallTown) -> None:
        own = opened(town, town.asker, for_person=None, consent="")
        desk = opened(town, town.grid_head)
        mandate(town, town.neighbour)
        proxy = opened(town, town.neighbour, consent="")

        said = [queries.asked_as(need, language) for need in (own, desk, proxy) for language in ("zh", "en")]

        assert said == [
            "王晓晴本人提出",
            "王晓晴, in person",
            "周格长为赵老根登记",
            "周格长, a worker of the area, on behalf of 赵老根",
            "李邻芳受赵老根委托提出",
            "李邻芳 on behalf of 赵老根",
        ]
