"""Pins and bans: a worker's standing word on a need and an offer; and who could help with a need."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import need_of, offer_of
from api.types.enums import Language
from api.types.enums_pairs import PairDecisionKind
from api.types.needs import Need
from api.types.offers import Offer
from api.types.people import Person
from matchmaker.matches import models, queries


class PairDecision(graphene.ObjectType):
    """A pin or a ban, with its reason; it holds until its last day, or until it is lifted."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.PairDecision,)

    kind = graphene.Field(PairDecisionKind, required=True, description="A pin or a ban.")
    need = graphene.Field(Need, required=True, description="Which need; its own fields say who may see them.")
    offer = graphene.Field(Offer, description="Which offer, for workers of the area.")
    reason = graphene.String(required=True, description="Why, in the worker's words.")
    decided_by = graphene.Field(Person, description="Who decided; null once they left.")
    decided_at = graphene.DateTime(required=True, description="When.")
    until_date = graphene.Date(description="The last day on which it holds; null for no end.")
    in_force = graphene.Boolean(required=True, description="Whether it holds now.")
    lifted_at = graphene.DateTime(description="When it was lifted, where it was.")
    lifted_by = graphene.Field(Person, description="Who lifted it.")
    refused_rule = graphene.String(description="Of a pin that could not stand the last time: by which rule.")
    refused_why = graphene.String(
        description="The same in a sentence.", language=Language(description="The reader's own where left out.")
    )
    refused_at = graphene.DateTime(description="When that was.")

    @staticmethod
    def resolve_need(row: models.PairDecision, info: graphene.ResolveInfo) -> Any:
        return need_of(info, row)

    @staticmethod
    def resolve_offer(row: models.PairDecision, info: graphene.ResolveInfo) -> Any:
        return offer_of(info, row) if queries.may_lift_pair_decision(info.context.viewer, row) else None

    @staticmethod
    def resolve_in_force(row: models.PairDecision, info: graphene.ResolveInfo) -> bool:
        return queries.is_in_force(row, now=info.context.now)

    @staticmethod
    def resolve_refused_rule(row: models.PairDecision, info: graphene.ResolveInfo) -> str | None:
        return queries.refused_rule_said(info.context.viewer, row) or None

    @staticmethod
    def resolve_refused_why(row: models.PairDecision, info: graphene.ResolveInfo, language: Any = None) -> str | None:
        context: Context = info.context
        return queries.refused_why(context.viewer, row, context.language_or(language)) or None


class Candidate(graphene.ObjectType):
    """An offer that passes every hard rule of a need, for workers of the need's area."""

    offer = graphene.Field(Offer, required=True, description="The offer.")
    walk_m = graphene.Int(required=True, description="The way in metres, on foot or on the road.")
    earliest_at = graphene.DateTime(required=True, description="When the first visit could begin.")


class Candidates(graphene.ObjectType):
    """Who could help with one open need."""

    nearest = graphene.List(
        graphene.NonNull(Candidate),
        required=True,
        description="Offers that pass every hard rule, the nearest first, at most 100.",
    )


class WhyNotAsked(graphene.ObjectType):
    """One rule of the viewer's own that keeps requests away, over all of them; never about one need."""

    offer = graphene.Field(Offer, required=True, description="Which of the viewer's offers.")
    rule = graphene.String(required=True, description="The rule's code.")
    about = graphene.Int(required=True, description="About how many requests, in whole fives; 0 for a few.")
    sentence = graphene.String(required=True, description="The same in words, and what could be changed.")


PairDecisionConnection = connection_of(PairDecision)


class OwnRules(graphene.ObjectType):
    """What a helper may read about why they were not asked."""

    rules = graphene.List(
        graphene.NonNull(WhyNotAsked),
        required=True,
        description="Of each open offer the rules of the helper's own that keep requests away, and what to change.",
    )
