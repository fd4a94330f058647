"""What concerns the reader: answers that are wanted, meetings, needs and offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.columns import narrow
from matchmaker.community import queries as community
from matchmaker.matches import queries as matches
from matchmaker.matches.queries.searches import SearchStep, searches_of
from matchmaker.needs import actions, queries
from matchmaker.notices import queries as notices
from matchmaker.notices.queries import duty_phone_for
from matchmaker.web import standing
from matchmaker.web.meetings import meetings_of
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader

SHOWN_AT_MOST = 50
KIND: Final = ("service_type__name_zh", "service_type__name_en")
WHEN: Final = ("starts_at", "ends_at")
OF_NEEDS: Final = ("public_id", "state", "verified_at", "helpers_found", *KIND)
OF_THEIR_NEED: Final = (*(f"need__{name}" for name in KIND), "need__community__time_zone")
OF_PROPOSALS: Final = ("public_id", "state", *WHEN, *OF_THEIR_NEED)
OF_MATCHES: Final = ("public_id", "state", *OF_THEIR_NEED)
OF_VISITS: Final = ("public_id", *WHEN, *(f"match__{name}" for name in OF_THEIR_NEED))
OF_COMPANY: Final = (
    "public_id",
    "state",
    *(f"visit__{name}" for name in WHEN),
    "visit__match__community__time_zone",
)
"""What the lists show of their rows."""


@dataclass(frozen=True)
class Row:
    """A need, how it stands, and the meetings it led to."""

    need: Any
    stands: str
    meetings: Sequence[Any]


@for_the_signed_in
def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One list for each thing that may wait, the ones that wait for an answer first."""
    viewer = reader.viewer
    needs = list(_first(queries.needs_for(viewer, own=True).prefetch_related(None), OF_NEEDS))
    meetings = meetings_of(viewer, needs)
    searches = searches_of(viewer, [need.pk for need in needs])
    to_answer = list(_first(matches.proposals_to_answer(viewer), OF_PROPOSALS))
    agreed = matches.own_matches(viewer).prefetch_related(None).prefetch_related("visits")
    offered = {proposal.need_id for proposal in to_answer}
    offers = queries.offers_for(viewer, own=True)[:SHOWN_AT_MOST]
    context = {
        "unread": notices.notices_for(viewer, unread=True).count(),
        "to_join": [row for row in community.own_memberships(viewer) if row.accepted_at is None],
        "to_answer": to_answer,
        "to_speak_of": _first(matches.visits_to_speak_of(viewer, now=reader.now), OF_VISITS),
        "to_explain": _first(matches.visits_to_explain(viewer), OF_VISITS),
        "agreed": _first(agreed, OF_MATCHES),
        "company_to_answer": _first(matches.companions_to_answer(viewer), OF_COMPANY),
        "company_to_speak_of": _first(matches.company_to_speak_of(viewer, now=reader.now), OF_COMPANY),
        "company_ahead": _first(matches.company_ahead(viewer, now=reader.now), OF_COMPANY),
        "needs": [
            Row(need, _stands(need, held, reader, searches[need.pk], is_to_answer=need.pk in offered), held)
            for need in needs
            for held in [meetings.get(need.pk, ())]
        ],
        "clerk_of": community.organizations_for(viewer).filter(pk__in=viewer.clerk_of) if viewer.clerk_of else (),
        "offers": [(offer, queries.may_manage_offer(viewer, offer)) for offer in offers],
    }
    return page(request, reader, "mine.html", context)


@for_the_signed_in
def need(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    """One need: how it stands and, where nobody was found yet, why and what would help."""
    found = queries.need_by_id(reader.viewer, need_id)
    meetings = meetings_of(reader.viewer, [found]).get(found.pk, ())
    as_worker = queries.is_worker_for(reader.viewer, found) and not queries.is_asker_side(reader.viewer, found)
    proposed = matches.proposals_for(reader.viewer).filter(need=found)
    to_answer = None if as_worker else matches.proposals_to_answer(reader.viewer).filter(need=found).first()
    context = {
        "need": found,
        "to_answer": to_answer,
        "proposed": [(one, standing.of_proposal_for_worker(one)) for one in proposed[:SHOWN_AT_MOST]]
        if as_worker
        else (),
        "as_worker": as_worker,
        "has_card": as_worker and community.people_at_desk(reader.viewer).filter(pk=found.for_person_id).exists(),
        "duty_phone": duty_phone_for(reader.viewer),
        "meetings": meetings,
        "stands": standing.of_need_for_worker(found)
        if as_worker
        else _stands(
            found,
            meetings,
            reader,
            searches_of(reader.viewer, [found.pk])[found.pk],
            is_to_answer=to_answer is not None,
        ),
        "at_once": standing.answered_at_once(reader, found),
        "why_nobody": matches.why_nobody(reader.viewer, found, language()),
        "may_look_around": matches.may_look_around(reader.viewer, found),
        **_for_worker(reader, found, as_worker),
        "suggested": standing.suggested_to_worker(reader, found) if as_worker else (),
        "may_change": found.state == "OPEN" and queries.may_change_need(reader.viewer, found),
        "shows_place": not as_worker and queries.may_see_need_place(reader.viewer, found),
        "shows_details": queries.may_see_need_details(reader.viewer, found),
    }
    return page(request, reader, "need.html", context)


@for_the_signed_in
def withdraw(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.withdraw_need(viewer=reader.viewer, need_id=need_id, now=reader.now)
    return redirect("need", need_id=need_id)


def _for_worker(reader: Reader, need: Any, as_worker: bool) -> dict[str, Any]:
    """What a worker may try where nobody was found: every change that would help, a pin, a what if."""
    if not as_worker or need.state != "OPEN":
        return {}
    unmet = matches.latest_unmet(reader.viewer, need)
    return {
        "would_help": matches.what_would_help(unmet, language()) if unmet is not None else [],
        "law": matches.law_of(unmet, language()) if unmet is not None else "",
        "may_decide_pair": True,
        "round_to_suppose": matches.round_to_compare(reader.viewer, need.community),
        "grid": community.grid_of(need.place),
    }


def _first(rows: Any, columns: Sequence[str]) -> Any:
    return narrow(rows, *columns)[:SHOWN_AT_MOST]


def _stands(need: Any, meetings: Sequence[Any], reader: Reader, search: SearchStep, *, is_to_answer: bool) -> str:
    return standing.of_need(need, meetings, now=reader.now, search=search, is_to_answer=is_to_answer)
