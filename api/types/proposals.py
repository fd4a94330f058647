"""Proposals: who is put to whom, why, and what became of it."""

from typing import Any

import graphene

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.loaders import hanging, match_of, need_of, offer_of
from api.reads import reads
from api.types.absent import null_if_empty
from api.types.enums import DecisionKind, Language, ProposalState
from api.types.needs import Need
from api.types.offers import Offer
from api.types.people import Person
from api.types.rounds import ScoreCard
from matchmaker.community.models import Person as PersonRow
from matchmaker.matches import models, queries


class ScoreTerm(graphene.ObjectType):
    """One term of a score. What rests on trust is told in a sentence, never as a number."""

    term = graphene.String(required=True, description="Its code: fit, walk, continuity and so on.")
    weight = graphene.Int(description="Its weight on the score card; null for what rests on trust.")
    points = graphene.Int(description="What it added to the score; null for what rests on trust.")
    reason = graphene.String(required=True, description="The same in words.")


class Decision(graphene.ObjectType):
    """What a worker decided about a proposal, and why."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Decision,)

    kind = graphene.Field(DecisionKind, required=True, description="What was decided.")
    reason = graphene.String(description="Why, in the worker's words.", resolver=null_if_empty)
    decided_by = graphene.Field(Person, description="Who decided.")
    decided_at = graphene.DateTime(required=True, description="When.")


class Proposal(graphene.ObjectType):
    """A need and an offer that fit, put to people, with its reasons in words."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.Proposal,)

    state = graphene.Field(ProposalState, required=True, description="How it stands.")
    need = graphene.Field(Need, required=True, description="What is needed; its own fields say who may see them.")
    offer = graphene.Field(Offer, description="The offer it comes from, for whoever may see the helper.")
    helper = graphene.Field(Person, description="Who would help; the asker learns it once the helper said yes.")
    starts_at = graphene.DateTime(required=True, description="When the first visit would begin.")
    ends_at = graphene.DateTime(required=True, description="When the first visit would end.")
    weeks = graphene.Int(required=True, description="For how many weeks, once a week.")
    made_at = graphene.DateTime(required=True, description="When it was made.")
    answer_due_at = graphene.DateTime(required=True, description="Until when the present side may answer.")
    why_this = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Why this pair, in sentences for the one who reads; for the asker once the helper said yes.",
        language=Language(description="The reader's own where left out."),
    )
    terms = graphene.List(
        graphene.NonNull(ScoreTerm),
        description="The score term by term, for workers of the area.",
        language=Language(description="The reader's own where left out."),
    )
    match = graphene.Field("api.types.matches.Match", description="The match, once both said yes.")
    walk_m = graphene.Int(description="The helper's walk in metres, for workers of the area.")
    ring = graphene.Int(description="How far out: 1 corridor to 5 region, for workers of the area.")
    review_reasons = graphene.List(
        graphene.NonNull(graphene.String), description="Codes of why a worker looks first, for workers of the area."
    )
    score_card = graphene.Field(ScoreCard, required=True, description="The published weights it was scored with.")
    decisions = graphene.List(graphene.NonNull(Decision), description="What workers decided about it, for them.")

    @staticmethod
    @reads(rows=["need"])
    def resolve_need(proposal: models.Proposal, info: graphene.ResolveInfo) -> Any:
        return need_of(info, proposal)

    @staticmethod
    @reads(*queries.READ_TO_SHOW_HELPER, rows=["offer"])
    def resolve_offer(proposal: models.Proposal, info: graphene.ResolveInfo) -> Any:
        return offer_of(info, proposal) if queries.may_see_helper(info.context.viewer, proposal) else None

    @staticmethod
    @reads(*queries.READ_TO_SHOW_HELPER, rows=["helper"])
    def resolve_helper(proposal: models.Proposal, info: graphene.ResolveInfo) -> PersonRow | None:
        return proposal.helper if queries.may_see_helper(info.context.viewer, proposal) else None

    @staticmethod
    @reads(*queries.READ_TO_SAY_WHY)
    def resolve_why_this(proposal: models.Proposal, info: graphene.ResolveInfo, language: Any = None) -> list[str]:
        context: Context = info.context
        return queries.why_this(context.viewer, proposal, context.language_or(language))

    @staticmethod
    @reads("terms", *queries.READ_BY_SIDES)
    def resolve_terms(
        proposal: models.Proposal, info: graphene.ResolveInfo, language: Any = None
    ) -> list[queries.ShownTerm] | None:
        context: Context = info.context
        if not queries.may_see_terms(context.viewer, proposal):
            return None
        return queries.terms_of(context.viewer, proposal, context.language_or(language))

    @staticmethod
    @reads()
    def resolve_match(proposal: models.Proposal, info: graphene.ResolveInfo) -> models.Match | None:
        return match_of(info, proposal)

    @staticmethod
    @reads("walk_m", *queries.READ_BY_SIDES)
    def resolve_walk_m(proposal: models.Proposal, info: graphene.ResolveInfo) -> int | None:
        return proposal.walk_m if queries.may_see_terms(info.context.viewer, proposal) else None

    @staticmethod
    @reads("ring", *queries.READ_BY_SIDES)
    def resolve_ring(proposal: models.Proposal, info: graphene.ResolveInfo) -> int | None:
        return proposal.ring if queries.may_see_terms(info.context.viewer, proposal) else None

    @staticmethod
    @reads("review_reasons", *queries.READ_BY_SIDES)
    def resolve_review_reasons(proposal: models.Proposal, info: graphene.ResolveInfo) -> list[str] | None:
        return proposal.review_reasons if queries.may_see_terms(info.context.viewer, proposal) else None

    @staticmethod
    @reads(*queries.READ_BY_SIDES)
    def resolve_decisions(proposal: models.Proposal, info: graphene.ResolveInfo) -> list[models.Decision] | None:
        if not queries.may_see_terms(info.context.viewer, proposal):
            return None
        return hanging(proposal, "decisions", queries.decisions_of_proposals)


DecisionConnection = connection_of(Decision)
ProposalConnection = connection_of(Proposal)
