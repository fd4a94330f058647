"""What each role tries about apps and organizations' systems: access tokens and webhooks."""

from typing import Any, Final

from matchmaker.community.actions import make_token
from matchmaker.community.models import AccessToken
from matchmaker.notices.actions import open_webhook, tell_systems
from matchmaker.notices.models import Webhook, WebhookEvent, WebhookMessage
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt, Given
from tests.towns import viewer_of
from tests.way import OPENED, Way


def with_systems(way: Way) -> None:
    """The asker has an app, and the organization a system."""
    make_token(viewer=viewer_of(way.town.asker, now=way.now), name="我的手机", scopes=["READ"], now=way.now)
    _organizations_token(way, "")
    AccessToken.objects.update(last_used_date=way.now.date())
    closed = _webhook(way)
    given_up = _told(way, "given up")
    WebhookMessage.objects.filter(pk=given_up.pk).update(given_up_at=way.now, last_result="HTTP_410")
    Webhook.objects.filter(pk=closed.pk).update(closed_at=way.now)
    taken = _message(way)
    WebhookMessage.objects.filter(pk=taken.pk).update(taken_at=way.now)
    _told(way, "waits")


def _organizations_token(way: Way, _role: str) -> dict[str, Any]:
    token, _secret = make_token(
        viewer=viewer_of(way.town.clerk, now=way.now),
        organization_id=way.town.organization.public_id,
        name="组织的系统",
        scopes=["READ", "HELP"],
        now=way.now,
    )
    return {"tokenId": global_id("AccessToken", token)}


def _new_token(_way: Way, _role: str) -> dict[str, Any]:
    return {"name": "日历", "scopes": ["READ"]}


def _new_organizations_token(way: Way, role: str) -> dict[str, Any]:
    return _new_token(way, role) | {"organizationId": global_id("Organization", way.town.organization)}


def _new_webhook(way: Way, _role: str) -> dict[str, Any]:
    organization_id = global_id("Organization", way.town.organization)
    return {"organizationId": organization_id, "url": "https://rota.example.org/in", "events": ["MATCH_AGREED"]}


def _webhook(way: Way) -> Webhook:
    return open_webhook(
        viewer=viewer_of(way.town.clerk, now=way.now),
        organization_id=way.town.organization.public_id,
        url="https://system.example.org/in",
        events=["match.agreed"],
        now=way.now,
    )[0]


def _told(way: Way, key: str) -> WebhookMessage:
    tell_systems(
        organization_id=way.town.organization.pk,
        event=WebhookEvent.MATCH_AGREED,
        about={"Offer": way.organization_offer.public_id},
        key=key,
        now=way.now,
    )
    return WebhookMessage.objects.latest("pk")


def _message(way: Way) -> WebhookMessage:
    _webhook(way)
    return _told(way, "test")


OF_SYSTEMS: Final = (
    Attempt("makeToken", OPENED, _new_organizations_token),
    Attempt("revokeToken", OPENED, _organizations_token),
    Attempt("openWebhook", OPENED, _new_webhook),
    Attempt("closeWebhook", OPENED, lambda way, _role: {"webhookId": global_id("Webhook", _webhook(way))}),
    Attempt("replayWebhook", OPENED, lambda way, _role: {"messageId": global_id("WebhookMessage", _message(way))}),
)
ANSWERED_OF_SYSTEMS: Final[dict[str, tuple[str, str, Given]]] = {
    "MadeToken": ("makeToken", "made", _new_token),
    "OpenedWebhook": ("openWebhook", "opened", _new_webhook),
}
