"""What somebody reads of how they are known here, and second looks at it: sentences and counts, no number."""

from typing import Any

import graphene
from graphql_relay import to_global_id

from api.connections import connection_of
from api.context import Context
from api.ids import Node
from api.types.absent import null_if_empty
from api.types.enums import Language
from api.types.enums_second_looks import LookAnswer, LookState, OwnQuestion
from api.types.people import Person
from matchmaker.matches import models, queries


class RestsOn(graphene.ObjectType):
    """One thing that a sentence rests on."""

    class Meta:
        possible_types = (queries.RestsOn,)

    count = graphene.Int(required=True, description="How many; of what was said of visits by whole threes.")
    sentence = graphene.String(required=True, description="What it is, in words.")


class OwnSentence(graphene.ObjectType):
    """A question about the reader alone, how it is answered, and what that rests on."""

    class Meta:
        possible_types = (queries.OwnSentence,)

    kind = graphene.Field(OwnQuestion, required=True, description="Which of the three it is.")
    question = graphene.String(required=True, description="The question in words.")
    sentence = graphene.String(
        required=True,
        description="The answer; of visits as it stood when the month began.",
        resolver=lambda told, _: told.answer,
    )
    rests_on = graphene.List(graphene.NonNull(RestsOn), required=True, description="What it rests on, counted.")


class Evidence(graphene.ObjectType):
    """A word for somebody, or what was said of one visit: when. Never by whom, nor what was said."""

    class Meta:
        possible_types = (queries.Evidence,)

    about = graphene.ID(required=True, description="The id of the word or the visit; good for answerSecondLook.")
    date = graphene.Date(required=True, description="The day of the visit, or on which the word was given.")

    @staticmethod
    def resolve_about(evidence: queries.Evidence, _info: graphene.ResolveInfo) -> str:
        return str(to_global_id("Visit" if evidence.visit else "Vouch", str(evidence.about)))


class SetAside(graphene.ObjectType):
    """Something that counts no more after a second look, until it is lifted."""

    class Meta:
        possible_types = (models.SetAside,)

    id = graphene.ID(required=True, description="Good for countAgain.")
    set_aside_at = graphene.DateTime(required=True, description="Since when it does not count.")
    lifted_at = graphene.DateTime(description="Since when it counts again.")
    lift_reason = graphene.String(description="Why it counts again.", resolver=null_if_empty)

    @staticmethod
    def resolve_id(aside: models.SetAside, _info: graphene.ResolveInfo) -> str:
        return str(to_global_id("SetAside", str(aside.public_id)))


class SecondLook(graphene.ObjectType):
    """Somebody doubts a sentence about themself; a coordinator without a part in it looks again and answers."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.SecondLook,)

    question = graphene.Field(OwnQuestion, required=True, description="Which sentence is doubted.")
    state = graphene.Field(LookState, required=True, description="How it stands.")
    person = graphene.Field(Person, required=True, description="Whose sentence it is.")
    asked_at = graphene.DateTime(required=True, description="When it was asked for.")
    due_at = graphene.DateTime(required=True, description="Until when it is to be answered.")
    is_late = graphene.Boolean(required=True, description="That time has passed without an answer, or before it.")
    taken_at = graphene.DateTime(description="When a coordinator took it in hand.")
    answered_at = graphene.DateTime(description="When it was answered.")
    answer = graphene.Field(LookAnswer, description="What came of it.", resolver=null_if_empty)
    words = graphene.String(description="What the person wrote: for them and for who has it in hand.")
    reason = graphene.String(description="Why it was answered so, for the same two.")
    set_aside = graphene.List(
        graphene.NonNull(SetAside), required=True, description="What does not count since, or counts again."
    )
    sentence = graphene.Field(
        OwnSentence,
        description="The doubted sentence as the person reads it: for who has it in hand alone.",
        language=Language(description="The reader's own where left out."),
    )
    evidence = graphene.List(
        graphene.NonNull(Evidence),
        required=True,
        description="What counts and may be set aside, the latest hundred in order: for who has it in hand alone.",
    )

    @staticmethod
    def resolve_is_late(look: models.SecondLook, info: graphene.ResolveInfo) -> bool:
        context: Context = info.context
        return queries.is_late(look, now=context.now)

    @staticmethod
    def resolve_words(look: models.SecondLook, info: graphene.ResolveInfo) -> str | None:
        return _for_the_two(look, info, look.words)

    @staticmethod
    def resolve_reason(look: models.SecondLook, info: graphene.ResolveInfo) -> str | None:
        return _for_the_two(look, info, look.reason)

    @staticmethod
    def resolve_set_aside(look: models.SecondLook, _info: graphene.ResolveInfo) -> list[models.SetAside]:
        return list(look.set_aside.all())

    @staticmethod
    def resolve_sentence(look: models.SecondLook, info: graphene.ResolveInfo, language: Any = None) -> Any:
        context: Context = info.context
        if not queries.has_look_in_hand(context.viewer, look):
            return None
        return queries.doubted_sentence(context.viewer, look, context.language_or(language), now=context.now)

    @staticmethod
    def resolve_evidence(look: models.SecondLook, info: graphene.ResolveInfo) -> list[queries.Evidence]:
        context: Context = info.context
        if not queries.has_look_in_hand(context.viewer, look):
            return []
        return queries.evidence_of(context.viewer, look, now=context.now)


def _for_the_two(look: models.SecondLook, info: graphene.ResolveInfo, text: str) -> str | None:
    context: Context = info.context
    return text or None if queries.may_read_look(context.viewer, look) else None


SecondLookConnection = connection_of(SecondLook)
