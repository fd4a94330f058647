"""When it goes wrong: coming and leaving, nobody came, a word of worry, not meeting again."""

from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_of
from api.mutation import Mutation, given
from api.types.concerns import Concern
from api.types.enums import OutcomeSide
from api.types.enums_gone_wrong import ConcernKind, Resolution
from api.types.matches import Visit
from api.types.people import Person
from matchmaker.matches import actions


class _WhichVisit:
    visit_id = graphene.ID(required=True, description="Which visit.")


class Arrive(Mutation):
    """Say that the helper is there: a tap of either side, or a worker of the area after a call."""

    class Input(_WhichVisit):
        pass

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        return actions.arrive(viewer=context.viewer, visit_id=visit_id, now=context.now)


class Leave(Mutation):
    """Say that the helper has left, in the same way."""

    class Input(_WhichVisit):
        pass

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        return actions.leave(viewer=context.viewer, visit_id=visit_id, now=context.now)


class TakeBackTap(Mutation):
    """Take one's own latest word of coming or leaving back, within ten minutes."""

    class Input(_WhichVisit):
        pass

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        return actions.take_back_tap(viewer=context.viewer, visit_id=visit_id, now=context.now)


class ReportNoShow(Mutation):
    """Say that nobody came, a quarter of an hour after the time agreed; the next neighbour is asked at once."""

    class Input(_WhichVisit):
        until = graphene.Time(description="Until when somebody may still come today, by the clock there.")

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        rest = given(asked, except_for=("visit_id",))
        return actions.report_no_show(viewer=context.viewer, visit_id=visit_id, now=context.now, **rest)


class CancelVisit(Mutation):
    """Call one visit off beforehand and keep the others; another helper is looked for where the helper is away."""

    class Input(_WhichVisit):
        side = OutcomeSide(description="For which side a worker logs the call.")

    gives = "visit"
    visit = graphene.Field(Visit, description="The visit.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        visit_id = uuid_of("Visit", asked.visit_id, field="visit_id")
        rest = given(asked, except_for=("visit_id",))
        return actions.cancel_visit(viewer=context.viewer, visit_id=visit_id, now=context.now, **rest)


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
            visit_id=uuid_of("Visit", asked.visit_id, field="visit_id") if asked.visit_id else None,
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


class _WhichPerson:
    person_id = graphene.ID(required=True, description="Whom.")
    for_person_id = graphene.ID(description="Who wishes it, where a worker logs a call.")


class BlockPerson(Mutation):
    """Never be brought together with this person again; they are not told."""

    class Input(_WhichPerson):
        pass

    gives = "person"
    person = graphene.Field(Person, description="Whom it is about.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.block_person(viewer=context.viewer, now=context.now, **_pair(asked))


class UnblockPerson(Mutation):
    """Take that wish back."""

    class Input(_WhichPerson):
        pass

    gives = "person"
    person = graphene.Field(Person, description="Whom it is about.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.unblock_person(viewer=context.viewer, **_pair(asked))


def _pair(asked: Any) -> dict[str, Any]:
    wishing = asked.for_person_id
    return {
        "person_id": uuid_of("Person", asked.person_id, field="person_id"),
        "for_person_id": uuid_of("Person", wishing, field="for_person_id") if wishing else None,
    }
