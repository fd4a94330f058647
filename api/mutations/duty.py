"""Taking and closing alarms, the duty phone, and the look back at an emergency."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation
from api.types.areas import Area
from api.types.duty import DutyAlarm, Emergency
from matchmaker.matches import actions as matches
from matchmaker.notices import actions


class TakeAlarm(Mutation):
    """Say, as a worker of the area, that one sees to an alarm; it climbs no further."""

    class Input:
        alarm_id = graphene.ID(required=True, description="Which alarm.")

    gives = "alarm"
    alarm = graphene.Field(DutyAlarm, description="The alarm.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        alarm_id = uuid_of("DutyAlarm", asked.alarm_id, field="alarm_id")
        return actions.take_alarm(viewer=context.viewer, alarm_id=alarm_id, now=context.now)


class CloseAlarm(Mutation):
    """Say, as a worker of the area, that the matter is over."""

    class Input:
        alarm_id = graphene.ID(required=True, description="Which alarm.")
        words = graphene.String(description="How it ended.")

    gives = "alarm"
    alarm = graphene.Field(DutyAlarm, description="The alarm.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        alarm_id = uuid_of("DutyAlarm", asked.alarm_id, field="alarm_id")
        words = asked.words or ""
        return actions.close_alarm(viewer=context.viewer, alarm_id=alarm_id, words=words, now=context.now)


class SetDutyPhone(Mutation):
    """Set, as its coordinator, the number at which the duty post of an area is reached."""

    class Input:
        area_id = graphene.ID(required=True, description="Which area.")
        phone = graphene.String(required=True, description="The number; empty takes it away.")

    gives = "area"
    area = graphene.Field(Area, description="The area.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        area_id = uuid_of("Area", asked.area_id, field="area_id")
        return actions.set_duty_phone(viewer=context.viewer, area_id=area_id, phone=asked.phone, now=context.now)


class ReviewEmergency(Mutation):
    """Say, as a coordinator of the area, that one has looked back at an emergency."""

    class Input:
        need_id = graphene.ID(required=True, description="The need.")
        words = graphene.String(description="What one found.")

    gives = "emergency"
    emergency = graphene.Field(Emergency, description="The emergency.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        need_id = uuid_of("Need", asked.need_id, field="need_id")
        words = asked.words or ""
        return matches.review_emergency(viewer=context.viewer, need_id=need_id, words=words, now=context.now)
