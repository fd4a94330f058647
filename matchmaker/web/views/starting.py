"""A new community: an operator types its lists once, checks them and starts it; then its posters are printed."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community import actions, queries
from matchmaker.community.actions.starting import PlanNotUsable
from matchmaker.errors import NotAllowed
from matchmaker.web.forms.starting import StartForm
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.posters import posters_pdf
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 500


@for_the_signed_in
def start(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The lists, then a look at what they make, then the start: what was typed stays until then."""
    if not reader.viewer.is_operator:
        raise NotAllowed
    form = StartForm(request.POST if request.method == "POST" else None, now=reader.now)
    plan = form.plan if request.method == "POST" and form.is_valid() else None
    if plan is not None and "start" in request.POST:
        try:
            made = actions.start_community(viewer=reader.viewer, plan=plan, now=reader.now)
        except PlanNotUsable as refusal:
            form.show(list(refusal.faults))
            plan = None
        else:
            return redirect("started", community_id=made.community.public_id)
    return page(request, reader, "start.html", {"form": form, "plan": plan})


@for_the_signed_in
def started(request: HttpRequest, reader: Reader, community_id: UUID) -> HttpResponse:
    """It stands: what to do next."""
    if not reader.viewer.is_operator:
        raise NotAllowed
    community = queries.community_by_id(community_id)
    vacant = queries.vacant_posts_in(community, now=reader.now)
    return page(request, reader, "started.html", {"community": community, "vacant": vacant})


@for_the_signed_in
def posters(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The communities and grids for which this reader may print posters."""
    areas = queries.areas_with_posters(reader.viewer)[:SHOWN_AT_MOST]
    if not areas:
        raise NotAllowed
    return page(request, reader, "posters.html", {"areas": areas})


@for_the_signed_in
def print_posters(request: HttpRequest, reader: Reader, area_id: UUID) -> HttpResponse:
    """The posters of an area as one PDF; those that hung there before hold no more."""
    if request.method != "POST":
        return redirect("posters")
    made = actions.make_posters(viewer=reader.viewer, area_id=area_id, now=reader.now)
    pdf = posters_pdf(made, address_of=lambda code: request.build_absolute_uri(reverse("join", args=[code])))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="posters.pdf"'
    return answer
