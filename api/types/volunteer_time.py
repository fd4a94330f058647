"""The time that members gave in the name of their organization, as its clerk lists it."""

from dataclasses import dataclass
from datetime import date, datetime

import graphene

from api.connections import connection_inside, connection_of
from api.types.areas import Area
from api.types.services import ServiceType
from matchmaker.matches.queries import organizations as queries


class VolunteerTime(graphene.ObjectType):
    """One visit of a volunteer; nothing of whoever was helped."""

    class Meta:
        possible_types = (queries.VolunteerTime,)

    name = graphene.String(required=True, description="Who went.")
    starts_at = graphene.DateTime(required=True, description="From when.")
    ends_at = graphene.DateTime(required=True, description="Until when.")
    minutes = graphene.Int(required=True, description="The minutes that both sides confirmed.")
    service_type = graphene.Field(ServiceType, required=True, description="What kind of help.")
    community = graphene.Field(Area, required=True, description="In which community.")


VolunteerTimeConnection = connection_of(VolunteerTime)


@dataclass(frozen=True, slots=True)
class Listed:
    """What was listed of a month and an organization, of visits confirmed before a moment."""

    organization_pk: int
    starts_date: date
    until: datetime
    lines: list[queries.VolunteerTime]


class ListedTime(graphene.ObjectType):
    """What members gave without pay in a month, as it was listed."""

    class Meta:
        possible_types = (Listed,)

    starts_date = graphene.Date(required=True, description="The first day of the month.")
    minutes = graphene.Int(required=True, description="All of it together.")
    times = connection_inside(
        VolunteerTimeConnection,
        lambda listed, _context: listed.lines,
        description="The visits in order. For another page send the same key again: it is listed once.",
    )

    @staticmethod
    def resolve_minutes(listed: Listed, _info: graphene.ResolveInfo) -> int:
        return sum(line.minutes for line in listed.lines)
