"""What can be listened to; `api/live` tells it, and each event is the row as it is then."""

from typing import Any

import graphene

from api.types.matches import Match
from api.types.proposals import Proposal
from api.types.rounds import Round


def _row(row: Any, _info: graphene.ResolveInfo, **_given: Any) -> Any:
    return row


class Subscription(graphene.ObjectType):
    """What can be listened to, with `Accept: text/event-stream`; each event gives a row as it is now."""

    own_proposals = graphene.Field(
        Proposal,
        required=True,
        resolver=_row,
        description="A proposal that one's own side was asked about, or whose state changed; one event for each.",
    )
    own_matches = graphene.Field(
        Match,
        required=True,
        resolver=_row,
        description="A match of one's own that was made or changed, or of which a visit did.",
    )
    review_queue = graphene.List(
        graphene.NonNull(Proposal),
        required=True,
        resolver=_row,
        description="What waits for a look in the areas one works in, the first twenty; at the beginning and anew.",
    )
    round = graphene.Field(
        Round,
        required=True,
        resolver=_row,
        description="How far a round is; at the beginning and whenever it has come further.",
        id=graphene.ID(required=True, description="Which round."),
    )
