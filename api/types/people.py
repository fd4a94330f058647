"""People, and what they tell about themselves."""

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.enums import Sex
from matchmaker.community import models


class Profile(graphene.ObjectType):
    """What a person tells about themselves; nobody else reads it."""

    phone = graphene.String(description="Their phone number (E.164).", resolver=null_if_empty)
    email = graphene.String(description="Their mail address.", resolver=null_if_empty)
    birth_year = graphene.Int(description="The year they were born in.")
    sex = graphene.Field(Sex, required=True, description="As they state it.")
    languages = graphene.List(graphene.NonNull(graphene.String), required=True, description="Language tags (BCP 47).")
    skills = graphene.List(graphene.NonNull(graphene.String), required=True, description="What they can do.")
    walking_speed_m_per_min = graphene.Int(required=True, description="How fast they walk, in metres a minute.")
    visits_per_week_cap = graphene.Int(required=True, description="The most visits a week they would help at.")
    without_graph = graphene.Boolean(
        required=True, description="They asked to be matched without ties and trust, nearest first, by a person."
    )
    listed_with_few_ties = graphene.Boolean(
        required=True, description="They agreed to stand on the list of people with few ties that workers read."
    )
    home = graphene.String(description="The name of their household.")
    home_confirmed_at = graphene.DateTime(description="When a worker confirmed where they live.")

    @staticmethod
    @reads("household__name")
    def resolve_home(person: models.Person, _info: graphene.ResolveInfo) -> str | None:
        return person.household.name if person.household else None


class Person(graphene.ObjectType):
    """Someone known here; each field that gives a person decides who is shown one."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Person,)

    name = graphene.String(required=True, description="Their name.")
    profile = graphene.Field(Profile, description="What they tell about themselves: for themselves alone.")

    @staticmethod
    @reads(rows=[""])
    def resolve_profile(person: models.Person, info: graphene.ResolveInfo) -> models.Person | None:
        context: Context = info.context
        return person if person.pk == context.viewer.person_id else None


PersonConnection = connection_of(Person)
