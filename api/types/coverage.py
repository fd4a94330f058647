"""The 15-minute circle: who reaches what on foot, and the street maps that say so."""

import graphene

from api.connections import connection_of
from api.types.areas import Area
from api.types.services import ServiceType
from api.types.stations import Station
from matchmaker.community import models
from matchmaker.matches.queries.grid_map import GridMap as GridMapRow
from matchmaker.matches.queries.grid_map import GridOnMap as GridRow
from matchmaker.needs.queries import AreaCoverage, ServiceCovered
from matchmaker.needs.queries import StationCircle as CircleRow


class StreetMap(graphene.ObjectType):
    """A street map that walks go along. Whoever shows a walk names its source."""

    class Meta:
        possible_types = (models.StreetMap,)

    attribution = graphene.String(required=True, description="Whom to name wherever a walk is shown.")
    imported_at = graphene.DateTime(required=True, description="Since when it is walked on.")


class ServiceCoverage(graphene.ObjectType):
    """A service type and who reaches the nearest place of it within fifteen minutes, each at their own pace."""

    class Meta:
        possible_types = (ServiceCovered,)

    service_type = graphene.Field(ServiceType, required=True, description="What kind of help.")
    places = graphene.Int(required=True, description="How many places there are in or near the area.")
    percent = graphene.Int(description="Of all residents.")
    percent_of_young = graphene.Int(description="Of residents below sixty; null for fewer than five of them.")
    percent_of_old = graphene.Int(description="Of residents of sixty and over; null for fewer than five of them.")
    gap_points = graphene.Int(description="How many percentage points fewer of the old reach it than of the young.")

    @staticmethod
    def resolve_service_type(row: ServiceCovered, _info: graphene.ResolveInfo) -> object:
        return row.kind

    @staticmethod
    def resolve_places(row: ServiceCovered, _info: graphene.ResolveInfo) -> int:
        return row.covered.places

    @staticmethod
    def resolve_percent(row: ServiceCovered, _info: graphene.ResolveInfo) -> int | None:
        return row.covered.all.percent

    @staticmethod
    def resolve_percent_of_young(row: ServiceCovered, _info: graphene.ResolveInfo) -> int | None:
        return row.covered.young.percent

    @staticmethod
    def resolve_percent_of_old(row: ServiceCovered, _info: graphene.ResolveInfo) -> int | None:
        return row.covered.old.percent

    @staticmethod
    def resolve_gap_points(row: ServiceCovered, _info: graphene.ResolveInfo) -> int | None:
        return row.covered.gap


class StationCircle(graphene.ObjectType):
    """How many people live within so many minutes of a station, for somebody who walks at the pace of an age."""

    class Meta:
        possible_types = (CircleRow,)

    station = graphene.Field(Station, required=True, description="From where.")
    from_age = graphene.Int(required=True, description="The pace of people from this age on, in years.")
    metres_per_minute = graphene.Float(required=True, description="That pace.")
    minutes = graphene.Int(required=True, description="5, 10 or 15.")
    people = graphene.Int(description="Residents who live that near; null for fewer than five.")

    @staticmethod
    def resolve_from_age(row: CircleRow, _info: graphene.ResolveInfo) -> int:
        return row.circle.pace.from_age

    @staticmethod
    def resolve_metres_per_minute(row: CircleRow, _info: graphene.ResolveInfo) -> float:
        return row.circle.pace.metres_per_minute

    @staticmethod
    def resolve_minutes(row: CircleRow, _info: graphene.ResolveInfo) -> int:
        return row.circle.minutes


class Coverage(graphene.ObjectType):
    """The 15-minute circle of an area."""

    class Meta:
        possible_types = (AreaCoverage,)

    area = graphene.Field(Area, required=True, description="Of which area.")
    people = graphene.Int(description="Residents whose home is on the map; null for fewer than five.")
    by_street = graphene.Boolean(required=True, description="Along streets; else guessed from the straight line.")
    attributions = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Whom to name beside these figures."
    )
    services = graphene.List(
        graphene.NonNull(ServiceCoverage),
        required=True,
        description="Every type in force, in the order of the taxonomy.",
    )
    stations = graphene.List(
        graphene.NonNull(StationCircle), required=True, description="The stations of the area, at most twenty."
    )


StreetMapConnection = connection_of(StreetMap)


class GridOnMap(graphene.ObjectType):
    """A grid on the map: requests with nobody yet, and how many residents reach help on foot."""

    class Meta:
        possible_types = (GridRow,)

    grid = graphene.Field(Area, required=True, description="Which grid.")
    column = graphene.Int(required=True, description="Its tile from the west, from 0.")
    row = graphene.Int(required=True, description="Its tile from the north, from 0.")
    unmet = graphene.Int(required=True, description="How many open requests still miss helpers.")
    people = graphene.Int(description="How many residents it has; null for fewer than five.")
    percent = graphene.Int(
        description="How many of a hundred residents reach this kind of help within fifteen minutes, each at their own "
        "pace; over all kinds the mean over the headings. Null for fewer than five residents."
    )


class GridMap(graphene.ObjectType):
    """The grids of an area as tiles, north above."""

    class Meta:
        possible_types = (GridMapRow,)

    area = graphene.Field(Area, required=True, description="Of which area.")
    kind = graphene.Field(ServiceType, description="Of which kind of help; null for all.")
    grids = graphene.List(graphene.NonNull(GridOnMap), required=True, description="Its grids, at most 200.")
    elsewhere = graphene.Int(required=True, description="Requests with nobody yet whose place lies in no grid.")
    by_street = graphene.Boolean(required=True, description="Whether walks go along a street map.")
    attributions = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Whom to name for that map."
    )
