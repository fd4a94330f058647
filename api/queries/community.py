"""Who asks, and what is public about the community."""

from typing import Any

import graphene

from api.connections import connection_field
from api.ids import uuid_if_given
from api.types.areas import AreaConnection, PostConnection
from api.types.coverage import Coverage, StreetMapConnection
from api.types.deputies import DeputyConnection
from api.types.enums import AreaLevel, OrganizationKind
from api.types.organizations import OrganizationConnection
from api.types.people import PersonConnection
from api.types.viewer import Viewer
from matchmaker.community import queries
from matchmaker.errors import NotFound
from matchmaker.needs import queries as needs


class CommunityQueries(graphene.ObjectType):
    """Who asks, and what is public about the community."""

    viewer = graphene.Field(Viewer, required=True, description="Who asks, and why they may do what they may do.")
    areas = connection_field(
        AreaConnection,
        lambda context, level=None, search=None: queries.areas_for(
            context.viewer, level=level.value if level else None, search=search
        ),
        description="The areas from the region down to the corridor, in the order of the tree.",
        level=AreaLevel(description="Only of this level."),
        search=graphene.String(description="Words of the name, in Chinese or English."),
    )
    organizations = connection_field(
        OrganizationConnection,
        lambda context, kind=None, search=None: queries.organizations_for(
            context.viewer, kind=kind.value if kind else None, search=search
        ),
        description="The organizations of the community; they are public.",
        kind=OrganizationKind(description="Only of this kind."),
        search=graphene.String(description="Words of the name, in Chinese or English."),
    )
    posts = connection_field(
        PostConnection,
        lambda context: queries.posts_for(context.viewer),
        description="Posts with their holders, vacant ones too; they are public.",
    )

    deputies = connection_field(
        DeputyConnection,
        lambda context: queries.deputies_for(context.viewer),
        description="Where the viewer stands in or somebody for them, and those of a worker's areas, the latest first.",
    )
    blocked_people = connection_field(
        PersonConnection,
        lambda context: queries.people_blocked_by(context.viewer),
        description="Whom the viewer does not wish to meet again; the viewer's own wishes alone.",
    )

    street_maps = connection_field(
        StreetMapConnection,
        lambda _context: queries.street_maps(),
        description="The street maps that walks go along, and whom to name for them; they are public.",
    )
    coverage = graphene.Field(
        Coverage,
        description="The 15-minute circle of an area, for its workers and auditors; null for everybody else.",
        area_id=graphene.ID(description="The first area that the viewer oversees where left out."),
    )

    @staticmethod
    def resolve_coverage(_root: Any, info: graphene.ResolveInfo, area_id: str | None = None) -> Any:
        try:
            return needs.coverage_of(info.context.viewer, uuid_if_given("Area", area_id, field="area_id"))
        except NotFound:
            return None

    @staticmethod
    def resolve_viewer(_root: Any, info: graphene.ResolveInfo) -> Any:
        return info.context.viewer
