"""What each role tries about coming along: the inputs, and the rows that they need."""

from datetime import time, timedelta
from typing import Any, Final

from matchmaker.community.models import Person
from matchmaker.matches.actions import be_companion, set_companion_budget
from matchmaker.matches.drafts import WillingDraft
from matchmaker.matches.models import (
    CompanionBudget,
    CompanionProposal,
    CompanionWish,
    CompanionWord,
    Match,
    WillingHours,
    Willingness,
)
from matchmaker.needs.models import ServiceType
from tests.graphql_client import global_id
from tests.promises.attempts_gone_wrong import WHEN_IT_BEGINS
from tests.promises.role_attempts import Attempt
from tests.towns import viewer_of
from tests.way import AGREED, OPENED, Way

AT_THE_DOOR: Final = WHEN_IT_BEGINS
WORTH: Final[dict[str, Any]] = {
    "walk_m": 90,
    "chance": 0.8,
    "gain_alone": 0.3,
    "gain_together": 0.9,
    "reason": "THREE_MEET",
    "reason_params": {"alone": "0.30", "together": "0.90"},
}


WORDS: Final[dict[str, dict[str, bool]]] = {
    "ASKER": {"greet_companion": True, "welcome": True},
    "HELPER": {"greet_companion": True},
    "COMPANION": {"greet_asker": True, "greet_helper": True},
}


def may_be_accompanied(way: Way) -> None:
    """The type of the way's need is marked, which in earnest it never is, so that its match serves here."""
    ServiceType.objects.filter(pk=way.need.service_type_id).update(
        companions_allowed=True, sensitive=False, parent=ServiceType.objects.get(code="CULTURE"), body_care=False
    )


def company_of(way: Way, state: str, companion: Person | None = None) -> CompanionProposal:
    """A stranger's company on the helper's visit, up to this state."""
    may_be_accompanied(way)
    who = companion or way.town.stranger
    match = way.matches[0]
    CompanionWish.objects.get_or_create(match=match, defaults={"wished_at": way.now})
    Willingness.objects.get_or_create(person=who, defaults={"opened_at": way.now, "vetted_at": way.now})
    said: dict[str, Any] = {}
    if state != "AWAITING_COMPANION":
        said |= {"companion_answered_at": way.now}
    if state == "AGREED":
        said |= {"asker_answered_at": way.now}
    row, _ = CompanionProposal.objects.update_or_create(
        visit=match.visits.get(),
        companion=who,
        defaults={"state": state, "asked_at": way.now, "closed_at": None, **WORTH, **said},
    )
    return row


def with_company(way: Way) -> None:
    """The resident came along and all three spoke of it; on the other visit somebody would, and the asker is asked."""
    agreed = company_of(way, "AGREED")
    WillingHours.objects.create(willingness=agreed.companion.willingness, weekday=1, starts=time(8), ends=time(12))
    for part, said in WORDS.items():
        CompanionWord.objects.create(proposal=agreed, part=part, came=True, given_at=way.now, **said)
    CompanionProposal.objects.create(
        visit=way.matches[1].visits.get(),
        companion=way.town.grid_head,
        state="AWAITING_ASKER",
        asked_at=way.now,
        companion_answered_at=way.now,
        **WORTH,
    )
    be_companion(viewer=viewer_of(way.town.newcomer, now=way.now), draft=WillingDraft(), now=way.now)
    coordinator = viewer_of(way.town.coordinator, now=way.now)
    set_companion_budget(viewer=coordinator, community_id=way.town.community.public_id, hours_per_week=4, now=way.now)
    CompanionBudget.objects.update(stopped_at=way.now)


def _own(way: Way, _role: str) -> dict[str, Any]:
    return {"reachM": 800}


def _stop(way: Way, role: str) -> dict[str, Any]:
    for person in Person.objects.filter(left_at=None):
        be_companion(viewer=viewer_of(person, now=way.now), draft=WillingDraft(), now=way.now)
    return {}


def _to_vet(way: Way, _role: str) -> dict[str, Any]:
    be_companion(viewer=viewer_of(way.town.newcomer, now=way.now), draft=WillingDraft(), now=way.now)
    return {"personId": global_id("Person", way.town.newcomer)}


def _budget(way: Way, _role: str) -> dict[str, Any]:
    return {"communityId": global_id("Area", way.town.community), "hoursPerWeek": 4}


def _match(way: Way, role: str) -> dict[str, Any]:
    may_be_accompanied(way)
    return {"matchId": global_id("Match", Match.objects.get(pk=way.matches[0].pk))}


def _in_state(state: str) -> Any:
    def given(way: Way, _role: str) -> dict[str, Any]:
        return {"proposalId": global_id("CompanionProposal", company_of(way, state))}

    return given


def _words(way: Way, role: str) -> dict[str, Any]:
    return _in_state("AGREED")(way, role) | {"came": True}


WITH_COMPANY: Final = (
    Attempt("beCompanion", OPENED, _own),
    Attempt("stopBeingCompanion", OPENED, _stop),
    Attempt("vetCompanion", OPENED, _to_vet),
    Attempt("setCompanionBudget", OPENED, _budget),
    Attempt("wishCompanion", AGREED, _match),
    Attempt("unwishCompanion", AGREED, _match),
    Attempt("acceptCompanionship", AGREED, _in_state("AWAITING_COMPANION")),
    Attempt("declineCompanionship", AGREED, _in_state("AWAITING_COMPANION")),
    Attempt("approveCompanion", AGREED, _in_state("AWAITING_ASKER")),
    Attempt("refuseCompanion", AGREED, _in_state("AWAITING_ASKER")),
    Attempt("withdrawCompanion", AGREED, _in_state("AGREED")),
    Attempt("turnCompanionAway", AGREED, _in_state("AGREED"), later=AT_THE_DOOR),
    Attempt("recordCompanionWords", AGREED, _words, later=AT_THE_DOOR + timedelta(minutes=5)),
)
