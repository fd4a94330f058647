"""What a round computes, and how it is written: read, plan without holding anybody up, look again under lock, write."""

import importlib.metadata
import platform
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matchmaker.community.models import Person
from matchmaker.engine import assignment, eligibility, scoring
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import sigma_within
from matchmaker.engine.problem import NeedFacts, OfferFacts, Town
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import locks, putting
from matchmaker.matches.actions.proposing import unmet_rows
from matchmaker.matches.models import Round, RoundState, UnmetNeed
from matchmaker.needs.models import Need
from matchmaker.records import actions as records

Step = Callable[[int, int, str], None]

STEPS: Final = 6
NEEDS_AT_ONCE: Final = 100
LIBRARIES: Final = ("networkx", "numpy", "ortools", "scipy", "django")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a round found out before it writes anything."""

    solved: putting.Solved
    plan: assignment.Plan
    candidates_count: int
    stranger_index: float | None
    identity_gain_promised: float
    inputs_hash: str


class RoundCalledOff(Exception):
    """The round was called off while it ran; nothing of it is kept."""


def prepare(row: Round, *, now: datetime, step: Step) -> Prepared:
    """Read the rows, measure the town and plan. Nothing is locked and nothing written."""
    community = row.community
    step(0, STEPS, "reading needs and offers")
    problem = inputs.problem_of_community(community, now=now)
    step(1, STEPS, "measuring the town")
    town, knowledge = inputs.knowledge_in(community, now=now)
    step(2, STEPS, "finding candidates")
    found: list[eligibility.Candidate] = []
    for begin in range(0, len(problem.needs), NEEDS_AT_ONCE):
        some = problem.needs[begin : begin + NEEDS_AT_ONCE]
        found.extend(eligibility.candidates(some, problem.offers, problem.types))
        step(2, STEPS, "finding candidates")
    card = terms.card_of(row.score_card)
    step(3, STEPS, "scoring")
    scored = scoring.score(found, problem.types, knowledge, card)
    entering, waiting = scoring.within_rings(scored, card)
    step(4, STEPS, "planning")
    plan = assignment.plan(problem.needs, entering, waiting, row.seed)
    step(5, STEPS, "writing")
    return Prepared(
        solved=putting.Solved(problem, knowledge, row.score_card, card),
        plan=plan,
        candidates_count=len(found),
        stranger_index=_stranger_index(row, town, knowledge),
        identity_gain_promised=_gain_promised(plan, knowledge),
        inputs_hash=inputs.fingerprint_of(problem, town),
    )


def write(row: Round, prepared: Prepared, *, now: datetime) -> None:
    """The proposals that still hold, the reasons for needs without, and the round itself; inside a transaction."""
    locks.lock_community(row.community_id)
    state = Round.objects.select_for_update(of=("self",), no_key=True).values_list("state", flat=True).get(pk=row.pk)
    if state != RoundState.RUNNING:
        raise RoundCalledOff
    solved, plan = prepared.solved, prepared.plan
    held, lost = _still_held(prepared, row, now)
    made = putting.store([putting.proposal_from(one, solved, now=now, round_row=row) for one in held], now=now)
    UnmetNeed.objects.bulk_create(unmet_rows(solved, plan, round_row=row), batch_size=500)
    for need_id in sorted(lost):
        enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now, key=f"propose_next@round:{row.pk}:{need_id}")
    _finish(row, prepared, len(made), now)
    facts: dict[str, int | str] = {
        "round": row.pk,
        "proposals": len(made),
        "unmet": len(plan.unmet),
        "inputs": prepared.inputs_hash,
        "card": solved.card.version,
    }
    records.commit(chain=f"community:{row.community_id}", kind="round.done", facts=facts, persons=[], now=now)


def _still_held(prepared: Prepared, row: Round, now: datetime) -> tuple[list[assignment.Chosen], set[int]]:
    """The choices that hold by the rows as they stand now, and the needs of those that do not."""
    fresh = inputs.problem_of_community(row.community, now=now)
    needs = {need.need_id: need for need in fresh.needs}
    offers = {offer.offer_id: offer for offer in fresh.offers}
    left = {need.need_id: need.helpers_wanted for need in fresh.needs}
    changed = frozenset(Need.objects.filter(pk__in=needs, changed_at__gt=now).values_list("pk", flat=True))
    taken: dict[int, dict[int, int]] = defaultdict(dict)
    held: list[assignment.Chosen] = []
    lost: set[int] = set()
    for one in prepared.plan.chosen:
        candidate = one.scored.candidate
        need, offer = needs.get(candidate.need.need_id), offers.get(candidate.offer.offer_id)
        if need is None or offer is None or need.need_id in changed or left[need.need_id] <= 0:
            lost.add(candidate.need.need_id)
            continue
        if not _holds(one, need, offer, fresh):
            lost.add(candidate.need.need_id)
            continue
        if _clashes(one, need, offer, taken):
            lost.add(need.need_id)
            continue
        left[need.need_id] -= 1
        held.append(one)
    return held, lost


def _holds(one: assignment.Chosen, need: NeedFacts, offer: OfferFacts, fresh: inputs.Problem) -> bool:
    """The pair passes every hard rule now, at the hour that was chosen."""
    if (need.minutes, need.weeks) != (one.scored.candidate.need.minutes, one.weeks):
        return False
    if eligibility.first_refusal(need, offer, fresh.types) is not None:
        return False
    return bool(eligibility.candidate(need, offer).starts >> one.start & 1)


def _clashes(one: assignment.Chosen, need: NeedFacts, offer: OfferFacts, taken: dict[int, dict[int, int]]) -> bool:
    """One of the two is to be somewhere else at this hour, for another need of this plan; else their hour is taken."""
    mask = eligibility.block_mask(one.start, one.quarters, one.weeks)
    people = [pk for pk in (need.person_id, offer.person_id) if pk is not None]
    for person_id in people:
        others = (bits for need_id, bits in taken[person_id].items() if need_id != need.need_id)
        if any(bits & mask for bits in others):
            return True
    for person_id in people:
        taken[person_id][need.need_id] = taken[person_id].get(need.need_id, 0) | mask
    return False


def _finish(row: Round, prepared: Prepared, proposals_count: int, now: datetime) -> None:
    needs = prepared.solved.problem.needs
    row.state, row.finished_at = RoundState.DONE, now
    row.horizon_start_at = prepared.solved.problem.horizon_start_at
    row.needs_count = len(needs)
    row.helpers_wanted = sum(need.helpers_wanted for need in needs)
    row.candidates_count = prepared.candidates_count
    row.proposals_count = proposals_count
    row.total_score, row.score_bound = prepared.plan.total_score, prepared.plan.bound
    row.stranger_index = prepared.stranger_index
    row.identity_gain_promised = prepared.identity_gain_promised
    row.inputs_hash = prepared.inputs_hash
    row.versions = versions()
    row.save()


def versions() -> dict[str, str]:
    """What the plan was computed with, by name."""
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **libraries}


def _stranger_index(row: Round, town: Town, knowledge: scoring.Knowledge) -> float | None:
    """Of the people of the community; None while there are too few to say."""
    own = Person.objects.filter(community_id=row.community_id, left_at__isnull=True).values_list("pk", flat=True)
    people = frozenset(own)
    if knowledge.forest is None:
        return None
    if people == frozenset(town.people):
        return knowledge.forest.sigma
    return sigma_within(tie_graph(town), people)


def _gain_promised(plan: assignment.Plan, knowledge: scoring.Knowledge) -> float:
    """What the stranger index would fall by if every tie of the plan were made, or made fresh again, and lasted."""
    forest = knowledge.forest
    if forest is None or len(forest.people) < 2:
        return 0.0
    met = [(one.scored.candidate.need.person_id, one.scored.candidate.offer.person_id) for one in plan.chosen]
    known = {(u, v) for u, v in met if v is not None and u in forest.index and v in forest.index}
    pairs = sorted({(min(pair), max(pair)) for pair in known})
    weights = [knowledge.weight_added(u, v) for u, v in pairs]
    return forest.gain_together([u for u, _ in pairs], [v for _, v in pairs], weights) / (len(forest.people) - 1)
