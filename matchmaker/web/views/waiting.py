"""What a phone kept without signal is sent here: whose it is, what came of it, and what has to be mended."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.gzip import gzip_page

from matchmaker.errors import DomainError, NotFound
from matchmaker.web import asking_in_one
from matchmaker.web.asking_in_one import Fault, KeyForm
from matchmaker.web.pages import for_everybody, for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.wording import reference

SAVED, MEND, SIGNED_OUT, SOMEBODY_ELSE = "SAVED", "MEND", "SIGNED_OUT", "SOMEBODY_ELSE"


@gzip_page
@for_the_signed_in
def ask_in_one(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All questions on one page; without scripts it is sent like any other form.

    It is long, so it is packed: its token is masked anew each time, and its length blurred, as Django does.
    """
    reader.viewer.require_person()
    if request.method != "POST":
        return _page(request, reader, asking_in_one.forms_of(None, reader), [])
    need, forms, faults = _done(request, reader)
    if need is not None:
        return redirect("asked", need_id=need.public_id)
    return _page(request, reader, forms, faults)


@for_everybody
def who_reads(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Whose phone this is by now, by numbers that tell nobody's name, and a fresh token for what is sent next."""
    if request.method == "POST":
        raise NotFound
    return JsonResponse({"owners": reader.outbox_owners, "csrf": get_token(request)})


@for_everybody
def send_ask(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One request that waited on a phone; nothing is done for anybody but who wrote it."""
    if request.method != "POST":
        raise NotFound
    if not reader.is_signed_in:
        return JsonResponse({"state": SIGNED_OUT}, status=401)
    if request.POST.get("owner") not in reader.outbox_owners:
        return JsonResponse({"state": SOMEBODY_ELSE}, status=409)
    try:
        reader.viewer.require_person()
    except DomainError as refusal:
        return _to_mend([Fault(id="", label="", sentence=refusal.sentence(reader.language))])
    need, _forms, faults = _done(request, reader)
    if need is None:
        return _to_mend(faults)
    address = reverse("asked", kwargs={"need_id": need.public_id})
    return JsonResponse({"state": SAVED, "address": address, "number": reference(need.public_id)})


def _done(request: HttpRequest, reader: Reader) -> tuple[Any, dict[str, Any], list[Fault]]:
    """The need that was opened, now or when the same was sent before; else the forms and what is wrong with them."""
    keyed = KeyForm(request.POST)
    key = keyed.cleaned_data["token"] if keyed.is_valid() else ""
    if key and (made := asking_in_one.need_of_key(reader, key)) is not None:
        return made, {}, []
    asking = asking_in_one.asking_in(request.POST, reader, key)
    forms = asking_in_one.forms_of(asking, reader)
    faults = asking_in_one.faults_in(forms) or ([] if key else asking_in_one.faults_in({"key": keyed}))
    if faults:
        return None, forms, faults
    try:
        return asking_in_one.need_opened(reader, asking), forms, []
    except DomainError as refusal:
        return None, forms, [asking_in_one.fault_of(refusal, forms, reader.language)]


def _to_mend(faults: list[Fault]) -> JsonResponse:
    return JsonResponse({"state": MEND, "faults": asking_in_one.as_rows(faults)}, status=422)


def _page(request: HttpRequest, reader: Reader, forms: dict[str, Any], faults: list[Fault]) -> HttpResponse:
    keyed = KeyForm(request.POST)
    token = keyed.cleaned_data["token"] if keyed.is_valid() else uuid4().hex  # a spoiled one would be refused for ever
    context = asking_in_one.shown(forms, faults, token=token)
    return page(request, reader, "ask/in_one.html", context)
