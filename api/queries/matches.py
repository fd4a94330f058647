"""From rounds to the ledger."""

from typing import Any

import graphene
from django.db.models import QuerySet

from api.connections import connection_field
from api.context import Context
from api.ids import uuid_of
from api.loaders import bare
from api.types.attendance import AttendedVisitConnection
from api.types.concerns import ConcernConnection
from api.types.enums import MatchState, ProposalState
from api.types.ledger import LedgerEntryConnection
from api.types.matches import MatchConnection, VisitConnection
from api.types.people import PersonConnection
from api.types.proposals import DecisionConnection, ProposalConnection
from api.types.rounds import CityPlanConnection, RoundConnection, ScoreCardConnection, UnmetNeedConnection
from matchmaker.matches import queries
from matchmaker.matches.queries.attendance import attendance_for


class MatchQueries(graphene.ObjectType):
    """From rounds to the ledger."""

    score_cards = connection_field(
        ScoreCardConnection,
        lambda _context: queries.score_cards(),
        description="The published weights, each newest version first; they are public.",
    )
    rounds = connection_field(
        RoundConnection,
        lambda context: queries.rounds_for(context.viewer),
        description="The rounds of the areas the viewer works for, newest first.",
    )
    city_plans = connection_field(
        CityPlanConnection,
        lambda context: queries.city_plans_for(context.viewer),
        description="The plans of whole cities that lie in the areas the viewer works for, newest first.",
    )
    unmet_needs = connection_field(
        UnmetNeedConnection,
        lambda context: queries.unmet_needs_for(context.viewer),
        description="Needs that rounds could not meet, for their askers and workers of the area; the latest first.",
    )
    proposals = connection_field(
        ProposalConnection,
        lambda context, state=None: queries.proposals_for(context.viewer, state=state.value if state else None),
        description="The proposals the viewer may see, newest first.",
        state=ProposalState(description="Only in this state."),
    )
    proposals_to_review = connection_field(
        ProposalConnection,
        lambda context: queries.proposals_to_review(context.viewer),
        description="What waits for a worker's look, the first due first.",
    )
    decisions = connection_field(
        DecisionConnection,
        lambda context: queries.decisions_for(context.viewer),
        description="The log of what workers decided, for workers and auditors of the area, newest first.",
    )
    few_ties = connection_field(
        PersonConnection,
        lambda context: queries.few_ties_for(context.viewer),
        description="People with few ties who agreed to be listed, for workers of the area.",
    )
    matches = connection_field(
        MatchConnection,
        lambda context, state=None: bare(queries.matches_for(context.viewer, state=state.value if state else None)),
        description="The viewer's matches, and those of the areas they work for, newest first.",
        state=MatchState(description="Only in this state."),
    )
    visits = connection_field(
        VisitConnection,
        lambda context, **asked: _visits(context, **asked),
        description="The visits of these matches, in order of time.",
        outcome_wanted=graphene.Boolean(
            description="Only those that have begun and of which the viewer's own side has still to say how it went."
        ),
    )
    attendance = connection_field(
        AttendedVisitConnection,
        lambda context, organization_id, since=None, until=None: attendance_for(
            context.viewer,
            uuid_of("Organization", organization_id, field="organization_id"),
            since=since,
            until=until,
            now=context.now,
        ),
        description="Who of an organization's members went to which visit, for its clerks, the earliest first.",
        organization_id=graphene.ID(required=True, description="The organization that the viewer speaks for."),
        since=graphene.DateTime(description="Only visits that begin at this moment or later."),
        until=graphene.DateTime(description="Only visits that begin before this moment."),
    )
    concerns = connection_field(
        ConcernConnection,
        lambda context: queries.concerns_for(context.viewer),
        description="What the viewer was worried about, and concerns of the areas they work for, open ones first.",
    )
    concerns_to_answer = connection_field(
        ConcernConnection,
        lambda context: queries.concerns_to_answer(context.viewer),
        description="Concerns that wait for a worker of these areas, the longest waiting first.",
    )
    ledger = connection_field(
        LedgerEntryConnection,
        lambda context: queries.ledger_for(context.viewer),
        description="Minutes the viewer gave and received, newest first.",
    )


def _visits(context: Context, *, outcome_wanted: bool | None = None) -> QuerySet[Any]:
    if outcome_wanted:
        return queries.visits_to_speak_of(context.viewer, now=context.now)
    return queries.visits_for(context.viewer)
