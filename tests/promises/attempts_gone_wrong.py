"""What each role tries when something goes wrong: coming and leaving, nobody came, a worry, not to meet again."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from matchmaker.errors import DomainError
from matchmaker.matches.actions import arrive, report_concern, take_concern
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt
from tests.towns import viewer_of
from tests.way import AGREED, OPENED, Way

WHEN_IT_BEGINS: Final = timedelta(hours=20, minutes=20)
"""From the agreement to the first visit, and a little more."""


def _which_visit(way: Way, _role: str) -> dict[str, Any]:
    return {"visitId": global_id("Visit", way.visits[0])}


def _own_tap(way: Way, role: str) -> dict[str, Any]:
    """The role says that the helper came, where it may; whoever may not does not see the visit either."""
    if role in ("asker", "helper", "coordinator"):
        person = getattr(way.town, role)
        at = way.now + WHEN_IT_BEGINS
        with suppress(DomainError):
            arrive(viewer=viewer_of(person, now=at), visit_id=way.visits[0].public_id, now=at)
    return _which_visit(way, role)


def _worry(way: Way, _role: str) -> dict[str, Any]:
    return {"matchId": global_id("Match", way.matches[0]), "kind": "WORRY", "words": "有点不放心"}


def _concern(way: Way, _role: str) -> dict[str, Any]:
    asker = viewer_of(way.town.asker, now=way.now)
    concern = report_concern(viewer=asker, match_id=way.matches[0].public_id, words="有点不放心", now=way.now)
    return {"concernId": global_id("Concern", concern)}


def _concern_in_hand(way: Way, role: str) -> dict[str, Any]:
    asker = viewer_of(way.town.asker, now=way.now)
    concern = report_concern(viewer=asker, match_id=way.matches[0].public_id, words="有点不放心", now=way.now)
    worker = viewer_of(way.town.coordinator, now=way.now)
    take_concern(viewer=worker, concern_id=concern.public_id, now=way.now)
    return {"concernId": global_id("Concern", concern), "resolution": "RESUME", "reason": "两边都谈过了"}


GONE_WRONG: Final = (
    Attempt("arrive", AGREED, _which_visit, later=WHEN_IT_BEGINS),
    Attempt("leave", AGREED, _which_visit, later=WHEN_IT_BEGINS),
    Attempt("takeBackTap", AGREED, _own_tap, later=WHEN_IT_BEGINS),
    Attempt("reportNoShow", AGREED, _which_visit, later=WHEN_IT_BEGINS),
    Attempt("cancelVisit", AGREED, _which_visit),
    Attempt("reportConcern", AGREED, _worry),
    Attempt("takeConcern", AGREED, _concern),
    Attempt("resolveConcern", AGREED, _concern_in_hand),
    Attempt("blockPerson", OPENED, lambda way, _role: {"personId": global_id("Person", way.town.newcomer)}),
    Attempt("unblockPerson", OPENED, lambda way, _role: {"personId": global_id("Person", way.town.newcomer)}),
)
