"""Companions: a time and a place for whoever comes along, a name for whoever is helped."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.types.areas import Area
from api.types.enums_companions import CompanionPart, CompanionState
from api.types.offers import OfferHours
from api.types.people import Person
from matchmaker.matches import models, queries


class CompanionWord(graphene.ObjectType):
    """What one of the three said afterwards; the two others never read it."""

    part = graphene.Field(CompanionPart, required=True, description="Which of the three spoke.")
    came = graphene.Boolean(required=True, description="The companion was there.")
    greet_companion = graphene.Boolean(description="Would greet the companion again.")
    greet_asker = graphene.Boolean(description="Would greet whoever was helped again.")
    greet_helper = graphene.Boolean(description="Would greet the helper again.")
    welcome = graphene.Boolean(description="Whoever was helped was glad of the company.")
    given_at = graphene.DateTime(required=True, description="When it was said.")


class CompanionProposal(graphene.ObjectType):
    """One neighbour who may come along on one visit. It never says what the help is."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.CompanionProposal,)

    state = graphene.Field(CompanionState, required=True, description="How it stands.")
    starts_at = graphene.DateTime(required=True, description="When the visit begins.")
    ends_at = graphene.DateTime(required=True, description="When it ends.")
    place = graphene.Field(
        Area, required=True, description="Where: for the companion the grid alone until whoever is helped said yes."
    )
    meets = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Whom the viewer meets, by name; for the companion nobody until it is agreed.",
    )
    walk_m = graphene.Int(description="Metres from the companion's home, for the companion alone.")
    why = graphene.String(required=True, description="Why company is proposed, in one sentence.")
    own_word = graphene.Field(CompanionWord, description="What the viewer's own part said of it.")

    @staticmethod
    def resolve_state(row: models.CompanionProposal, info: graphene.ResolveInfo) -> str:
        return queries.company_state(info.context.viewer, row)

    @staticmethod
    def resolve_starts_at(row: models.CompanionProposal, _info: graphene.ResolveInfo) -> Any:
        return row.visit.starts_at

    @staticmethod
    def resolve_ends_at(row: models.CompanionProposal, _info: graphene.ResolveInfo) -> Any:
        return row.visit.ends_at

    @staticmethod
    def resolve_place(row: models.CompanionProposal, info: graphene.ResolveInfo) -> Any:
        return queries.company_place(info.context.viewer, row)

    @staticmethod
    def resolve_meets(row: models.CompanionProposal, info: graphene.ResolveInfo) -> list[str]:
        return queries.company_names(info.context.viewer, row)

    @staticmethod
    def resolve_walk_m(row: models.CompanionProposal, info: graphene.ResolveInfo) -> int | None:
        return row.walk_m if queries.is_companion_side(info.context.viewer, row) else None

    @staticmethod
    def resolve_why(row: models.CompanionProposal, info: graphene.ResolveInfo) -> str:
        context: Context = info.context
        return queries.why_company(context.viewer, row, context.language)

    @staticmethod
    def resolve_own_word(row: models.CompanionProposal, info: graphene.ResolveInfo) -> Any:
        return queries.own_companion_word(info.context.viewer, row)


class Willingness(graphene.ObjectType):
    """That somebody would come along on visits of others, when, how far and how often."""

    person = graphene.Field(Person, required=True, description="Who.")
    hours = graphene.List(graphene.NonNull(OfferHours), required=True, description="Weekly hours; none means any time.")
    reach_m = graphene.Int(required=True, description="How far, in metres on foot.")
    visits_per_month = graphene.Int(required=True, description="How many visits in thirty days at most.")
    paused = graphene.Boolean(required=True, description="They are not asked for now.")
    vetted = graphene.Boolean(required=True, description="A worker of the area has looked.")

    @staticmethod
    def resolve_hours(row: models.Willingness, _info: graphene.ResolveInfo) -> list[Any]:
        return list(row.hours.all())

    @staticmethod
    def resolve_paused(row: models.Willingness, _info: graphene.ResolveInfo) -> bool:
        return row.paused_at is not None

    @staticmethod
    def resolve_vetted(row: models.Willingness, _info: graphene.ResolveInfo) -> bool:
        return row.vetted_at is not None


class CompanionFigures(graphene.ObjectType):
    """How companions fare in a community: the share accompanied is a result, never a target."""

    community = graphene.Field(Area, required=True, description="Which community.")
    hours_per_week = graphene.Int(required=True, description="Hours a week it gives for it; 0: nobody is asked.")
    stopped_at = graphene.DateTime(description="Since when it has stopped by itself.")
    willing = graphene.Int(required=True, description="How many would come along.")
    held = graphene.Int(required=True, description="Visits held in the last ninety days.")
    accompanied = graphene.Int(required=True, description="Those of them with company.")
    spoken_of = graphene.Int(required=True, description="Visits with company whose asker said whether it was welcome.")
    unwelcome = graphene.Int(required=True, description="Those of them where it was not.")

    @staticmethod
    def resolve_community(row: Any, _info: graphene.ResolveInfo) -> Any:
        return row


CompanionFiguresConnection = connection_of(CompanionFigures)
CompanionProposalConnection = connection_of(CompanionProposal)
WillingnessConnection = connection_of(Willingness)
