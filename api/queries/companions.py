"""Companions, for each viewer."""

from typing import Any

import graphene

from api.connections import connection_field
from api.types.companions import (
    CompanionFiguresConnection,
    CompanionProposalConnection,
    Willingness,
    WillingnessConnection,
)
from matchmaker.matches import queries


class CompanionQueries(graphene.ObjectType):
    """Companions, for each viewer."""

    companion_proposals = connection_field(
        CompanionProposalConnection,
        lambda context: queries.companion_proposals_for(context.viewer),
        description="Companions of the viewer's visits, and visits they may come along on; the next visit first.",
    )
    companions_to_answer = connection_field(
        CompanionProposalConnection,
        lambda context: queries.companions_to_answer(context.viewer),
        description="What waits for the viewer's own yes or no.",
    )
    companions_to_vet = connection_field(
        WillingnessConnection,
        lambda context: queries.companions_to_vet(context.viewer),
        description="Who would come along and whom no worker has looked at, for workers of the area.",
    )
    willingness = graphene.Field(Willingness, description="Whether the viewer would come along; null where never said.")
    companion_figures = connection_field(
        CompanionFiguresConnection,
        lambda context: queries.companion_figures(context.viewer, now=context.now),
        description="How companions fare in the communities the viewer works in.",
    )

    @staticmethod
    def resolve_willingness(_root: Any, info: graphene.ResolveInfo) -> Any:
        return queries.own_willingness(info.context.viewer)
