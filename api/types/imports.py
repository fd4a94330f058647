"""Imports of lists: what a check found, and how each ended."""

from typing import Any

import graphene

from api.connections import connection_of, page_of
from api.context import Context
from api.ids import Node
from api.limits import PAGE_DEFAULT, PAGE_MAX
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import ImportKind, ImportState, Language
from api.types.organizations import Organization
from matchmaker.lists import models, queries


class ImportFault(graphene.ObjectType):
    """One thing that is wrong with one row of a list."""

    row_number = graphene.Int(required=True, description="The number of the row in the spreadsheet.")
    column = graphene.String(
        description="The column at fault, by its key; null where it is the row as a whole.", resolver=null_if_empty
    )
    code = graphene.String(required=True, description="What kind of fault it is.")
    what = graphene.String(
        required=True, description="What is wrong.", language=Language(description="The reader's own where left out.")
    )
    advice = graphene.String(
        required=True,
        description="What can be done about it.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_what(fault: models.ImportFault, info: graphene.ResolveInfo, language: Any = None) -> str:
        context: Context = info.context
        return queries.fault_words(fault, context.language_or(language))[0]

    @staticmethod
    def resolve_advice(fault: models.ImportFault, info: graphene.ResolveInfo, language: Any = None) -> str:
        context: Context = info.context
        return queries.fault_words(fault, context.language_or(language))[1]


ImportFaultConnection = connection_of(ImportFault)


class ImportCount(graphene.ObjectType):
    """In how many rows a column changes."""

    column = graphene.String(required=True, description="The column's key.")
    rows = graphene.Int(required=True, description="How many rows change it.")


class ImportRun(graphene.ObjectType):
    """A list on its way in: it is imported whole (all rows without faults) or not at all."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.ImportRun,)

    kind = graphene.Field(ImportKind, required=True, description="What it is a list of.")
    state = graphene.Field(ImportState, required=True, description="How it stands.")
    community = graphene.Field(Area, required=True, description="The community it is for.")
    organization = graphene.Field(Organization, description="Whose offers they are; null for other lists.")
    checksum = graphene.String(required=True, description="SHA-256 of the file.")
    rows_count = graphene.Int(required=True, description="Rows of the list.")
    new_count = graphene.Int(required=True, description="Rows that add something.")
    changed_count = graphene.Int(required=True, description="Rows that change something.")
    unchanged_count = graphene.Int(required=True, description="Rows that say what is known already.")
    faulty_count = graphene.Int(required=True, description="Rows with a fault; they are left out.")
    changed_columns = graphene.List(
        graphene.NonNull(ImportCount), required=True, description="Which columns change, and in how many rows."
    )
    unknown_columns = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Headers that mean no column; they are ignored."
    )
    percent = graphene.Int(required=True, description="How far the check or the import is.")
    put_back = graphene.Boolean(
        required=True,
        description="It was confirmed, but things had changed since the check: look again, and confirm again.",
    )
    failure_code = graphene.String(description="Why it ended with nothing, where it did.", resolver=null_if_empty)
    uploaded_at = graphene.DateTime(required=True, description="When it was uploaded.")
    checked_at = graphene.DateTime(description="When it was checked last.")
    confirmed_at = graphene.DateTime(description="When it was confirmed.")
    finished_at = graphene.DateTime(description="When it ended.")
    faults = graphene.Field(
        ImportFaultConnection,
        required=True,
        description="What is wrong with its rows, in the order of the file.",
        first=graphene.Int(default_value=PAGE_DEFAULT, description=f"How many rows, at most {PAGE_MAX}."),
        after=graphene.String(description="The cursor after which to start."),
    )

    @staticmethod
    def resolve_changed_columns(run: models.ImportRun, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"column": column, "rows": rows} for column, rows in sorted(run.changed_columns.items())]

    @staticmethod
    def resolve_put_back(run: models.ImportRun, _info: graphene.ResolveInfo) -> bool:
        return bool(run.difference)

    @staticmethod
    def resolve_faults(
        run: models.ImportRun, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None
    ) -> dict[str, Any]:
        rows = queries.faults_of(info.context.viewer, run)
        return page_of(rows, first=PAGE_DEFAULT if first is None else first, after=after)


ImportRunConnection = connection_of(ImportRun)
