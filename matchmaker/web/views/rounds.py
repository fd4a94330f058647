"""Rounds on the worker's desk: begin one, see how far it is, stop it and keep its plan, or call it off."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.columns import narrow
from matchmaker.community.queries import zone_of
from matchmaker.matches import actions, queries
from matchmaker.web.pages import for_the_signed_in
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import moment

SHOWN_AT_MOST: Final = 20
WAITS: Final = say_later("排队中，马上开始。", "Waiting; it begins in a moment.")
PHASES: Final = {
    "READING": say_later("正在读取需求和可提供的帮助。", "Reading requests and offers."),
    "MEASURING": say_later("正在了解邻里往来。", "Looking at who knows whom."),
    "PAIRING": say_later("正在看谁能帮谁。", "Seeing who could help whom."),
    "SCORING": say_later("正在比较合适程度。", "Comparing how well they fit."),
    "PLANNING": say_later("正在寻找最好的方案。", "Looking for the best plan."),
    "WRITING": say_later("正在写下推荐。", "Writing down the proposals."),
}

COMMUNITY: Final = ("community__name", "community__name_en", "community__time_zone")
UNDER_WAY: Final = (
    *("public_id", "phase", "progress_percent", "stop_asked_at", "incumbent", "incumbent_score", "score_bound"),
    *("community__path", *COMMUNITY),
)
LAST: Final = ("state", "finished_at", "needs_count", "proposals_count", *COMMUNITY)
"""What the desk shows of its rounds."""


@dataclass(frozen=True)
class RoundRow:
    """A round under way in words, and whether the reader may end it, and keep its plan."""

    round: Any
    at: str
    so_far: str
    may_end: bool
    may_keep: bool


@for_the_signed_in
def start(request: HttpRequest, reader: Reader, community_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.request_round(viewer=reader.viewer, community_id=community_id, now=reader.now)
    return redirect(f"{reverse('review')}#rounds")


@for_the_signed_in
def stop(request: HttpRequest, reader: Reader, round_id: UUID) -> HttpResponse:
    """Ends the round: with the plan at hand where the form says to keep it, else with nothing."""
    if request.method == "POST":
        keep = request.POST.get("keep") == "on"
        actions.cancel_round(viewer=reader.viewer, round_id=round_id, now=reader.now, keep=keep)
    return redirect(f"{reverse('review')}#rounds")


def desk_rounds(reader: Reader) -> dict[str, Any]:
    """What the desk shows of rounds: those under way, and the communities where one may begin."""
    under_way = list(narrow(queries.rounds_under_way(reader.viewer), *UNDER_WAY)[:SHOWN_AT_MOST])
    busy = {row.community_id for row in under_way}
    may_plan = queries.communities_to_plan(reader.viewer)[:SHOWN_AT_MOST]
    return {
        "rounds": [_row(reader, row) for row in under_way],
        "may_plan": [community for community in may_plan if community.pk not in busy],
        "may_suppose": queries.rounds_to_compare(reader.viewer, may_plan),
        "last_round": _last(reader),
    }


def _last(reader: Reader) -> str:
    """What the latest round came to; nothing while it is under way, or where there was none."""
    row = narrow(queries.rounds_for(reader.viewer), *LAST).first()
    if row is None or row.finished_at is None:
        return ""
    at = moment(row.finished_at, zone_of(row.community))
    if row.state == "DONE":
        return say(
            f"上一次（{at}）：看了{row.needs_count}项需求，有{row.proposals_count}项推荐。",
            f"The last one ({at}): requests looked at {row.needs_count}, proposals made {row.proposals_count}.",
        )
    if row.state == "CANCELLED":
        return say(f"上一次（{at}）取消了，没有安排。", f"The last one ({at}) was called off and planned nothing.")
    return say(f"上一次（{at}）没有做成，可以再试。", f"The last one ({at}) did not succeed; you can try again.")


def _row(reader: Reader, row: Any) -> RoundRow:
    may_end = reader.viewer.works_at(row.community.path)
    at = str(PHASES[row.phase]) if row.phase else str(WAITS)
    if row.stop_asked_at is not None:
        at = say("正在停下，会用现有的方案。", "Stopping; the plan at hand will be used.")
    return RoundRow(row, at, _so_far(row), may_end, may_end and row.incumbent_score is not None)


def _so_far(row: Any) -> str:
    """What stopping now would give; nothing while there is no plan."""
    gap = queries.gap_of(row)
    if gap is None:
        return ""
    count, percent = len(row.incumbent), f"{100 * gap:.1f}%"
    return say(
        f"现有方案有{count}项推荐，离最好的方案最多差{percent}。",
        f"The plan at hand has {count} proposals and is at most {percent} below the best there can be.",
    )
