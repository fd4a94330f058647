"""Making access tokens, and taking them back."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.told_again import answer_of, read_again
from api.types.tokens import AccessToken, MadeToken, TokenScope
from matchmaker.community import actions
from matchmaker.community.actions.acting_once import Answer


class MakeToken(Mutation):
    """Make an access token for an app, or for the system of an organization one speaks for."""

    class Input:
        name = graphene.String(required=True, description="What it is for.")
        scopes = graphene.List(graphene.NonNull(TokenScope), required=True, description="What it opens.")
        days = graphene.Int(description="For how many days it is good, at most 366; 90 when left out.")
        organization_id = graphene.ID(description="Which organization's system uses it; one's own app when left out.")

    gives = "made"
    made = graphene.Field(MadeToken, description="The token, with the secret that is told this once.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        token, secret = actions.make_token(
            viewer=context.viewer,
            organization_id=uuid_if_given("Organization", asked.organization_id, field="organization_id"),
            now=context.now,
            **given(asked, except_for=("organization_id",)),
        )
        return {"token": token, "secret": secret}

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return answer_of("AccessToken", done["token"])

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        return {"token": read_again("AccessToken", context, answer), "secret": None}


class RevokeToken(Mutation):
    """Take an access token back: it opens nothing any more."""

    class Input:
        token_id = graphene.ID(required=True, description="Which token.")

    gives = "token"
    token = graphene.Field(AccessToken, description="The token that was taken back.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        token_id = uuid_of("AccessToken", asked.token_id, field="token_id")
        return actions.revoke_token(viewer=context.viewer, token_id=token_id, now=context.now)
