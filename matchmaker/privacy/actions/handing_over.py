"""A worker hands what is held about a person to that person, on paper."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.privacy.queries.own_data import OwnData, data_of, person_on_paper
from matchmaker.records.actions import commit


def hand_over_data(*, viewer: Viewer, person_id: UUID, now: datetime, language: str = "zh") -> tuple[Person, OwnData]:
    """Everything that is held about a person without an account; who printed it stands in the records."""
    worker_id = viewer.require_person()
    with transaction.atomic():
        person = person_on_paper(viewer, person_id)
        data = data_of(person, now=now, language=language)
        chain, persons = chain_of(person.community_id), [person.pk, worker_id]
        commit(chain=chain, kind="data.handed_over", facts={}, persons=persons, now=now)
    return person, data
