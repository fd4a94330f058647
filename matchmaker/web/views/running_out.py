"""What is vacant or ends soon, each line with its next step; for workers."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from matchmaker.community import queries
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed
from matchmaker.notices.queries import communities_without_duty_phone
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 100
CHECKS: Final = {
    "TRAINING": say_later("培训证明", "Training"),
    "LICENCE": say_later("执照", "Licence"),
    "CLEARANCE": say_later("无犯罪记录证明", "Clearance"),
    "INSURANCE": say_later("保险", "Insurance"),
    "GUARDIAN_CONSENT": say_later("监护人同意书", "Consent of a guardian"),
}
"""What was checked about a person."""


@for_the_signed_in
def running_out(request: HttpRequest, reader: Reader) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    found = what_runs_out(reader.viewer)
    checks = [(row, str(CHECKS[row.kind]), row.valid_until_date < reader.viewer.today) for row in found["checks"]]
    return page(request, reader, "running_out.html", found | {"checks": checks})


def how_much_runs_out(viewer: Viewer) -> int:
    """How many lines there are in all, without reading them."""
    rows = (
        *(queries.terms_ending_soon, queries.deputies_ending_soon, queries.mandates_ending_soon),
        *(queries.checks_running_out, queries.vacant_grids, communities_without_duty_phone),
    )
    return sum(found(viewer).count() for found in rows)


def what_runs_out(viewer: Viewer) -> dict[str, Sequence[Any]]:
    """By what it is, as the page lists it; at most a hundred of each."""
    return {
        "grids": queries.grids_without_worker(viewer)[:SHOWN_AT_MOST],
        "phones": list(communities_without_duty_phone(viewer)[:SHOWN_AT_MOST]),
        "terms": list(queries.terms_ending_soon(viewer)[:SHOWN_AT_MOST]),
        "deputies": list(queries.deputies_ending_soon(viewer)[:SHOWN_AT_MOST]),
        "mandates": list(queries.mandates_ending_soon(viewer)[:SHOWN_AT_MOST]),
        "checks": list(queries.checks_running_out(viewer)[:SHOWN_AT_MOST]),
    }
