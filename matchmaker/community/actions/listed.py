"""Storing the good rows of a list of people: a few queries for all of them, inside the importer's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from matchmaker.community.models import Area, Consent, ConsentKind, Person

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person to be known here, or (with a pk) what is new about one; `columns` are checked and named as stored.

    `consent` is what a consent to being known here says, where there is one to keep.
    """

    columns: Mapping[str, Any]
    consent: Mapping[str, Any] | None = None
    pk: int | None = None


def lock_people(community: Area) -> None:
    """Nobody else changes a person of the community until the caller's transaction ends."""
    list(Person.objects.select_for_update(no_key=True).filter(community=community).order_by("pk").values_list("pk"))


def put_people(*, community: Area, added: Sequence[PersonRow], changed: Sequence[PersonRow], now: datetime) -> None:
    """The added people are known here, without accounts; the changed ones say what their rows say, and no more."""
    with transaction.atomic():
        people = Person.objects.bulk_create(
            [Person(community=community, joined_at=now, **_stored(row, now)) for row in added], batch_size=AT_ONCE
        )
        for start in range(0, len(changed), AT_ONCE):
            _change({row.pk: row for row in changed[start : start + AT_ONCE] if row.pk is not None}, now)
        keyed = [(person.pk, row.consent) for person, row in zip(people, added, strict=True)]
        keyed += [(row.pk, row.consent) for row in changed if row.pk is not None]
        Consent.objects.bulk_create(
            [
                Consent(person_id=pk, kind=ConsentKind.KNOWN_HERE, **consent)
                for pk, consent in keyed
                if consent is not None
            ],
            batch_size=AT_ONCE,
        )


def _change(rows: Mapping[int, PersonRow], now: datetime) -> None:
    people = list(Person.objects.filter(pk__in=rows.keys()).order_by("pk"))
    touched = {"name"}
    for person in people:
        for column, value in _stored(rows[person.pk], now).items():
            setattr(person, column, value)
            touched.add(column)
    # One statement for all rows and columns; an UPDATE per column would be a CASE as long as the list.
    Person.objects.bulk_create(
        people, update_conflicts=True, unique_fields=["id"], update_fields=sorted(touched), batch_size=AT_ONCE
    )


def _stored(row: PersonRow, now: datetime) -> dict[str, Any]:
    """A home that the desk entered is confirmed."""
    columns = dict(row.columns)
    if columns.get("household_id") is not None:
        columns["home_confirmed_at"] = now
    return columns
