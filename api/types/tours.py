"""Tours: what a mobile team brings along and where it stops, and who will come there."""

from typing import Any

import graphene

from api.connections import connection_of
from api.ids import Node
from api.loaders import keep_page, page_of_row, with_page
from api.types.areas import Area
from api.types.enums import ServiceForm
from api.types.enums_tours import TourState
from api.types.needs import Need
from api.types.organizations import Organization
from api.types.services import ServiceType
from matchmaker.matches import queries as matches
from matchmaker.needs import models, queries


class TourSignUp(graphene.ObjectType):
    """Somebody who will come to a stop; known to themselves, to the clerks of the organization and to workers."""

    class Meta:
        possible_types = (models.TourSignUp,)

    name = graphene.String(required=True, description="Who comes.")
    need = graphene.Field(Need, description="The request that may be met there; null for who comes without one.")
    signed_up_at = graphene.DateTime(required=True, description="Since when.")

    @staticmethod
    def resolve_name(row: models.TourSignUp, _info: graphene.ResolveInfo) -> str:
        return row.person.name

    @staticmethod
    def resolve_need(row: models.TourSignUp, info: graphene.ResolveInfo) -> Any:
        viewer = info.context.viewer

        def load(need_ids: Any) -> dict[int, Any]:
            return {need.pk: need for need in keep_page(list(queries.needs_for(viewer).filter(pk__in=need_ids)))}

        return with_page(row, name="need", key=lambda other: other.need_id, load=load)


class TourStop(graphene.ObjectType):
    """Where a tour stands on one day, by the local clock."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.TourStop,)

    place = graphene.Field(Area, required=True, description="Where.")
    meeting_point = graphene.String(required=True, description="Where exactly; empty where the place says it all.")
    date = graphene.Date(required=True, description="On which day.")
    starts = graphene.Time(required=True, description="From when.")
    ends = graphene.Time(required=True, description="Until when.")
    capacity = graphene.Int(required=True, description="How many people can be helped there.")
    places_left = graphene.Int(required=True, description="How many of these places are free.")
    reach_m = graphene.Int(required=True, description="From how far, in metres on foot, people are expected to come.")
    late_minutes = graphene.Int(required=True, description="How many minutes later it comes; 0 in time.")
    sign_ups = graphene.List(
        graphene.NonNull(TourSignUp), required=True, description="Who will come, as far as the viewer may know."
    )

    @staticmethod
    def resolve_places_left(stop: models.TourStop, _info: graphene.ResolveInfo) -> int:
        page = page_of_row(stop)
        return int(with_page(stop, name="places_left", key=_pk, load=lambda _keys: matches.places_left_at(page)))

    @staticmethod
    def resolve_sign_ups(stop: models.TourStop, info: graphene.ResolveInfo) -> list[Any]:
        viewer, page = info.context.viewer, page_of_row(stop)

        def load(_keys: Any) -> dict[Any, Any]:
            found = queries.sign_ups_at(viewer, page)
            keep_page([row for rows in found.values() for row in rows])
            return found

        return list(with_page(stop, name="sign_ups", key=_pk, load=load) or ())


class Tour(graphene.ObjectType):
    """A mobile team of an organization that goes from place to place on set days."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Tour,)

    title = graphene.String(required=True, description="In a few words.")
    details = graphene.String(required=True, description="In more words; may be empty.")
    organization = graphene.Field(Organization, required=True, description="Whose team it is.")
    service_types = graphene.List(graphene.NonNull(ServiceType), required=True, description="What it brings along.")
    form = graphene.Field(ServiceForm, required=True, description="In which form.")
    state = graphene.Field(TourState, required=True, description="How it stands.")
    announced_at = graphene.DateTime(required=True, description="When it was announced.")
    called_off_because = graphene.String(description="Why it was called off; null where it was not.")
    stops = graphene.List(graphene.NonNull(TourStop), required=True, description="Its stops, the earliest first.")

    @staticmethod
    def resolve_called_off_because(tour: models.Tour, _info: graphene.ResolveInfo) -> str | None:
        return tour.called_off_because or None

    @staticmethod
    def resolve_service_types(tour: models.Tour, _info: graphene.ResolveInfo) -> list[Any]:
        return list(tour.service_types.all())

    @staticmethod
    def resolve_stops(tour: models.Tour, _info: graphene.ResolveInfo) -> list[Any]:
        """All stops of a page of tours are one page, so that what hangs on them is asked once."""

        def load(_keys: object) -> dict[int, list[models.TourStop]]:
            stops = keep_page([stop for other in page_of_row(tour) for stop in other.stops.all()])
            return {other.pk: [stop for stop in stops if stop.tour_id == other.pk] for other in page_of_row(tour)}

        return list(with_page(tour, name="stops", key=_pk, load=load))


def _pk(row: Any) -> int:
    return int(row.pk)


TourConnection = connection_of(Tour)
