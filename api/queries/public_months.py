"""What everybody may read, month by month."""

import graphene

from api.connections import connection_field
from api.ids import uuid_if_given
from api.types.public_months import PublicMonthConnection
from matchmaker.matches import queries


class PublicMonthQueries(graphene.ObjectType):
    """What everybody may read, month by month."""

    public_months = connection_field(
        PublicMonthConnection,
        lambda _context, area_id=None: queries.public_months(uuid_if_given("Area", area_id, field="area_id")),
        description="Every month that was told of any community, the latest first, for everybody.",
        area_id=graphene.ID(description="Of this community alone."),
    )
