"""Consents: given by oneself, or in words or on paper before a worker of the area; withdrawn as easily."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community import consent_texts
from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import HEARD, Channel, Consent, ConsentKind, ConsentManner, Person
from matchmaker.community.texts import check_length, check_line
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CONSENT_WITHDRAWN
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact

PAPER_LENGTH: Final = 200
_MANNERS_HEARD: Final = (ConsentManner.SPOKEN, ConsentManner.WRITTEN)


class WitnessNeeded(DomainError):
    code = "WITNESS_NEEDED"
    message = "Who speaks for this person cannot be the one who hears their consent. A colleague has to."
    message_zh = "您是这位居民的代办人，不能由您来听取本人的同意，请同事来登记。"


class KnownHereEndsByLeaving(DomainError):
    code = "KNOWN_HERE_ENDS_BY_LEAVING"
    message = "Who would no longer be known here leaves: then everything is deleted. Please enter that they leave."
    message_zh = "不想再被登记，就登记离开，所有信息都会删除。请登记这位居民离开。"


def give_consent(
    *,
    viewer: Viewer,
    kind: str,
    manner: str,
    now: datetime,
    person_id: UUID | None = None,
    paper_kept_at: str = "",
) -> Consent:
    """The consent stands in today's wording: one's own given here, or that of a person whom a worker heard."""
    own_id = viewer.require_person()
    kind = str(getattr(kind, "value", kind))
    if kind not in ConsentKind.values:
        raise InvalidInput("Please choose what is agreed to.", message_zh="请选择同意的内容。", field="kind")
    with transaction.atomic():
        person = _person(viewer, person_id, own_id)
        is_own = person.pk == own_id
        paper = checked_manner(manner, is_own=is_own, paper_kept_at=paper_kept_at)
        if not is_own:
            refuse_proxy_as_witness(viewer, person, manner)
        consent = Consent.objects.create(
            person=person,
            kind=kind,
            manner=manner,
            heard_by_id=None if is_own else own_id,
            text_version=consent_texts.VERSION,
            paper_kept_at=paper,
            given_at=now,
        )
        _record("consent.given", consent, by=own_id, now=now)
    return consent


def withdraw_consent(*, viewer: Viewer, consent_id: UUID, now: datetime, channel: str = "") -> Consent:
    """The consent is withdrawn, by the person or through a worker who heard them; what rests on it will be closed.

    On the consent to being known here everything rests: to withdraw it is to leave.
    """
    own_id = viewer.require_person()
    with transaction.atomic():
        rows = Consent.objects.select_for_update(of=("self",), no_key=True)
        consent = rows.select_related("person__household", "person__community").filter(public_id=consent_id).first()
        if consent is None or not _may_withdraw(viewer, consent.person):
            raise NotFound(field="consent_id")
        if consent.kind == ConsentKind.KNOWN_HERE:
            raise KnownHereEndsByLeaving(field="consent_id")
        is_own = consent.person_id == own_id
        _check_withdrawal_channel(channel, is_own=is_own)
        if consent.withdrawn_at is None:
            consent.withdrawn_at = now
            consent.withdrawal_channel = Channel.APP if is_own else channel
            consent.withdrawal_heard_by_id = None if is_own else own_id
            consent.save(update_fields=["withdrawn_at", "withdrawal_channel", "withdrawal_heard_by"])
            enqueue(CONSENT_WITHDRAWN, {"consent_id": consent.pk}, now=now)
            _record("consent.withdrawn", consent, by=own_id, now=now)
    return consent


def checked_manner(manner: str, *, is_own: bool, paper_kept_at: str, field: str = "manner") -> str:
    """Where the paper is kept, tidied; a refusal where the manner does not fit who gives the consent."""
    if is_own and manner != ConsentManner.IN_APP:
        raise InvalidInput("You give your own consent here.", message_zh="本人请在这里直接表示同意。", field=field)
    if not is_own and manner not in _MANNERS_HEARD:
        raise InvalidInput(
            "At the desk a consent is spoken or written.",
            message_zh="服务台登记的同意是口头或书面的。",
            field=field,
        )
    paper = paper_kept_at.strip()
    check_line(paper, "paper_kept_at")
    check_length(paper, "paper_kept_at", longest=PAPER_LENGTH)
    if manner == ConsentManner.WRITTEN and not paper:
        raise InvalidInput(
            "Please say where the paper is kept.", message_zh="请写明书面同意存放在哪里。", field="paper_kept_at"
        )
    return paper if manner == ConsentManner.WRITTEN else ""


def refuse_proxy_as_witness(viewer: Viewer, person: Person, manner: str) -> None:
    """A proxy is never the sole witness: a spoken word wants somebody else's ear."""
    if manner == ConsentManner.SPOKEN and any(mandate.for_person_id == person.pk for mandate in viewer.mandates):
        raise WitnessNeeded(field="manner")


def _person(viewer: Viewer, person_id: UUID | None, own_id: int) -> Person:
    if person_id is None:
        return locked_person(own_id)
    found = Person.objects.filter(public_id=person_id, pk=own_id).values_list("pk", flat=True).first()
    return locked_person(found or person_in_care_of(viewer, person_id).pk)


def _may_withdraw(viewer: Viewer, person: Person) -> bool:
    return person.pk == viewer.person_id or is_cared_for(viewer, person)


def _check_withdrawal_channel(channel: str, *, is_own: bool) -> None:
    known = channel in ("", Channel.APP) if is_own else channel in HEARD
    if not known:
        raise InvalidInput("Please say how the person told you.", message_zh="请选择本人是怎么说的。", field="channel")


def _record(kind: str, consent: Consent, *, by: int, now: datetime) -> None:
    facts: dict[str, Fact] = {"consent": consent.pk, "of": consent.kind}
    persons = list(dict.fromkeys([consent.person_id, by]))
    commit(chain=chain_of(consent.person.community_id), kind=kind, facts=facts, persons=persons, now=now)
