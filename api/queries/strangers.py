"""How well a community knows itself."""

from typing import Any

import graphene

from api.connections import connection_field
from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.types.neighbourhood import Explored, Neighbourhood
from api.types.people import PersonConnection
from api.types.strangers import (
    AreaInWords,
    AreaReadingConnection,
    BetweenGroupsConnection,
    GroupWatchConnection,
    Introduction,
)
from api.types.taking_part import HelpLoad, LoadThere, Participation, TakingPartThere
from matchmaker.community import queries as community
from matchmaker.community.models import Area
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.queries.load import load_for
from matchmaker.matches.queries.neighbourhood import neighbourhood_of

COMMUNITY = "The community, as an Area."
WHICH = "The community; the first of which one works in the whole where left out."


class StrangerQueries(graphene.ObjectType):
    """How well a community knows itself."""

    area_readings = connection_field(
        AreaReadingConnection,
        lambda context, area_id=None: queries.area_readings_for(
            context.viewer, uuid_if_given("Area", area_id, field="area_id")
        ),
        description="The history of the areas the viewer works in or audits, day by day, the latest first.",
        area_id=graphene.ID(description="Of this area alone."),
    )
    area_in_words = graphene.Field(
        AreaInWords,
        description="The latest of one such area in sentences; null where there is nothing yet.",
        id=graphene.ID(required=True, description="The area."),
    )
    between_groups = connection_field(
        BetweenGroupsConnection,
        lambda context: queries.between_groups_for(context.viewer),
        description="How close the groups are of communities the viewer works for or audits, the latest day first.",
    )
    group_watch = connection_field(
        GroupWatchConnection,
        lambda context: queries.group_watch_for(context.viewer),
        description="Whether groups of these communities are helped as often and as soon, the latest day first.",
    )
    who_bridges = connection_field(
        PersonConnection,
        lambda context, id: queries.who_bridges_for(context.viewer, _community(id), now=context.now),
        description="At most five people whose ties hold circles together, in the order of their names, for workers of "
        "their area: of those who agreed to be listed, or have a need that is still looked for.",
        id=graphene.ID(required=True, description=COMMUNITY),
    )
    introduction = graphene.Field(
        Introduction,
        description="The one introduction among these people that would bring most circles together; null for none.",
        id=graphene.ID(required=True, description=COMMUNITY),
    )
    help_load = graphene.Field(
        HelpLoad,
        description="How the hours of help are spread among helpers of a community, for workers of the whole of it.",
        area_id=graphene.ID(description=WHICH),
    )
    participation = graphene.Field(
        Participation,
        description="Who takes part in a community, by age and by kind of help, for workers of the whole of it.",
        area_id=graphene.ID(description=WHICH),
    )
    neighbourhood = graphene.Field(
        Neighbourhood,
        description="The buildings of an area and the ties between them, for its coordinator; null for anybody else.",
        area_id=graphene.ID(description="The area; the greatest of which one is the coordinator where left out."),
    )

    @staticmethod
    def resolve_help_load(_root: Any, info: graphene.ResolveInfo, area_id: str | None = None) -> LoadThere | None:
        context: Context = info.context
        place = _worked_in(context, area_id)
        return LoadThere(place, load_for(context.viewer, place, now=context.now)) if place else None

    @staticmethod
    def resolve_participation(
        _root: Any, info: graphene.ResolveInfo, area_id: str | None = None
    ) -> TakingPartThere | None:
        context: Context = info.context
        place = _worked_in(context, area_id)
        if place is None:
            return None
        return TakingPartThere(place, queries.participation_for(context.viewer, place, now=context.now))

    @staticmethod
    def resolve_neighbourhood(_root: Any, info: graphene.ResolveInfo, area_id: str | None = None) -> Explored | None:
        context: Context = info.context
        try:
            public_id = uuid_if_given("Area", area_id, field="area_id")
            return Explored(*neighbourhood_of(context.viewer, public_id, now=context.now))
        except NotFound:
            return None

    @staticmethod
    def resolve_area_in_words(_root: Any, info: graphene.ResolveInfo, id: str) -> Any:
        return queries.reading_of_area(info.context.viewer, uuid_of("Area", id, field="id"))

    @staticmethod
    def resolve_introduction(_root: Any, info: graphene.ResolveInfo, id: str) -> Any:
        context: Context = info.context
        return queries.introduction_for(context.viewer, _community(id), now=context.now)


def _worked_in(context: Context, area_id: str | None) -> Area | None:
    try:
        return community.community_worked_in(context.viewer, uuid_if_given("Area", area_id, field="area_id"))
    except NotFound:
        return None


def _community(global_id: str) -> Any:
    return uuid_of("Area", global_id, field="id")
