"""One's own data."""

from typing import Any

import graphene

from api.context import Context
from api.types.enums import Language
from api.types.privacy import OwnData
from matchmaker.privacy import queries


class PrivacyQueries(graphene.ObjectType):
    """One's own data."""

    own_data = graphene.Field(
        OwnData,
        language=graphene.Argument(Language, description="In which language sentences are made."),
        description="Everything that is held about the viewer; nothing for a visitor.",
    )

    @staticmethod
    def resolve_own_data(_root: Any, info: graphene.ResolveInfo, language: Any = None) -> Any:
        context: Context = info.context
        if context.viewer.is_visitor:
            return None
        return queries.own_data(context.viewer, now=context.now, language=context.language_or(language))
