"""Pins and bans: said with a reason, and lifted again."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.pair_decisions import PairDecision
from matchmaker.matches import actions


class _OfAPair(Mutation):
    """A word on a need and an offer answers with the row that keeps it."""

    class Meta:
        abstract = True

    class Input:
        need_id = graphene.ID(required=True, description="Which need.")
        offer_id = graphene.ID(required=True, description="Which offer.")
        reason = graphene.String(required=True, description="Why; it stands in the log of decisions.")
        until_date = graphene.Date(description="The last day on which it holds; left out, until it is lifted.")

    gives = "pair_decision"
    pair_decision = graphene.Field(PairDecision, description="The pin or the ban.")


class PinPair(_OfAPair):
    """Plan this pair first from now on, while every hard rule allows it; another worker approves it each time."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.pin_pair(viewer=context.viewer, now=context.now, **_pair(asked))


class BanPair(_OfAPair):
    """Do not put this need to whoever offers this; a proposal of the two that waits is taken back."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.ban_pair(viewer=context.viewer, now=context.now, **_pair(asked))


class LiftPairDecision(Mutation):
    """Look at the pair like at any other from now on."""

    class Input:
        pair_decision_id = graphene.ID(required=True, description="Which pin or ban.")

    gives = "pair_decision"
    pair_decision = graphene.Field(PairDecision, description="The pin or the ban.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        decision_id = uuid_of("PairDecision", asked.pair_decision_id, field="pair_decision_id")
        return actions.lift_pair_decision(viewer=context.viewer, decision_id=decision_id, now=context.now)


def _pair(asked: Any) -> dict[str, Any]:
    return {
        "need_id": uuid_of("Need", asked.need_id, field="need_id"),
        "offer_id": uuid_of("Offer", asked.offer_id, field="offer_id"),
        **given(asked, except_for=("need_id", "offer_id")),
    }
