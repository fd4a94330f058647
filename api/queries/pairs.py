"""Pins and bans, who could help, what if, and why a helper was not asked."""

from typing import Any

import graphene

from api.connections import connection_field
from api.context import Context
from api.queries.needs import need_by_id
from api.types.enums import Language
from api.types.pair_decisions import Candidates, OwnRules, PairDecisionConnection
from api.types.what_ifs import WhatIfConnection
from matchmaker.matches import queries


class PairQueries(graphene.ObjectType):
    """Pins and bans, who could help, what if, and why a helper was not asked."""

    pair_decisions = connection_field(
        PairDecisionConnection,
        lambda context: queries.pair_decisions_for(context.viewer),
        description="Pins and bans of the areas the viewer works for or audits: those that stand first, newest first.",
    )
    candidates = graphene.Field(
        Candidates,
        description="Who could help with an open need; null for whoever works nowhere near it.",
        need_id=graphene.ID(required=True, description="The need."),
    )
    what_ifs = connection_field(
        WhatIfConnection,
        lambda context: queries.what_ifs_for(context.viewer),
        description="What was asked of rounds of the communities the viewer works for, newest first.",
    )
    why_not_asked = graphene.Field(
        OwnRules,
        description="Which of the viewer's own rules keep requests away from their open offers, and what could be "
        "changed; null where none does.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_candidates(_root: Any, info: graphene.ResolveInfo, need_id: str) -> Any:
        context: Context = info.context
        need = need_by_id(context, need_id)
        found = queries.candidates_for(context.viewer, need, now=context.now) if need else []
        return {"nearest": found} if found else None

    @staticmethod
    def resolve_why_not_asked(_root: Any, info: graphene.ResolveInfo, language: Any = None) -> Any:
        context: Context = info.context
        found = queries.why_not_asked(context.viewer, context.language_or(language), now=context.now)
        return {"rules": found} if found else None
