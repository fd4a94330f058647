"""Rounds, the score cards they use, and the needs they could not meet."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import need_of
from api.types.areas import Area
from api.types.enums import Language, RoundState
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
    def resolve_weights(card: models.ScoreCard, _info: graphene.ResolveInfo) -> list[dict[str, Any]]:
        return [{"term": term, "weight": weight} for term, weight in sorted(card.weights.items())]


class Round(graphene.ObjectType):
    """One batch run over the open needs of a community, with all it takes to run it again."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Round,)

    community = graphene.Field(Area, required=True, description="The community it ran for.")
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
    failure_code = graphene.String(description="Why it failed, where it did.")

    @staticmethod
    def resolve_seed(row: models.Round, _info: graphene.ResolveInfo) -> str:
        return str(row.seed)

    @staticmethod
    def resolve_failure_code(row: models.Round, _info: graphene.ResolveInfo) -> str | None:
        return row.failure_code or None


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

    @staticmethod
    def resolve_need(row: models.UnmetNeed, info: graphene.ResolveInfo) -> Any:
        return need_of(info.context, row)

    @staticmethod
    def resolve_why(row: models.UnmetNeed, info: graphene.ResolveInfo, language: Any = None) -> list[str]:
        context: Context = info.context
        return queries.said_of(row, context.language_or(language))


RoundConnection = connection_of(Round)
ScoreCardConnection = connection_of(ScoreCard)
UnmetNeedConnection = connection_of(UnmetNeed)
