"""What a round computes, and how it is written: read, plan without holding anybody up, look again under lock, write."""

import importlib.metadata
import platform
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matchmaker.community.models import Person
from matchmaker.engine import assignment, eligibility, scoring
from matchmaker.engine.batch import Batch, Solution
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import locks, putting
from matchmaker.matches.actions.proposing import unmet_rows
from matchmaker.matches.actions.watching import RoundCalledOff
from matchmaker.matches.models import Round, RoundPhase, RoundState, ScoreCard, UnmetNeed
from matchmaker.needs.models import Need
from matchmaker.records import actions as records

LIBRARIES: Final = ("networkx", "numpy", "ortools", "scipy", "django")


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a round as the engine takes them; `knowledge` only where the town was measured already."""

    problem: inputs.Problem
    batch: Batch
    card_row: ScoreCard
    inputs_hash: str
    knowledge: scoring.Knowledge | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a round found out before it writes anything; `cut` says why it is not all that could be found."""

    solved: putting.Solved
    solution: Solution
    inputs_hash: str
    cut: str = ""

    @property
    def plan(self) -> assignment.Plan:
        return self.solution.plan


def read(row: Round, *, now: datetime, here: Callable[[inputs.Problem, int], bool], still: Callable[[], None]) -> Read:
    """All rows that a round rests on. Nothing is locked and nothing written; `still` is called again and again.

    Where it is computed `here`, for a problem and a town of this size, what is known of the town is taken from memory.
    """
    problem = inputs.problem_of_community(row.community, now=now)
    still()
    own = Person.objects.filter(community_id=row.community_id, left_at__isnull=True).values_list("pk", flat=True)
    people = frozenset(own)
    knowledge = None
    if here(problem, len(people)):
        town, knowledge = inputs.knowledge_in(row.community, now=now)
    else:
        town = inputs.town_in(row.community, now=now)
    still()
    batch = Batch(
        needs=problem.needs,
        offers=problem.offers,
        types=problem.types,
        card=terms.card_of(row.score_card),
        town=town,
        people=people,
        seed=row.seed,
        earlier=tuple((need_id, offer_id, start) for need_id, offer_id, start in row.incumbent),
    )
    return Read(problem, batch, row.score_card, inputs.fingerprint_of(problem, town), knowledge)


def prepared(found: Read, solution: Solution, *, cut: str = "") -> Prepared:
    """What is to be written of a solution."""
    solved = putting.Solved(found.problem, solution.knowledge, found.card_row, found.batch.card)
    return Prepared(solved, solution, found.inputs_hash, cut)


def write(row: Round, prepared: Prepared, *, now: datetime, ended_at: datetime) -> None:
    """The proposals that still hold, the reasons for needs without, and the round itself; inside a transaction."""
    locks.lock_community(row.community_id)
    mine = Round.objects.select_for_update(of=("self",), no_key=True).filter(attempts=row.attempts)
    if not mine.filter(pk=row.pk, state=RoundState.RUNNING).exists():
        raise RoundCalledOff
    solved, plan = prepared.solved, prepared.plan
    held, lost = _still_held(prepared, row, now)
    made = putting.store([putting.proposal_from(one, solved, now=now, round_row=row) for one in held], now=now)
    known = _not_forgotten(solved.problem.needs)
    unmet = [one for one in unmet_rows(solved, plan, round_row=row) if one.need_id in known]
    UnmetNeed.objects.bulk_create(unmet, batch_size=500)
    for need_id in sorted(lost & known):
        enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now, key=f"propose_next@round:{row.pk}:{need_id}")
    _finish(row, prepared, len(made), ended_at)
    facts: dict[str, int | str] = {
        "round": row.pk,
        "proposals": len(made),
        "unmet": len(unmet),
        "inputs": prepared.inputs_hash,
        "card": solved.card.version,
    }
    records.commit(chain=f"community:{row.community_id}", kind="round.done", facts=facts, persons=[], now=now)


def _not_forgotten(needs: Sequence[NeedFacts]) -> set[int]:
    """Those that still have a row: whoever was forgotten while the round planned took theirs along."""
    return set(Need.objects.filter(pk__in=[need.need_id for need in needs]).values_list("pk", flat=True))


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


def _finish(row: Round, prepared: Prepared, proposals_count: int, ended_at: datetime) -> None:
    needs, solution = prepared.solved.problem.needs, prepared.solution
    row.state, row.finished_at, row.heartbeat_at = RoundState.DONE, ended_at, ended_at
    row.phase, row.progress_percent, row.cut_short = RoundPhase.WRITING, 100, prepared.cut
    row.horizon_start_at = prepared.solved.problem.horizon_start_at
    row.needs_count = len(needs)
    row.helpers_wanted = sum(need.helpers_wanted for need in needs)
    row.candidates_count = solution.candidates_count
    row.proposals_count = proposals_count
    row.total_score, row.score_bound = solution.plan.total_score, solution.plan.bound
    row.incumbent_score, row.incumbent = solution.plan.total_score, []
    row.stranger_index = solution.stranger_index
    row.identity_gain_promised = solution.gain_promised
    row.inputs_hash = prepared.inputs_hash
    row.versions = versions()
    row.save()


def versions() -> dict[str, str]:
    """What the plan was computed with, by name."""
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **libraries}
