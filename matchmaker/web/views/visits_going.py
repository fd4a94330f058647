"""A meeting under way: somebody came, somebody left, nobody came, this once it does not suit."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.forms.safety import CAME, NobodyCameForm, WhatHappenedForm, given
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader


@for_the_signed_in
def visit(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    """The page of its match, where all its meetings stand."""
    found = queries.visit_by_id(reader.viewer, visit_id)
    return redirect("match", match_id=found.match.public_id)


@for_the_signed_in
def arrive(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    return _tapped(request, reader, visit_id, actions.arrive)


@for_the_signed_in
def leave(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    return _tapped(request, reader, visit_id, actions.leave)


@for_the_signed_in
def take_back(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    return _tapped(request, reader, visit_id, actions.take_back_tap)


@for_the_signed_in
def cancel(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    """This once it does not suit; the other meetings stand."""
    return _tapped(request, reader, visit_id, actions.cancel_visit)


@for_the_signed_in
def nobody_came(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    """Until when somebody may still come; afterwards the same page says what happens next."""
    found = queries.visit_by_id(reader.viewer, visit_id)
    form = NobodyCameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_no_show(viewer=reader.viewer, visit_id=visit_id, now=reader.now, **given(form))
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("nobody-came", visit_id=visit_id)
    possible = queries.possible_at(reader.viewer, found, now=reader.now)
    if not possible.nobody_came and found.state != "NOT_HELD" and not form.errors:
        return redirect("match", match_id=found.match.public_id)
    search = queries.search_instead_of(reader.viewer, found, now=reader.now)
    return page(request, reader, "nobody_came.html", {"form": form, "visit": found, "search": search})


@for_the_signed_in
def what_happened(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    """The helper is asked, and not blamed; the other side never reads it."""
    found = queries.visit_by_id(reader.viewer, visit_id)
    if queries.side_of(reader.viewer, found.match) != "HELPER" or found.state != "NOT_HELD":
        raise NotFound
    if queries.own_outcome(reader.viewer, found) is not None:
        return redirect("thanks", visit_id=visit_id)
    form = WhatHappenedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        draft = OutcomeDraft(happened=said["happened"] == CAME, comment=said["comment"])
        try:
            actions.record_outcome(viewer=reader.viewer, visit_id=visit_id, draft=draft, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("thanks", visit_id=visit_id)
    return page(request, reader, "what_happened.html", {"form": form, "visit": found})


def _tapped(request: HttpRequest, reader: Reader, visit_id: UUID, act: Callable[..., Any]) -> HttpResponse:
    found = queries.visit_by_id(reader.viewer, visit_id)
    if request.method == "POST":
        act(viewer=reader.viewer, visit_id=visit_id, now=reader.now)
    return redirect("match", match_id=found.match.public_id)
