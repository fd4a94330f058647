"""Organizations and who belongs to them."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import OrganizationKind
from matchmaker.community import models


class Organization(graphene.ObjectType):
    """An organization of the community; organizations are public."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Organization,)

    name = graphene.String(required=True, description="Its name.")
    name_en = graphene.String(description="Its English name, where it has one.", resolver=null_if_empty)
    kind = graphene.Field(OrganizationKind, required=True, description="What kind it is.")
    area = graphene.Field(Area, required=True, description="The area it works in.")
    phone = graphene.String(description="Its public phone number.", resolver=null_if_empty)
    verified_at = graphene.DateTime(description="When a worker verified it; null until then.")


OrganizationConnection = connection_of(Organization)
