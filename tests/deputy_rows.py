"""Somebody stands in for the holder of a post: rows of it, for tests."""

from datetime import datetime, timedelta

from matchmaker.community.models import Deputy, Person, PostTerm
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from tests.town_rows import NOW


def stand_in(
    holder: Person,
    person: Person,
    *,
    days: tuple[int, int] = (0, 13),
    now: datetime = NOW,
    ended_at: datetime | None = None,
) -> Deputy:
    """The person stands in for the holder of a post, from and until so many days after `now`."""
    first, last = (now.date() + timedelta(days=day) for day in days)
    term = PostTerm.objects.get(person=holder, ended_at=None)
    return Deputy.objects.create(term=term, person=person, starts_date=first, ends_date=last, ended_at=ended_at)


def stood_in(holder: Person, person: Person, *, now: datetime) -> None:
    """The person stood in for the holder until somebody ended it just now, which they are to be told yet."""
    deputy = stand_in(holder, person, days=(-9, 9), now=now, ended_at=now)
    told = {"deputy_id": deputy.pk, "to": "deputy"}
    enqueue(names.DEPUTY_ENDED, told, now=now, key=f"test-deputy@{person.pk % 1000}")
