"""Asking what if of the latest round of a community."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation
from api.mutations.offers import HoursInput
from api.types.what_ifs import WhatIf
from matchmaker.errors import InvalidInput
from matchmaker.matches import actions
from matchmaker.matches.drafts import SupposedOffer, WhatIfDraft
from matchmaker.needs.drafts import Hours


class PairInput(graphene.InputObjectType):
    """A need and an offer."""

    need_id = graphene.ID(required=True, description="Which need.")
    offer_id = graphene.ID(required=True, description="Which offer.")


class WeightInput(graphene.InputObjectType):
    """Another weight of one term of the score."""

    term = graphene.String(required=True, description="The term's code, as on a score card.")
    weight = graphene.Int(required=True, description="From 0 to 1000.")


class SupposedOfferInput(graphene.InputObjectType):
    """An offer that nobody made yet, by a grown volunteer who may do all that this kind of help asks for."""

    service_type = graphene.ID(required=True, description="The code of the kind of help.")
    area_id = graphene.ID(required=True, description="Where the helper would set out from.")
    hours = graphene.List(graphene.NonNull(HoursInput), description="Weekly hours; none means any time.")
    reach_m = graphene.Int(description="How far, in metres; 1000 when left out.")
    visits_per_week = graphene.Int(description="How often a week; 3 when left out.")


class AskWhatIf(Mutation):
    """Compute the latest round again with a change, beside itself. Nobody is asked, told or proposed by it."""

    class Input:
        community_id = graphene.ID(required=True, description="Which community.")
        pins = graphene.List(graphene.NonNull(PairInput), description="Pairs to be planned.")
        bans = graphene.List(graphene.NonNull(PairInput), description="Pairs not to be planned.")
        weights = graphene.List(graphene.NonNull(WeightInput), description="Other weights of the score.")
        offer = SupposedOfferInput(description="One more offer.")
        floor_margin = graphene.Int(
            description="How many points of a hundred a grid may fall below the average; 100 for no floor."
        )

    gives = "what_if"
    what_if = graphene.Field(WhatIf, description="What was asked, and the difference once it is computed.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        community_id = uuid_of("Area", asked.community_id, field="community_id")
        return actions.ask_what_if(
            viewer=context.viewer, community_id=community_id, draft=_draft(asked), now=context.now
        )


def _draft(asked: Any) -> WhatIfDraft:
    return WhatIfDraft(
        pins=_pairs(asked.get("pins") or ()),
        bans=_pairs(asked.get("bans") or ()),
        weights=_weights(asked.get("weights") or ()),
        offer=_supposed(asked.offer) if asked.get("offer") is not None else None,
        floor_margin=asked.get("floor_margin"),
    )


def _pairs(asked: Iterable[Any]) -> tuple[tuple[UUID, UUID], ...]:
    return tuple(
        (uuid_of("Need", one.need_id, field="need_id"), uuid_of("Offer", one.offer_id, field="offer_id"))
        for one in asked
    )


def _weights(asked: Iterable[Any]) -> dict[str, int]:
    """By term; the same term twice says nothing that could be understood."""
    found: dict[str, int] = {}
    for one in asked:
        if one.term in found:
            raise InvalidInput(field="weights")
        found[one.term] = one.weight
    return found


def _supposed(asked: Any) -> SupposedOffer:
    hours = tuple(Hours(one.weekday, one.starts, one.ends) for one in asked.get("hours") or ())
    more = {name: asked[name] for name in ("reach_m", "visits_per_week") if asked.get(name) is not None}
    area = uuid_of("Area", asked.area_id, field="offer")
    return SupposedOffer(service_type=asked.service_type, area=area, hours=hours, **more)
