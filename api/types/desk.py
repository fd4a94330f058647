"""What a worker reads at the desk."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.enums import Channel, ConsentKind, ConsentManner
from api.types.people import Person
from matchmaker.community import models


class DeskPerson(graphene.ObjectType):
    """Someone of the areas the viewer works for, with what it takes to know them apart and to ring them up."""

    person = graphene.Field(Person, required=True, description="Who.")
    phone = graphene.String(description="Their phone number (E.164).", resolver=null_if_empty)
    home = graphene.String(description="The corridor and the number on the door.")
    birth_year = graphene.Int(description="The year they were born in.")
    has_account = graphene.Boolean(required=True, description="Whether they can sign in by themselves.")

    @staticmethod
    def resolve_person(person: models.Person, _info: graphene.ResolveInfo) -> models.Person:
        return person

    @staticmethod
    def resolve_home(person: models.Person, _info: graphene.ResolveInfo) -> str | None:
        home = person.household
        if home is None:
            return None
        return f"{home.parent.name} {home.name}" if home.parent else home.name

    @staticmethod
    def resolve_has_account(person: models.Person, _info: graphene.ResolveInfo) -> bool:
        return hasattr(person, "account")


DeskPersonConnection = connection_of(DeskPerson)


class Consent(graphene.ObjectType):
    """What a person agreed to, in which wording, how, and who heard it."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Consent,)

    person = graphene.Field(Person, required=True, description="Who agreed.")
    kind = graphene.Field(ConsentKind, required=True, description="To what.")
    manner = graphene.Field(ConsentManner, required=True, description="How.")
    text_version = graphene.String(required=True, description="Which wording was read, or read aloud.")
    paper_kept_at = graphene.String(description="Where the paper is, of a consent in writing.", resolver=null_if_empty)
    heard_by = graphene.Field(Person, description="Which worker heard it.")
    given_at = graphene.DateTime(required=True, description="When.")
    withdrawn_at = graphene.DateTime(description="When it was withdrawn.")
    withdrawal_channel = graphene.Field(Channel, description="How it was withdrawn.", resolver=null_if_empty)
