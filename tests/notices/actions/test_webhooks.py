"""Webhooks: told once of what happened, signed, tried for three days, never into our own network."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import cancel_match
from matchmaker.matches.models import Match
from matchmaker.notices import webhook_port
from matchmaker.notices.actions import (
    close_webhook,
    open_webhook,
    replay_webhook,
    send_webhook,
)
from matchmaker.notices.actions.posting import WAITS
from matchmaker.notices.actions.webhooks import OPEN_AT_ONCE, TooManyWebhooks, WebhookClosed, WebhookThereAlready
from matchmaker.notices.models import Webhook, WebhookEvent, WebhookMessage
from matchmaker.notices.queries import webhook_messages_for, webhooks_for
from matchmaker.records.models import Record
from tests.notices.systems import EVERYTHING, System, listened_to, listening, opened, told
from tests.towns import NOW, SmallTown, small_town, viewer_of
from tests.way import AGREED, OVER, Way, way_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def system(settings: Settings) -> Iterator[System]:
    with listening() as system:
        settings.WEBHOOK_TEST_HOSTS = [f"localhost:{system.port}"]
        yield system


class TestOpenWebhook:
    def test_tells_a_secret_that_stands_in_no_row(self, town: SmallTown, settings: Settings) -> None:
        webhook, secret = open_webhook(
            viewer=viewer_of(town.clerk),
            organization_id=town.organization.public_id,
            url=" https://system.example.org:8443/in ",
            events=["visit.held", "match.agreed"],
            now=NOW,
        )

        webhook.refresh_from_db()
        assert (webhook.url, webhook.events) == ("https://system.example.org:8443/in", ["match.agreed", "visit.held"])
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
        assert secret.removeprefix("whsec_") not in str(vars(webhook))
        assert Record.objects.latest("pk").kind == "webhook.opened"

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "http://system.example.org/",
            "ftp://system.example.org/",
            "https://",
            "https://name:word@system.example.org/",
            "https://system.example.org/#part",
            "https://system.example.org:99999/",
            "https://system.example.org/a b",
            "https://система.example.org/",
            "javascript:alert(1)",
            "https://example.org/" + "x" * 500,
            "https://" + "x" * 64 + ".example.org/",
            "https://a..example.org/",
        ],
    )
    def test_is_refused_for_what_is_no_such_address(self, town: SmallTown, url: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            opened(town, url)

        assert refused.value.field == "url"
        assert not Webhook.objects.exists()

    def test_is_for_the_clerk_alone(self, town: SmallTown) -> None:
        webhook = opened(town)
        message = told(town)
        assert message is not None

        for person in (town.member, town.coordinator, town.helper):
            viewer = viewer_of(person)
            assert not webhooks_for(viewer).exists()
            assert not webhook_messages_for(viewer).exists()
            with pytest.raises(NotAllowed):
                open_webhook(
                    viewer=viewer,
                    organization_id=town.organization.public_id,
                    url="https://other.example.org/",
                    events=EVERYTHING,
                    now=NOW,
                )
            with pytest.raises(NotFound):
                close_webhook(viewer=viewer, webhook_id=webhook.public_id, now=NOW)
            with pytest.raises(NotFound):
                replay_webhook(viewer=viewer, message_id=message.public_id, now=NOW)

        assert Webhook.objects.get().closed_at is None

    def test_is_refused_twice_for_one_address_and_beyond_five(self, town: SmallTown) -> None:
        opened(town)
        with pytest.raises(WebhookThereAlready):
            opened(town)
        for number in range(OPEN_AT_ONCE - 1):
            opened(town, f"https://system{number}.example.org/")

        with pytest.raises(TooManyWebhooks):
            opened(town, "https://another.example.org/")


class TestTellSystems:
    def test_leaves_one_message_and_one_job_however_often_it_is_asked(self, town: SmallTown) -> None:
        opened(town)

        for _ in range(2):
            told(town)

        message = WebhookMessage.objects.get()
        job = OutboxJob.objects.get(name="notices.send_webhook")
        assert job.payload == {"webhook_message_id": message.pk}
        assert list(message.about) == ["organizationId"]

    def test_tells_what_was_wished_for_alone(self, town: SmallTown) -> None:
        opened(town, events=["visit.held"])
        closed = opened(town, "https://closed.example.org/")
        close_webhook(viewer=viewer_of(town.clerk), webhook_id=closed.public_id, now=NOW)

        assert told(town) is None
        assert told(town, event=WebhookEvent.VISIT_HELD) is not None
        assert WebhookMessage.objects.count() == 1


class TestWay:
    """One need on its way: what the organization's system hears of it."""

    def events(self, way: Way) -> list[str]:
        return list(WebhookMessage.objects.order_by("pk").values_list("event", flat=True))

    @pytest.fixture
    def listening_town(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = way_to.__globals__["small_town"]

        def with_webhook(*args: Any, **kwargs: Any) -> SmallTown:
            town: SmallTown = original(*args, **kwargs)
            opened(town)
            return town

        monkeypatch.setitem(way_to.__globals__, "small_town", with_webhook)

    @pytest.mark.usefixtures("listening_town")
    def test_tells_of_proposal_match_and_visit_in_ids_alone(self) -> None:
        way = way_to(OVER)

        assert self.events(way) == ["offer.proposed", "match.agreed", "visit.held"]
        for message in WebhookMessage.objects.all():
            assert {name[-2:] for name in message.about} == {"Id"}
            names = [base64.b64decode(value).decode().partition(":")[0] for value in message.about.values()]
            assert set(names) <= {"Proposal", "Offer", "Match", "Visit"}

    @pytest.mark.usefixtures("listening_town")
    def test_tells_of_a_match_that_was_called_off(self) -> None:
        way = way_to(AGREED)
        match = Match.objects.get(offer__organization=way.town.organization)

        cancel_match(viewer=viewer_of(way.town.clerk, now=way.now), match_id=match.public_id, now=way.now)

        assert self.events(way) == ["offer.proposed", "match.agreed", "match.cancelled"]


class TestSendWebhook:
    def test_posts_what_standard_webhooks_says(self, town: SmallTown, system: System) -> None:
        message = listened_to(town, system)

        send_webhook(webhook_message_id=message.pk, now=NOW)

        (headers, body), secret = system.came[0], webhook_port.secret_of(str(Webhook.objects.get().public_id))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"msg_{message.public_id.hex}.{int(NOW.timestamp())}.".encode() + body
        assert headers["webhook-id"] == f"msg_{message.public_id.hex}"
        assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
        assert (
            headers["webhook-signature"]
            == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        )
        assert headers["host"] == f"localhost:{system.port}"
        assert json.loads(body) == {
            "type": "match.agreed",
            "timestamp": NOW.isoformat(),
            "data": message.about,
        }
        message.refresh_from_db()
        assert (message.taken_at, message.attempts, message.next_at, message.last_result) == (NOW, 1, None, "HTTP_200")

    def test_signs_with_an_earlier_key_too(self, town: SmallTown, system: System, settings: Settings) -> None:
        message = listened_to(town, system)
        old = webhook_port.secret_of(str(Webhook.objects.get().public_id))
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50

        send_webhook(webhook_message_id=message.pk, now=NOW)

        headers, body = system.came[0]
        signature = webhook_port.signature_of(
            base64.b64decode(old.removeprefix("whsec_")),
            message_id=headers["webhook-id"],
            timestamp=int(NOW.timestamp()),
            body=body,
        )
        assert len(headers["webhook-signature"].split()) == 2
        assert signature in headers["webhook-signature"].split()

    def test_tries_for_three_days_and_then_waits_for_the_clerk(self, town: SmallTown, system: System) -> None:
        message = listened_to(town, system)
        system.says, now = 500, NOW

        for wait in WAITS:
            send_webhook(webhook_message_id=message.pk, now=now)
            message.refresh_from_db()
            assert message.next_at == now + wait
            assert OutboxJob.objects.filter(due_at=message.next_at, name="notices.send_webhook").count() == 1
            send_webhook(webhook_message_id=message.pk, now=now + wait / 2)
            now += wait
        send_webhook(webhook_message_id=message.pk, now=now)

        message.refresh_from_db()
        assert len(system.came) == message.attempts == len(WAITS) + 1
        assert len({headers["webhook-id"] for headers, _ in system.came}) == 1
        assert (message.given_up_at, message.next_at, message.last_result) == (now, None, "HTTP_500")
        assert now - NOW > timedelta(days=3)

    def test_is_sent_again_by_the_clerk_under_its_old_id(self, town: SmallTown, system: System) -> None:
        message = listened_to(town, system)
        send_webhook(webhook_message_id=message.pk, now=NOW)
        send_webhook(webhook_message_id=message.pk, now=NOW)
        assert len(system.came) == 1

        replay_webhook(viewer=viewer_of(town.clerk), message_id=message.public_id, now=NOW + timedelta(hours=1))
        send_webhook(webhook_message_id=message.pk, now=NOW + timedelta(hours=1))

        assert [headers["webhook-id"] for headers, _ in system.came] == [f"msg_{message.public_id.hex}"] * 2
        assert system.came[0][1] == system.came[1][1]

    def test_closes_an_address_that_says_it_is_gone(self, town: SmallTown, system: System) -> None:
        message = listened_to(town, system)
        system.says = 410

        send_webhook(webhook_message_id=message.pk, now=NOW)

        assert Webhook.objects.get().closed_at == NOW
        message.refresh_from_db()
        assert (message.given_up_at, message.last_result) == (NOW, "HTTP_410")
        with pytest.raises(WebhookClosed):
            replay_webhook(viewer=viewer_of(town.clerk), message_id=message.public_id, now=NOW)

    def test_follows_no_redirect(self, town: SmallTown, system: System) -> None:
        message = listened_to(town, system)
        system.says, system.headers = 307, {"Location": f"http://localhost:{system.port}/elsewhere"}

        send_webhook(webhook_message_id=message.pk, now=NOW)

        message.refresh_from_db()
        assert (len(system.came), message.last_result) == (1, "HTTP_307")

    def test_uses_no_proxy_of_the_environment(
        self, town: SmallTown, system: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9/")
        message = listened_to(town, system)

        send_webhook(webhook_message_id=message.pk, now=NOW)

        assert len(system.came) == 1

    def test_waits_where_nobody_listens(self, town: SmallTown, settings: Settings) -> None:
        with listening() as system:
            port = system.port
        settings.WEBHOOK_TEST_HOSTS = [f"localhost:{port}"]
        system.port = port
        message = listened_to(town, system)

        send_webhook(webhook_message_id=message.pk, now=NOW)

        message.refresh_from_db()
        assert (message.last_result, message.next_at) == ("ConnectError", NOW + WAITS[0])
