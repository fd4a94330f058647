"""Joining, signing in and out, inviting others."""

from contextlib import suppress
from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.viewer import Viewer
from api.types.words import Invitation
from matchmaker.community import actions, queries
from matchmaker.community.actions.acting_once import Answer
from matchmaker.community.actions.joining import SignInNameTaken
from matchmaker.notices import actions as notices


class RequestSignInCode(Mutation):
    """Have a one-time code sent; the answer is the same whether or not there is such an account."""

    class Input:
        sign_in_name = graphene.String(required=True, description="A phone number or a mail address.")

    takes_key = False
    gives = "challenge"
    challenge = graphene.String(
        description="If there is such an account, a code is on its way. It fits only together with this: see `signIn`."
    )

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        challenge = notices.send_sign_in_code(sign_in_name=asked.sign_in_name, now=context.now, address=context.address)
        context.keep_challenge(challenge)
        return challenge


class SignIn(Mutation):
    """Sign in with a one-time code; the answer carries the session's cookie."""

    class Input:
        sign_in_name = graphene.String(required=True, description="The phone number or mail address it was sent to.")
        code = graphene.String(required=True, description="The code.")
        challenge = graphene.String(
            description="What `requestSignInCode` answered; left out, that of the session's latest request."
        )

    takes_key = False
    gives = "viewer"
    viewer = graphene.Field(Viewer, description="Who is signed in now.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        user = actions.sign_in_with_code(
            sign_in_name=asked.sign_in_name,
            challenge=asked.challenge or context.challenge,
            code=asked.code,
            now=context.now,
            address=context.address,
        )
        context.sign_in(user)
        return context.viewer


class SignOut(Mutation):
    """End the session."""

    takes_key = False
    gives = "viewer"
    viewer = graphene.Field(Viewer, description="A visitor.")

    @staticmethod
    def act(context: Context, _asked: None) -> Any:
        context.sign_out()
        return context.viewer


class JoinByInvitation(Mutation):
    """Join with an invitation's code; after it, ask for a code to sign in. It does not tell who had an account."""

    class Input:
        code = graphene.String(required=True, description="The invitation's code.")
        name = graphene.String(required=True, description="The name neighbours know.")
        sign_in_name = graphene.String(required=True, description="A phone number or a mail address to sign in with.")
        language = graphene.String(description="A language tag; zh-hans when left out.")
        household_id = graphene.ID(description="Which household; a worker confirms it.")

    takes_key = False
    gives = "joined"
    joined = graphene.Boolean(description="True: an account of this name stands, a new one or the one it had.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        wishes = given(asked)
        wishes["household_id"] = uuid_if_given("Area", asked.household_id, field="household_id")
        wishes.setdefault("language", "zh-hans")
        with suppress(SignInNameTaken):
            actions.join_by_invitation(**wishes, now=context.now)
        return True


class Invite(Mutation):
    """Make a code with which others join an area, or an organization in it."""

    class Input:
        area_id = graphene.ID(required=True, description="Which area.")
        organization_id = graphene.ID(description="Which organization, if any.")
        uses = graphene.Int(description="How many can use it; 1 when left out.")

    gives = "invitation"
    invitation = graphene.Field(Invitation, description="The invitation, with its code.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        wishes = given(asked)
        wishes["area_id"] = uuid_of("Area", asked.area_id, field="area_id")
        wishes["organization_id"] = uuid_if_given("Organization", asked.organization_id, field="organization_id")
        return _told(*actions.invite(viewer=context.viewer, now=context.now, **wishes))

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        return Answer(row=str(done["row"].pk))

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        return _told(queries.invitation_by_key(context.viewer, int(answer.row)), None)


def _told(invitation: Any, code: str | None) -> dict[str, Any]:
    return {
        "row": invitation,
        "code": code,
        "area": invitation.area,
        "organization": invitation.organization,
        "uses_left": invitation.uses_left,
        "expires_at": invitation.expires_at,
    }
