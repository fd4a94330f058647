"""Text messages through a real gateway, carried by the real outbox."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from matchmaker.community.models import User
from matchmaker.jobs.models import OutboxJob
from matchmaker.notices import sms_gateway
from matchmaker.notices.actions import (
    chase_unconfirmed,
    plan_deliveries,
    read_notices,
    send_delivery,
    wish_notices,
)
from matchmaker.notices.models import Call, Delivery, NoticeKind
from matchmaker.notices.ports import SendFailed
from tests.notices.messages import PHONE_NAME, SOON, carry, tell, told
from tests.notices.servers import Gateway
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

THEN = NOW + SOON


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
    return town


class TestSendDelivery:
    def test_hands_the_text_to_the_gateway_once(self, town: SmallTown, gateway: Gateway) -> None:
        told(town.helper)
        delivery = Delivery.objects.get()

        assert carry(THEN) == 1
        assert carry(THEN) == 0

        [asked] = gateway.asked
        assert asked == {
            "to": PHONE_NAME,
            "text": "【邻里搭桥】有一件事等您答复，行或不行都可以。请登录邻里搭桥查看，或给社区服务站打电话。",
            "reference": str(delivery.public_id),
        }
        assert gateway.keys == ["Bearer a-key-that-both-know"]
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at, delivery.gateway_id) == ("SENT", THEN, "g-1")
        assert (delivery.attempts, delivery.confirm_by) == (1, THEN + timedelta(hours=1))

    def test_says_only_how_many_where_there_are_several_and_speaks_as_was_wished(
        self, town: SmallTown, gateway: Gateway
    ) -> None:
        wish_notices(viewer=viewer_of(town.helper), language="en", now=NOW)
        told(town.helper, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.MATCH_AGREED, NoticeKind.NEED_VERIFIED)

        carry(THEN)

        text = "Neighbours' bridge: You have 3 new messages. Sign in to read it, or ring the community station."
        assert [asked["text"] for asked in gateway.asked] == [text]

    @pytest.mark.parametrize("trouble", [500, 503, 429, 302])
    def test_is_tried_again_by_the_outbox_and_sent_once(self, town: SmallTown, gateway: Gateway, trouble: int) -> None:
        gateway.answers = [trouble, trouble]
        told(town.helper)

        assert carry(THEN) == 1
        assert Delivery.objects.get().failure_code == f"HTTP_{trouble}"
        assert carry(THEN + timedelta(seconds=4)) == 0
        assert carry(THEN + timedelta(seconds=5)) == 1
        assert carry(THEN + timedelta(seconds=15)) == 1

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.failure_code) == ("SENT", 3, "")
        assert len({asked["reference"] for asked in gateway.asked}) == 1
        assert len(gateway.sent) == 1

    def test_is_tried_again_where_the_answer_got_lost_and_the_gateway_sends_no_second_text(
        self, town: SmallTown, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sms_gateway, "TIMEOUT", 0.3)
        gateway.answers = [1.0]
        told(town.helper)

        assert carry(THEN) == 1
        assert Delivery.objects.get().failure_code == "ReadTimeout"
        assert carry(THEN + timedelta(seconds=5)) == 1

        assert Delivery.objects.get().state == "SENT"
        assert len(gateway.asked) == 2
        assert len(gateway.sent) == 1

    def test_takes_a_conflict_for_done(self, town: SmallTown, gateway: Gateway) -> None:
        gateway.answers = [409]
        told(town.helper)

        carry(THEN)

        assert (Delivery.objects.get().state, Delivery.objects.get().gateway_id) == ("SENT", "")

    def test_puts_who_cannot_be_sent_to_on_the_call_list_at_once(self, town: SmallTown, gateway: Gateway) -> None:
        gateway.answers = [400]
        told(town.helper, NoticeKind.PROPOSAL_TO_HELP, NoticeKind.NEED_VERIFIED)

        assert carry(THEN) == 1

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.failure_code) == ("FAILED", "HTTP_400")
        call = Call.objects.get()
        assert (call.person, call.manner) == (town.helper, "PHONE")
        assert list(call.notices.values_list("kind", flat=True)) == ["PROPOSAL_TO_HELP"]
        assert OutboxJob.objects.get(name="notices.send_delivery").done_at == THEN

    def test_puts_who_was_not_sent_to_for_an_hour_on_the_call_list(
        self, town: SmallTown, settings: Settings, gateway: Gateway
    ) -> None:
        settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/nobody-listens"
        told(town.helper)
        for minutes in range(0, 60, 10):
            carry(THEN + timedelta(minutes=minutes))

        assert chase_unconfirmed(now=THEN + timedelta(minutes=59)) == 0
        assert chase_unconfirmed(now=THEN + timedelta(hours=1)) == 1

        assert Delivery.objects.get().state == "UNCONFIRMED"
        assert Call.objects.get().person == town.helper
        assert gateway.asked == []

    def test_sends_nothing_that_was_read_meanwhile(self, town: SmallTown, gateway: Gateway) -> None:
        told(town.helper)
        read_notices(viewer=viewer_of(town.helper), now=THEN)

        carry(THEN)

        assert gateway.asked == []
        assert (Delivery.objects.get().state, Delivery.objects.get().confirmed_at) == ("CONFIRMED", THEN)

    def test_waits_while_another_worker_hands_it_over(self, town: SmallTown, gateway: Gateway) -> None:
        told(town.helper)
        delivery = Delivery.objects.get()
        Delivery.objects.update(handed_until=THEN + timedelta(minutes=1))

        with pytest.raises(SendFailed):
            send_delivery(delivery_id=delivery.pk, now=THEN)
        assert gateway.asked == []

        send_delivery(delivery_id=delivery.pk, now=THEN + timedelta(minutes=2))
        assert len(gateway.asked) == 1

    def test_plans_anew_what_joined_while_it_was_handed_over(
        self, town: SmallTown, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        [first] = told(town.helper)
        delivery = Delivery.objects.get()
        late = tell(town.helper, now=NOW)
        send = sms_gateway.send_text

        def meanwhile(**words: str) -> str:
            assert plan_deliveries(now=THEN) == 1
            assert delivery.notices.count() == 2
            return send(**words)

        monkeypatch.setattr(sms_gateway, "send_text", meanwhile)
        send_delivery(delivery_id=delivery.pk, now=THEN)

        late.refresh_from_db()
        assert late.planned_at is None
        assert list(delivery.notices.all()) == [first]
        assert "有一件事" in gateway.asked[0]["text"]


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_are_none_while_the_network_is_waited_for(self, gateway: Gateway) -> None:
        town = small_town()
        User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
        told(town.helper)
        open_at_once: list[bool] = []
        send = sms_gateway.send_text

        def watched(**words: str) -> str:
            open_at_once.append(connection.in_atomic_block)
            return send(**words)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sms_gateway, "send_text", watched)
            carry(THEN)

        assert open_at_once == [False]
        assert Delivery.objects.get().state == "SENT"
