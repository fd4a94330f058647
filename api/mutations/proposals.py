"""Reviewing proposals and answering them."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.enums import Channel
from api.types.proposals import Proposal
from matchmaker.matches import actions


class ApproveProposal(Mutation):
    """Let a proposal go to the helper, as a worker of the area."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")
        reason = graphene.String(description="Why.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        proposal_id = uuid_of("Proposal", asked.proposal_id, field="proposal_id")
        reason = asked.reason or ""
        return actions.approve_proposal(viewer=context.viewer, proposal_id=proposal_id, reason=reason, now=context.now)


class RefuseProposal(Mutation):
    """End a proposal, as a worker of the area, with a reason; the next candidate is asked."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")
        reason = graphene.String(required=True, description="Why; it stands in the log of decisions.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        proposal_id = uuid_of("Proposal", asked.proposal_id, field="proposal_id")
        reason = asked.reason
        return actions.refuse_proposal(viewer=context.viewer, proposal_id=proposal_id, reason=reason, now=context.now)


class UndoDecision(Mutation):
    """Take back one's own approval or refusal within ten seconds, before anybody is told of it."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal, as it stood before.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        proposal_id = uuid_of("Proposal", asked.proposal_id, field="proposal_id")
        return actions.undo_decision(viewer=context.viewer, proposal_id=proposal_id, now=context.now)


class UndoAnswer(Mutation):
    """Take back the "not this time" that one gave, within ten seconds, before the next is looked for."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal, as it stood before.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        proposal_id = uuid_of("Proposal", asked.proposal_id, field="proposal_id")
        return actions.undo_answer(viewer=context.viewer, proposal_id=proposal_id, now=context.now)


class OverrideMatch(Mutation):
    """Propose this pair, as a worker of the area, with a reason; every hard rule still holds."""

    class Input:
        need_id = graphene.ID(required=True, description="Which need.")
        offer_id = graphene.ID(required=True, description="Which offer.")
        reason = graphene.String(required=True, description="Why; it stands in the log of decisions.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.override_match(
            viewer=context.viewer,
            need_id=uuid_of("Need", asked.need_id, field="need_id"),
            offer_id=uuid_of("Offer", asked.offer_id, field="offer_id"),
            reason=asked.reason,
            now=context.now,
        )


class AcceptProposal(Mutation):
    """Say yes, as the helper or as the asker; the asker's yes makes the match."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")
        helper_id = graphene.ID(description="Who will go, when a clerk answers for an organization.")
        channel = Channel(description="How it was said, where a worker of the area takes the person's yes.")
        person_id = graphene.ID(description="Whose yes a worker takes; it never passes for that of the other side.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.accept_proposal(
            viewer=context.viewer,
            proposal_id=uuid_of("Proposal", asked.proposal_id, field="proposal_id"),
            helper_id=uuid_if_given("Person", asked.helper_id, field="helper_id"),
            channel=given(asked).get("channel", ""),
            person_id=uuid_if_given("Person", asked.person_id, field="person_id"),
            now=context.now,
        )


class DeclineProposal(Mutation):
    """Say not this time; it costs nothing and the next candidate is asked."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which proposal.")
        channel = Channel(description="How it was said, where a worker of the area takes the person's word.")
        person_id = graphene.ID(description="Whose word a worker takes; it never passes for that of the other side.")

    gives = "proposal"
    proposal = graphene.Field(Proposal, description="The proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.decline_proposal(
            viewer=context.viewer,
            proposal_id=uuid_of("Proposal", asked.proposal_id, field="proposal_id"),
            channel=given(asked).get("channel", ""),
            person_id=uuid_if_given("Person", asked.person_id, field="person_id"),
            now=context.now,
        )
