"""Who asks, and what is public about the community."""

from typing import Any

import graphene

from api.connections import connection_field
from api.types.areas import AreaConnection, PostConnection
from api.types.organizations import OrganizationConnection
from api.types.people import PersonConnection
from api.types.viewer import Viewer
from matchmaker.community import queries


class CommunityQueries(graphene.ObjectType):
    """Who asks, and what is public about the community."""

    viewer = graphene.Field(Viewer, required=True, description="Who asks, and why they may do what they may do.")
    areas = connection_field(
        AreaConnection,
        lambda context: queries.areas_for(context.viewer),
        description="The areas from the region down to the corridor, in the order of the tree.",
    )
    organizations = connection_field(
        OrganizationConnection,
        lambda context: queries.organizations_for(context.viewer),
        description="The organizations of the community; they are public.",
    )
    posts = connection_field(
        PostConnection,
        lambda context: queries.posts_for(context.viewer),
        description="Posts with their holders, vacant ones too; they are public.",
    )

    blocked_people = connection_field(
        PersonConnection,
        lambda context: queries.people_blocked_by(context.viewer),
        description="Whom the viewer does not wish to meet again; the viewer's own wishes alone.",
    )

    @staticmethod
    def resolve_viewer(_root: Any, info: graphene.ResolveInfo) -> Any:
        return info.context.viewer
