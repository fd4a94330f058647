"""Asking for a round, or the rounds of a city, and calling them off."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import Policy
from api.types.rounds import CityPlan, Round
from matchmaker.matches import actions


class RequestRound(Mutation):
    """Ask for a round over the open needs of a community; it runs in the background."""

    class Input:
        community_id = graphene.ID(required=True, description="Which community.")
        policy = Policy(description="Which score card; identity when left out.")
        seed = graphene.Int(description="The root of its tie-breaks: the same seed gives the same plan.")

    gives = "round"
    round = graphene.Field(Round, description="The round.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        community_id = uuid_of("Area", asked.community_id, field="community_id")
        wishes = given(asked, except_for=("community_id",))
        return actions.request_round(viewer=context.viewer, community_id=community_id, now=context.now, **wishes)


class CancelRound(Mutation):
    """Call off a round that is not done, or stop it and keep the best plan that it has found so far."""

    class Input:
        round_id = graphene.ID(required=True, description="Which round.")
        keep = graphene.Boolean(description="Stop it and keep the plan at hand; when left out, nothing of it is kept.")

    gives = "round"
    round = graphene.Field(Round, description="The round.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        round_id = uuid_of("Round", asked.round_id, field="round_id")
        wishes = given(asked, except_for=("round_id",))
        return actions.cancel_round(viewer=context.viewer, round_id=round_id, now=context.now, **wishes)


class RequestCityPlan(Mutation):
    """Ask for the rounds of all communities of an area; each joint community is planned apart, then their borders."""

    class Input:
        area_id = graphene.ID(required=True, description="Which region, sub-district or joint community.")
        policy = Policy(description="Which score card; identity when left out.")
        seed = graphene.Int(description="The root of all tie-breaks: the same seed gives the same plans.")

    gives = "city_plan"
    city_plan = graphene.Field(CityPlan, description="The plan of the city.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        area_id = uuid_of("Area", asked.area_id, field="area_id")
        wishes = given(asked, except_for=("area_id",))
        return actions.request_city_plan(viewer=context.viewer, area_id=area_id, now=context.now, **wishes)


class CancelCityPlan(Mutation):
    """Call off the rounds of a city that are not done; those that are done stay."""

    class Input:
        city_plan_id = graphene.ID(required=True, description="Which plan.")

    gives = "city_plan"
    city_plan = graphene.Field(CityPlan, description="The plan of the city.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        city_plan_id = uuid_of("CityPlan", asked.city_plan_id, field="city_plan_id")
        return actions.cancel_city_plan(viewer=context.viewer, city_plan_id=city_plan_id, now=context.now)
