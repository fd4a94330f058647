"""Who of an organization's members went to which visit of a month, for its clerks."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community import queries as community
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions
from matchmaker.matches.queries.attendance import Attendance, attendance_for
from matchmaker.web.attendance_file import STANDS, attendance_file, kind_said, member_said
from matchmaker.web.months import Month, last_months, month_chosen
from matchmaker.web.pages import CSV, file_of, for_the_signed_in, page, page_number
from matchmaker.web.reader import Reader

ON_A_PAGE: Final = 100


@for_the_signed_in
def attendance(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """The visits of the month chosen, a hundred on a page."""
    found = _spoken_for(reader, organization_id)
    months = last_months(reader.now, community.zone_of(found.area))
    month = month_chosen(request.GET.get("month", ""), months)
    visits = _visits_of(reader, found, month)
    count = len(visits)
    number, pages = page_number(request, rows=count, on_a_page=ON_A_PAGE)
    lines = visits[ON_A_PAGE * (number - 1) : ON_A_PAGE * number]
    context = {
        "organization": found,
        "months": months,
        "month": month,
        "rows": [(line, kind_said(line), member_said(line), STANDS[line.stands.value]) for line in lines],
        "count": count,
        "number": number,
        "pages": pages,
        "earlier": _address(found, month, number - 1) if number > 1 else "",
        "later": _address(found, month, number + 1) if number < pages else "",
    }
    return page(request, reader, "attendance.html", context)


@for_the_signed_in
def attendance_as_csv(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """The whole month as a file, at a press that is recorded."""
    found = _spoken_for(reader, organization_id)
    if request.method != "POST":
        return redirect("organization-attendance", organization_id=organization_id)
    zone = community.zone_of(found.area)
    month = month_chosen(request.POST.get("month", ""), last_months(reader.now, zone))
    lines = actions.list_attendance(
        viewer=reader.viewer,
        organization_id=organization_id,
        since=month.begins_at(zone),
        until=month.ends_at(zone),
        now=reader.now,
    )
    return file_of(attendance_file(lines), f"attendance-{month.code}.csv", CSV)


def _spoken_for(reader: Reader, organization_id: UUID) -> Any:
    """The organization for its clerk; for everybody else the page does not exist."""
    try:
        return community.organization_spoken_for(reader.viewer, organization_id)
    except NotAllowed as no_clerk:
        raise NotFound from no_clerk


def _visits_of(reader: Reader, found: Any, month: Month) -> Attendance:
    zone = community.zone_of(found.area)
    return attendance_for(
        reader.viewer,
        found.public_id,
        since=month.begins_at(zone),
        until=month.ends_at(zone),
        now=reader.now,
    )


def _address(found: Any, month: Month, number: int) -> str:
    path = reverse("organization-attendance", kwargs={"organization_id": found.public_id})
    return f"{path}?{urlencode({'month': month.code, 'page': number})}#table"
