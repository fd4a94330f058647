"""Errors at the door: refusals as data, everything else masked and logged once."""

from enum import Enum
from typing import Any, Final

import graphene
import structlog
from django.conf import settings
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError

import matchmaker.community.actions
import matchmaker.lists.actions
import matchmaker.matches.actions
import matchmaker.needs.actions
import matchmaker.notices.actions
import matchmaker.privacy.actions
import matchmaker.privacy.queries  # noqa: F401  # the imports register every refusal before the enum is made
from matchmaker.errors import DomainError, all_refusals
from matchmaker.tally import count_refusal

MASKED: Final = {
    "zh": "我们这边出了问题，请稍后再试。",
    "en": "Something went wrong on our side. Please try again later.",
}
log = structlog.get_logger("matchmaker.api")

_refusals: Final = {refusal.code: refusal for refusal in all_refusals()}


def _description(member: Enum | None) -> str:
    if member is None:
        return "Every reason for which something can be refused."
    return _refusals[str(member.value)].message


ErrorCode = graphene.Enum.from_enum(
    Enum("ErrorCode", [(code, code) for code in sorted(_refusals)]),
    name="ErrorCode",
    description=_description,
)


class UserError(graphene.ObjectType):
    """A refusal that a person can act on."""

    code = graphene.Field(ErrorCode, required=True, description="Which refusal it is.")
    message = graphene.String(required=True, description="One plain sentence, in the reader's language.")
    field = graphene.String(description="The input field at fault, where there is one.")


def user_error(refusal: DomainError, *, language: str) -> dict[str, Any]:
    """The refusal as a `UserError`, and counted."""
    count_refusal(refusal.code)
    return {
        "code": refusal.code,
        "message": refusal.sentence(language),
        "field": to_camel_case(refusal.field) if refusal.field else None,
    }


def shown(error: GraphQLError, *, language: str) -> dict[str, Any]:
    """An error as the answer holds it: a refusal speaks, a fault of ours is masked and logged once."""
    cause = error.original_error
    if isinstance(cause, DomainError):
        count_refusal(cause.code)
        error = GraphQLError(
            cause.sentence(language), nodes=error.nodes, path=error.path, extensions={"code": cause.code}
        )
    elif cause is not None and not isinstance(cause, GraphQLError):
        log.error("api.resolver_failed", path=_pattern(error.path), exc_info=cause)
        error = GraphQLError(MASKED[language], nodes=error.nodes, path=error.path, extensions={"code": "INTERNAL"})
    formatted: dict[str, Any] = dict(error.formatted)
    if settings.PRODUCTION:
        formatted["message"] = formatted["message"].split(" Did you mean")[0]
    formatted.setdefault("extensions", {"code": "BAD_REQUEST"})
    return formatted


def _pattern(path: list[str | int] | None) -> str:
    """The path without row numbers: `needs.nodes.details`."""
    return ".".join(part for part in path or () if isinstance(part, str))
