"""What is kept of a mutation's answer, and how it is read again for whoever sends the mutation a second time.

It is read for the viewer as they are by then: what they may not see any more is not found.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from api.context import Context
from api.queries.node import BY_ID
from matchmaker.community import queries as community
from matchmaker.community.actions.acting_once import Answer
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches import queries as matches
from matchmaker.matches.queries.case_looks import looks_that_hold
from matchmaker.notices import queries as notices

Read = Callable[[Context, Answer], Any]


def _by_public_id(rows_for: Callable[[Viewer], QuerySet[Any]]) -> Read:
    return lambda context, answer: rows_for(context.viewer).filter(public_id=answer.row).first()


def _by_key(rows_for: Callable[[Viewer], QuerySet[Any]]) -> Read:
    return lambda context, answer: rows_for(context.viewer).filter(pk=answer.row).first()


READ: Final[dict[str, Read]] = {
    "AccessToken": _by_public_id(community.tokens_ever_for),
    "CaseLook": lambda context, answer: (
        looks_that_hold(context.viewer, now=context.now).filter(public_id=answer.row).first()
    ),
    "CompanionFigures": lambda context, answer: (
        matches.companion_figures(context.viewer, now=context.now).filter(public_id=answer.row).first()
    ),
    "Consent": _by_public_id(community.consents_ever_for),
    "Emergency": _by_key(matches.emergencies_for),
    "Mandate": _by_public_id(community.mandates_ever_for),
    "Membership": _by_key(community.memberships_ever_for),
    "Person": lambda context, answer: community.people_to_name(context.viewer).filter(pk=answer.person_id or 0).first(),
    "PostTerm": _by_key(community.terms_ever_for),
    "SetAside": _by_public_id(matches.set_aside_for),
    "Tie": _by_public_id(community.ties_ever_for),
    "Vouch": _by_public_id(community.vouches_ever_for),
    "Webhook": _by_public_id(notices.webhooks_ever_for),
    "Willingness": _by_key(matches.willingness_for),
    "Wishes": lambda context, _answer: notices.wishes_of(context.viewer),
}
"""Types that `node` does not find, or finds no more once they ended; all others are read as `node` reads them."""


def answer_of(type_name: str, done: Any) -> Answer:
    """The id of the row, or the person."""
    if type_name == "Person":
        return Answer(person_id=done.pk)
    if type_name == "Wishes":
        return Answer()
    return Answer(row=str(getattr(done, "public_id", done.pk)))


def read_again(type_name: str, context: Context, answer: Answer) -> Any:
    """The row as the viewer may see it now, or NotFound."""
    read = READ.get(type_name)
    found = read(context, answer) if read else BY_ID[type_name](context.viewer, UUID(answer.row))
    if found is None:
        raise NotFound
    return found
