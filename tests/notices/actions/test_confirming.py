"""What counts as having arrived, and what follows for messages and calls."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from matchmaker.community.models import User
from matchmaker.errors import NotFound
from matchmaker.notices.actions import (
    chase_unconfirmed,
    confirm_by_link,
    confirm_delivery,
    plan_deliveries,
    read_notice,
    report_failure,
    settle,
)
from matchmaker.notices.actions.sending import _link_of
from matchmaker.notices.models import Call, Delivery, NoticeKind
from matchmaker.notices.queries import reached_since
from tests.notices.messages import ABOUT, PHONE_NAME, SOON, carry, tell, told
from tests.notices.servers import Gateway
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

THEN = NOW + SOON
LATER = THEN + timedelta(minutes=20)


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
    return town


def sent(town: SmallTown, *kinds: str) -> Delivery:
    """A text message that the gateway took."""
    told(town.helper, *kinds)
    carry(THEN)
    return Delivery.objects.get()


def helper_heard(town: SmallTown) -> object:
    return reached_since(person_ids=[town.helper.pk], about=ABOUT, since=NOW)


class TestConfirmDelivery:
    def test_tells_since_when_its_notices_are_known(self, town: SmallTown, gateway: Gateway) -> None:
        delivery = sent(town, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.NEED_VERIFIED)
        assert helper_heard(town) is None

        confirm_delivery(reference=delivery.public_id, now=LATER)
        confirm_delivery(reference=delivery.public_id, now=LATER + timedelta(hours=1))

        delivery.refresh_from_db()
        assert (delivery.state, delivery.confirmed_at) == ("CONFIRMED", LATER)
        assert helper_heard(town) == LATER
        assert {notice.reached_at for notice in delivery.notices.all()} == {LATER}
        assert chase_unconfirmed(now=LATER + timedelta(days=1)) == 0

    def test_takes_the_person_off_the_call_list_where_it_comes_late(self, town: SmallTown, gateway: Gateway) -> None:
        delivery = sent(town)
        chase_unconfirmed(now=THEN + timedelta(hours=1))
        assert Call.objects.get().state == "OPEN"

        confirm_delivery(reference=delivery.public_id, now=THEN + timedelta(hours=2))

        assert Call.objects.get().state == "SETTLED"

    def test_is_not_found_for_a_reference_that_is_none(self) -> None:
        with pytest.raises(NotFound):
            confirm_delivery(reference=uuid4(), now=NOW)


class TestReportFailure:
    def test_puts_the_person_on_the_call_list_once(self, town: SmallTown, gateway: Gateway) -> None:
        delivery = sent(town)

        for _ in range(2):
            report_failure(reference=delivery.public_id, now=LATER)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.failure_code) == ("FAILED", "REPORTED")
        assert Call.objects.get().notices.count() == 1
        assert helper_heard(town) is None

    def test_does_not_undo_what_was_confirmed(self, town: SmallTown, gateway: Gateway) -> None:
        delivery = sent(town)
        confirm_delivery(reference=delivery.public_id, now=LATER)

        report_failure(reference=delivery.public_id, now=LATER)

        delivery.refresh_from_db()
        assert delivery.state == "CONFIRMED"
        assert not Call.objects.exists()


class TestConfirmByLink:
    def test_confirms_the_mail_it_stands_in(self, town: SmallTown, settings) -> None:  # type: ignore[no-untyped-def]  # pytest's own fixture
        settings.PUBLIC_URL = "https://help.example.org"
        told(town.helper)
        delivery = Delivery.objects.get()
        token = _link_of(delivery).rpartition("/")[2]

        confirm_by_link(token=token, now=LATER)

        delivery.refresh_from_db()
        assert delivery.confirmed_at == LATER

    @pytest.mark.parametrize("token", ["", "nothing", "MTIz:1abcde:ZZZZ"])
    def test_is_not_found_for_another_link(self, town: SmallTown, token: str) -> None:
        told(town.helper)

        with pytest.raises(NotFound):
            confirm_by_link(token=token, now=LATER)

        assert Delivery.objects.get().confirmed_at is None


class TestReadNotice:
    def test_confirms_the_message_once_nothing_in_it_is_unread(self, town: SmallTown, gateway: Gateway) -> None:
        first, second = told(town.helper, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.MATCH_AGREED)
        carry(THEN)

        read_notice(viewer=viewer_of(town.helper), notice_id=first.public_id, now=LATER)
        assert Delivery.objects.get().state == "SENT"
        read_notice(viewer=viewer_of(town.helper), notice_id=second.public_id, now=LATER)

        assert (Delivery.objects.get().state, Delivery.objects.get().confirmed_at) == ("CONFIRMED", LATER)


class TestChaseUnconfirmed:
    def test_puts_who_did_not_open_the_inbox_on_the_call_list(self, town: SmallTown) -> None:
        told(town.helper, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.NEED_VERIFIED)

        assert chase_unconfirmed(now=THEN + timedelta(hours=4)) == 1
        assert chase_unconfirmed(now=THEN + timedelta(hours=4)) == 0

        call = Call.objects.get()
        assert [notice.kind for notice in call.notices.all()] == ["PROPOSAL_TO_HELP"]

    def test_rings_up_a_quarter_of_an_hour_after_what_is_urgent(self, town: SmallTown) -> None:

        tell(town.helper, urgent=True)
        plan_deliveries(now=NOW)

        assert chase_unconfirmed(now=NOW + timedelta(minutes=14)) == 0
        assert chase_unconfirmed(now=NOW + timedelta(minutes=15)) == 1

        assert Call.objects.get().urgent

    def test_makes_no_call_for_what_need_not_reach_the_person(self, town: SmallTown) -> None:
        told(town.helper, NoticeKind.NEED_VERIFIED)

        assert chase_unconfirmed(now=THEN + timedelta(hours=4)) == 1

        assert Delivery.objects.get().state == "UNCONFIRMED"
        assert not Call.objects.exists()


class TestSettle:
    def test_ends_the_messages_and_calls_about_one_thing(self, town: SmallTown) -> None:
        told(town.elder)
        told(town.helper)
        other = tell(town.newcomer, about=UUID(int=8))

        settle(about=ABOUT, now=LATER)

        assert Call.objects.get().state == "SETTLED"
        assert Delivery.objects.get().state == "SETTLED"
        other.refresh_from_db()
        assert other.settled_at is None
        assert helper_heard(town) is None

    def test_leaves_what_else_is_to_be_told(self, town: SmallTown) -> None:
        told(town.elder)
        tell(town.elder, about=UUID(int=8))

        plan_deliveries(now=THEN)

        settle(about=ABOUT, now=LATER)

        assert Call.objects.get().state == "OPEN"
