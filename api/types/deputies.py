"""Who stands in for the holder of a post."""

from typing import Final

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.reads import reads
from api.types.areas import Area
from api.types.enums import PostKind
from api.types.people import Person
from matchmaker.community import models, queries

RUNNING: Final = ("starts_date", "ends_date", "ended_at")


class Deputy(graphene.ObjectType):
    """A person stands in for the holder of a post, with the same power there but to appoint, while both run."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Deputy,)

    post = graphene.Field(PostKind, required=True, description="Which role the post is.")
    area = graphene.Field(Area, required=True, description="Where the post is held.")
    holder = graphene.Field(Person, required=True, description="Who holds the post.")
    person = graphene.Field(Person, required=True, description="Who stands in.")
    starts_date = graphene.Date(required=True, description="From which day.")
    ends_date = graphene.Date(required=True, description="Until which day; not beyond the holder's term.")
    ended_at = graphene.DateTime(description="When it ended early.")
    stands_in_today = graphene.Boolean(
        required=True, description="It gives power today: it has begun and not ended, and so has the holder's term."
    )

    @staticmethod
    @reads("term__post__kind")
    def resolve_post(deputy: models.Deputy, _info: graphene.ResolveInfo) -> str:
        return deputy.term.post.kind

    @staticmethod
    @reads(rows=["term__post__area"])
    def resolve_area(deputy: models.Deputy, _info: graphene.ResolveInfo) -> models.Area:
        return deputy.term.post.area

    @staticmethod
    @reads(rows=["term__person"])
    def resolve_holder(deputy: models.Deputy, _info: graphene.ResolveInfo) -> models.Person:
        return deputy.term.person

    @staticmethod
    @reads(*RUNNING, *(f"term__{column}" for column in RUNNING))
    def resolve_stands_in_today(deputy: models.Deputy, info: graphene.ResolveInfo) -> bool:
        context: Context = info.context
        return queries.stands_in_on(deputy, context.viewer.today)


DeputyConnection = connection_of(Deputy)
