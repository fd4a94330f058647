"""The call list, and how a person wishes to be told."""

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.enums import CallManner, CallResult, CallState, NoticeChannel
from api.types.people import Person
from matchmaker.notices import models, queries, ways


class Call(graphene.ObjectType):
    """A person whom a worker of their area rings up or visits."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Call,)

    person = graphene.Field(Person, required=True, description="Whom.")
    phone = graphene.String(description="Their number, where one is known.")
    manner = graphene.Field(CallManner, required=True, description="By phone, or at the door.")
    state = graphene.Field(CallState, required=True, description="How it stands.")
    urgent = graphene.Boolean(required=True, description="Comes before the others.")
    to_say = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What to say, and what can be answered: one sentence for each thing.",
    )
    due_at = graphene.DateTime(required=True, description="From when on it stands on the list.")
    tries = graphene.Int(required=True, description="How often it was tried.")
    result = graphene.Field(CallResult, description="What came of the last try.", resolver=null_if_empty)
    note = graphene.String(description="The note on the last try.", resolver=null_if_empty)
    logged_at = graphene.DateTime(description="When the last try was logged.")

    @staticmethod
    def resolve_phone(call: models.Call, _info: graphene.ResolveInfo) -> str | None:
        return ways.phone_of(call.person) or None

    @staticmethod
    def resolve_to_say(call: models.Call, info: graphene.ResolveInfo) -> list[str]:
        context: Context = info.context
        return [told.sentence for told in queries.told_in(call, context.language)]


CallConnection = connection_of(Call)


class Wishes(graphene.ObjectType):
    """How one wishes to be told; each reads their own."""

    class Meta:
        possible_types = (queries.OwnWishes,)

    channel = graphene.Field(
        NoticeChannel, description="The way wished for; null leaves it to the service.", resolver=null_if_empty
    )
    language = graphene.String(
        description="The language wished for; null is that of the account.", resolver=null_if_empty
    )
    quiet_from = graphene.Time(required=True, description="From when nobody disturbs, but for what is urgent.")
    quiet_until = graphene.Time(required=True, description="Until when.")
    told_by = graphene.Field(NoticeChannel, required=True, description="The way in use now.")
    possible = graphene.List(
        graphene.NonNull(NoticeChannel), required=True, description="The ways that are open to this person here."
    )
