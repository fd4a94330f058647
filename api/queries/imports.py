"""Imports of lists."""

from typing import Any

import graphene

from api.connections import connection_field
from api.ids import uuid_of
from api.types.imports import ImportRun, ImportRunConnection
from matchmaker.errors import NotFound
from matchmaker.lists import queries


class ImportQueries(graphene.ObjectType):
    """Imports of lists."""

    import_runs = connection_field(
        ImportRunConnection,
        lambda context: queries.imports_for(context.viewer),
        description="The imports the viewer may know of, the latest first.",
    )
    import_run = graphene.Field(
        ImportRun,
        description="One import; null where the viewer may not know of it.",
        id=graphene.ID(required=True, description="Its id."),
    )

    @staticmethod
    def resolve_import_run(_root: Any, info: graphene.ResolveInfo, id: str) -> Any:
        try:
            return queries.import_by_id(info.context.viewer, uuid_of("ImportRun", id, field="id"))
        except NotFound:
            return None
