"""Which way a notice goes: by what was wished, what is switched on, and what the hour is."""

from datetime import time, timedelta

import pytest
from pytest_django import Settings

from matchmaker.community.models import Person, User
from matchmaker.jobs.models import OutboxJob
from matchmaker.notices.actions import plan_deliveries, read_notices, wish_notices
from matchmaker.notices.models import Call, Delivery, Notice, NoticeKind
from tests.notices.messages import PHONE_NAME, SOON, tell, told, waiting_jobs
from tests.town_rows import change
from tests.towns import NOW, SmallTown, small_town, user_of, viewer_of

pytestmark = pytest.mark.django_db

NIGHT = NOW + timedelta(hours=14)
"""Eleven at night in the town."""
MORNING = NOW + timedelta(hours=22)
"""Seven the next morning."""


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def _sms(settings: Settings) -> None:
    settings.NOTICE_CHANNELS = ["sms", "mail"]


def signs_in_by_phone(person: Person) -> None:
    User.objects.filter(person=person).update(sign_in_name=PHONE_NAME)


class TestPlanDeliveries:
    def test_waits_two_minutes_for_company(self, town: SmallTown) -> None:
        notice = tell(town.helper)

        assert plan_deliveries(now=NOW + SOON - timedelta(seconds=1)) == 0
        assert plan_deliveries(now=NOW + SOON) == 1
        assert plan_deliveries(now=NOW + SOON) == 0

        notice.refresh_from_db()
        assert notice.planned_at == NOW + SOON
        assert Delivery.objects.count() == 1

    def test_leaves_it_in_the_inbox_where_nothing_else_is_switched_on(self, town: SmallTown) -> None:
        notices = told(town.helper, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.NEED_VERIFIED)

        delivery = Delivery.objects.get()
        assert (delivery.channel, delivery.state, delivery.urgent) == ("APP", "SENT", False)
        assert delivery.confirm_by == NOW + SOON + timedelta(hours=4)
        assert list(delivery.notices.order_by("pk")) == notices
        assert waiting_jobs() == []

    @pytest.mark.usefixtures("_sms")
    def test_merges_a_burst_into_one_message_and_one_job(self, town: SmallTown) -> None:
        signs_in_by_phone(town.helper)
        for minutes in (0, 1, 2):
            tell(town.helper, now=NOW + timedelta(minutes=minutes))
            plan_deliveries(now=NOW + timedelta(minutes=minutes))
        tell(town.helper, now=NOW + timedelta(minutes=3))
        plan_deliveries(now=NOW + timedelta(minutes=5))

        delivery = Delivery.objects.get()
        assert (delivery.channel, delivery.state, delivery.notices.count()) == ("SMS", "WAITING", 4)
        assert OutboxJob.objects.get().payload == {"delivery_id": delivery.pk}

    @pytest.mark.usefixtures("_sms")
    def test_rests_a_quarter_of_an_hour_between_two_messages(self, town: SmallTown) -> None:
        signs_in_by_phone(town.helper)
        told(town.helper)
        sent_at = NOW + timedelta(minutes=5)
        Delivery.objects.update(state="SENT", sent_at=sent_at)

        told(town.helper, now=NOW + timedelta(minutes=6))

        assert Delivery.objects.get(state="WAITING").due_at == sent_at + timedelta(minutes=15)

    @pytest.mark.usefixtures("_sms")
    def test_keeps_still_in_quiet_hours_but_for_what_is_urgent(self, town: SmallTown) -> None:
        signs_in_by_phone(town.helper)
        told(town.helper, now=NIGHT)
        delivery = Delivery.objects.get()
        assert delivery.due_at == MORNING

        tell(town.helper, now=NIGHT + timedelta(hours=1), urgent=True)
        plan_deliveries(now=NIGHT + timedelta(hours=1))

        delivery.refresh_from_db()
        assert (delivery.due_at, delivery.urgent) == (NIGHT + timedelta(hours=1), True)
        assert delivery.confirm_by == delivery.due_at + timedelta(minutes=15)
        assert delivery.notices.count() == 2

    @pytest.mark.usefixtures("_sms")
    def test_follows_the_quiet_hours_that_the_person_wished(self, town: SmallTown) -> None:
        signs_in_by_phone(town.helper)
        wish_notices(viewer=viewer_of(town.helper), quiet_from=time(8), quiet_until=time(10), now=NOW)

        told(town.helper)

        assert Delivery.objects.get().due_at == NOW + timedelta(hours=1)

    @pytest.mark.usefixtures("_sms")
    def test_follows_the_way_that_the_person_wished(self, town: SmallTown) -> None:
        change(town.helper, email="helper@town.invalid")
        for channel in ("MAIL", "SMS", "APP"):
            wish_notices(viewer=viewer_of(town.helper), channel=channel, now=NOW)
            told(town.helper)

        assert list(Delivery.objects.order_by("pk").values_list("channel", flat=True)) == ["MAIL", "SMS", "APP"]

    @pytest.mark.usefixtures("_sms")
    def test_takes_the_next_way_where_the_wished_one_is_gone(self, town: SmallTown) -> None:
        wish_notices(viewer=viewer_of(town.helper), channel="SMS", now=NOW)
        change(town.helper, phone="")

        told(town.helper)

        assert Delivery.objects.get().channel == "MAIL"
        assert user_of(town.helper).sign_in_name == "helper@town.invalid"

    def test_rings_up_who_has_no_account(self, town: SmallTown) -> None:
        change(town.elder, phone="+8613900000009")

        told(town.elder, NoticeKind.HELPER_FOUND, NoticeKind.NEED_VERIFIED)

        call = Call.objects.get()
        assert (call.person, call.manner, call.state, call.due_at) == (town.elder, "PHONE", "OPEN", NOW + SOON)
        assert list(call.notices.values_list("kind", flat=True)) == ["HELPER_FOUND"]
        assert not Delivery.objects.exists()

    def test_visits_who_has_no_phone_either(self, town: SmallTown) -> None:
        told(town.elder)

        assert Call.objects.get().manner == "DOORSTEP"

    def test_makes_no_call_for_what_is_not_worth_one(self, town: SmallTown) -> None:
        told(town.elder, NoticeKind.NEED_VERIFIED)

        assert not Call.objects.exists()

    def test_leaves_out_what_was_read_meanwhile_and_who_has_left(self, town: SmallTown) -> None:
        tell(town.helper)
        read_notices(viewer=viewer_of(town.helper), now=NOW)
        tell(town.newcomer)
        Person.objects.filter(pk=town.newcomer.pk).update(left_at=NOW)

        assert plan_deliveries(now=NOW + SOON) == 2

        assert not Delivery.objects.exists()
        assert not Call.objects.exists()
        assert not Notice.objects.filter(planned_at=None).exists()

    def test_does_not_tell_of_the_end_of_what_was_never_told(self, town: SmallTown) -> None:
        tell(town.elder, NoticeKind.PROPOSAL_TO_HELP)
        Notice.objects.update(settled_at=NOW)
        tell(town.elder, NoticeKind.PROPOSAL_WITHDRAWN)

        plan_deliveries(now=NOW + SOON)

        assert not Call.objects.exists()
