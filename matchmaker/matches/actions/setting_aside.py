"""What an answer sets aside: each piece weighed alone and all of them together, so that nothing goes which speaks for
the person. A refusal tells that something does, so it is told a few times only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.models import Vouch
from matchmaker.engine.problem import Town
from matchmaker.engine.set_aside import any_speaks_for
from matchmaker.errors import DomainError, NotFound
from matchmaker.matches import inputs, queries
from matchmaker.matches.models import Outcome, SecondLook, SetAside

PIECES_AT_MOST: Final = 10
"""Of one answer; each is weighed by itself while the person is locked."""
REFUSED_AT_MOST: Final = 3
"""Who may ask without end whether a word speaks for somebody reads the words."""


class SpeaksForThem(DomainError):
    code = "SPEAKS_FOR_THEM"
    message = "Without it this neighbour would stand worse. Please choose something else, or explain instead."
    message_zh = "去掉它反而对这位邻居不利。请另选，或者改为说明。"


class TooMuchSetAside(DomainError):
    code = "TOO_MUCH_SET_ASIDE"
    message = f"At most {PIECES_AT_MOST} can be set aside by one answer. Please choose fewer."
    message_zh = f"一次答复最多选{PIECES_AT_MOST}项不再算，请少选几项。"


class NothingMoreSetAside(DomainError):
    code = "NOTHING_MORE_SET_ASIDE"
    message = "This was tried a few times here. Please explain, or say that the sentence stands."
    message_zh = "这里已经试过几次了。请改为说明，或者答复维持不变。"


def put_aside(look: SecondLook, about: Sequence[UUID], *, now: datetime) -> list[SetAside]:
    """Rows for what is named; SpeaksForThem, and no row, where any number of the person would be lower without it.

    Weighed is each piece by itself, and all at once: praise does not go along with blame, and two words of which either
    would do do not both go.
    """
    chosen = tuple(dict.fromkeys(about))
    if not chosen:
        return []
    if len(chosen) > PIECES_AT_MOST:
        raise TooMuchSetAside(field="set_aside")
    if look.tries_refused >= REFUSED_AT_MOST:
        raise NothingMoreSetAside(field="set_aside")
    rows = {piece.about: piece.row for piece in queries.evidence_for(look, now=now, about=chosen)}
    if len(rows) < len(chosen):
        raise NotFound(field="set_aside")
    with transaction.atomic():
        before = inputs.town_of(look.person.community, now=now)
        if any(_greets(row) for row in rows.values()):
            raise SpeaksForThem(field="set_aside")
        made = [_aside(look, rows[key], now) for key in chosen]
        if any_speaks_for(before, _towns_without(before, look, rows, now), look.person_id):
            raise SpeaksForThem(field="set_aside")
    return made


def _towns_without(
    before: Town, look: SecondLook, rows: Mapping[UUID, Vouch | Outcome], now: datetime
) -> Iterator[Town]:
    """The town as it is without any of them, and then without each by itself."""
    community = look.person.community
    yield inputs.town_of(community, now=now)
    if len(rows) > 1:
        yield from (inputs.town_without(before, row, area=community, now=now) for row in rows.values())


def _greets(row: Vouch | Outcome) -> bool:
    """Somebody would greet them again, by which they come first there the next time."""
    return isinstance(row, Outcome) and row.greet_again is True


def _aside(look: SecondLook, row: Vouch | Outcome, now: datetime) -> SetAside:
    vouch, outcome = (row, None) if isinstance(row, Vouch) else (None, row)
    return SetAside.objects.create(
        look=look, vouch=vouch, outcome=outcome, set_aside_by_id=look.taken_by_id, set_aside_at=now
    )
