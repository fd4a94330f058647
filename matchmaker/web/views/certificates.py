"""Certificates of hours: made for oneself or, by a worker, for a person without an account; checked by anybody."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from matchmaker.community import queries as community
from matchmaker.errors import DomainError
from matchmaker.privacy import actions, queries
from matchmaker.privacy.certificate_paper import document_of_paper, pdf_of_paper
from matchmaker.web.forms.privacy import CertificateForm, CheckForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_everybody, for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of


@for_the_signed_in
def certificates(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Chosen days become a paper at once; those made before are listed by number."""
    helped = queries.organizations_helped_through(reader.viewer)
    organizations = [(str(row.public_id), name_of(row)) for row in helped]
    form = CertificateForm(_posted(request), organizations=organizations)
    paper = _made(request, reader, form, actions.make_certificate)
    if paper is not None:
        return paper
    context = {"form": form, "papers": queries.own_certificates(reader.viewer)[:50], "person": None}
    return page(request, reader, "certificates.html", context)


@for_the_signed_in
def certificate_for(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """The same on paper, for a person without an account."""
    person = community.person_by_id(reader.viewer, person_id)
    form = CertificateForm(_posted(request), organizations=[])
    paper = _made(request, reader, form, actions.make_certificate_for, person_id=person_id)
    if paper is not None:
        return paper
    return page(request, reader, "certificates.html", {"form": form, "papers": (), "person": person})


@for_everybody
def check(request: HttpRequest, reader: Reader, number: str = "") -> HttpResponse:
    """Anybody who holds the paper sees whether it is genuine, and no more than is printed on it."""
    form = CheckForm(_posted(request), initial={"number": number})
    found = None
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.checked_certificate(**form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
    context: dict[str, Any] = {"form": form, "found": found}
    if found is not None:
        context["hours"], context["minutes"] = divmod(found.certificate.minutes, 60)
    return page(request, reader, "certificate_check.html", context)


def _made(
    request: HttpRequest, reader: Reader, form: CertificateForm, make: Callable[..., actions.Issued], **whom: UUID
) -> HttpResponse | None:
    """The paper as a file; None where the form is still to be filled."""
    if request.method != "POST" or not form.is_valid():
        return None
    days = dict(form.cleaned_data)
    chosen = days.pop("organization_id")
    try:
        issued = make(
            viewer=reader.viewer, now=reader.now, organization_id=UUID(chosen) if chosen else None, **days, **whom
        )
    except DomainError as refusal:
        add_refusal(form, refusal, reader.language)
        return None
    number = issued.certificate.number
    address = request.build_absolute_uri(reverse("certificate-check-number", args=[number]))
    printed = {"name": issued.name, "code": issued.code, "address": address}
    if "json" in request.POST:
        answer: HttpResponse = JsonResponse(
            document_of_paper(issued.certificate, **printed), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        kind = "json"
    else:
        answer = HttpResponse(pdf_of_paper(issued.certificate, **printed), content_type="application/pdf")
        kind = "pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="certificate-{number}.{kind}"'
    return answer


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
