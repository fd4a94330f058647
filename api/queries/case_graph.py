"""The picture of who is around an open case, for the coordinator of its area."""

from typing import Any

import graphene

from api.context import Context
from api.queries.needs import need_by_id
from api.types.case_graph import CaseBuildings, CaseGraph
from matchmaker.matches import queries


class CaseGraphQueries(graphene.ObjectType):
    """Who is around an open case."""

    case_graph = graphene.Field(
        CaseGraph,
        description="Who is around an open need, for the coordinator of its area while a look of theirs holds "
        "(`lookAround`); else null. Drawn are people of the area who are matched by their ties; named are those whom "
        "the look noted: those of the case, and who could be named then.",
        need_id=graphene.ID(required=True, description="The need."),
    )
    case_buildings = graphene.Field(
        CaseBuildings,
        description="The same by building, for the same reader.",
        need_id=graphene.ID(required=True, description="The need."),
    )

    @staticmethod
    def resolve_case_graph(_root: Any, info: graphene.ResolveInfo, need_id: str) -> Any:
        context: Context = info.context
        need = need_by_id(context, need_id)
        return queries.case_graph_for(context.viewer, need, now=context.now) if need else None

    @staticmethod
    def resolve_case_buildings(_root: Any, info: graphene.ResolveInfo, need_id: str) -> Any:
        context: Context = info.context
        need = need_by_id(context, need_id)
        return queries.case_buildings_for(context.viewer, need, now=context.now) if need else None
