"""The duty post: its alarms, whom they rang, its phone, and emergencies to look back at."""

from typing import Final

import graphene
from graphql_relay import to_global_id

from api.connections import connection_of
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums_gone_wrong import AlarmKind
from api.types.needs import Need
from api.types.people import Person
from matchmaker.community.models import Area as AreaRow
from matchmaker.community.queries import grid_of
from matchmaker.needs.models import Emergency as EmergencyRow
from matchmaker.notices import models

TYPE_OF: Final = {
    models.AlarmKind.URGENT_NEED: "Need",
    models.AlarmKind.EMERGENCY: "Need",
    models.AlarmKind.NEED_OVERDUE: "Need",
    models.AlarmKind.VISIT_OVERDUE: "Visit",
    models.AlarmKind.CONCERN: "Match",
    models.AlarmKind.MONEY_ASKED: "Match",
    models.AlarmKind.SECOND_LOOK: "SecondLook",
    models.AlarmKind.SECOND_LOOK_LATE: "SecondLook",
}
"""What an alarm of each kind is about."""


class DutyCall(graphene.ObjectType):
    """One ring of an alarm: who was to be called, and when."""

    class Meta:
        possible_types = (models.DutyCall,)

    person = graphene.Field(Person, required=True, description="Who was rung.")
    ring = graphene.Int(required=True, description="Which ring it was, from 1 on.")
    rung_at = graphene.DateTime(required=True, description="When.")


class DutyAlarm(graphene.ObjectType):
    """Something a worker must see now. It climbs the area tree while nobody has taken it."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.DutyAlarm,)

    kind = graphene.Field(AlarmKind, required=True, description="Why it rings.")
    about = graphene.ID(required=True, description="The id of what it is about: node(id) shows it to whoever may see.")
    area = graphene.Field(Area, required=True, description="Roughly where: the grid.")
    raised_at = graphene.DateTime(required=True, description="Since when.")
    climbs_at = graphene.DateTime(description="When it rings again, unless somebody takes it.")
    calls = graphene.List(graphene.NonNull(DutyCall), required=True, description="Every ring so far, the first first.")
    taken_at = graphene.DateTime(description="When somebody took it.")
    taken_by = graphene.Field(Person, description="Who sees to it.")
    closed_at = graphene.DateTime(description="When it was over.")
    closed_by = graphene.Field(Person, description="Who closed it; null where it came right by itself.")
    words = graphene.String(description="How it ended, in a worker's words.", resolver=null_if_empty)

    @staticmethod
    def resolve_about(alarm: models.DutyAlarm, _info: graphene.ResolveInfo) -> str:
        return str(to_global_id(TYPE_OF[models.AlarmKind(alarm.kind)], str(alarm.about)))

    @staticmethod
    def resolve_area(alarm: models.DutyAlarm, _info: graphene.ResolveInfo) -> AreaRow:
        return grid_of(alarm.area)

    @staticmethod
    def resolve_calls(alarm: models.DutyAlarm, _info: graphene.ResolveInfo) -> list[models.DutyCall]:
        return list(alarm.calls.all())


class DutyPhone(graphene.ObjectType):
    """The number at which the duty post of an area is reached."""

    class Meta:
        possible_types = (models.DutyPhone,)

    phone = graphene.String(required=True, description="E.164.")
    area = graphene.Field(Area, required=True, description="Whose duty post it is.")


class Emergency(graphene.ObjectType):
    """An emergency, with what was skipped so that somebody came at once, for the look afterwards."""

    class Meta:
        possible_types = (EmergencyRow,)

    need = graphene.Field(Need, required=True, description="The need.")
    skipped = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Codes of what was not waited for."
    )
    helpers_asked = graphene.Int(required=True, description="How many helpers were asked side by side.")
    reviewed_at = graphene.DateTime(description="When a coordinator looked back at it.")
    reviewed_by = graphene.Field(Person, description="Who did.")
    words = graphene.String(description="What they found.", resolver=null_if_empty)


DutyAlarmConnection = connection_of(DutyAlarm)
EmergencyConnection = connection_of(Emergency)
