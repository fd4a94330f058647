"""Where people live: a claim of theirs, until a worker of the area has confirmed it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError
from matchmaker.records.actions import commit


class NoHomeClaimed(DomainError):
    code = "NO_HOME_CLAIMED"
    message = "This person has not said where they live."
    message_zh = "这位居民还没有填写住址。"


class OwnHome(DomainError):
    code = "OWN_HOME"
    message = "Somebody else confirms where you live."
    message_zh = "您自己的住址要由同事核实。"


def confirm_home(*, viewer: Viewer, person_id: UUID, now: datetime) -> Person:
    """A worker of the area knows that the person lives where they said."""
    with transaction.atomic():
        person = _claimant(viewer, person_id)
        if person.home_confirmed_at is None:
            person.home_confirmed_at = now
            person.save(update_fields=["home_confirmed_at"])
            _record("home.confirmed", viewer, person, now)
    return person


def refuse_home(*, viewer: Viewer, person_id: UUID, now: datetime) -> Person:
    """The person does not live there: they count as living somewhere in the community until they say where."""
    with transaction.atomic():
        person = _claimant(viewer, person_id)
        person.household, person.home_confirmed_at = None, None
        person.save(update_fields=["household", "home_confirmed_at"])
        _record("home.refused", viewer, person, now)
    return person


def _claimant(viewer: Viewer, person_id: UUID) -> Person:
    """The person, locked, who has said where they live."""
    own_id = viewer.require_person()
    person = locked_person(person_in_care_of(viewer, person_id).pk)
    if person.pk == own_id:
        raise OwnHome(field="person_id")
    if person.household_id is None:
        raise NoHomeClaimed(field="person_id")
    return person


def _record(kind: str, viewer: Viewer, person: Person, now: datetime) -> None:
    persons = [person.pk, viewer.require_person()]
    commit(chain=chain_of(person.community_id), kind=kind, facts={}, persons=persons, now=now)
