"""Concerns: a word of worry about a match, and how it was answered."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import match_with_details
from api.types.absent import null_if_empty
from api.types.enums import OutcomeSide
from api.types.enums_gone_wrong import ConcernKind, ConcernState, Resolution
from api.types.matches import Match
from matchmaker.matches import models, queries


class Concern(graphene.ObjectType):
    """A word of worry about a match; the one it is about is shown nothing of it."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Concern,)

    kind = graphene.Field(ConcernKind, required=True, description="What it is about.")
    state = graphene.Field(ConcernState, required=True, description="How it stands.")
    side = graphene.Field(
        OutcomeSide, description="Which side said it; null where a worker did.", resolver=null_if_empty
    )
    match = graphene.Field(Match, required=True, description="Which match.")
    said_at = graphene.DateTime(required=True, description="When it was said.")
    taken_at = graphene.DateTime(description="When a worker took it in hand.")
    resolved_at = graphene.DateTime(description="When it was answered.")
    resolution = graphene.Field(Resolution, description="How it ended.", resolver=null_if_empty)
    words = graphene.String(description="What was said: for who said it and for the worker who has it in hand.")
    reason = graphene.String(description="Why it ended so, for the same two.")

    @staticmethod
    def resolve_match(concern: models.Concern, info: graphene.ResolveInfo) -> Any:
        return match_with_details(info, concern)

    @staticmethod
    def resolve_words(concern: models.Concern, info: graphene.ResolveInfo) -> str | None:
        return _for_the_two(concern, info, concern.words)

    @staticmethod
    def resolve_reason(concern: models.Concern, info: graphene.ResolveInfo) -> str | None:
        return _for_the_two(concern, info, concern.reason)


def _for_the_two(concern: models.Concern, info: graphene.ResolveInfo, text: str) -> str | None:
    context: Context = info.context
    return text or None if queries.may_read_concern(context.viewer, concern) else None


ConcernConnection = connection_of(Concern)
