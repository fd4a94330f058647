"""Rounds, the score cards they use, and the needs they could not meet."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import need_of
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.areas import Area
from api.types.enums import Language, RoundCut, RoundPhase, RoundState
from api.types.needs import Need
from matchmaker.matches import models, queries


class ScoreWeight(graphene.ObjectType):
    """How much one term counts on a score card."""

    term = graphene.String(required=True, description="The term's code.")
    weight = graphene.Int(required=True, description="Its weight: the same for everyone.")


class ScoreCard(graphene.ObjectType):
    """A published, versioned set of weights; score cards are public."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.ScoreCard,)

    name = graphene.String(required=True, description="Its name.")
    version = graphene.Int(required=True, description="A change of weights is a new version.")
    weights = graphene.List(graphene.NonNull(ScoreWeight), required=True, description="The weight of each term.")
    published_at = graphene.DateTime(required=True, description="When it was published.")

    @staticmethod
    @reads("weights")
    def resolve_weights(card: models.ScoreCard, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"term": term, "weight": weight} for term, weight in sorted(card.weights.items())]


class Round(graphene.ObjectType):
    """One batch run over the open needs of a community, with all it takes to run it again."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Round,)

    community = graphene.Field(
        Area, required=True, description="The community it ran for; in a city's plan also an area above communities."
    )
    is_between = graphene.Boolean(
        required=True, description="Whether it planned what the other rounds of a city left, across their borders."
    )
    state = graphene.Field(RoundState, required=True, description="How it stands.")
    score_card = graphene.Field(ScoreCard, required=True, description="The weights it used.")
    seed = graphene.String(required=True, description="The root of its tie-breaks.")
    requested_at = graphene.DateTime(required=True, description="When it was asked for.")
    started_at = graphene.DateTime(description="When it began.")
    finished_at = graphene.DateTime(description="When it ended.")
    needs_count = graphene.Int(required=True, description="Open needs it looked at.")
    helpers_wanted = graphene.Int(required=True, description="Helpers these needs want.")
    candidates_count = graphene.Int(required=True, description="Pairs that pass every hard rule.")
    proposals_count = graphene.Int(required=True, description="Proposals it made.")
    stranger_index = graphene.Float(description="How far the town was from knowing itself; null where not known yet.")
    identity_gain_promised = graphene.Float(
        required=True, description="What its proposals would take off the stranger index if all of them held."
    )
    failure_code = graphene.String(description="Why it failed, where it did.", resolver=null_if_empty)
    phase = graphene.Field(
        RoundPhase, description="What it is at, or was at when it ended; null before it began.", resolver=null_if_empty
    )
    progress_percent = graphene.Int(required=True, description="How far it is, roughly.")
    heartbeat_at = graphene.DateTime(
        description="When its worker last said that it is at work; one that falls silent is replaced by another."
    )
    attempts = graphene.Int(required=True, description="How often a worker took it up.")
    plan_value = graphene.Int(description="What the best plan found so far is worth; null while there is none.")
    value_bound = graphene.Int(description="No plan for these needs can be worth more; null while there is none.")
    gap = graphene.Float(description="By which share of the bound the plan may be below the best one; often less.")
    proposals_at_hand = graphene.Int(
        required=True, description="While it runs: how many proposals it would make if it were stopped and kept now."
    )
    stop_asked_at = graphene.DateTime(description="When a worker asked to end it with the plan at hand.")
    cut_short = graphene.Field(
        RoundCut, description="Why it ended with the best plan so far; null where it did not.", resolver=null_if_empty
    )

    @staticmethod
    def resolve_seed(row: models.Round, _info: graphene.ResolveInfo) -> str:
        return str(row.seed)

    @staticmethod
    def resolve_plan_value(row: models.Round, _info: graphene.ResolveInfo) -> int | None:
        return row.incumbent_score

    @staticmethod
    def resolve_value_bound(row: models.Round, _info: graphene.ResolveInfo) -> int | None:
        return None if row.incumbent_score is None else row.score_bound

    @staticmethod
    def resolve_gap(row: models.Round, _info: graphene.ResolveInfo) -> float | None:
        return queries.gap_of(row)

    @staticmethod
    def resolve_proposals_at_hand(row: models.Round, _info: graphene.ResolveInfo) -> int:
        return len(row.incumbent)


class CityPlan(graphene.ObjectType):
    """The rounds of a whole city: one for each joint community, then one across their borders."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.CityPlan,)

    area = graphene.Field(Area, required=True, description="The area whose communities are planned.")
    seed = graphene.String(required=True, description="The root from which each round's own seed is drawn.")
    requested_at = graphene.DateTime(required=True, description="When it was asked for.")
    finished_at = graphene.DateTime(description="When its last round ended; null while one waits or runs.")
    rounds = graphene.List(
        graphene.NonNull(Round),
        required=True,
        description="Those of its rounds that the viewer may see, the one across borders last.",
    )

    @staticmethod
    def resolve_seed(plan: models.CityPlan, _info: graphene.ResolveInfo) -> str:
        return str(plan.seed)

    @staticmethod
    def resolve_rounds(plan: models.CityPlan, info: graphene.ResolveInfo) -> list[models.Round]:
        context: Context = info.context
        return queries.rounds_of_city(context.viewer, plan)


class UnmetNeed(graphene.ObjectType):
    """A need for which a round found nobody, or too few."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.UnmetNeed,)

    need = graphene.Field(Need, required=True, description="The need.")
    helpers_missing = graphene.Int(required=True, description="How many helpers are missing.")
    rule_code = graphene.String(required=True, description="The rule that left nobody.")
    why = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Why, and the smallest change that would help.",
        language=Language(description="The reader's own where left out."),
    )

    law = graphene.String(
        description="The article of the law behind the rule, where there is one.",
        language=Language(description="The reader's own where left out."),
    )
    what_would_help = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Every change that would bring somebody by itself, the easiest first.",
        language=Language(description="The reader's own where left out."),
    )

    @staticmethod
    def resolve_law(row: models.UnmetNeed, info: graphene.ResolveInfo, language: Any = None) -> str | None:
        context: Context = info.context
        return queries.law_of(row, context.language_or(language)) or None

    @staticmethod
    def resolve_what_would_help(row: models.UnmetNeed, info: graphene.ResolveInfo, language: Any = None) -> list[str]:
        context: Context = info.context
        return queries.what_would_help(row, context.language_or(language))

    @staticmethod
    def resolve_need(row: models.UnmetNeed, info: graphene.ResolveInfo) -> Any:
        return need_of(info, row)

    @staticmethod
    def resolve_rule_code(row: models.UnmetNeed, _info: graphene.ResolveInfo) -> str:
        return queries.rule_said_of(row)

    @staticmethod
    def resolve_why(row: models.UnmetNeed, info: graphene.ResolveInfo, language: Any = None) -> list[str]:
        context: Context = info.context
        return queries.said_of(row, context.language_or(language))


CityPlanConnection = connection_of(CityPlan)
RoundConnection = connection_of(Round)
ScoreCardConnection = connection_of(ScoreCard)
UnmetNeedConnection = connection_of(UnmetNeed)
