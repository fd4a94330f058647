"""When it goes wrong: coming and leaving, nobody came, a word of worry, not meeting again."""

from typing import Any
from uuid import UUID

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.concerns import Concern
from api.types.enums import OutcomeSide
from api.types.enums_gone_wrong import ConcernKind, Resolution
from api.types.matches import Visit
from api.types.people import Person
from matchmaker.matches import actions


class _OfAVisit(Mutation):
    """What is said of one visit answers with that visit."""

    class Meta:
        abstract = True

    class Input:
        visit_id = graphene.ID(required=True, description="Which visit.")

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")


class Arrive(_OfAVisit):
    """Say that the helper is there: a tap of either side, or a worker of the area after a call."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.arrive(viewer=context.viewer, visit_id=_visit_id(asked), now=context.now)


class Leave(_OfAVisit):
    """Say that the helper has left, in the same way."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.leave(viewer=context.viewer, visit_id=_visit_id(asked), now=context.now)


class TakeBackTap(_OfAVisit):
    """Take one's own latest word of coming or leaving back, within ten minutes."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.take_back_tap(viewer=context.viewer, visit_id=_visit_id(asked), now=context.now)


class ReportNoShow(_OfAVisit):
    """Say that nobody came, a quarter of an hour after the time agreed; the next neighbour is asked at once."""

    class Input(_OfAVisit.Input):
        until = graphene.Time(description="Until when somebody may still come today, by the clock there.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        rest = given(asked, except_for=("visit_id",))
        return actions.report_no_show(viewer=context.viewer, visit_id=_visit_id(asked), now=context.now, **rest)


class CancelVisit(_OfAVisit):
    """Call one visit off beforehand and keep the others; another helper is looked for where the helper is away."""

    class Input(_OfAVisit.Input):
        side = OutcomeSide(description="For which side a worker logs the call.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        rest = given(asked, except_for=("visit_id",))
        return actions.cancel_visit(viewer=context.viewer, visit_id=_visit_id(asked), now=context.now, **rest)


class ReportConcern(Mutation):
    """Say that something worries, or that money was asked for; the match is paused and the duty post called at once."""

    class Input:
        match_id = graphene.ID(required=True, description="Which match.")
        visit_id = graphene.ID(description="Which of its visits, where it is about one.")
        kind = ConcernKind(required=True, description="What it is about.")
        words = graphene.String(description="In one's own words; only the worker who takes it in hand reads them.")
        side = OutcomeSide(description="For which side a worker logs the call.")

    gives = "concern"
    concern = graphene.Field(Concern, description="The concern.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.report_concern(
            viewer=context.viewer,
            match_id=uuid_of("Match", asked.match_id, field="match_id"),
            visit_id=uuid_if_given("Visit", asked.visit_id, field="visit_id"),
            now=context.now,
            **given(asked, except_for=("match_id", "visit_id")),
        )


class TakeConcern(Mutation):
    """Take a concern in hand, as a worker of the area who is no part of it."""

    class Input:
        concern_id = graphene.ID(required=True, description="Which concern.")

    gives = "concern"
    concern = graphene.Field(Concern, description="The concern.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        concern_id = uuid_of("Concern", asked.concern_id, field="concern_id")
        return actions.take_concern(viewer=context.viewer, concern_id=concern_id, now=context.now)


class ResolveConcern(Mutation):
    """Answer a concern that one has in hand, with a reason: the match goes on, or has ended."""

    class Input:
        concern_id = graphene.ID(required=True, description="Which concern.")
        resolution = Resolution(required=True, description="How it ends.")
        reason = graphene.String(required=True, description="Why; who said it reads this too.")

    gives = "concern"
    concern = graphene.Field(Concern, description="The concern.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        concern_id = uuid_of("Concern", asked.concern_id, field="concern_id")
        rest = given(asked, except_for=("concern_id",))
        return actions.resolve_concern(viewer=context.viewer, concern_id=concern_id, now=context.now, **rest)


class _OfAPerson(Mutation):
    """A wish about one person answers with that person."""

    class Meta:
        abstract = True

    class Input:
        person_id = graphene.ID(required=True, description="Whom.")
        for_person_id = graphene.ID(description="Who wishes it, where a worker logs a call.")

    gives = "person"
    person = graphene.Field(Person, description="Whom it is about.")


class BlockPerson(_OfAPerson):
    """Never be brought together with this person again; they are not told."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.block_person(viewer=context.viewer, now=context.now, **_pair(asked))


class UnblockPerson(_OfAPerson):
    """Take that wish back."""

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.unblock_person(viewer=context.viewer, **_pair(asked))


def _visit_id(asked: Any) -> UUID:
    return uuid_of("Visit", asked.visit_id, field="visit_id")


def _pair(asked: Any) -> dict[str, Any]:
    return {
        "person_id": uuid_of("Person", asked.person_id, field="person_id"),
        "for_person_id": uuid_if_given("Person", asked.for_person_id, field="for_person_id"),
    }
