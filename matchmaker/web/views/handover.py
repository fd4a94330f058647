"""The handover sheet: all that is open in a worker's areas on one page to print, for whoever takes over."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from matchmaker.community import queries as community
from matchmaker.errors import NotAllowed
from matchmaker.matches import queries
from matchmaker.needs import queries as needs
from matchmaker.notices import queries as notices
from matchmaker.web import duty, standing
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 100


@for_the_signed_in
def handover(request: HttpRequest, reader: Reader) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    viewer = reader.viewer
    alarms = list(notices.open_alarms_for(viewer)[:SHOWN_AT_MOST])
    lists: dict[str, Any] = {
        "to_verify": needs.needs_to_verify(viewer),
        "to_approve": queries.proposals_to_review(viewer),
        "visits": queries.visits_ahead_for(viewer, now=reader.now),
        "promised": needs.needs_promised_by(viewer),
    }
    context: dict[str, Any] = {name: list(rows[:SHOWN_AT_MOST]) for name, rows in lists.items()}
    context |= {
        "counts": {name: rows.count() for name, rows in lists.items()},
        "most": SHOWN_AT_MOST,
        "areas": needs.areas_overseen(viewer),
        "printed_at": reader.now,
        "alarms": [(alarm, duty.of_alarm(alarm)) for alarm in alarms],
        "to_approve": [(proposal, standing.why_review(proposal)) for proposal in context["to_approve"]],
        "overdue": {need.pk for need in context["promised"] if needs.is_overdue(need, now=reader.now)},
        "deputies": community.deputies_not_over(viewer)[:SHOWN_AT_MOST],
        "to_call": notices.calls_for(viewer, localdate(reader.now)).count(),
        "to_confirm": community.homes_to_confirm(viewer).count(),
        "to_answer": queries.concerns_to_answer(viewer).count(),
    }
    return page(request, reader, "handover.html", context)
