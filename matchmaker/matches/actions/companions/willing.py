"""Who would come along: said by themselves or through a worker, looked at like a helper, taken back at no cost."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions import locking
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches.actions import locks
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.drafts import WillingDraft
from matchmaker.matches.models import WillingHours, Willingness
from matchmaker.records import actions as records

REACH_M: Final = range(100, 10_001)
VISITS_PER_MONTH: Final = range(1, 9)
HOURS_AT_MOST: Final = 28


def be_companion(
    *, viewer: Viewer, draft: WillingDraft, now: datetime, for_person_id: UUID | None = None
) -> Willingness:
    """The person would come along in these hours, so far and so often; what they said before is replaced.

    A worker of the area enters it for somebody who said so.
    """
    _refuse_bad(draft)
    with transaction.atomic():
        person = _speaking(viewer, for_person_id)
        locks.lock_community(person.community_id)
        row, _ = Willingness.objects.select_for_update(of=("self",), no_key=True).get_or_create(
            person=person, defaults={"opened_at": now}
        )
        row.reach_m, row.visits_per_month, row.paused_at = draft.reach_m, draft.visits_per_month, None
        row.save(update_fields=["reach_m", "visits_per_month", "paused_at"])
        row.hours.all().delete()
        hours = sorted(set(draft.hours))
        WillingHours.objects.bulk_create(
            [WillingHours(willingness=row, weekday=one.weekday, starts=one.starts, ends=one.ends) for one in hours]
        )
    return row


def stop_being_companion(*, viewer: Viewer, now: datetime, for_person_id: UUID | None = None) -> Willingness:
    """Nobody asks the person to come along any more, and what was agreed ahead is off; it costs nothing.

    Where a worker entered it, a worker looks anew before they are asked again, also where they had stopped already and
    are known around here: nobody undoes by a press what was more than a word on the phone.
    """
    with transaction.atomic():
        person = _speaking(viewer, for_person_id)
        locks.lock_community(person.community_id)
        row = _locked(person)
        row.paused_at = row.paused_at or now
        if person.pk != viewer.person_id:
            row.stopped_by_worker, row.vetted_at, row.vetted_by = True, None, None
        row.save(update_fields=["paused_at", "stopped_by_worker", "vetted_at", "vetted_by"])
        endings.release_person(person_id=person.pk, now=now)
    return row


def vet_companion(*, viewer: Viewer, person_id: UUID, now: datetime) -> Willingness:
    """A worker of the area has looked at who would come along, as at a helper whom nobody knows yet."""
    worker_id = viewer.require_person()
    with transaction.atomic():
        person = locking.person_in_care_of(viewer, person_id)
        if person.pk == worker_id:
            raise NotAllowed(field="person_id")
        locks.lock_community(person.community_id)
        row = _locked(person)
        if row.vetted_at is None:
            row.stopped_by_worker, row.vetted_at, row.vetted_by_id = False, now, worker_id
            row.save(update_fields=["stopped_by_worker", "vetted_at", "vetted_by"])
            records.commit(
                chain=locking.chain_of(person.community_id),
                kind="companion.vetted",
                facts={"willingness": row.pk},
                persons=[person.pk, worker_id],
                now=now,
            )
    return row


def end_company_of(*, person_id: int, now: datetime) -> None:
    """Somebody who leaves comes along nowhere any more, and is not asked again."""
    endings.release_person(person_id=person_id, now=now)
    Willingness.objects.filter(person_id=person_id).delete()


def _speaking(viewer: Viewer, for_person_id: UUID | None) -> Person:
    own_id = viewer.require_person()
    if for_person_id is None:
        return Person.objects.get(pk=own_id)
    return locking.person_in_care_of(viewer, for_person_id)


def _locked(person: Person) -> Willingness:
    row = Willingness.objects.select_for_update(of=("self",), no_key=True).filter(person=person).first()
    if row is None:
        raise NotFound(field="person_id")
    return row


def _refuse_bad(draft: WillingDraft) -> None:
    if draft.reach_m not in REACH_M:
        raise InvalidInput(field="reach_m")
    if draft.visits_per_month not in VISITS_PER_MONTH:
        raise InvalidInput(field="visits_per_month")
    if len(draft.hours) > HOURS_AT_MOST or any(
        not 0 <= one.weekday <= 6 or one.starts == one.ends for one in draft.hours
    ):
        raise InvalidInput(field="hours")
