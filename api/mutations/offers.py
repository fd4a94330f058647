"""Opening, pausing, resuming and closing offers, and drafts of an organization's."""

from dataclasses import replace
from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import ConsentManner, OfferReach, ServiceForm
from api.types.offers import Offer
from api.types.organizations import Organization
from matchmaker.errors import NotAllowed
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import Hours, OfferDraft


class HoursInput(graphene.InputObjectType):
    """Local times on every such weekday."""

    weekday = graphene.Int(required=True, description="0 is Monday.")
    starts = graphene.Time(required=True, description="When they begin.")
    ends = graphene.Time(required=True, description="When they end; the next day when it is not after `starts`.")


class WhatIsOffered:
    """What an offer says, whoever offers it."""

    title = graphene.String(required=True, description="In a few words.")
    service_types = graphene.List(
        graphene.NonNull(graphene.ID), required=True, description="Codes of the service types."
    )
    details = graphene.String(description="In more words.")
    form = ServiceForm(description="In which form; voluntary when left out.")
    price_yuan_per_hour = graphene.Decimal(description="The price of a paid service.")
    place = graphene.ID(description="The area the helper sets out from; left out, home or the organization's seat.")
    reach = OfferReach(required=True, description="How the reach is measured.")
    reach_m = graphene.Int(description="Metres on foot, or on the road where it comes by vehicle.")
    reach_minutes = graphene.Int(description="Minutes on foot, or of driving where it comes by vehicle.")
    reach_areas = graphene.List(graphene.NonNull(graphene.ID), description="The areas reached.")
    by_vehicle = graphene.Boolean(description="Whether whoever helps comes by vehicle; on foot when left out.")
    hours = graphene.List(graphene.NonNull(HoursInput), description="Weekly hours; none means any time.")
    visits_per_week = graphene.Int(description="How many visits a week at most; 1 when left out.")
    parallel_visits = graphene.Int(description="How many members of an organization can go at once.")
    skills = graphene.List(graphene.NonNull(graphene.String), description="What the helper can do.")
    languages = graphene.List(graphene.NonNull(graphene.String), description="Language tags (BCP 47).")


class OpenOffer(Mutation):
    """Offer help, in one's own name or for an organization one speaks for."""

    class Input(WhatIsOffered):
        organization = graphene.ID(description="For which organization; left out, in one's own name.")
        for_person = graphene.ID(description="In whose name, where a worker of the area heard them.")
        consent = ConsentManner(description="How that person agreed: SPOKEN or WRITTEN.")
        paper_kept_at = graphene.String(description="Where the paper is, of a consent in writing.")
        external_id = graphene.String(
            description="Your own id of it, once for whoever offers: sent again, it gives the offer that it opened."
        )

    gives = "offer"
    offer = graphene.Field(Offer, description="The offer.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        if context.organization_id is not None and not asked.organization:
            raise NotAllowed(field="organization")  # a system opens none in the clerk's own name
        draft = _draft(asked)
        try:
            return actions.open_offer(viewer=context.viewer, draft=draft, now=context.now)
        except ExternalIdTaken:
            made = queries.offers_for(context.viewer, own=True).filter(external_id=draft.external_id.strip()).first()
            if made is None:
                raise
            return made


class DraftOffer(Mutation):
    """Keep an organization's offer as a draft: its clerks alone know of it, until they publish it."""

    class Input(WhatIsOffered):
        organization = graphene.ID(required=True, description="For which organization.")
        external_id = graphene.String(description="Your own id of it, once for each organization.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The draft.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.draft_offer(viewer=context.viewer, draft=_draft(asked), now=context.now)


class RedraftOffer(Mutation):
    """Write a draft anew, all of it; it keeps its organization and its own id."""

    class Input(WhatIsOffered):
        offer_id = graphene.ID(required=True, description="Which draft.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The draft.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        offer = queries.offer_by_id(context.viewer, offer_id)
        draft = replace(_draft(asked), organization=offer.organization.public_id if offer.organization else None)
        return actions.redraft_offer(viewer=context.viewer, offer_id=offer_id, draft=draft)


class PublishOffer(Mutation):
    """Offer what a draft says from now on."""

    class Input:
        offer_id = graphene.ID(required=True, description="Which draft.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The offer.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        return actions.publish_offer(viewer=context.viewer, offer_id=offer_id, now=context.now)


class DiscardOffer(Mutation):
    """Throw a draft away; nothing is left of it."""

    class Input:
        offer_id = graphene.ID(required=True, description="Which draft.")

    gives = "organization"
    organization = graphene.Field(Organization, description="Whose draft it was.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        return actions.discard_offer(viewer=context.viewer, offer_id=offer_id)


class PauseOffer(Mutation):
    """Set an offer aside for a while: no new proposals come of it."""

    class Input:
        offer_id = graphene.ID(required=True, description="Which offer.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The offer.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        return actions.pause_offer(viewer=context.viewer, offer_id=offer_id, now=context.now)


class ResumeOffer(Mutation):
    """Take up a paused offer again."""

    class Input:
        offer_id = graphene.ID(required=True, description="Which offer.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The offer.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        return actions.resume_offer(viewer=context.viewer, offer_id=offer_id, now=context.now)


class CloseOffer(Mutation):
    """End an offer for good."""

    class Input:
        offer_id = graphene.ID(required=True, description="Which offer.")

    gives = "offer"
    offer = graphene.Field(Offer, description="The offer.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        offer_id = uuid_of("Offer", asked.offer_id, field="offer_id")
        return actions.close_offer(viewer=context.viewer, offer_id=offer_id, now=context.now)


def _draft(asked: Any) -> OfferDraft:
    fields = given(asked, except_for=("offer_id",))
    if asked.hours:
        fields["hours"] = tuple(Hours(hours.weekday, hours.starts, hours.ends) for hours in asked.hours)
    for name, type_name in (("organization", "Organization"), ("for_person", "Person"), ("place", "Area")):
        if name in fields:
            fields[name] = uuid_of(type_name, fields[name], field=name)
    if asked.reach_areas:
        fields["reach_areas"] = tuple(uuid_of("Area", area, field="reach_areas") for area in asked.reach_areas)
    return OfferDraft(**fields)
