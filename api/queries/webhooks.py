"""Webhooks of the organizations that the viewer speaks for."""

import graphene

from api.connections import connection_field
from api.types.webhooks import WebhookConnection, WebhookMessageConnection
from matchmaker.notices import queries


class WebhookQueries(graphene.ObjectType):
    """Webhooks of the organizations that the viewer speaks for."""

    webhooks = connection_field(
        WebhookConnection,
        lambda context: queries.webhooks_for(context.viewer),
        description="Addresses at which the organizations one speaks for are told of events.",
    )
    webhook_messages = connection_field(
        WebhookMessageConnection,
        lambda context: queries.webhook_messages_for(context.viewer),
        description="What was told there in the last thirty days, the newest first.",
    )
