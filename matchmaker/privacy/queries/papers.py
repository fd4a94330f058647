"""Certificates: one's own, and whether a paper that somebody shows is genuine; farewells."""

from dataclasses import dataclass

from django.db.models import QuerySet

from matchmaker.community.care import cared_for
from matchmaker.community.models import Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotFound
from matchmaker.matches.models import LedgerEntry
from matchmaker.privacy.certificates import code_fits, is_sealed, name_fits, spoken_number
from matchmaker.privacy.models import Certificate, Farewell


class CertificateNotGenuine(DomainError):
    """One refusal for an unknown number, another code and a changed row: none tells which numbers exist."""

    code = "CERTIFICATE_NOT_GENUINE"
    message = "We know of no such paper: please compare the number and the code once more."
    message_zh = "查不到这份证明，请再核对一下编号和验证码。"


@dataclass(frozen=True, slots=True)
class Checked:
    """What is printed on a genuine paper, and whether it was made for this name, where one was given."""

    certificate: Certificate
    name_fits: bool | None


def own_certificates(viewer: Viewer) -> QuerySet[Certificate]:
    """The viewer's own, the latest first; the code stands on the paper alone."""
    if viewer.person_id is None:
        return Certificate.objects.none()
    return Certificate.objects.filter(person_id=viewer.person_id).order_by("-issued_at", "-pk")


def farewell_of(viewer: Viewer, person_id: int | None) -> Farewell:
    """That of somebody in the viewer's care who left, or NotFound."""
    found = Farewell.objects.filter(cared_for(viewer, "person__"), person_id=person_id or 0).first()
    if found is None:
        raise NotFound
    return found


def organizations_helped_through(viewer: Viewer) -> QuerySet[Organization]:
    """Those in whose name the viewer gave time, by name."""
    given = LedgerEntry.objects.filter(giver_id=viewer.require_person(), organization__isnull=False)
    return Organization.objects.filter(pk__in=given.values("organization_id")).order_by("name", "pk")


def checked_certificate(*, number: str, code: str, name: str = "") -> Checked:
    """For anybody who holds the paper: no more than is printed on it."""
    paper = Certificate.objects.filter(number=spoken_number(number)).first()
    if paper is None or not code_fits(paper, code) or not is_sealed(paper):
        raise CertificateNotGenuine(field="code")
    return Checked(paper, name_fits(paper, name, code) if name.strip() else None)
