"""What a worker has before them: what is open, what is vacant, what runs out."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given
from api.types.handover import Handover
from api.types.running_out import Below, RunningOut
from matchmaker.community import queries
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


class WorkQueries(graphene.ObjectType):
    """What a worker has before them."""

    running_out = graphene.Field(
        RunningOut,
        description="What is vacant or ends soon in the areas the viewer works for; null for everybody else.",
        area_id=graphene.ID(description="In this area alone."),
    )
    handover = graphene.Field(
        Handover,
        description="What is open in the areas the viewer works for, as whoever takes over reads it; null for others.",
    )

    @staticmethod
    def resolve_handover(_root: Any, info: graphene.ResolveInfo) -> Viewer | None:
        context: Context = info.context
        return context.viewer if context.viewer.worker_paths else None

    @staticmethod
    def resolve_running_out(_root: Any, info: graphene.ResolveInfo, area_id: str | None = None) -> Below | None:
        context: Context = info.context
        try:
            path = queries.path_worked_in(context.viewer, uuid_if_given("Area", area_id, field="area_id"))
        except NotFound:
            return None
        return Below(path, queries.last_day(context.viewer.today))
