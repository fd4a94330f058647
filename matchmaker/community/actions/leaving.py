"""Leaving a community, and coming back before one is forgotten."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, locked_person
from matchmaker.community.actions.standing_in import end_with_them
from matchmaker.community.models import Deputy, Mandate, Membership, Person, PostTerm, SignInCode, Vouch
from matchmaker.errors import NotFound
from matchmaker.records.actions import commit


def end_belonging(*, person_id: int, now: datetime, heard_by_id: int | None = None) -> Person:
    """The person has left: no post, no deputyship, no membership, no mandate and no vouch of theirs holds any more.

    Whoever stood in for them, or they for, is told. Ties stay until the person is forgotten; who comes back finds them
    as they were. The last clerk of an organization may leave too: a worker of its area names the next one. The worker
    who heard them stands in the records, also when the person is forgotten.
    """
    with transaction.atomic():
        person = locked_person(person_id)
        today = localdate(now)
        terms = PostTerm.objects.filter(person=person, ended_at__isnull=True)
        held = [term.pk for term in terms.select_for_update(no_key=True).order_by("pk")]
        deputyships = Deputy.objects.filter(Q(person=person) | Q(term__in=held))
        end_with_them(deputyships, not_to=(person.pk, heard_by_id), now=now)
        terms.update(ended_at=now)
        Membership.objects.filter(person=person, until_date__isnull=True).update(until_date=today)
        either = Q(holder=person) | Q(for_person=person)
        Mandate.objects.filter(either, revoked_at__isnull=True).update(revoked_at=now)
        words = Q(voucher=person) | Q(person=person)
        Vouch.objects.filter(words, revoked_at__isnull=True).update(revoked_at=now)
        SignInCode.objects.filter(user__person=person).delete()
        person.left_at = now
        person.save(update_fields=["left_at"])
        _record("person.left", person, heard_by_id, now)
    return person


def come_back(*, person_id: int, now: datetime, heard_by_id: int | None = None) -> Person:
    """The person belongs to the community again, with their ties and their account; what had ended stays ended."""
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, left_at__isnull=False).first()
        if person is None:
            raise NotFound
        person.left_at = None
        person.save(update_fields=["left_at"])
        _record("person.came_back", person, heard_by_id, now)
    return person


def _record(kind: str, person: Person, heard_by_id: int | None, now: datetime) -> None:
    persons = [person.pk] if heard_by_id is None else [person.pk, heard_by_id]
    commit(chain=chain_of(person.community_id), kind=kind, facts={}, persons=persons, now=now)
