"""Tours, for each viewer."""

from typing import Any

import graphene

from api.connections import connection_field
from api.context import Context
from api.ids import uuid_of
from api.types.tours import TourConnection
from matchmaker.needs import queries


class TourQueries(graphene.ObjectType):
    """Tours, for each viewer."""

    tours = connection_field(
        TourConnection,
        lambda context, **asked: _tours(context, **asked),
        description="The tours the viewer may know of, the latest announced first.",
        area_id=graphene.ID(description="Only those that stop in this area."),
        own=graphene.Boolean(description="Only those that the viewer looks after."),
    )


def _tours(context: Context, *, area_id: str | None = None, own: bool | None = None) -> Any:
    area = uuid_of("Area", area_id, field="area_id") if area_id else None
    return queries.tours_for(context.viewer, own=own, area_id=area)
