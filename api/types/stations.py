"""Stations: places with services, run by an organization."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.areas import Area
from matchmaker.community import models


class Station(graphene.ObjectType):
    """A place with services; agents act for it under a mandate."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Station,)

    name = graphene.String(required=True, description="Its name.")
    area = graphene.Field(Area, required=True, description="The area it serves.")


StationConnection = connection_of(Station)
