"""The form of every mutation: one input, one action, one payload with exactly one side filled."""

import json
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, ClassVar, Final

import graphene

from api import told_again
from api.context import Context
from api.errors import UserError, user_error
from api.systems import refuse_what_is_not_the_organizations
from api.texts import check_texts
from matchmaker.community import actions
from matchmaker.community.actions.acting_once import KEPT_DAYS, LONGEST_KEY, Answer, Asked
from matchmaker.errors import DomainError

KEY: Final = "idempotency_key"
KEY_SAID: Final = (
    f"Your own text for this one act, at most {LONGEST_KEY} characters. Sent again with it within {KEPT_DAYS} days, "
    "nothing is done twice: the answer is that of the first time, as it stands now."
)


class Mutation(graphene.ObjectType):
    """Declares `Input` (fields), `gives` (what the payload holds) and `act`, which calls one action.

    The payload `<Name>Payload` has the field that `gives` names and `errors`. A refusal fills `errors`
    and leaves the other side null; anything else that is raised is a fault and is left to rise.
    No text reaches `act` unchecked. An act that comes with a key is done once (`acting_once`); `answer_of` says what is
    kept of its answer, and `again` reads it once more.
    """

    takes_key: ClassVar[bool] = True
    """Not so where nobody is signed in before it, or after it, or nothing is written."""

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        cls.arguments = _arguments(cls) if hasattr(cls, "Input") else {}
        cls.errors = graphene.List(
            graphene.NonNull(UserError), required=True, description="Why it was refused; empty when it was done."
        )
        super().__init_subclass_with_meta__(
            name=f"{cls.__name__}Payload", description=f"What {_lower(cls.__name__)} answers.", **options
        )

    @classmethod
    def field(cls) -> graphene.Field:
        """The mutation's field in the schema."""
        return graphene.Field(cls, required=True, description=cls.__doc__, resolver=cls._resolve, **cls.arguments)

    @classmethod
    def _resolve(cls, _root: Any, info: graphene.ResolveInfo, input: Any = None) -> dict[str, Any]:
        context: Context = info.context
        try:
            check_texts(input or {})
            done = cls._done(context, input)
        except DomainError as refusal:
            return {"errors": [user_error(refusal, language=context.language)]}
        return {cls.gives: done, "errors": []}

    @classmethod
    def _done(cls, context: Context, asked: Any) -> Any:
        key = asked.get(KEY) if asked else None
        if key is None or context.account_id is None:
            return cls._acted(context, asked)
        return actions.act_once(
            asked=Asked(context.account_id, context.organization_id, key, f"{cls.__name__} {_in_one_line(asked)}"),
            act=lambda: cls._acted(context, asked),
            answer_of=cls.answer_of,
            again=lambda answer: cls.again(context, answer),
            now=context.now,
        )

    @classmethod
    def _acted(cls, context: Context, asked: Any) -> Any:
        refuse_what_is_not_the_organizations(context, asked or {})
        with context.acting():
            return cls.act(context, asked)

    @classmethod
    def answer_of(cls, done: Any) -> Answer:
        """What is kept of what was done."""
        return told_again.answer_of(cls._given_type(), done)

    @classmethod
    def again(cls, context: Context, answer: Answer) -> Any:
        """What was done, read once more; what is told a single time is not told again."""
        return told_again.read_again(cls._given_type(), context, answer)

    @classmethod
    def _given_type(cls) -> str:
        return str(cls._meta.fields[cls.gives].type._meta.name)


def _arguments(cls: type[Mutation]) -> dict[str, graphene.Argument]:
    """The one argument `input`, of a type made from the class's `Input` and what that builds on."""
    declared = (vars(part) for part in reversed(cls.Input.__mro__))
    fields = {name: value for part in declared for name, value in part.items() if not name.startswith("_")}
    if cls.takes_key:
        fields[KEY] = graphene.String(description=KEY_SAID)
    fields["Meta"] = type("Meta", (), {"description": f"What {_lower(cls.__name__)} needs to know."})
    input_type = type(f"{cls.__name__}Input", (graphene.InputObjectType,), fields)
    return {"input": graphene.Argument(input_type, required=True, description="All it needs to know.")}


def given(asked: Mapping[str, Any], *, except_for: Collection[str] = ()) -> dict[str, Any]:
    """The fields of an input that were filled in, as an action takes them: plain values, and tuples for lists."""
    left_out = {KEY, *except_for}
    return {name: _plain(value) for name, value in asked.items() if name not in left_out and value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(part) for part in value)
    return value.value if isinstance(value, Enum) else value


def _in_one_line(asked: Mapping[str, Any]) -> str:
    """What was filled in, the same however it was written."""
    return json.dumps(given(asked), sort_keys=True, default=str, ensure_ascii=False)


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]
