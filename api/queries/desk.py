"""The desk: whom a worker looks after, and who may speak for whom."""

import graphene

from api.connections import connection_field
from api.types.desk import DeskPersonConnection
from api.types.stations import StationConnection
from api.types.words import MandateConnection
from matchmaker.community import queries


class DeskQueries(graphene.ObjectType):
    """The desk: whom a worker looks after, and who may speak for whom."""

    stations = connection_field(
        StationConnection,
        lambda context: queries.stations_for(context.viewer),
        description="The stations; they are public.",
    )
    people = connection_field(
        DeskPersonConnection,
        lambda context, search=None: queries.people_at_desk(context.viewer, search or ""),
        description="The people of the areas the viewer works for, by name; empty for everybody else.",
        search=graphene.Argument(
            graphene.String, description="Words of a name, a building or a home, or digits of a phone; all must fit."
        ),
    )
    mandates = connection_field(
        MandateConnection,
        lambda context: queries.mandates_for(context.viewer),
        description="Mandates that the viewer gave or holds, and those of the areas they work for, newest first.",
    )
