"""Matches, contacts, visits and what one's own side said of them."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import hanging, match_of_visit, need_of, offer_of
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.enums import MatchState, OutcomeSide, VisitState, WentWell
from api.types.enums_gone_wrong import SaidBy
from api.types.needs import Need
from api.types.offers import Offer
from api.types.people import Person
from matchmaker.errors import NotFound
from matchmaker.matches import models, queries


class Contact(graphene.ObjectType):
    """How to reach the other side of an agreed match."""

    name = graphene.String(required=True, description="Their name.")
    phone = graphene.String(description="Their phone number.")
    email = graphene.String(description="Their mail address.")


class Outcome(graphene.ObjectType):
    """What one side said of a visit; the other side never reads it."""

    side = graphene.Field(OutcomeSide, required=True, description="Which side spoke.")
    happened = graphene.Boolean(required=True, description="The visit took place.")
    went_well = graphene.Field(WentWell, description="How it went.")
    greet_again = graphene.Boolean(description="Would greet the other again; a tie needs this word from both.")
    minutes = graphene.Int(description="How long it took.")
    comment = graphene.String(description="In their own words.", resolver=null_if_empty)
    given_at = graphene.DateTime(required=True, description="When it was said.")


class Match(graphene.ObjectType):
    """A proposal that both sides accepted."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Match,)

    state = graphene.Field(MatchState, required=True, description="How it stands.")
    need = graphene.Field(Need, required=True, description="What is needed.")
    offer = graphene.Field(Offer, required=True, description="The offer it came from.")
    helper = graphene.Field(Person, required=True, description="Who helps.")
    person = graphene.Field(Person, required=True, description="Who is helped.")
    agreed_at = graphene.DateTime(required=True, description="When both had said yes.")
    closed_at = graphene.DateTime(description="When it ended.")
    contact = graphene.Field(
        Contact, description="How to reach the other side: for the two sides alone, until it closes."
    )
    door_word = graphene.String(
        description="Two words the helper says at the door: for the two sides alone, until it closes."
    )
    companion_wished = graphene.Boolean(
        description="Whoever is helped wished for somebody to come along; null for the helper."
    )
    visits = graphene.List(graphene.NonNull(lambda: Visit), required=True, description="Its visits, in order of time.")

    @staticmethod
    @reads(rows=["need"])
    def resolve_need(match: models.Match, info: graphene.ResolveInfo) -> Any:
        return need_of(info, match)

    @staticmethod
    @reads(rows=["offer"])
    def resolve_offer(match: models.Match, info: graphene.ResolveInfo) -> Any:
        return offer_of(info, match)

    @staticmethod
    @reads(*queries.READ_FOR_CONTACTS)
    def resolve_contact(match: models.Match, info: graphene.ResolveInfo) -> queries.Contact | None:
        context: Context = info.context
        other = match.person if context.viewer.person_id == match.helper_id else match.helper
        try:
            return queries.contact_of(context.viewer, match, other)
        except NotFound:
            return None

    @staticmethod
    @reads(*queries.READ_FOR_DOOR_WORD)
    def resolve_door_word(match: models.Match, info: graphene.ResolveInfo) -> str | None:
        context: Context = info.context
        return queries.door_word_of(context.viewer, match, context.language)

    @staticmethod
    @reads("companion_wish__id", *queries.READ_BY_SIDES)
    def resolve_companion_wished(match: models.Match, info: graphene.ResolveInfo) -> bool | None:
        return queries.wishes_companion(info.context.viewer, match) or None

    @staticmethod
    @reads(*queries.READ_BY_SIDES, back="match")
    def resolve_visits(match: models.Match, _info: graphene.ResolveInfo) -> list[models.Visit]:
        return hanging(match, "visits", queries.visits_of_matches)


class Visit(graphene.ObjectType):
    """One meeting of a match."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Visit,)

    match = graphene.Field(Match, required=True, description="The match it belongs to.")
    starts_at = graphene.DateTime(required=True, description="When it begins.")
    ends_at = graphene.DateTime(required=True, description="When it ends.")
    minutes = graphene.Int(required=True, description="How long it is planned to take.")
    state = graphene.Field(VisitState, required=True, description="How it stands.")
    arrived_at = graphene.DateTime(description="When it was said that the helper is there.")
    arrived_said = graphene.Field(SaidBy, description="By whom.", resolver=null_if_empty)
    left_at = graphene.DateTime(description="When it was said that the helper has left.")
    left_said = graphene.Field(SaidBy, description="By whom.", resolver=null_if_empty)
    proposed_minutes = graphene.Int(
        required=True, description="What counts where neither side states minutes: between coming and leaving."
    )
    own_outcome = graphene.Field(Outcome, description="What the viewer's own side said of it.")

    @staticmethod
    def resolve_match(visit: models.Visit, info: graphene.ResolveInfo) -> Any:
        return match_of_visit(info, visit)

    @staticmethod
    def resolve_proposed_minutes(visit: models.Visit, _info: graphene.ResolveInfo) -> int:
        return queries.minutes_to_propose(visit)

    @staticmethod
    def resolve_own_outcome(visit: models.Visit, info: graphene.ResolveInfo) -> Any:
        return queries.own_outcome(info.context.viewer, visit)


MatchConnection = connection_of(Match)
VisitConnection = connection_of(Visit)
