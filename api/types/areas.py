"""Areas and the posts held at them."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.enums import AreaLevel, PostKind
from matchmaker.community import models


class Area(graphene.ObjectType):
    """A node of the tree from the region down to the corridor; households are never shown as areas."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Area,)

    level = graphene.Field(AreaLevel, required=True, description="How high it stands.")
    name = graphene.String(required=True, description="Its name.")
    name_en = graphene.String(description="Its English name, where it has one.", resolver=null_if_empty)
    building = graphene.String(description="The building that a corridor belongs to.", resolver=null_if_empty)
    time_zone = graphene.String(description="The zone in which a community's hours are meant.", resolver=null_if_empty)


class Post(graphene.ObjectType):
    """A role held at an area for a term; a vacant one is shown too."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Post,)

    kind = graphene.Field(PostKind, required=True, description="Which role it is.")
    area = graphene.Field(Area, required=True, description="Where it is held.")
    vacant = graphene.Boolean(required=True, description="Nobody holds it today.")
    holder_name = graphene.String(description="Who holds it today; posts are public.")
    ends_date = graphene.Date(description="The last day of the present term.")
    deputy_name = graphene.String(description="Who stands in for the holder today.")


AreaConnection = connection_of(Area)
PostConnection = connection_of(Post)
