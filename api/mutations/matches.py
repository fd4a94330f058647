"""Calling a match off, and saying how a visit went."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.enums import Channel, OutcomeSide, WentWell
from api.types.matches import Match, Visit
from matchmaker.matches import actions
from matchmaker.matches.drafts import OutcomeDraft


class CancelMatch(Mutation):
    """Call the visits ahead off; it costs nothing, and the need looks for the next helper."""

    class Input:
        match_id = graphene.ID(required=True, description="Which match.")

    gives = "match"
    match = graphene.Field(Match, description="The match.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        match_id = uuid_of("Match", asked.match_id, field="match_id")
        return actions.cancel_match(viewer=context.viewer, match_id=match_id, now=context.now)


class RecordOutcome(Mutation):
    """Say how a visit went, for one's own side or, as a worker, for whoever told it; the other side never reads it."""

    class Input:
        visit_id = graphene.ID(required=True, description="Which visit.")
        happened = graphene.Boolean(required=True, description="The visit took place.")
        went_well = WentWell(description="How it went.")
        greet_again = graphene.Boolean(description="Would greet the other again.")
        minutes = graphene.Int(description="How long it took.")
        comment = graphene.String(description="In one's own words.")
        side = OutcomeSide(description="Whose words a worker of the area took.")
        channel = Channel(description="How they were said, where a worker took them.")
        heard_apart = graphene.Boolean(description="The worker took the words of both sides, of each alone.")

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        draft = OutcomeDraft(**given(asked, except_for=("visit_id",)))
        return actions.record_outcome(viewer=context.viewer, visit_id=visit_id, draft=draft, now=context.now)
