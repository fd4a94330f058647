"""Who of an organization's members went to which visit."""

from typing import Any

import graphene
from graphql_relay import to_global_id

from api.connections import connection_of
from api.types.absent import null_if_empty
from api.types.enums_gone_wrong import Attended


class AttendedVisit(graphene.ObjectType):
    """A visit that was agreed with an organization, as its clerk reads it; nothing of whoever is helped."""

    visit_id = graphene.ID(required=True, description="The id of the visit, by which `node` gives more.")
    stands = graphene.Field(Attended, required=True, description="How it stands with it.")
    starts_at = graphene.DateTime(required=True, description="When it was agreed to begin.")
    ends_at = graphene.DateTime(required=True, description="When it was agreed to end.")
    arrived_at = graphene.DateTime(description="When the member came, where somebody said so.")
    left_at = graphene.DateTime(description="When the member left, where somebody said so.")
    minutes = graphene.Int(description="The minutes given; null until both sides confirmed that they met.")
    member_name = graphene.String(
        description="Who goes: a member of today whom the organization knows by name; null for others.",
        resolver=null_if_empty,
    )

    @staticmethod
    def resolve_visit_id(line: Any, _info: graphene.ResolveInfo) -> str:
        return str(to_global_id("Visit", line.visit_id))


AttendedVisitConnection = connection_of(AttendedVisit)
