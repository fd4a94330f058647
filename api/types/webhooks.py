"""Webhooks of organizations."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.naming import named
from api.types.organizations import Organization
from matchmaker.notices import models

WebhookEvent = named(
    models.WebhookEvent,
    "WebhookEvent",
    "What an organization's system can be told of its own offers.",
    OFFER_PROPOSED="An offer was proposed to a need: somebody is to answer.",
    PROPOSAL_ENDED="No answer is wanted any more.",
    MATCH_AGREED="Both sides said yes.",
    MATCH_CANCELLED="A match was called off.",
    VISIT_HELD="Both sides said that a visit took place.",
    VISIT_NOT_HELD="A side said that a visit did not take place.",
)


class Webhook(graphene.ObjectType):
    """An address at which an organization's system is told of events."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Webhook,)

    url = graphene.String(required=True, description="Where it is told.")
    events = graphene.List(graphene.NonNull(WebhookEvent), required=True, description="Of what.")
    organization = graphene.Field(Organization, required=True, description="Whose system listens there.")
    opened_at = graphene.DateTime(required=True, description="Since when.")
    closed_at = graphene.DateTime(description="When it was closed, by a clerk or by the other side's own word.")


class WebhookMessage(graphene.ObjectType):
    """One event on its way to one address."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.WebhookMessage,)

    webhook = graphene.Field(Webhook, required=True, description="Where it is told.")
    event = graphene.Field(WebhookEvent, required=True, description="What happened.")
    made_at = graphene.DateTime(required=True, description="When it happened.")
    attempts = graphene.Int(required=True, description="How often it was tried.")
    next_at = graphene.DateTime(description="When it is tried next; null once it came to an end.")
    taken_at = graphene.DateTime(description="When the other side took it.")
    given_up_at = graphene.DateTime(description="When it was given up; it can be sent again.")
    last_result = graphene.String(
        description="What came of the last try: a status, or a kind of error.", resolver=null_if_empty
    )


WebhookConnection = connection_of(Webhook)
WebhookMessageConnection = connection_of(WebhookMessage)


class OpenedWebhook(graphene.ObjectType):
    """A webhook with the secret of its signatures."""

    secret = graphene.String(
        description="Checks `webhook-signature` (Standard Webhooks, `whsec_`); null where it is answered a second time."
    )
    webhook = graphene.Field(Webhook, required=True, description="The webhook.")
