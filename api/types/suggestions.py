"""Who could come to one need at once; each field asks who looks."""

import graphene

from api.types.offers import Offer
from api.types.proposals import ScoreTerm


class Suggested(graphene.ObjectType):
    """One who could come, for workers of the area alone."""

    offer = graphene.Field(Offer, required=True, description="What they offer, and who.")
    points = graphene.Int(required=True, source="score", description="How well they suit.")
    price = graphene.Int(
        required=True, description="What their next visit would be worth to needs still to come, in points; no money."
    )
    net = graphene.Int(required=True, description="Points and urgency less price: by this they are asked.")
    is_scarce = graphene.Boolean(required=True, description="The price put them behind one who suits less.")
    walk_m = graphene.Int(required=True, description="The walk in metres.")
    ring = graphene.Int(required=True, description="How far out: 1 corridor to 5 region.")
    earliest_at = graphene.DateTime(required=True, description="When they could come first.")
    terms = graphene.List(graphene.NonNull(ScoreTerm), required=True, description="The score term by term.")
    why = graphene.List(graphene.NonNull(graphene.String), required=True, description="Why they, in sentences.")


class Suggestions(graphene.ObjectType):
    """Who could come now; nobody is asked by it, and nobody is named to the asker."""

    could_come = graphene.Int(
        required=True, description="How many neighbours and organizations could come and were not asked yet."
    )
    times = graphene.List(
        graphene.NonNull(graphene.DateTime),
        required=True,
        description="When the first of them could come, on each of the next three days on which anybody could.",
    )
    reasons = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What can be said of all of them together."
    )
    in_order = graphene.List(
        graphene.NonNull(Suggested),
        required=True,
        source="ranked",
        description="Each of them, the one to ask first at the front; for workers of the area, else empty.",
    )
