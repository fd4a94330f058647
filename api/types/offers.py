"""Offers: what a person or an organization can give."""

from typing import Any

import graphene

from api.connections import connection_of
from api.ids import Node
from api.loaders import hanging
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import OfferReach, OfferState, ServiceForm
from api.types.organizations import Organization
from api.types.people import Person
from api.types.services import ServiceType
from matchmaker.needs import models, queries


class OfferHours(graphene.ObjectType):
    """Weekly local hours; they end the next day when `ends` is not after `starts`."""

    weekday = graphene.Int(required=True, description="0 is Monday.")
    starts = graphene.Time(required=True, description="When they begin.")
    ends = graphene.Time(required=True, description="When they end.")


class Offer(graphene.ObjectType):
    """What a person or an organization can give, when, how far and how often."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Offer,)

    title = graphene.String(required=True, description="In a few words.")
    details = graphene.String(description="In more words.", resolver=null_if_empty)
    person = graphene.Field(Person, description="Whose offer it is; null for an organization's.")
    organization = graphene.Field(Organization, description="Whose offer it is; null for a person's.")
    service_types = graphene.List(graphene.NonNull(ServiceType), required=True, description="What is offered.")
    form = graphene.Field(ServiceForm, required=True, description="In which form.")
    price_yuan_per_hour = graphene.Decimal(description="The price of a paid service; volunteers have none.")
    reach = graphene.Field(OfferReach, required=True, description="How its reach is measured.")
    reach_m = graphene.Int(description="Metres on foot, or on the road where it comes by vehicle.")
    reach_minutes = graphene.Int(description="Minutes on foot, or of driving where it comes by vehicle.")
    reach_areas = graphene.List(graphene.NonNull(Area), required=True, description="The areas it reaches.")
    by_vehicle = graphene.Boolean(required=True, description="Whether whoever helps comes by vehicle.")
    hours = graphene.List(graphene.NonNull(OfferHours), required=True, description="Weekly hours; none means any time.")
    visits_per_week = graphene.Int(required=True, description="How many visits a week at most.")
    skills = graphene.List(graphene.NonNull(graphene.String), required=True, description="What the helper can do.")
    languages = graphene.List(graphene.NonNull(graphene.String), required=True, description="Language tags (BCP 47).")
    state = graphene.Field(OfferState, required=True, description="How it stands.")
    opened_at = graphene.DateTime(required=True, description="When it was opened.")

    @staticmethod
    @reads()
    def resolve_service_types(offer: models.Offer, _info: graphene.ResolveInfo) -> list[Any]:
        return hanging(offer, "service_types", lambda: queries.list_of_offers("service_types"))

    @staticmethod
    @reads()
    def resolve_reach_areas(offer: models.Offer, _info: graphene.ResolveInfo) -> list[Any]:
        return hanging(offer, "reach_areas", lambda: queries.list_of_offers("reach_areas"))

    @staticmethod
    @reads()
    def resolve_hours(offer: models.Offer, _info: graphene.ResolveInfo) -> list[models.OfferHours]:
        return hanging(offer, "hours", lambda: queries.list_of_offers("hours"))


OfferConnection = connection_of(Offer)
