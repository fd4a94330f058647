"""Companions: being willing, wishing for company, the two answers, the door, and the words afterwards."""

from typing import Any
from uuid import UUID

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.mutations.offers import HoursInput
from api.types.companions import CompanionFigures, CompanionProposal, Willingness
from api.types.enums import Channel
from api.types.enums_companions import CompanionPart
from api.types.matches import Match
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import CompanionDraft, WillingDraft
from matchmaker.needs.drafts import Hours


class _OfAProposal(Mutation):
    """What is said of one companion's proposal answers with it."""

    class Meta:
        abstract = True

    class Input:
        proposal_id = graphene.ID(required=True, description="Which companion's proposal.")
        channel = Channel(description="How the person said so, where a worker takes their word.")

    gives = "companion_proposal"
    companion_proposal = graphene.Field(CompanionProposal, description="The companion's proposal.")


class AcceptCompanionship(_OfAProposal):
    """Say that one would come along then and there; whoever is helped is asked next."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.accept_companionship(viewer=context.viewer, now=context.now, **_answer(asked))


class DeclineCompanionship(_OfAProposal):
    """Not this time, at no cost."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.decline_companionship(viewer=context.viewer, now=context.now, **_answer(asked))


class ApproveCompanion(_OfAProposal):
    """Let this very neighbour come along."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.approve_companion(viewer=context.viewer, now=context.now, **_answer(asked))


class RefuseCompanion(_OfAProposal):
    """Rather not this neighbour; they read that nobody is needed, and the visit stands."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.refuse_companion(viewer=context.viewer, now=context.now, **_answer(asked))


class TurnCompanionAway(_OfAProposal):
    """Not today, said at the door; the helper comes in as agreed."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.turn_companion_away(viewer=context.viewer, now=context.now, **_answer(asked))


class WithdrawCompanion(Mutation):
    """Call the company off before the visit, as one of the three or a worker; the visit stands."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which companion's proposal.")

    gives = "companion_proposal"
    companion_proposal = graphene.Field(CompanionProposal, description="The companion's proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.withdraw_companion(viewer=context.viewer, proposal_id=_proposal_id(asked), now=context.now)


class RecordCompanionWords(Mutation):
    """Say, as one of the three and apart from the others, how it was with company."""

    class Input:
        proposal_id = graphene.ID(required=True, description="Which companion's proposal.")
        came = graphene.Boolean(required=True, description="The companion was there.")
        greet_companion = graphene.Boolean(description="Would greet the companion again.")
        greet_asker = graphene.Boolean(description="Would greet whoever was helped again.")
        greet_helper = graphene.Boolean(description="Would greet the helper again.")
        welcome = graphene.Boolean(description="Was glad of the company, as who was helped.")
        part = CompanionPart(description="Whose words they are, where a worker takes them.")
        channel = Channel(description="How they were said, where a worker takes them.")
        heard_apart = graphene.Boolean(description="A worker who took several of the three's words heard each alone.")

    gives = "companion_proposal"
    companion_proposal = graphene.Field(CompanionProposal, description="The companion's proposal.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        draft = CompanionDraft(**given(asked, except_for=("proposal_id",)))
        return actions.record_companion_words(
            viewer=context.viewer, proposal_id=_proposal_id(asked), draft=draft, now=context.now
        )


class _OfAMatch(Mutation):
    """What is wished for a match answers with that match."""

    class Meta:
        abstract = True

    class Input:
        match_id = graphene.ID(required=True, description="Which match.")
        channel = Channel(description="How the person said so, where a worker takes their word.")

    gives = "match"
    match = graphene.Field(Match, description="The match.")


class WishCompanion(_OfAMatch):
    """Wish for a neighbour to come along on the visits of a match, to get to know people; off by default."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        match = actions.wish_companion(viewer=context.viewer, now=context.now, **_wish(asked))
        return queries.match_by_id(context.viewer, match.public_id)


class UnwishCompanion(_OfAMatch):
    """Take that wish back; whoever was asked to come along is not needed."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        match = actions.unwish_companion(viewer=context.viewer, now=context.now, **_wish(asked))
        return queries.match_by_id(context.viewer, match.public_id)


class BeCompanion(Mutation):
    """Say that one would come along on visits of others, to get to know people."""

    class Input:
        hours = graphene.List(graphene.NonNull(HoursInput), description="Weekly hours; none means any time.")
        reach_m = graphene.Int(description="How far, in metres on foot; 1000 when left out.")
        visits_per_month = graphene.Int(description="How many visits in thirty days at most, 1 to 8; 2 when left out.")
        for_person_id = graphene.ID(description="Who said so, where a worker enters it.")

    gives = "willingness"
    willingness = graphene.Field(Willingness, description="What was said.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        rest = given(asked, except_for=("hours", "for_person_id"))
        hours = tuple(Hours(one.weekday, one.starts, one.ends) for one in asked.hours or ())
        return actions.be_companion(
            viewer=context.viewer,
            draft=WillingDraft(hours=hours, **rest),
            for_person_id=uuid_if_given("Person", asked.for_person_id, field="for_person_id"),
            now=context.now,
        )


class StopBeingCompanion(Mutation):
    """Take that back; nobody asks, and what was agreed ahead is off, at no cost."""

    class Input:
        for_person_id = graphene.ID(description="Who said so, where a worker enters it.")

    gives = "willingness"
    willingness = graphene.Field(Willingness, description="How it stands now.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_if_given("Person", asked.for_person_id, field="for_person_id")
        return actions.stop_being_companion(viewer=context.viewer, for_person_id=person_id, now=context.now)


class VetCompanion(Mutation):
    """Say, as a worker of the area, that one has looked at who would come along."""

    class Input:
        person_id = graphene.ID(required=True, description="Who would come along.")

    gives = "willingness"
    willingness = graphene.Field(Willingness, description="How it stands now.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        person_id = uuid_of("Person", asked.person_id, field="person_id")
        return actions.vet_companion(viewer=context.viewer, person_id=person_id, now=context.now)


class SetCompanionBudget(Mutation):
    """Give so many hours a week for companions, as the coordinator; 0 asks nobody. What had stopped goes on."""

    class Input:
        community_id = graphene.ID(required=True, description="Which community.")
        hours_per_week = graphene.Int(required=True, description="Hours a week, of the visits accompanied.")

    gives = "companion_figures"
    companion_figures = graphene.Field(CompanionFigures, description="How companions fare there.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        row = actions.set_companion_budget(
            viewer=context.viewer,
            community_id=uuid_of("Area", asked.community_id, field="community_id"),
            hours_per_week=asked.hours_per_week,
            now=context.now,
        )
        return queries.companion_figures(context.viewer, now=context.now).get(pk=row.community_id)


def _proposal_id(asked: Any) -> UUID:
    return uuid_of("CompanionProposal", asked.proposal_id, field="proposal_id")


def _answer(asked: Any) -> dict[str, Any]:
    return {"proposal_id": _proposal_id(asked), **given(asked, except_for=("proposal_id",))}


def _wish(asked: Any) -> dict[str, Any]:
    match_id = uuid_of("Match", asked.match_id, field="match_id")
    return {"match_id": match_id, **given(asked, except_for=("match_id",))}
