"""Mandates: someone may ask for another person, within a scope, until a day; taken back at any time.

It holds once the person was told of it by somebody else than the proxy: that is their chance to take it back.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import HEARD, Channel, Mandate, MandateKind, Person
from matchmaker.community.texts import check_line
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import MANDATE_GIVEN, MANDATE_HOLDS
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact

LONGEST: Final = timedelta(days=366)
EVIDENCE_LENGTH: Final = 200


class MandateForOneself(DomainError):
    code = "MANDATE_FOR_ONESELF"
    message = "Nobody needs a mandate for themselves."
    message_zh = "为自己不需要委托。"


class MandateWantsAnotherWitness(DomainError):
    code = "MANDATE_WANTS_ANOTHER_WITNESS"
    message = "Who is to speak for this person can neither enter the mandate nor be the one who tells them of it."
    message_zh = "代办人不能给自己登记委托，也不能由代办人告知本人，请同事来办。"


class MandateOver(DomainError):
    code = "MANDATE_OVER"
    message = "This mandate has ended."
    message_zh = "这份委托已经结束。"


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
    """A worker of the area entered the mandate that a person gave; it holds once the person was told separately.

    Sent twice it is one, so that taking it back once takes it back.
    """
    worker_id = viewer.require_person()
    evidence = checked_evidence(evidence)
    checked_end(ends_date, now=now)
    with transaction.atomic():
        person = locked_person(person_in_care_of(viewer, for_person_id).pk)
        holder = Person.objects.filter(public_id=holder_id, community_id=person.community_id, left_at=None).first()
        if holder is None:
            raise NotFound(field="holder_id")
        if holder.pk == person.pk:
            raise MandateForOneself(field="holder_id")
        if holder.pk == worker_id:
            raise MandateWantsAnotherWitness(field="holder_id")
        said = {"holder": holder, "for_person": person, "scope": list(scope), "ends_date": ends_date}
        known = Mandate.objects.filter(kind=MandateKind.PROXY, revoked_at__isnull=True, **said).first()
        if known is not None:
            return known
        mandate = Mandate.objects.create(
            kind=MandateKind.PROXY,
            **said,
            evidence=evidence,
            starts_date=localdate(now),
            entered_by_id=worker_id,
        )
        enqueue(MANDATE_GIVEN, {"mandate_id": mandate.pk}, now=now)
        facts = {"mandate": mandate.pk}
        persons = [person.pk, holder.pk, worker_id]
        commit(chain=chain_of(person.community_id), kind="mandate.given", facts=facts, persons=persons, now=now)
    return mandate


def tell_of_mandate(*, viewer: Viewer, mandate_id: UUID, channel: str, now: datetime) -> Mandate:
    """The person knows of the mandate: a worker told them, or they read it themself. From now on it holds."""
    own_id = viewer.require_person()
    with transaction.atomic():
        mandate, person = _locked(mandate_id)
        is_own = person is not None and person.pk == own_id
        if person is None or not (is_own or is_cared_for(viewer, person)):
            raise NotFound(field="mandate_id")
        if mandate.holder_id == own_id:
            raise MandateWantsAnotherWitness(field="mandate_id")
        if mandate.revoked_at is not None or mandate.ends_date < localdate(now):
            raise MandateOver(field="mandate_id")
        _check_channel(channel, is_own=is_own)
        if mandate.told_at is None:
            mandate.told_at, mandate.told_by_id = now, own_id
            mandate.told_channel = Channel.APP if is_own else channel
            mandate.save(update_fields=["told_at", "told_by", "told_channel"])
            enqueue(MANDATE_HOLDS, {"mandate_id": mandate.pk}, now=now)
            facts: dict[str, Fact] = {"mandate": mandate.pk, "channel": mandate.told_channel}
            persons = list(dict.fromkeys([person.pk, mandate.holder_id, own_id]))
            commit(chain=chain_of(person.community_id), kind="mandate.told", facts=facts, persons=persons, now=now)
    return mandate


def revoke_mandate(*, viewer: Viewer, mandate_id: UUID, now: datetime, channel: str = "") -> Mandate:
    """The mandate ended now: by the person it is for, by its holder, or by a worker who heard the person.

    An agent's is ended by the agent, by a clerk of the organization that runs the station, or by a worker there.
    """
    own_id = viewer.require_person()
    with transaction.atomic():
        mandate, person = _locked(mandate_id)
        if not _may_revoke(viewer, mandate, own_id):
            raise NotFound(field="mandate_id")
        is_own = person is None or own_id in (mandate.for_person_id, mandate.holder_id)
        if channel or not is_own:
            _check_channel(channel, is_own=is_own)
        if mandate.revoked_at is None:
            mandate.revoked_at, mandate.revoked_by_id = now, own_id
            mandate.revoked_channel = Channel.APP if is_own else channel
            mandate.save(update_fields=["revoked_at", "revoked_by", "revoked_channel"])
            facts: dict[str, Fact] = {"mandate": mandate.pk, "channel": mandate.revoked_channel}
            persons = list(dict.fromkeys(pk for pk in (mandate.for_person_id, mandate.holder_id, own_id) if pk))
            chain = chain_of(mandate.holder.community_id)
            commit(chain=chain, kind="mandate.revoked", facts=facts, persons=persons, now=now)
    return mandate


def checked_evidence(evidence: str) -> str:
    """What the mandate rests on, in one line."""
    evidence = (evidence or "").strip()
    if not evidence or len(evidence) > EVIDENCE_LENGTH:
        raise InvalidInput(
            f"Say what the mandate rests on, in up to {EVIDENCE_LENGTH} characters.",
            message_zh=f"请说明委托的依据，最多{EVIDENCE_LENGTH}个字。",
            field="evidence",
        )
    check_line(evidence, "evidence")
    return evidence


def checked_end(ends_date: date, *, now: datetime) -> None:
    """Today or within a year."""
    if not localdate(now) <= ends_date <= localdate(now) + LONGEST:
        raise InvalidInput("A mandate ends within a year.", message_zh="委托最长一年。", field="ends_date")


def _locked(mandate_id: UUID) -> tuple[Mandate, Person | None]:
    """The mandate, locked, and the person it is for; no person for an agent's."""
    rows = Mandate.objects.select_for_update(of=("self",), no_key=True).select_related(
        "holder", "for_person__household", "for_person__community", "station__area"
    )
    mandate = rows.filter(public_id=mandate_id).first()
    if mandate is None:
        raise NotFound(field="mandate_id")
    return mandate, mandate.for_person


def _may_revoke(viewer: Viewer, mandate: Mandate, own_id: int) -> bool:
    if own_id in (mandate.for_person_id, mandate.holder_id):
        return True
    if mandate.for_person is not None:
        return is_cared_for(viewer, mandate.for_person)
    station = mandate.station
    if station is None:
        return False
    return station.organization_id in viewer.clerk_of or viewer.works_at(station.area.path)


def _check_channel(channel: str, *, is_own: bool) -> None:
    known = channel in ("", Channel.APP) if is_own else channel in HEARD
    if not known:
        raise InvalidInput(
            "Please say how you spoke with the person.", message_zh="请选择是怎么和本人说的。", field="channel"
        )
