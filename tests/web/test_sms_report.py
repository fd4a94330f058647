"""The gateway's reports: noted where our key signed them lately, and nowhere else."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from matchmaker.community.models import User
from matchmaker.notices.actions import plan_deliveries
from matchmaker.notices.models import Call, Delivery, Notice
from matchmaker.notices.sms_gateway import signature_of
from tests.notices.messages import PHONE_NAME, tell
from tests.towns import NOW, SmallTown

ADDRESS = "/notices/sms-report"


@pytest.fixture
def delivery(town: SmallTown, settings: Settings) -> Delivery:
    """A text message that the gateway took."""
    settings.SMS_GATEWAY_KEY, settings.NOTICE_CHANNELS = "a-key-that-both-know", ["sms"]
    User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
    tell(town.helper, now=NOW - timedelta(minutes=5))
    plan_deliveries(now=NOW)
    Delivery.objects.update(state="SENT", sent_at=NOW)
    return Delivery.objects.get()


def report(body: bytes, *, at: float = NOW.timestamp(), signature: str | None = None) -> HttpResponse:
    timestamp = str(int(at))
    signed = signature_of(timestamp=timestamp, body=body) if signature is None else signature
    headers = {"X-Timestamp": timestamp, "X-Signature": signed}
    client = Client(enforce_csrf_checks=True)
    answer: HttpResponse = client.post(ADDRESS, body, content_type="application/json", headers=headers)
    return answer


def body_of(delivery: Delivery, status: str = "delivered") -> bytes:
    return json.dumps({"reference": str(delivery.public_id), "id": "g-1", "status": status}).encode()


class TestSmsReport:
    def test_confirms_what_was_delivered_however_often_it_is_told(self, delivery: Delivery) -> None:
        for _ in range(2):
            assert report(body_of(delivery)).status_code == 204

        delivery.refresh_from_db()
        assert (delivery.state, delivery.confirmed_at) == ("CONFIRMED", NOW)
        assert Notice.objects.get().reached_at == NOW

    def test_puts_who_was_not_reached_on_the_call_list(self, town: SmallTown, delivery: Delivery) -> None:
        assert report(body_of(delivery, "failed")).status_code == 204

        assert Call.objects.get().person == town.helper

    def test_is_not_noted_without_our_signature_or_long_after_it(self, delivery: Delivery) -> None:
        body = body_of(delivery)
        other = signature_of(timestamp=str(int(NOW.timestamp())), body=body_of(delivery, "failed"))

        assert report(body, signature="").status_code == 403
        assert report(body, signature=other).status_code == 403
        assert report(body, signature="签").status_code == 403
        assert report(body, at=NOW.timestamp() - 301).status_code == 403
        assert report(body, at=NOW.timestamp() + 301).status_code == 403
        assert Client().post(ADDRESS, body, content_type="application/json").status_code == 403

        assert Notice.objects.get().reached_at is None

    def test_is_not_noted_where_there_is_no_key(self, delivery: Delivery, settings: Settings) -> None:
        settings.SMS_GATEWAY_KEY = ""

        assert report(body_of(delivery)).status_code == 403

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"null", b"{}", b'{"reference": "x", "status": "delivered"}', b"\xff", b"[[[["]
    )
    def test_answers_400_to_what_cannot_be_read(self, delivery: Delivery, body: bytes) -> None:
        assert report(body).status_code == 400

    def test_answers_400_to_a_status_that_is_none(self, delivery: Delivery) -> None:
        assert report(body_of(delivery, "perhaps")).status_code == 400

    def test_answers_404_to_a_message_that_is_not_ours(self, delivery: Delivery) -> None:
        delivery.public_id = uuid4()

        assert report(body_of(delivery)).status_code == 404

    def test_takes_no_long_body_and_nothing_but_a_post(self, delivery: Delivery) -> None:
        assert report(b" " * 10_001).status_code == 413
        assert Client().get(ADDRESS).status_code == 405
