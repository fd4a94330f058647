"""What each role tries with pins, bans and what ifs: the inputs, and the rows that they need."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from matchmaker.community.models import Person, TieKind
from matchmaker.matches.actions import look_around
from matchmaker.matches.models import PairDecision, PairDecisionKind, Round, WhatIf, WhatIfState
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedState
from tests.graphql_client import global_id
from tests.promises.role_attempts import Attempt, Given
from tests.towns import open_need_for, tie, viewer_of, vouch
from tests.way import OPENED, Way

TUESDAY: Final = 1
WHY: Final = "想知道谁能陪她去"
FIGURES: Final[dict[str, Any]] = {
    "needs_met": 1,
    "needs_count": 1,
    "helpers_found": 2,
    "walk_m": 120,
    "stranger_index": 0.5,
    "identity_gain_promised": 0.1,
    "worst_share": 1.0,
    "fairness_price": 0.0,
    "score": 700,
}


def with_pairs(way: Way) -> list[Need]:
    """A pin that could not stand, a ban that was lifted, a what if that was computed, and needs that want others."""
    pin(way)
    PairDecision.objects.create(
        kind=PairDecisionKind.BAN,
        need=way.need,
        offer=way.paid_offer,
        lifted_at=way.now,
        lifted_by=way.town.coordinator,
        **_said(way),
    )
    what_if(way)
    return _wanting_others(way)


def around_the_case(way: Way, crowd: list[Person]) -> None:
    """The asker knows some in every building, and the neighbour, who gave their word for the helper; the coordinator
    said why she looks, while the case is open."""
    town = way.town
    for one in crowd[12:]:
        tie(town.asker, one, kind=TieKind.MET, now=town.now)
    for one, other in pairwise(crowd[12:24]):
        tie(one, other, kind=TieKind.MET, now=town.now)
    tie(town.asker, town.neighbour, kind=TieKind.KIN, now=town.now)
    vouch(town.neighbour, town.helper, now=town.now)
    if Need.objects.filter(pk=way.need.pk, state=NeedState.OPEN).exists():
        viewer = viewer_of(town.coordinator, now=way.now)
        look_around(viewer=viewer, need_id=way.need.public_id, reason=WHY, now=way.now)


def pin(way: Way) -> PairDecision:
    return PairDecision.objects.create(
        kind=PairDecisionKind.PIN,
        need=way.need,
        offer=way.offer,
        until_date=(way.now + timedelta(days=30)).date(),
        refused_rule="TAKEN",
        refused_at=way.now,
        **_said(way),
    )


def what_if(way: Way) -> WhatIf:
    """One in which everything was to be different that can be, computed and broken at once: no field is empty."""
    pair = [way.need.pk, way.offer.pk]
    offer = {"service_type": "SHOPPING", "area": way.town.grid.pk, "reach_m": 800, "visits_per_week": 2}
    figures = FIGURES | {"worst_grid": way.town.grid.pk}
    return WhatIf.objects.create(
        round=way.round,
        asked_by=way.town.coordinator,
        asked_at=way.now,
        state=WhatIfState.DONE,
        finished_at=way.now,
        failure_code="LOST",
        changes={
            "pins": [pair],
            "bans": [pair],
            "weights": {"walk": 3},
            "offer": offer | {"hours": [[TUESDAY, "08:00:00", "12:00:00"]]},
            "floor_margin": 5,
        },
        result={
            "same_inputs": True,
            "horizon_start_at": way.now.isoformat(),
            "before": figures,
            "after": figures,
            "added": [[*pair, 40]],
            "removed": [[*pair, 44]],
            "refused_pins": [[*pair, "TAKEN"]],
        },
    )


def _said(way: Way) -> dict[str, Any]:
    return {"decided_by": way.town.coordinator, "reason": "两家都说好了", "decided_at": way.now}


def _wanting_others(way: Way) -> list[Need]:
    """Three of the neighbour's for a kind of help that the helper does not offer, on a day when she is free."""
    windows = (Window(_next_tuesday(way.now), time(8), time(12)),)
    return [open_need_for(way.town, person=way.town.neighbour, now=way.now, windows=windows) for _ in range(3)]


def _next_tuesday(now: datetime) -> date:
    day = now.date() + timedelta(days=2)
    return day + timedelta(days=(TUESDAY - day.weekday()) % 7)


def _pair(way: Way, _role: str) -> dict[str, Any]:
    return {
        "needId": global_id("Need", way.need),
        "offerId": global_id("Offer", way.offer),
        "reason": "两家都说好了",
    }


def _look(way: Way, _role: str) -> dict[str, Any]:
    return {"needId": global_id("Need", way.need), "reason": WHY}


def _pinned(way: Way, _role: str) -> dict[str, Any]:
    return {"pairDecisionId": global_id("PairDecision", pin(way))}


def _heavier_walk(way: Way, _role: str) -> dict[str, Any]:
    assert Round.objects.filter(community=way.town.community, state="DONE").exists()
    return {
        "communityId": global_id("Area", way.town.community),
        "weights": [{"term": "walk", "weight": 9}],
    }


WITH_PAIRS: Final = (
    Attempt("pinPair", OPENED, _pair),
    Attempt("banPair", OPENED, _pair),
    Attempt("liftPairDecision", OPENED, _pinned),
    Attempt("askWhatIf", OPENED, _heavier_walk),
    Attempt("lookAround", OPENED, _look),
)
ANSWERED_OF_PAIRS: Final[dict[str, tuple[str, str, Given]]] = {"CaseLook": ("lookAround", "caseLook", _look)}
