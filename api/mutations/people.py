"""What people say of themselves and of each other."""

from collections.abc import Iterable
from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import Channel, Sex, TieKind
from api.types.people import Person
from api.types.words import Mandate, Tie, Vouch
from matchmaker.community import actions
from matchmaker.errors import InvalidInput
from matchmaker.needs import queries as needs


class ChangeProfile(Mutation):
    """Change what one tells about oneself, or as a worker what somebody without an account told; the rest stays."""

    class Input:
        person_id = graphene.ID(description="Whose, for a worker of their area; left out it is one's own.")
        name = graphene.String(description="The name neighbours know.")
        phone = graphene.String(description="A phone number (E.164).")
        email = graphene.String(description="A mail address.")
        birth_year = graphene.Int(description="The year one was born in.")
        sex = Sex(description="As one states it.")
        languages = graphene.List(graphene.NonNull(graphene.String), description="Language tags (BCP 47).")
        skills = graphene.List(graphene.NonNull(graphene.String), description="What one can do.")
        walking_speed_m_per_min = graphene.Int(description="How fast one walks, in metres a minute.")
        visits_per_week_cap = graphene.Int(description="The most visits a week one would help at.")
        without_graph = graphene.Boolean(description="Be matched without ties and trust, nearest first, by a person.")
        listed_with_few_ties = graphene.Boolean(
            description="Stand on the list of people with few ties that workers read."
        )

    gives = "person"
    person = graphene.Field(Person, description="The person.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        told = given(asked)
        if (person_id := told.pop("person_id", None)) is not None:
            told["person_id"] = uuid_of("Person", person_id, field="person_id")
        return actions.change_profile(viewer=context.viewer, now=context.now, **told)


class ConfirmHome(Mutation):
    """Say, as a worker of the area, that a person lives where they said when they joined."""

    class Input:
        person_id = graphene.ID(required=True, description="Who.")

    gives = "person"
    person = graphene.Field(Person, description="The person.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.confirm_home(viewer=context.viewer, person_id=person_id, now=context.now)


class RefuseHome(Mutation):
    """Say, as a worker of the area, that a person does not live where they said; they can say it anew."""

    class Input:
        person_id = graphene.ID(required=True, description="Who.")

    gives = "person"
    person = graphene.Field(Person, description="The person.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.refuse_home(viewer=context.viewer, person_id=person_id, now=context.now)


class VouchFor(Mutation):
    """Give one's word for someone; it expires and can be taken back."""

    class Input:
        person_id = graphene.ID(required=True, description="For whom.")

    gives = "vouch"
    vouch = graphene.Field(Vouch, description="The word.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.vouch_for(viewer=context.viewer, person_id=person_id, now=context.now)


class RevokeVouch(Mutation):
    """Take one's word for someone back."""

    class Input:
        vouch_id = graphene.ID(required=True, description="Which word.")

    gives = "vouch"
    vouch = graphene.Field(Vouch, description="The word.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        vouch_id = uuid_of("Vouch", asked.vouch_id, field="vouch_id")
        return actions.revoke_vouch(viewer=context.viewer, vouch_id=vouch_id, now=context.now)


class ClaimTie(Mutation):
    """Say that someone is a relative or a friend; it counts once they say so too."""

    class Input:
        person_id = graphene.ID(required=True, description="Who.")
        kind = TieKind(required=True, description="KIN or FRIEND.")

    gives = "tie"
    tie = graphene.Field(Tie, description="The tie.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.claim_tie(viewer=context.viewer, person_id=person_id, kind=asked.kind.value, now=context.now)


class GiveMandate(Mutation):
    """Enter, as a worker, the mandate that a person of the area gave; the person is told separately."""

    class Input:
        for_person_id = graphene.ID(required=True, description="Who gave it.")
        holder_id = graphene.ID(required=True, description="Who may act for them.")
        evidence = graphene.String(required=True, description="What it rests on: a paper, a call.")
        ends_date = graphene.Date(required=True, description="Until which day, a year at most.")
        scope = graphene.List(
            graphene.NonNull(graphene.ID), description="Codes of service types; none means all but sensitive ones."
        )

    gives = "mandate"
    mandate = graphene.Field(Mandate, description="The mandate.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.give_mandate(
            viewer=context.viewer,
            for_person_id=uuid_of("Person", asked.for_person_id, field="for_person_id"),
            holder_id=uuid_of("Person", asked.holder_id, field="holder_id"),
            now=context.now,
            **given(asked, except_for=("for_person_id", "holder_id", "scope")),
            scope=known_types(asked.scope or ()),
        )


class RevokeMandate(Mutation):
    """Take a mandate back: one's own, or for the person who rang, as a worker of their area."""

    class Input:
        mandate_id = graphene.ID(required=True, description="Which mandate.")
        channel = Channel(description="How the person said it, where a worker enters it.")

    gives = "mandate"
    mandate = graphene.Field(Mandate, description="The mandate.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        mandate_id = uuid_of("Mandate", asked.mandate_id, field="mandate_id")
        channel = given(asked).get("channel", "")
        return actions.revoke_mandate(viewer=context.viewer, mandate_id=mandate_id, channel=channel, now=context.now)


def known_types(codes: Iterable[str]) -> list[str]:
    """Each code once; a mandate over a type that there is not would cover nothing without a word."""
    scope = list(dict.fromkeys(codes))
    if not set(scope) <= {kind.code for kind in needs.service_types()}:
        raise InvalidInput("We do not know this kind of help.", message_zh="没有这种服务类型。", field="scope")
    return scope
