"""Who could help with a need, for workers of its area: the pairs that pass every hard rule, the nearest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matchmaker.community.viewers import Viewer
from matchmaker.engine import eligibility
from matchmaker.matches import inputs
from matchmaker.matches.models import LIVE_STATES, Proposal, Round
from matchmaker.matches.queries import sides
from matchmaker.needs.availability import moment_of
from matchmaker.needs.models import Need, NeedState, Offer
from matchmaker.needs.queries import offers_by_pk, speaks_on

CANDIDATES_TOLD: Final = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that passes every hard rule of a need, how far the way is, and when it could come first."""

    offer: Offer
    walk_m: int
    earliest_at: datetime


def candidates_for(viewer: Viewer, need: Need, *, now: datetime, as_before: Round | None = None) -> list[Candidate]:
    """At most a hundred; nothing for anybody but workers of the area, and nothing of the viewer's own offers.

    Who is asked for the need already is not among them, unless it was by the round that is left aside.
    """
    if not _may_look(viewer, need) or need.state != NeedState.OPEN:
        return []
    problem = inputs.problem_unasked(
        need.pk,
        need.community,
        service_type=need.service_type.code,
        now=now,
        as_before=None if as_before is None else as_before.pk,
    )
    found = eligibility.candidates(problem.needs, problem.offers, problem.types, problem.streets)
    others = [one for one in found if viewer.person_id is None or one.offer.person_id != viewer.person_id]
    nearest = sorted(others, key=lambda one: (one.walk_m, one.offer.offer_id))[:CANDIDATES_TOLD]
    offers = offers_by_pk([one.offer.offer_id for one in nearest])
    start = problem.horizon_start_at
    return [
        Candidate(offers[one.offer.offer_id], round(one.walk_m), moment_of(_first(one.starts), horizon_start=start))
        for one in nearest
    ]


def offers_asked(viewer: Viewer, need: Need) -> list[Offer]:
    """Of those who are asked for the need, or wait for a worker's look: for workers of the area, without their own."""
    if not _may_look(viewer, need):
        return []
    live = Proposal.objects.filter(need=need, state__in=LIVE_STATES).order_by("pk")
    offers = offers_by_pk(live.values_list("offer_id", flat=True))
    return [offer for offer in offers.values() if viewer.person_id is None or offer.person_id != viewer.person_id]


def _may_look(viewer: Viewer, need: Need) -> bool:
    """A worker of the area who is no part of it: whoever is helped reads no name before somebody said yes."""
    return sides.is_worker(viewer, need) and not speaks_on(viewer, need)


def _first(starts: int) -> int:
    return (starts & -starts).bit_length() - 1
