"""Mandates: someone may ask for another person, within a scope, until a day; taken back at any time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.models import Mandate, MandateKind, Person
from matchmaker.community.texts import check_line
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.records.actions import commit

LONGEST: Final = timedelta(days=366)
EVIDENCE_LENGTH: Final = 200


class MandateForOneself(DomainError):
    code = "MANDATE_FOR_ONESELF"
    message = "Nobody needs a mandate for themselves."
    message_zh = "为自己不需要委托。"


def give_mandate(
    *,
    viewer: Viewer,
    holder_id: UUID,
    for_person_id: UUID,
    evidence: str,
    ends_date: date,
    now: datetime,
    scope: Sequence[str] = (),
) -> Mandate:
    """A worker of the area entered the mandate that a person gave; the person is told separately."""
    worker_id = viewer.require_person()
    evidence = (evidence or "").strip()
    if not evidence or len(evidence) > EVIDENCE_LENGTH:
        raise InvalidInput(
            f"Say what the mandate rests on, in up to {EVIDENCE_LENGTH} characters.",
            message_zh=f"请说明委托的依据，最多{EVIDENCE_LENGTH}个字。",
            field="evidence",
        )
    check_line(evidence, "evidence")
    if not localdate(now) <= ends_date <= localdate(now) + LONGEST:
        raise InvalidInput("A mandate ends within a year.", message_zh="委托最长一年。", field="ends_date")
    with transaction.atomic():
        person = locked_person(person_in_care_of(viewer, for_person_id).pk)
        holder = Person.objects.filter(public_id=holder_id, community_id=person.community_id, left_at=None).first()
        if holder is None:
            raise NotFound(field="holder_id")
        if holder.pk == person.pk:
            raise MandateForOneself(field="holder_id")
        mandate = Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=holder,
            for_person=person,
            scope=list(scope),
            evidence=evidence,
            starts_date=localdate(now),
            ends_date=ends_date,
        )
        facts = {"mandate": mandate.pk}
        persons = [person.pk, holder.pk, worker_id]
        commit(chain=chain_of(person.community_id), kind="mandate.given", facts=facts, persons=persons, now=now)
    return mandate


def revoke_mandate(*, viewer: Viewer, mandate_id: UUID, now: datetime) -> Mandate:
    """The mandate ended now: by the person it is for, by its holder, or by a worker who was rung."""
    own_id = viewer.require_person()
    with transaction.atomic():
        rows = Mandate.objects.select_for_update(of=("self",), no_key=True).select_related(
            "holder", "for_person__household", "for_person__community"
        )
        mandate = rows.filter(kind=MandateKind.PROXY, public_id=mandate_id).first()
        if mandate is None or mandate.for_person is None or not _may_revoke(viewer, mandate, own_id):
            raise NotFound(field="mandate_id")
        if mandate.revoked_at is None:
            mandate.revoked_at = now
            mandate.save(update_fields=["revoked_at"])
            facts = {"mandate": mandate.pk}
            persons = [mandate.for_person.pk, mandate.holder_id]
            chain = chain_of(mandate.for_person.community_id)
            commit(chain=chain, kind="mandate.revoked", facts=facts, persons=persons, now=now)
    return mandate


def _may_revoke(viewer: Viewer, mandate: Mandate, own_id: int) -> bool:
    person = mandate.for_person
    if person is None:
        return False
    home = person.household.path if person.household else person.community.path
    return own_id in (mandate.for_person_id, mandate.holder_id) or viewer.works_at(home)
