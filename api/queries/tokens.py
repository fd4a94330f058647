"""Access tokens that one may take back."""

import graphene

from api.connections import connection_field
from api.types.tokens import AccessTokenConnection
from matchmaker.community import queries


class TokenQueries(graphene.ObjectType):
    """Access tokens that one may take back."""

    access_tokens = connection_field(
        AccessTokenConnection,
        lambda context: queries.tokens_for(context.viewer),
        description="One's own access tokens, and those of organizations one speaks for; the newest first.",
    )
