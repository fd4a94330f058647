"""What a round computes, and how it is written: read, plan without holding anybody up, look again under lock, write."""

import importlib.metadata
import platform
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from matchmaker import news
from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import AreaLevel, Person
from matchmaker.engine import assignment, eligibility, fairness, hours, scoring, teams, timing, wishes
from matchmaker.engine.batch import Batch, Solution
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import locks, pins, pricing, putting
from matchmaker.matches.actions.proposing import unmet_rows
from matchmaker.matches.actions.watching import RoundCalledOff
from matchmaker.matches.models import Proposal, Round, RoundPhase, RoundState, ScoreCard, UnmetNeed
from matchmaker.matches.queries.live import round_topic
from matchmaker.needs.models import Need
from matchmaker.records import actions as records

AT_ONCE: Final = 10_000
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
    pins: tuple[tuple[int, int], ...] = ()

    @property
    def plan(self) -> assignment.Plan:
        return self.solution.plan


def read(row: Round, *, now: datetime, here: Callable[[inputs.Problem, int], bool], still: Callable[[], None]) -> Read:
    """All rows that a round rests on. Nothing is locked and nothing written; `still` is called again and again.

    Where it is computed `here`, for a problem and a town of this size, what is known of the town is taken from memory.
    """
    problem = _problem_of(row, now)
    still()
    own = Person.objects.filter(inputs.in_area(row.community, "community"), left_at__isnull=True)
    own_keys = own.values_list("pk", flat=True)
    people = frozenset(own_keys)
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
        pins=_pins_of(row, problem, now),
        streets=problem.streets,
    )
    return Read(problem, batch, row.score_card, inputs.fingerprint_of(problem, town, batch.pins), knowledge)


def prepared(found: Read, solution: Solution, *, cut: str = "") -> Prepared:
    """What is to be written of a solution."""
    solved = putting.Solved(found.problem, solution.knowledge, found.card_row, found.batch.card)
    return Prepared(solved, solution, found.inputs_hash, cut, found.batch.pins)


def unmet_in(row: Round, prepared: Prepared, *, still: Callable[[], None]) -> list[UnmetNeed]:
    """Why nobody, of each need that misses helpers: found out before anybody waits for a lock."""
    return unmet_rows(prepared.solved, prepared.plan, round_row=row, still=still)


def write(
    row: Round, prepared: Prepared, *, why_nobody: Sequence[UnmetNeed], now: datetime, ended_at: datetime
) -> None:
    """The proposals that still hold, the reasons for needs without, and the round itself; inside a transaction."""
    communities = locks.lock_communities(row.community)
    mine = Round.objects.select_for_update(of=("self",), no_key=True).filter(attempts=row.attempts)
    if not mine.filter(pk=row.pk, state=RoundState.RUNNING).exists():
        raise RoundCalledOff
    solved = prepared.solved
    held, lost = _still_held(prepared, row, now)
    pinned = pins.pinned_by(prepared.pins, now=now)
    made = pins.stored(held, solved, pinned, now=now, round_row=row)
    pins.tell_refused(pinned, prepared.solution.refused_pins, now=now)
    known = _not_forgotten(solved.problem.needs)
    unmet = [one for one in why_nobody if one.need_id in known]
    UnmetNeed.objects.bulk_create(unmet, batch_size=500)
    for need_id in sorted((lost | _left_to_their_stops(solved, unmet)) & known.keys()):
        enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now, key=f"propose_next@round:{row.pk}:{need_id}")
    _finish(row, prepared, len(made), ended_at)
    if row.city_plan_id is None:  # of a city they are solved once, when all of it is planned
        pricing.price_after(row.community, now=now, key=f"round:{row.pk}")
    go_on(row, now=now)
    _record(row, prepared, communities, made, unmet, known, now)


def go_on(row: Round, *, now: datetime) -> None:
    """Whoever looks on is told that this round has ended, and the plan of a city looks whether its next may begin."""
    news.tell(round_topic(row.public_id))
    if row.city_plan_id is not None:
        key = f"settle_city:{row.city_plan_id}:{row.pk}:{row.attempts}"
        enqueue(names.SETTLE_CITY, {"city_plan_id": row.city_plan_id}, now=now, key=key)


def _problem_of(row: Round, now: datetime) -> inputs.Problem:
    """Of a community with all who may reach it; of an area above communities with its own offers alone."""
    if row.community.level == AreaLevel.COMMUNITY:
        return inputs.problem_of_community(row.community, now=now)
    return inputs.problem_under(row.community, now=now)


def _pins_of(row: Round, problem: inputs.Problem, now: datetime) -> tuple[wishes.Pair, ...]:
    """All of a community; of a part of a city only those within it, as the others wait for the round between."""
    found = inputs.pins_in(row.community, now=now)
    if row.community.level == AreaLevel.COMMUNITY or row.is_between:
        return found
    offers = {offer.offer_id for offer in problem.offers}
    return tuple(pair for pair in found if pair[1] in offers)


def _record(
    row: Round,
    prepared: Prepared,
    communities: Sequence[int],
    made: Sequence[Proposal],
    unmet: Sequence[UnmetNeed],
    known: Mapping[int, int],
    now: datetime,
) -> None:
    """Each community's chain says what the round brought it."""
    proposals = Counter(known[proposal.need_id] for proposal in made)
    left = Counter(known[one.need_id] for one in unmet)
    for community_id in communities:
        facts: dict[str, int | str] = {
            "round": row.pk,
            "proposals": proposals[community_id],
            "unmet": left[community_id],
            "inputs": prepared.inputs_hash,
            "card": prepared.solved.card.version,
        }
        records.commit(chain=chain_of(community_id), kind="round.done", facts=facts, persons=[], now=now)


def _not_forgotten(needs: Sequence[NeedFacts]) -> dict[int, int]:
    """The communities of those that still have a row: whoever was forgotten meanwhile took theirs along."""
    found: dict[int, int] = {}
    for begin in range(0, len(needs), AT_ONCE):
        some = Need.objects.filter(pk__in=[need.need_id for need in needs[begin : begin + AT_ONCE]])
        found.update(some.values_list("pk", "community_id"))
    return found


def _still_held(prepared: Prepared, row: Round, now: datetime) -> tuple[list[assignment.Chosen], set[int]]:
    """The choices that hold by the rows as they stand now, and the needs of those that do not."""
    fresh = _problem_of(row, now)
    needs = {need.need_id: need for need in fresh.needs}
    offers = {offer.offer_id: offer for offer in fresh.offers}
    left = {need.need_id: need.helpers_wanted for need in fresh.needs}
    recent = Need.objects.filter(inputs.in_area(row.community, "community"), changed_at__gt=now)
    changed = frozenset(recent.values_list("pk", flat=True))
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
    return _whole(held, lost, needs, left), lost


def _left_to_their_stops(solved: putting.Solved, unmet: Sequence[UnmetNeed]) -> set[int]:
    """Needs without a helper that keep a place at the stop of a tour: only a look at them alone gives it to them."""
    signed_up = {need.need_id for need in solved.problem.needs if need.tour_offer_ids}
    return signed_up & {one.need_id for one in unmet}


def _whole(
    held: list[assignment.Chosen], lost: set[int], needs: dict[int, NeedFacts], left: dict[int, int]
) -> list[assignment.Chosen]:
    """The same without needs that all helpers come to or none, where one of them was lost meanwhile."""
    broken = {need_id for need_id in lost if need_id in needs and needs[need_id].all_or_none and left[need_id] > 0}
    return [one for one in held if one.key[0] not in broken]


def _holds(one: assignment.Chosen, need: NeedFacts, offer: OfferFacts, fresh: inputs.Problem) -> bool:
    """The pair passes every hard rule now, at the hour that was chosen."""
    if (need.minutes, need.weeks) != (one.scored.candidate.need.minutes, one.weeks):
        return False
    if eligibility.first_refusal(need, offer, fresh.types, fresh.streets) is not None:
        return False
    return bool(eligibility.candidate(need, offer, fresh.streets).starts >> one.start & 1)


def _clashes(one: assignment.Chosen, need: NeedFacts, offer: OfferFacts, taken: dict[int, dict[int, int]]) -> bool:
    """One of the two is to be somewhere else at this hour, for another need of this plan; else their hour is taken."""
    mask = hours.block_mask(one.start, one.quarters, one.weeks)
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
    fair = solution.fairness
    if fair is not None:
        row.floor_share, row.worst_share_freely, row.worst_share = fair.floor_share, fair.worst_freely, fair.worst
        row.worst_grid_id = None if fair.worst_group == wishes.NO_GROUP else fair.worst_group
        row.fairness_price = fair.price
    row.inputs_hash = prepared.inputs_hash
    row.parameters = parameters(prepared)
    row.versions = versions()
    row.save()
    news.tell(round_topic(row.public_id))


def parameters(prepared: Prepared) -> dict[str, Any]:
    """What the plan hangs on beside inputs, seed and card; pins and teams are counted here and stand in the inputs."""
    return {
        "below_the_average": list(fairness.BELOW_THE_AVERAGE),
        "plans_tried_for_teams": [teams.CHOICES_TRIED, teams.MOST_PLANS],
        "moves_tried": timing.MOST_TRIALS,
        "pins": len(prepared.pins),
        "teams": len(wishes.teams_of(prepared.solved.problem.needs)),
    }


def versions() -> dict[str, str]:
    """What the plan was computed with, by name."""
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), **libraries}
