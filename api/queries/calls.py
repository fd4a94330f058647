"""The call list and one's own wishes."""

from datetime import date
from typing import Any

import graphene
from django.utils.timezone import localdate

from api.connections import connection_field
from api.context import Context
from api.types.calls import CallConnection, Wishes
from matchmaker.notices import queries


def _calls(context: Context, day: date | None = None) -> Any:
    return queries.calls_for(context.viewer, day or localdate(context.now))


class CallQueries(graphene.ObjectType):
    """The call list and one's own wishes."""

    calls = connection_field(
        CallConnection,
        _calls,
        description="Whom a worker rings up or visits by the end of a day: urgent ones, then who waits longest.",
        day=graphene.Date(description="Which day; today when left out."),
    )
    wishes = graphene.Field(Wishes, description="How one is told, and wishes to be.")

    @staticmethod
    def resolve_wishes(_root: Any, info: graphene.ResolveInfo) -> Any:
        context: Context = info.context
        return queries.wishes_of(context.viewer)
