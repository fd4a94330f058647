"""The taxonomy of services."""

import graphene

from api.connections import connection_of
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.enums import CareDimension
from matchmaker.needs import models


class ServiceType(graphene.ObjectType):
    """A node of the taxonomy of services; what it asks of a helper stands here."""

    class Meta:
        possible_types = (models.ServiceType,)

    code = graphene.ID(required=True, description="Its lasting code: inputs name a service type by it.")
    name_zh = graphene.String(required=True, description="Its Chinese name.")
    name_en = graphene.String(required=True, description="Its English name.")
    parent_code = graphene.ID(description="The code of the type above it; null for the seven at the top.")
    care_dimension = graphene.Field(
        CareDimension, description="What kind of care it is, where it is care.", resolver=null_if_empty
    )
    sensitive = graphene.Boolean(
        required=True, description="Asks for a consent, and a worker looks at proposals first."
    )
    public_duty = graphene.Boolean(required=True, description="A duty of public bodies: never put on volunteers.")
    body_care = graphene.Boolean(required=True, description="Touches the body: a helper of the same sex is suggested.")
    minimum_helper_age = graphene.Int(required=True, description="How old a helper is at least, in years.")

    @staticmethod
    @reads("parent__code")
    def resolve_parent_code(kind: models.ServiceType, _info: graphene.ResolveInfo) -> str | None:
        return kind.parent.code if kind.parent else None


ServiceTypeConnection = connection_of(ServiceType)
