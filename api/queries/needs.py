"""Service types, needs and offers."""

from typing import Any

import graphene
from django.db.models import QuerySet

from api.connections import connection_field
from api.context import Context
from api.ids import uuid_of
from api.loaders import bare
from api.types.enums import Language, NeedOrder, NeedState, OfferState
from api.types.needs import FirstAnswer, Need, NeedConnection
from api.types.offers import OfferConnection
from api.types.services import ServiceTypeConnection
from api.types.suggestions import Suggestions
from matchmaker.errors import NotFound
from matchmaker.matches import queries as match_queries
from matchmaker.needs import queries


class NeedQueries(graphene.ObjectType):
    """Service types, needs and offers."""

    service_types = connection_field(
        ServiceTypeConnection,
        lambda _context: queries.service_types(),
        description="The taxonomy of services, each type after the one above it.",
    )
    needs = connection_field(
        NeedConnection,
        lambda context, **asked: _needs(context, **asked),
        description="The needs the viewer may know of, newest first.",
        state=NeedState(description="Only in this state."),
        service_type=graphene.ID(description="Only of this type or of a type below it."),
        area_id=graphene.ID(description="Only in this area."),
        external_id=graphene.String(description="Only the one that was opened under this id of the viewer's own."),
        search=graphene.String(description="Words of it, in Chinese or English; all must stand in what may be read."),
        order=NeedOrder(description="In which order; the newest first when left out."),
        verified=graphene.Boolean(description="Only those that are verified, or only those that are not."),
        overdue=graphene.Boolean(
            description="Only those past their due time, or only those that are not; for workers."
        ),
    )
    need = graphene.Field(
        Need,
        description="One need; null where the viewer may not know of it.",
        id=graphene.ID(required=True, description="Its id."),
    )
    first_answer = graphene.Field(
        FirstAnswer,
        description="What can be told of an open need at once, before anybody is asked; null once somebody was.",
        need_id=graphene.ID(required=True, description="Which need: for its asker and workers of its area."),
        language=Language(description="The reader's own where left out."),
    )
    suggest = graphene.Field(
        Suggestions,
        description="Who could come to an open need now, by score less price; null once it is closed.",
        need_id=graphene.ID(required=True, description="Which need: for its asker and workers of its area."),
        language=Language(description="The reader's own where left out."),
    )
    offers = connection_field(
        OfferConnection,
        lambda context, **asked: _offers(context, **asked),
        description="The offers the viewer may know of, newest first.",
        state=OfferState(description="Only in this state."),
        service_type=graphene.ID(description="Only of this type or of a type below it."),
        area_id=graphene.ID(description="Only from this area."),
        own=graphene.Boolean(description="Only the viewer's own and those of their organizations."),
        external_id=graphene.String(description="Only the one that was opened under this id of the viewer's own."),
        search=graphene.String(description="Words of title, details or kind of help, in Chinese or English."),
    )

    @staticmethod
    def resolve_need(_root: Any, info: graphene.ResolveInfo, id: str) -> Any:
        return need_by_id(info.context, id)

    @staticmethod
    def resolve_suggest(
        _root: Any, info: graphene.ResolveInfo, need_id: str, language: Any = None
    ) -> match_queries.Suggestions | None:
        return _suggest(info.context, need_id, language)

    @staticmethod
    def resolve_first_answer(
        _root: Any, info: graphene.ResolveInfo, need_id: str, language: Any = None
    ) -> dict[str, Any] | None:
        context: Context = info.context
        need = need_by_id(context, need_id)
        answer = match_queries.first_answer(context.viewer, need, now=context.now) if need else None
        if answer is None:
            return None
        return {
            "could_come": answer.could_come,
            "earliest_at": answer.earliest_at,
            "sentences": match_queries.say_first_answer(answer, context.language_or(language)),
        }


def _suggest(context: Context, need_id: str, language: Any) -> match_queries.Suggestions | None:
    try:
        public_id = uuid_of("Need", need_id, field="id")
    except NotFound:
        return None
    return match_queries.suggest_for(context.viewer, public_id, context.language_or(language), now=context.now)


def need_by_id(context: Context, global_id: str) -> Any:
    """The need, as far as the viewer may know of it; None where they may not."""
    try:
        public_id = uuid_of("Need", global_id, field="id")
        asked = match_queries.need_ids_asked(context.viewer)
        return queries.need_by_id(context.viewer, public_id, also_need_ids=asked)
    except NotFound:
        return None


def _needs(
    context: Context,
    *,
    area_id: str | None = None,
    state: Any = None,
    order: Any = None,
    overdue: bool | None = None,
    **asked: Any,
) -> QuerySet[Any]:
    found = queries.needs_for(
        context.viewer,
        state=state.value if state else None,
        area_id=uuid_of("Area", area_id, field="area_id") if area_id else None,
        order=order.value if order else queries.NEWEST,
        also_need_ids=match_queries.need_ids_asked(context.viewer),
        **asked,
    )
    rows = bare(found)
    if overdue is None:
        return rows
    return queries.only_overdue(queries.in_the_care_of(context.viewer, rows), overdue, now=context.now)


def _offers(context: Context, *, area_id: str | None = None, state: Any = None, **asked: Any) -> QuerySet[Any]:
    found = queries.offers_for(
        context.viewer,
        state=state.value if state else None,
        area_id=uuid_of("Area", area_id, field="area_id") if area_id else None,
        **asked,
    )
    return bare(found)
