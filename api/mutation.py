"""The form of every mutation: one input, one action, one payload with exactly one side filled."""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

import graphene

from api.context import Context
from api.errors import UserError, user_error
from api.texts import check_texts
from matchmaker.errors import DomainError


class Mutation(graphene.ObjectType):
    """Declares `Input` (fields), `gives` (what the payload holds) and `act`, which calls one action.

    The payload `<Name>Payload` has the field that `gives` names and `errors`. A refusal fills `errors`
    and leaves the other side null; anything else that is raised is a fault and is left to rise.
    No text reaches `act` unchecked.
    """

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
            done = cls.act(context, input)
        except DomainError as refusal:
            return {"errors": [user_error(refusal, language=context.language)]}
        return {cls.gives: done, "errors": []}


def _arguments(cls: type[Mutation]) -> dict[str, graphene.Argument]:
    """The one argument `input`, of a type made from the class's `Input` and what that builds on."""
    declared = (vars(part) for part in reversed(cls.Input.__mro__))
    fields = {name: value for part in declared for name, value in part.items() if not name.startswith("_")}
    fields["Meta"] = type("Meta", (), {"description": f"What {_lower(cls.__name__)} needs to know."})
    input_type = type(f"{cls.__name__}Input", (graphene.InputObjectType,), fields)
    return {"input": graphene.Argument(input_type, required=True, description="All it needs to know.")}


def given(asked: Mapping[str, Any], *, except_for: Collection[str] = ()) -> dict[str, Any]:
    """The fields of an input that were filled in, as an action takes them: plain values, and tuples for lists."""
    return {name: _plain(value) for name, value in asked.items() if name not in except_for and value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_plain(part) for part in value)
    return value.value if isinstance(value, Enum) else value


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]
