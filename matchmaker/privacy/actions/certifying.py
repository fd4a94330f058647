"""Certificates of hours given, free, from the ledger alone (Volunteer Service Regulation, Art. 19)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Sum

from matchmaker.community.actions.locking import chain_of, person_in_care_of
from matchmaker.community.models import Organization, Person, User
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.matches.models import LedgerEntry
from matchmaker.privacy.actions.leaving import PersonHasAccount
from matchmaker.privacy.certificates import commitment_of_name, hash_of_code, new_code, new_number, seal_of
from matchmaker.privacy.models import Certificate
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact

LONGEST: Final = timedelta(days=366 * 30)


class NothingToCertify(DomainError):
    code = "NOTHING_TO_CERTIFY"
    message = "There are no hours given in this time. Choose another time, or ask at the station."
    message_zh = "这段时间里没有服务时长记录，请换一段时间，或到服务站询问。"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with what stands on the paper alone: the name and the code."""

    certificate: Certificate
    name: str
    code: str


def make_certificate(
    *, viewer: Viewer, starts_date: date, ends_date: date, now: datetime, organization_id: UUID | None = None
) -> Issued:
    """The viewer has a certificate of the minutes that they gave from one day to another, both included."""
    person_id = viewer.require_person()
    with transaction.atomic():
        person = Person.objects.select_related("community").get(pk=person_id)
        return _issue(person, starts_date, ends_date, organization_id, now, issued_by_id=person.pk)


def make_certificate_for(
    *,
    viewer: Viewer,
    person_id: UUID,
    starts_date: date,
    ends_date: date,
    now: datetime,
    organization_id: UUID | None = None,
) -> Issued:
    """The same for a person without an account, by a worker of the area who hands it to them on paper.

    Who that was stands in the records.
    """
    worker_id = viewer.require_person()
    with transaction.atomic():
        person = person_in_care_of(viewer, person_id)
        if User.objects.filter(person=person).exists():
            raise PersonHasAccount(field="person_id")
        return _issue(person, starts_date, ends_date, organization_id, now, issued_by_id=worker_id)


def _issue(
    person: Person, starts: date, ends: date, organization_id: UUID | None, now: datetime, *, issued_by_id: int
) -> Issued:
    zone = ZoneInfo(person.community.time_zone)
    _check_time(starts, ends, today=now.astimezone(zone).date())
    organization = _organization(organization_id)
    given = LedgerEntry.objects.filter(
        giver=person,
        at__gte=datetime.combine(starts, time(), tzinfo=zone),
        at__lt=datetime.combine(ends + timedelta(days=1), time(), tzinfo=zone),
    )
    if organization is not None:
        given = given.filter(organization=organization)
    counted = given.aggregate(visits=Count("pk"), minutes=Sum("minutes"))
    if not counted["visits"]:
        raise NothingToCertify
    code = new_code()
    paper = Certificate(
        number=new_number(now.astimezone(zone).year),
        person=person,
        organization_name=organization.name if organization else "",
        community_name=person.community.name,
        starts_date=starts,
        ends_date=ends,
        visits=counted["visits"],
        minutes=counted["minutes"],
        issued_at=now.replace(microsecond=0),
        code_hash=hash_of_code(code),
        name_commitment=commitment_of_name(person.name, code),
    )
    paper.seal = seal_of(paper)
    paper.save()
    facts: dict[str, Fact] = {"certificate": paper.pk, "minutes": paper.minutes, "seal": paper.seal}
    chain, persons = chain_of(person.community_id), tuple(dict.fromkeys((person.pk, issued_by_id)))
    commit(chain=chain, kind="certificate.issued", facts=facts, persons=persons, now=now)
    return Issued(paper, person.name, code)


def _check_time(starts: date, ends: date, *, today: date) -> None:
    if ends < starts:
        raise InvalidInput("The time ends before it begins.", message_zh="结束的日期早于开始。", field="ends_date")
    if ends > today:
        raise InvalidInput("Choose days that have been.", message_zh="请选择已经过去的日期。", field="ends_date")
    if today - starts > LONGEST:
        raise InvalidInput("That is too long ago.", message_zh="时间太早了。", field="starts_date")


def _organization(organization_id: UUID | None) -> Organization | None:
    if organization_id is None:
        return None
    found = Organization.objects.filter(public_id=organization_id).first()
    if found is None:
        raise NotFound(field="organization_id")
    return found
