"""The duty post and emergencies."""

from typing import Any

import graphene

from api.connections import connection_field
from api.types.duty import DutyAlarmConnection, DutyPhone, EmergencyConnection
from matchmaker.matches import queries as matches
from matchmaker.notices import queries


class DutyQueries(graphene.ObjectType):
    """The duty post and emergencies."""

    duty_alarms = connection_field(
        DutyAlarmConnection,
        lambda context, **asked: queries.alarms_for(context.viewer, **asked),
        description="Alarms of the areas the viewer works for: those that nobody took first, closed ones last.",
        loud=graphene.Boolean(description="Only those that nobody took, or only the others."),
    )
    duty_phone = graphene.Field(DutyPhone, description="The duty phone where the viewer lives; null where none is set.")
    emergencies = connection_field(
        EmergencyConnection,
        lambda context, **asked: matches.emergencies_for(context.viewer, **asked),
        description="Emergencies of the areas the viewer works for: those that nobody looked back at first.",
        reviewed=graphene.Boolean(description="Only those looked back at, or only the others."),
    )

    @staticmethod
    def resolve_duty_phone(_root: Any, info: graphene.ResolveInfo) -> Any:
        return queries.duty_phone_for(info.context.viewer)
