"""Webhooks: a clerk names an address, it is told of events, and what did not arrive can be sent again."""

import base64
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from matchmaker.community.actions.locking import chain_of, community_of, organization_named
from matchmaker.community.models import Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.notices import webhook_port
from matchmaker.notices.models import Webhook, WebhookEvent, WebhookMessage
from matchmaker.records.actions import commit

URL_LENGTH: Final = 500
OPEN_AT_ONCE: Final = 5


class WebhookThereAlready(DomainError):
    code = "WEBHOOK_THERE_ALREADY"
    message = "Your organization is told at this address already."
    message_zh = "这个地址已经登记过了。"


class TooManyWebhooks(DomainError):
    code = "TOO_MANY_WEBHOOKS"
    message = f"An organization has at most {OPEN_AT_ONCE} addresses. Close one first."
    message_zh = f"一个组织最多{OPEN_AT_ONCE}个地址，请先停用一个。"


class WebhookClosed(DomainError):
    code = "WEBHOOK_CLOSED"
    message = "Nobody listens at this address any more. Enter it again first."
    message_zh = "这个地址已经停用，请先重新登记。"


def open_webhook(
    *, viewer: Viewer, organization_id: UUID, url: str, events: Collection[str], now: datetime
) -> tuple[Webhook, str]:
    """The organization is told at this address from now on; the secret that its system checks with is told here."""
    person_id = viewer.require_person()
    url = _checked_url(url)
    chosen = _checked_events(events)
    with transaction.atomic():
        organization = organization_named(organization_id)
        if organization.pk not in viewer.clerk_of:
            raise NotAllowed(field="organization_id")
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if Webhook.objects.filter(organization=organization, closed_at__isnull=True).count() >= OPEN_AT_ONCE:
            raise TooManyWebhooks
        try:
            with transaction.atomic():
                webhook = Webhook.objects.create(
                    organization=organization, url=url, events=chosen, opened_by_id=person_id, opened_at=now
                )
        except IntegrityError as error:
            raise WebhookThereAlready(field="url") from error
        _record("webhook.opened", webhook, person_id, now)
    return webhook, webhook_port.secret_of(str(webhook.public_id))


def close_webhook(*, viewer: Viewer, webhook_id: UUID, now: datetime) -> Webhook:
    """Nothing is told at this address any more."""
    person_id = viewer.require_person()
    with transaction.atomic():
        webhook = _locked(viewer, webhook_id)
        if webhook.closed_at is None:
            webhook.closed_at = now
            webhook.save(update_fields=["closed_at"])
            _record("webhook.closed", webhook, person_id, now)
    return webhook


def replay_webhook(*, viewer: Viewer, message_id: UUID, now: datetime) -> WebhookMessage:
    """The message is sent again with its old id, whether or not it was taken; its attempts begin anew."""
    viewer.require_person()
    with transaction.atomic():
        rows = WebhookMessage.objects.select_for_update(of=("self",), no_key=True).select_related(
            "webhook__organization__area"
        )
        message = rows.filter(public_id=message_id, webhook__organization__in=viewer.clerk_of).first()
        if message is None:
            raise NotFound(field="message_id")
        if message.webhook.closed_at is not None:
            raise WebhookClosed(field="message_id")
        message.attempts, message.next_at = 0, now
        message.taken_at = message.given_up_at = message.handed_until = None
        message.save(update_fields=["attempts", "next_at", "taken_at", "given_up_at", "handed_until"])
        enqueue(names.SEND_WEBHOOK, {"webhook_message_id": message.pk}, now=now)
    return message


def tell_systems(
    *, organization_id: int | None, event: WebhookEvent, about: Mapping[str, UUID], key: str, now: datetime
) -> None:
    """Every address of the organization that wishes to hear of this is told; without an organization nobody is."""
    if organization_id is None:
        return
    told = {f"{name[0].lower()}{name[1:]}Id": _id_in_the_api(name, public_id) for name, public_id in about.items()}
    for webhook in Webhook.objects.filter(organization_id=organization_id, closed_at__isnull=True).order_by("pk"):
        if event.value not in webhook.events:
            continue
        row = WebhookMessage(
            webhook=webhook, event=event, about=told, key=f"{webhook.pk}:{key}", made_at=now, next_at=now
        )
        WebhookMessage.objects.bulk_create([row], ignore_conflicts=True)
        message = WebhookMessage.objects.get(key=row.key)
        job = f"send_webhook@{message.pk}"
        enqueue(names.SEND_WEBHOOK, {"webhook_message_id": message.pk}, now=now, key=job)


def _id_in_the_api(type_name: str, public_id: UUID) -> str:
    """The id under which `node` of the API finds the row."""
    return base64.b64encode(f"{type_name}:{public_id}".encode()).decode()


def _locked(viewer: Viewer, webhook_id: UUID) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("organization__area")
    webhook = rows.filter(public_id=webhook_id, organization__in=viewer.clerk_of).first()
    if webhook is None:
        raise NotFound(field="webhook_id")
    return webhook


def _checked_url(url: str) -> str:
    url = (url or "").strip()
    if len(url) > URL_LENGTH or webhook_port.fault_of_url(url) is not None:
        raise InvalidInput(
            f"Give an https:// address of up to {URL_LENGTH} characters, without a name or password in it.",
            message_zh=f"请填写 https:// 开头的地址，最多{URL_LENGTH}个字符，里面不要有用户名和密码。",
            field="url",
        )
    return url


def _checked_events(events: Collection[str]) -> list[str]:
    chosen = {str(getattr(event, "value", event)) for event in events}
    if not chosen or not chosen <= set(WebhookEvent.values):
        raise InvalidInput("Choose at least one event.", message_zh="请至少选一种消息。", field="events")
    return sorted(chosen)


def _record(kind: str, webhook: Webhook, person_id: int, now: datetime) -> None:
    chain = chain_of(community_of(webhook.organization.area).pk)
    commit(chain=chain, kind=kind, facts={"webhook": webhook.pk}, persons=[person_id], now=now)
