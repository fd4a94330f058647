"""What if: a round computed again with a change, beside the round as it was."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import told_of
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import Language
from api.types.enums_pairs import WhatIfState
from api.types.needs import Need
from api.types.offers import Offer, OfferHours
from api.types.people import Person
from api.types.rounds import Round, ScoreWeight
from api.types.services import ServiceType
from matchmaker.matches import models, queries


class PlannedPair(graphene.ObjectType):
    """A need and an offer of one of the two plans, or of what was asked."""

    need = graphene.Field(Need, required=True, description="The need.")
    offer = graphene.Field(Offer, description="The offer; null where it is the supposed one.")
    starts_at = graphene.DateTime(description="When the first visit would begin; null of what was asked.")
    rule = graphene.String(description="Of a pin that could not stand: by which rule.")
    why = graphene.String(
        description="The same in a sentence.", language=Language(description="The reader's own where left out.")
    )

    @staticmethod
    def resolve_rule(pair: queries.PlannedPair, _info: graphene.ResolveInfo) -> str | None:
        return queries.pin_rule_said(pair.rule) or None

    @staticmethod
    def resolve_why(pair: queries.PlannedPair, info: graphene.ResolveInfo, language: Any = None) -> str | None:
        context: Context = info.context
        return queries.pin_why(pair.rule, context.language_or(language)) or None


class PlanFigures(graphene.ObjectType):
    """One of the two plans in figures."""

    needs_met = graphene.Int(required=True, description="Needs that have all their helpers.")
    needs_count = graphene.Int(required=True, description="Needs that were looked at.")
    helpers_found = graphene.Int(required=True, description="Helpers that the plan found.")
    walk_m = graphene.Int(description="The mean way in metres; null where nobody walks.")
    stranger_index = graphene.Float(description="Of the town as it was; null where not known yet.")
    identity_gain_promised = graphene.Float(
        required=True, description="What the plan would take off the stranger index if all of it came about."
    )
    stranger_index_then = graphene.Float(description="Where the stranger index would be then.")
    worst_share = graphene.Float(description="Of the grid that has least: which share of wanted helpers it has.")
    worst_grid = graphene.Field(Area, description="Which grid that is; null where its place is not known.")
    fairness_price = graphene.Float(required=True, description="The part of the plan's value that the floors cost.")
    score = graphene.Int(
        required=True, description="The plan's value, by the weights that this very plan was made with."
    )


class Difference(graphene.ObjectType):
    """Both plans side by side, and the pairs that only one of them has."""

    same_inputs = graphene.Boolean(
        required=True, description="Whether the round could be computed again from just what it had read."
    )
    before = graphene.Field(PlanFigures, required=True, description="The round as it was.")
    after = graphene.Field(PlanFigures, required=True, description="The round with the change.")
    added = graphene.List(
        graphene.NonNull(PlannedPair), required=True, description="Pairs of the changed plan alone, at most 100."
    )
    removed = graphene.List(
        graphene.NonNull(PlannedPair), required=True, description="Pairs of the plan as it was alone, at most 100."
    )
    refused_pins = graphene.List(
        graphene.NonNull(PlannedPair), required=True, description="Pins that could not stand, at most 100."
    )
    added_count = graphene.Int(required=True, description="How many were added in all.")
    removed_count = graphene.Int(required=True, description="How many were removed in all.")


class SupposedOffer(graphene.ObjectType):
    """An offer that nobody made yet, by a grown volunteer who may do all that this kind of help asks for."""

    service_type = graphene.Field(ServiceType, required=True, description="The kind of help.")
    area = graphene.Field(Area, required=True, description="Where the helper would set out from.")
    hours = graphene.List(graphene.NonNull(OfferHours), required=True, description="Weekly hours; none means any time.")
    reach_m = graphene.Int(required=True, description="How far, in metres.")
    visits_per_week = graphene.Int(required=True, description="How often a week.")


class WhatIfChanges(graphene.ObjectType):
    """What was to be different."""

    pins = graphene.List(graphene.NonNull(PlannedPair), required=True, description="Pairs to be planned.")
    bans = graphene.List(graphene.NonNull(PlannedPair), required=True, description="Pairs not to be planned.")
    weights = graphene.List(graphene.NonNull(ScoreWeight), required=True, description="Other weights of the score.")
    offer = graphene.Field(SupposedOffer, description="One more offer.")
    floor_margin = graphene.Int(
        description="How many points of a hundred a grid may fall below the average; 100 for no floor."
    )

    @staticmethod
    def resolve_weights(changes: queries.Changes, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"term": term, "weight": weight} for term, weight in sorted(changes.weights.items())]


class WhatIf(graphene.ObjectType):
    """A round computed again with a change; nothing of it is put to anybody, and it is kept for two weeks."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.WhatIf,)

    round = graphene.Field(Round, required=True, description="The round that was computed again.")
    asked_by = graphene.Field(Person, description="Who asked; null once they left.")
    asked_at = graphene.DateTime(required=True, description="When.")
    state = graphene.Field(WhatIfState, required=True, description="How far it is.")
    finished_at = graphene.DateTime(description="When it was computed, or broke.")
    failure_code = graphene.String(description="Why it broke, where it did.", resolver=null_if_empty)
    changes = graphene.Field(WhatIfChanges, required=True, description="What was to be different.")
    difference = graphene.Field(Difference, description="What came of it; null until it is computed.")

    @staticmethod
    def resolve_changes(row: models.WhatIf, info: graphene.ResolveInfo) -> Any:
        return told_of(info.context, row).changes

    @staticmethod
    def resolve_difference(row: models.WhatIf, info: graphene.ResolveInfo) -> Any:
        return told_of(info.context, row).difference


WhatIfConnection = connection_of(WhatIf)
