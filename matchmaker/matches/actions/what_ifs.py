"""What if: the latest round computed twice, as it was and with a change. No proposal is written, and nobody is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from matchmaker.community.models import Area, Person
from matchmaker.community.viewers import Viewer
from matchmaker.engine.batch import Batch, Solution, solve
from matchmaker.engine.fairness import BELOW_THE_AVERAGE, margins_from
from matchmaker.engine.wishes import NO_GROUP
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions.running import PAIRS_HERE, PEOPLE_HERE
from matchmaker.matches.actions.supposing import supposed_offer
from matchmaker.matches.apart import solve_apart
from matchmaker.matches.drafts import SupposedOffer, WhatIfDraft
from matchmaker.matches.models import Round, RoundState, WhatIf, WhatIfState
from matchmaker.needs import queries as needs
from matchmaker.needs.models import Offer, OfferState, ServiceType

PAIRS_AT_MOST: Final = 20
HIGHEST_WEIGHT: Final = 1_000
HOURS_AT_MOST: Final = 28
NO_FLOOR: Final = 100
LEFT_AFTER: Final = timedelta(minutes=1)
"""What was not answered at once by then was left by whoever computed it, and a worker takes it up."""


class NoRoundYet(DomainError):
    code = "NO_ROUND_YET"
    message = "No round has been planned here yet, so there is nothing to compare with."
    message_zh = "这里还没有做过集中安排，没有可以比较的方案。"


class NothingChanged(DomainError):
    code = "NOTHING_CHANGED"
    message = "Please say what should be different."
    message_zh = "请填写想改动的地方。"


class _Unwatched:
    """Nobody looks on."""

    def reached(self, phase: str, share: float) -> None:
        """Nothing to say."""

    def still(self) -> None:
        """Nothing to say."""

    def wants_plan(self) -> bool:
        return False

    def found(self, solution: Solution) -> None:
        """Only the last plan counts."""


def ask_what_if(*, viewer: Viewer, community_id: UUID, draft: WhatIfDraft, now: datetime) -> WhatIf:
    """Answered at once in a small town; in a large one it waits to be computed in the background."""
    community = Area.objects.filter(public_id=community_id).exclude(time_zone="").first()
    if community is None:
        raise NotFound
    if not viewer.works_at(community.path):
        raise NotAllowed
    row = Round.objects.filter(community=community, state=RoundState.DONE, started_at__isnull=False).last()
    if row is None:
        raise NoRoundYet
    changes = _changes(viewer, draft, community)
    is_small = _is_small(row)
    with transaction.atomic():
        asked = WhatIf.objects.create(round=row, asked_by_id=viewer.require_person(), asked_at=now, changes=changes)
        due_at = now + LEFT_AFTER if is_small else now
        enqueue(names.WHAT_IF, {"what_if_id": asked.pk}, now=now, due_at=due_at, key=f"what_if:{asked.pk}")
    return run_what_if(what_if_id=asked.pk, now=now) if is_small else asked


def run_what_if(*, what_if_id: int, now: datetime) -> WhatIf:
    """The difference stands in the row; a second run does nothing."""
    asked = WhatIf.objects.select_related("round__community", "round__score_card").get(pk=what_if_id)
    if asked.state != WhatIfState.QUEUED:
        return asked
    try:
        result = _compared(asked)
    except (OperationalError, InterfaceError):
        raise  # the database went away, not the answer: it is computed when the job is tried again
    except Exception as error:
        _end(asked, WhatIfState.FAILED, now, failure_code=type(error).__name__[:60])
        raise
    _end(asked, WhatIfState.DONE, now, result=result)
    return asked


def _end(asked: WhatIf, state: WhatIfState, now: datetime, **said: Any) -> None:
    for name, value in {"state": state, "finished_at": now, **said}.items():
        setattr(asked, name, value)
    asked.save(update_fields=["state", "finished_at", *said])


def _is_small(row: Round) -> bool:
    offers = Offer.objects.filter(state=OfferState.OPEN, person__community_id=row.community_id).count()
    people = Person.objects.filter(community_id=row.community_id, left_at__isnull=True).count()
    return row.needs_count * (offers + 1) <= PAIRS_HERE and people <= PEOPLE_HERE


def _compared(asked: WhatIf) -> dict[str, Any]:
    """Both plans from the rows as the round read them: its own moment, and its own proposals left aside."""
    row = asked.round
    at = row.started_at or asked.asked_at
    problem = inputs.problem_of_community(row.community, now=at, as_before=row.pk)
    town = inputs.town_in(row.community, now=at)
    own = Person.objects.filter(community_id=row.community_id, left_at__isnull=True).values_list("pk", flat=True)
    before = Batch(
        needs=problem.needs,
        offers=problem.offers,
        types=problem.types,
        card=terms.card_of(row.score_card),
        town=town,
        people=frozenset(own),
        seed=row.seed,
        pins=inputs.pins_in(row.community, now=at),
        streets=problem.streets,
    )
    is_same = inputs.fingerprint_of(problem, town, before.pins) == row.inputs_hash
    after = _changed(before, asked.changes, row, problem.horizon_start_at)
    return _difference(_solved(before), _solved(after), before, after) | {
        "same_inputs": is_same,
        "horizon_start_at": problem.horizon_start_at.isoformat(),
    }


def _solved(batch: Batch) -> Solution:
    if len(batch.needs) * len(batch.offers) <= PAIRS_HERE and len(batch.people) <= PEOPLE_HERE:
        return solve(batch, _Unwatched())
    return solve_apart(batch, _Unwatched())


def _changed(before: Batch, changes: dict[str, Any], row: Round, start: datetime) -> Batch:
    banned: dict[int, set[int]] = {}
    for need_id, offer_id in changes.get("bans", ()):
        banned.setdefault(need_id, set()).add(offer_id)
    givers = {offer.offer_id: (offer.person_id, offer.organization_id) for offer in before.offers}

    def without(need_id: int, at: int) -> frozenset[int]:
        found = {givers[offer_id][at] for offer_id in banned.get(need_id, ()) if offer_id in givers}
        return frozenset(one for one in found if one is not None)

    asked = tuple(
        replace(
            need,
            excluded_person_ids=need.excluded_person_ids | without(need.need_id, 0),
            excluded_organization_ids=need.excluded_organization_ids | without(need.need_id, 1),
        )
        if need.need_id in banned
        else need
        for need in before.needs
    )
    card = replace(before.card, weights={**before.card.weights, **changes.get("weights", {})})
    supposed = changes.get("offer")
    more = (supposed_offer(supposed, before, row.community, start),) if supposed else ()
    pins = {*before.pins, *((need_id, offer_id) for need_id, offer_id in changes.get("pins", ()))}
    margin = changes.get("floor_margin")
    return replace(
        before,
        needs=asked,
        offers=(*before.offers, *more),
        card=card,
        pins=tuple(sorted(pins)),
        margins=BELOW_THE_AVERAGE if margin is None else margins_from(margin / 100),
    )


def _difference(one: Solution, other: Solution, before: Batch, after: Batch) -> dict[str, Any]:
    was, would_be = ({choice.key for choice in solution.plan.chosen} for solution in (one, other))
    pairs_before, pairs_after = ({key[:2] for key in keys} for keys in (was, would_be))
    return {
        "before": _figures(one, before),
        "after": _figures(other, after),
        "added": sorted(list(key) for key in would_be if key[:2] not in pairs_before),
        "removed": sorted(list(key) for key in was if key[:2] not in pairs_after),
        "refused_pins": [[pin.need_id, pin.offer_id, pin.rule] for pin in other.refused_pins],
    }


def _figures(solution: Solution, batch: Batch) -> dict[str, Any]:
    """What a coordinator compares; the score is by the card that this very plan was made with."""
    plan, fair = solution.plan, solution.fairness
    walks = [one.scored.candidate.walk_m for one in plan.chosen]
    is_known = fair is not None and fair.worst_group != NO_GROUP
    return {
        "needs_met": len(batch.needs) - len(plan.unmet),
        "needs_count": len(batch.needs),
        "helpers_found": len(plan.chosen),
        "walk_m": round(sum(walks) / len(walks)) if walks else None,
        "stranger_index": solution.stranger_index,
        "identity_gain_promised": solution.gain_promised,
        "worst_share": None if fair is None else fair.worst,
        "worst_grid": fair.worst_group if fair is not None and is_known else None,
        "fairness_price": 0.0 if fair is None else fair.price,
        "score": plan.total_score,
    }


def _changes(viewer: Viewer, draft: WhatIfDraft, community: Area) -> dict[str, Any]:
    """The draft with the keys of rows that this viewer may see, or the refusal of what cannot be supposed."""
    if not (draft.pins or draft.bans or draft.weights or draft.offer or draft.floor_margin is not None):
        raise NothingChanged
    if len(draft.pins) + len(draft.bans) > PAIRS_AT_MOST:
        raise InvalidInput(field="pins")
    found: dict[str, Any] = {
        "pins": [_pair(viewer, pair) for pair in draft.pins],
        "bans": [_pair(viewer, pair) for pair in draft.bans],
        "weights": _weights(draft),
    }
    if draft.offer is not None:
        found["offer"] = _supposed(draft.offer, community)
    if draft.floor_margin is not None:
        found["floor_margin"] = _margin(draft.floor_margin)
    return found


def _pair(viewer: Viewer, pair: tuple[UUID, UUID]) -> list[int]:
    return [needs.need_by_id(viewer, pair[0]).pk, needs.offer_by_id(viewer, pair[1]).pk]


def _weights(draft: WhatIfDraft) -> dict[str, int]:
    for term, weight in draft.weights.items():
        if term not in terms.KNOWN or not 0 <= weight <= HIGHEST_WEIGHT:
            raise InvalidInput(
                f"Please give known terms weights from 0 to {HIGHEST_WEIGHT}.",
                message_zh=f"请填写0到{HIGHEST_WEIGHT}之间的数。",
                field="weights",
            )
    return dict(draft.weights)


def _margin(points: int) -> int:
    if not 0 <= points <= NO_FLOOR:
        raise InvalidInput(
            f"Please give a number from 0 to {NO_FLOOR}.",
            message_zh=f"请填写0到{NO_FLOOR}之间的数。",
            field="floor_margin",
        )
    return points


def _supposed(offer: SupposedOffer, community: Area) -> dict[str, Any]:
    area = Area.objects.filter(public_id=offer.area, path__startswith=community.path).first()
    if area is None:
        raise InvalidInput("We do not know this place.", message_zh="没有这个地点。", field="offer")
    if not ServiceType.objects.filter(code=offer.service_type, retired=False).exists():
        raise InvalidInput("We do not know this kind of help.", message_zh="没有这类帮助。", field="offer")
    if not (0 < offer.reach_m <= 50_000 and 0 < offer.visits_per_week <= 21):
        raise InvalidInput(field="offer")
    if len(offer.hours) > HOURS_AT_MOST or any(not 0 <= one.weekday <= 6 for one in offer.hours):
        raise InvalidInput(field="offer")
    hours = [[one.weekday, one.starts.isoformat(), one.ends.isoformat()] for one in offer.hours]
    return {
        "service_type": offer.service_type,
        "area": area.pk,
        "hours": hours,
        "reach_m": offer.reach_m,
        "visits_per_week": offer.visits_per_week,
    }
