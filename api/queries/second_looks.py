"""Second looks at what is said of somebody."""

import graphene

from api.connections import connection_field
from api.types.own_sentences import SecondLookConnection
from matchmaker.matches import queries


class SecondLookQueries(graphene.ObjectType):
    """Second looks at what is said of somebody."""

    second_looks = connection_field(
        SecondLookConnection,
        lambda context: queries.second_looks_for(context.viewer),
        description="What the viewer asked for, and what was asked in the areas they coordinate; waiting ones first.",
    )
    second_looks_to_answer = connection_field(
        SecondLookConnection,
        lambda context: queries.second_looks_to_answer(context.viewer),
        description="What waits for a coordinator of these areas who has no part in it, the first due first.",
    )
