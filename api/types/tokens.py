"""Access tokens of apps and of organizations' systems."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.naming import named
from api.types.organizations import Organization
from matchmaker.community import models

TokenScope = named(
    models.TokenScope,
    "TokenScope",
    "What an access token opens. It never opens more than its account may do.",
    READ="Reads what the account may read, without contacts.",
    CONTACTS="Reads contacts and profiles where the account may.",
    ASK="Opens, changes and withdraws needs.",
    HELP="Opens, pauses and closes offers, and comes along.",
    ANSWER="Answers proposals, says of visits how they went, calls them off.",
    LISTS="Brings in lists.",
    CALENDAR="Reads agreed visits as a calendar, at an address of its own; goes with no other scope.",
    WORK="Does what the account's posts open: reviews, rounds, the duty post, the desk.",
)


class AccessToken(graphene.ObjectType):
    """A token of one's account, or of an organization one speaks for. Its secret was told when it was made."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.AccessToken,)

    name = graphene.String(required=True, description="What it is for.")
    scopes = graphene.List(graphene.NonNull(TokenScope), required=True, description="What it opens.")
    organization = graphene.Field(Organization, description="Whose system uses it; null for one's own.")
    created_at = graphene.DateTime(required=True, description="When it was made.")
    expires_at = graphene.DateTime(required=True, description="Until when it is good.")
    last_used_date = graphene.Date(description="The day on which it was used last.")


AccessTokenConnection = connection_of(AccessToken)


class MadeToken(graphene.ObjectType):
    """A token with its secret, which is told this once."""

    secret = graphene.String(
        description="To be sent as `Authorization: Bearer <secret>`; null where the same is answered a second time."
    )
    token = graphene.Field(AccessToken, required=True, description="What is kept of it.")
