"""One's own data, leaving, and certificates."""

import json

import graphene

from matchmaker.privacy.queries import OwnData as OwnDataValue
from matchmaker.privacy.queries import document_of


class OwnData(graphene.ObjectType):
    """Everything that is held about the viewer."""

    class Meta:
        possible_types = (OwnDataValue,)

    made_at = graphene.DateTime(required=True, description="The moment it shows.")
    document = graphene.String(
        required=True, description="A JSON document that names its form and version and describes each of its parts."
    )

    @staticmethod
    def resolve_document(data: OwnDataValue, _info: graphene.ResolveInfo) -> str:
        return json.dumps(document_of(data), ensure_ascii=False)


class Farewell(graphene.ObjectType):
    """Somebody has left and will be forgotten."""

    forget_at = graphene.DateTime(required=True, description="When; until then they can come back.")
    return_code = graphene.String(
        description="The code that undoes it; it is shown this once, and null where the same is answered a second time."
    )


class IssuedCertificate(graphene.ObjectType):
    """Proof of hours given, just made, with what stands on the paper alone."""

    number = graphene.String(required=True, description="Its number.")
    code = graphene.String(
        description="Whoever has it can check the paper. It is shown once: null where the same is answered again."
    )
    document = graphene.String(
        description="All that is printed, as a JSON document; null where the same is answered a second time."
    )


class CheckedCertificate(graphene.ObjectType):
    """A genuine paper: what is printed on it."""

    number = graphene.String(required=True, description="Its number.")
    community_name = graphene.String(required=True, description="Where the time was given.")
    organization_name = graphene.String(description="In whose name; empty where it counts all hours.")
    starts_date = graphene.Date(required=True, description="From which day.")
    ends_date = graphene.Date(required=True, description="To which day, included.")
    visits = graphene.Int(required=True, description="How many visits.")
    minutes = graphene.Int(required=True, description="How many minutes.")
    issued_at = graphene.DateTime(required=True, description="When it was made.")
    name_fits = graphene.Boolean(description="Whether it was made for the name given; empty where none was given.")
