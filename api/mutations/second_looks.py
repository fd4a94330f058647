"""A second look: asked for by the person, taken and answered by a coordinator, and what counts again."""

from typing import Any
from uuid import UUID

import graphene

from api.context import Context
from api.ids import decode, uuid_if_given, uuid_of
from api.mutation import Mutation, given
from api.types.enums_second_looks import LookAnswer, OwnQuestion
from api.types.own_sentences import SecondLook, SetAside
from matchmaker.community.actions.acting_once import Answer
from matchmaker.errors import NotFound
from matchmaker.matches import actions, queries


class AskSecondLook(Mutation):
    """Ask that a person looks again at one sentence about oneself. It costs nothing; asked twice it is one."""

    class Input:
        question = OwnQuestion(required=True, description="Which sentence is doubted.")
        words = graphene.String(description="Why, in one's own words; only who takes it in hand reads them.")
        for_person_id = graphene.ID(description="Who doubts it, where a worker logs a call.")

    gives = "second_look"
    second_look = graphene.Field(SecondLook, description="The second look.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.ask_second_look(
            viewer=context.viewer,
            for_person_id=uuid_if_given("Person", asked.for_person_id, field="for_person_id"),
            now=context.now,
            **given(asked, except_for=("for_person_id",)),
        )

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        """A worker who logged a call finds no look, and reads again that it was asked."""
        try:
            return super().again(context, answer)
        except NotFound:
            return queries.look_as_heard(context.viewer, UUID(answer.row), now=context.now)


class TakeSecondLook(Mutation):
    """Take it in hand, as a coordinator who has no part in what the sentence rests on."""

    class Input:
        second_look_id = graphene.ID(required=True, description="Which second look.")

    gives = "second_look"
    second_look = graphene.Field(SecondLook, description="The second look.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.take_second_look(viewer=context.viewer, look_id=_look_id(asked), now=context.now)


class AnswerSecondLook(Mutation):
    """Answer one that is in one's hands, with a reason. What speaks for the person cannot be set aside."""

    class Input:
        second_look_id = graphene.ID(required=True, description="Which second look.")
        answer = LookAnswer(required=True, description="What comes of it.")
        reason = graphene.String(required=True, description="Why; the person reads this.")
        set_aside = graphene.List(
            graphene.NonNull(graphene.ID), description="With SET_ASIDE: `about` of the evidence that counts no more."
        )

    gives = "second_look"
    second_look = graphene.Field(SecondLook, description="The second look.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.answer_second_look(
            viewer=context.viewer,
            look_id=_look_id(asked),
            set_aside=[_about(text) for text in asked.set_aside or ()],
            now=context.now,
            **given(asked, except_for=("second_look_id", "set_aside")),
        )


class CountAgain(Mutation):
    """Lift what was set aside after a second look, with a reason: it counts again, and the person is told."""

    class Input:
        set_aside_id = graphene.ID(required=True, description="What was set aside.")
        reason = graphene.String(required=True, description="Why; the person reads this.")

    gives = "set_aside"
    set_aside = graphene.Field(SetAside, description="What was set aside.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.count_again(
            viewer=context.viewer,
            set_aside_id=uuid_of("SetAside", asked.set_aside_id, field="set_aside_id"),
            reason=asked.reason,
            now=context.now,
        )


def _look_id(asked: Any) -> UUID:
    return uuid_of("SecondLook", asked.second_look_id, field="second_look_id")


def _about(text: str) -> UUID:
    named = decode(text)
    if named is None or named.type_name not in ("Visit", "Vouch"):
        raise NotFound(field="set_aside")
    return named.public_id
