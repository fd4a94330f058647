"""Who has heard of what, and since when: read in the inbox, confirmed by a channel, or told in a logged call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matchmaker.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Asked:
    """One side that was asked about one thing: whoever of these persons hears of it, hears it for the side."""

    about: UUID
    person_ids: frozenset[int]
    since: datetime


def reached_since(*, person_ids: Collection[int], about: UUID, since: datetime) -> datetime | None:
    """When the first of these persons was reached with a notice about this, made at `since` or later; else None."""
    asked = Asked(about, frozenset(person_ids), since)
    return reached_since_each([asked]).get(asked)


def reached_since_each(asked: Collection[Asked]) -> Mapping[Asked, datetime]:
    """The same for many, in one query; those whom nobody reached are left out."""
    if not asked:
        return {}
    rows = Notice.objects.filter(about__in={one.about for one in asked}, reached_at__isnull=False)
    reached: dict[Asked, datetime] = {}
    by_thing: dict[UUID, list[tuple[int, datetime, datetime]]] = {}
    for about, person_id, made_at, reached_at in rows.values_list("about", "person_id", "made_at", "reached_at"):
        if reached_at is not None:
            by_thing.setdefault(about, []).append((person_id, made_at, reached_at))
    for one in asked:
        moments = [
            reached_at
            for person_id, made_at, reached_at in by_thing.get(one.about, ())
            if person_id in one.person_ids and made_at >= one.since
        ]
        if moments:
            reached[one] = min(moments)
    return reached
