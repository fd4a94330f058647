"""Webhooks: entering an address, closing it, sending a message again."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.told_again import answer_of, read_again
from api.types.webhooks import OpenedWebhook, Webhook, WebhookEvent, WebhookMessage
from matchmaker.community.actions.acting_once import Answer
from matchmaker.notices import actions


class OpenWebhook(Mutation):
    """Have an organization's system told of events, as a clerk of the organization."""

    class Input:
        organization_id = graphene.ID(required=True, description="Which organization.")
        url = graphene.String(required=True, description="An `https://` address outside our network.")
        events = graphene.List(graphene.NonNull(WebhookEvent), required=True, description="Of what it is told.")

    gives = "opened"
    opened = graphene.Field(OpenedWebhook, description="The webhook, with its secret.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        webhook, secret = actions.open_webhook(
            viewer=context.viewer,
            organization_id=uuid_of("Organization", asked.organization_id, field="organization_id"),
            now=context.now,
            **given(asked, except_for=("organization_id",)),
        )
        return {"webhook": webhook, "secret": secret}

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return answer_of("Webhook", done["webhook"])

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        return {"webhook": read_again("Webhook", context, answer), "secret": None}


class CloseWebhook(Mutation):
    """Have an address told nothing any more."""

    class Input:
        webhook_id = graphene.ID(required=True, description="Which webhook.")

    gives = "webhook"
    webhook = graphene.Field(Webhook, description="The webhook that was closed.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        webhook_id = uuid_of("Webhook", asked.webhook_id, field="webhook_id")
        return actions.close_webhook(viewer=context.viewer, webhook_id=webhook_id, now=context.now)


class ReplayWebhook(Mutation):
    """Send a message once more, with its old id."""

    class Input:
        message_id = graphene.ID(required=True, description="Which message.")

    gives = "message"
    message = graphene.Field(WebhookMessage, description="The message; it is tried at once.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        message_id = uuid_of("WebhookMessage", asked.message_id, field="message_id")
        return actions.replay_webhook(viewer=context.viewer, message_id=message_id, now=context.now)
