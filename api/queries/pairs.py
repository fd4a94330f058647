"""Pins and bans, the log of decisions, the map of grids, who could help, what if, and why one was not asked."""

from typing import Any

import graphene

from api.connections import connection_field
from api.context import Context
from api.ids import uuid_if_given
from api.queries.needs import need_by_id
from api.texts import check_texts
from api.types.coverage import GridMap
from api.types.decision_log import LoggedConnection
from api.types.enums import Language
from api.types.enums_pairs import LoggedKind
from api.types.pair_decisions import Candidates, OwnRules, PairDecisionConnection
from api.types.what_ifs import WhatIfConnection
from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.queries.decision_log import decision_log_for
from matchmaker.matches.queries.grid_map import grid_map_for


class PairQueries(graphene.ObjectType):
    """Pins and bans, who could help, what if, and why a helper was not asked."""

    pair_decisions = connection_field(
        PairDecisionConnection,
        lambda context: queries.pair_decisions_for(context.viewer),
        description="Pins and bans of the areas the viewer works for or audits: those that stand first, newest first.",
    )
    decision_log = connection_field(
        LoggedConnection,
        lambda context, kind=None, since=None, until=None: decision_log_for(
            context.viewer, kind=kind.value if kind else None, since=since, until=until
        ),
        description="All that was decided in the areas the viewer works for or audits, newest first: proposals, pins "
        "and bans, looks around a case; without cases in which the viewer has a part.",
        kind=LoggedKind(description="Only of this kind."),
        since=graphene.DateTime(description="Only what was decided at this moment or later."),
        until=graphene.DateTime(description="Only what was decided before this moment."),
    )
    grid_map = graphene.Field(
        GridMap,
        description="Grid by grid, requests with nobody yet and who reaches help on foot, for workers of the area; "
        "null for everybody else.",
        area_id=graphene.ID(description="The greatest area that the viewer works for where left out."),
        service_type=graphene.String(
            description="Only this kind of help, by its code; a heading stands for its kinds."
        ),
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
    def resolve_grid_map(
        _root: Any, info: graphene.ResolveInfo, area_id: str | None = None, service_type: str = ""
    ) -> Any:
        check_texts({"service_type": service_type})
        try:
            area = uuid_if_given("Area", area_id, field="area_id")
            return grid_map_for(info.context.viewer, area, service_type or "")
        except NotFound:
            return None

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
