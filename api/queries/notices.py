"""The inbox."""

import graphene

from api.connections import connection_field
from api.types.notices import NoticeConnection
from matchmaker.notices import queries


class NoticeQueries(graphene.ObjectType):
    """The inbox."""

    notices = connection_field(
        NoticeConnection,
        lambda context: queries.notices_for(context.viewer),
        description="The viewer's notices, newest first.",
    )
