"""Who stands in for the holder of a post: named, and ended."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation
from api.types.deputies import Deputy
from matchmaker.community import actions, queries


class NameDeputy(Mutation):
    """Have somebody stand in for the holder of a post on some days, as its holder or as whoever may appoint to it.

    Coordinators, grid heads and full-time members have deputies, one at a time, for ninety days at most within their
    term. The deputy has the same power over the same area, but appoints nobody and names no deputy.
    """

    class Input:
        post_id = graphene.ID(required=True, description="Which post.")
        person_id = graphene.ID(required=True, description="Who stands in: of one's areas, or a colleague.")
        starts_date = graphene.Date(required=True, description="From which day, today or later.")
        ends_date = graphene.Date(required=True, description="Until which day.")

    gives = "deputy"
    deputy = graphene.Field(Deputy, description="Who stands in.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        post = queries.post_by_id(context.viewer, uuid_of("Post", asked.post_id, field="post_id"))
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.name_deputy(
            viewer=context.viewer,
            term=queries.present_term(context.viewer, post),
            person=queries.person_to_stand_in(context.viewer, person_id),
            starts_date=asked.starts_date,
            ends_date=asked.ends_date,
            now=context.now,
        )


class EndDeputy(Mutation):
    """Nobody stands in any more: said by the holder, by whoever may appoint to the post, or by the deputy."""

    class Input:
        deputy_id = graphene.ID(required=True, description="Which of them.")

    gives = "deputy"
    deputy = graphene.Field(Deputy, description="Who stood in.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        deputy = queries.deputy_by_id(context.viewer, uuid_of("Deputy", asked.deputy_id, field="deputy_id"))
        return actions.end_deputy(viewer=context.viewer, deputy=deputy, now=context.now)
