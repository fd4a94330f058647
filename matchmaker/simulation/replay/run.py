"""Four weeks in the villages of a replay: requests become needs, and all that follows goes the service's own way."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Avg, Sum

from matchmaker.community.models import Tie, TieKind
from matchmaker.matches.models import Match, MatchState, Visit, VisitState
from matchmaker.needs.actions import open_need
from matchmaker.needs.drafts import NeedDraft
from matchmaker.needs.models import Need
from matchmaker.simulation.behaviour import Behaviour
from matchmaker.simulation.dice import draw
from matchmaker.simulation.figures import forest_at, renew_old_ties
from matchmaker.simulation.living import Living, quiet_logs
from matchmaker.simulation.replay import rules
from matchmaker.simulation.replay.reading import ReplayData, RequestRow
from matchmaker.simulation.replay.town import Village, build_villages
from matchmaker.simulation.sample import Progress, silent

OPENED, VERIFIED, ROUNDS = timedelta(0), timedelta(minutes=30), timedelta(hours=1)
ANSWERS = (timedelta(hours=2), timedelta(hours=3), timedelta(hours=4))
OUTCOMES = timedelta(days=6, hours=14)
STEPS_PER_WEEK = 3


@dataclass(frozen=True)
class ReplaySettings:
    """By which policy and seed, and what is cut."""

    policy: str = "identity"
    seed: int = 1
    helpers_cap: int = rules.HELPERS_CAP
    max_needs: int | None = None


@dataclass(frozen=True)
class ReplayFigures:
    """What a replay read, what it cut, and what came of it."""

    policy: str
    seed: int
    villages: int
    households: int
    ties: int
    requests: int
    rows_skipped: int
    helpers_requested: int
    helpers_cap: int
    helpers_cut_by_cap: int
    needs_cut: int
    needs: int
    helpers_wanted: int
    matched: int
    needs_met: int
    mean_walk_m: float
    minutes_booked: int
    visits_held: int
    new_ties: int
    stranger_index_before: float
    stranger_index_after: float
    islands_before: float
    islands_after: float
    refusals: dict[str, int]
    rules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def replay(data: ReplayData, settings: ReplaySettings, *, progress: Progress = silent) -> ReplayFigures:
    """The figures of four weeks; every row of them is in the database that the caller opened for it."""
    total = rules.WEEKS * STEPS_PER_WEEK + 2
    with quiet_logs(), transaction.atomic():
        progress(0, total, "building villages")
        villages = build_villages(data, seed=settings.seed)
        progress(1, total, "measuring")
        before = _index_of(villages, weeks=0)
        living = _living(villages, settings)
        by_week = _requests_by_week(data, settings)
        for week in range(rules.WEEKS):
            _live_week(week, by_week[week], villages, living, settings, lambda step, what: progress(step, total, what))
        progress(total - 1, total, "measuring")
        communities = [village.community for village in villages]
        renew_old_ties(communities, made_before=rules.START, by=timedelta(weeks=rules.WEEKS))
        figures = _figures(data, settings, villages, living.refusals, before)
        progress(total, total, "done")
    return figures


def _live_week(
    week: int,
    requests: Sequence[RequestRow],
    villages: Sequence[Village],
    living: Living,
    settings: ReplaySettings,
    progress: Callable[[int, str], None],
) -> None:
    monday = rules.START + timedelta(weeks=week)
    step = 2 + week * STEPS_PER_WEEK
    living.sweep(monday)
    progress(step, f"week {week + 1}: {len(requests)} requests")
    by_number = {village.number: village for village in villages}
    numbers = tuple(sorted(by_number))
    asked: set[int] = set()
    for request in requests:
        village = by_number[rules.village_of(request, numbers, settings.seed)]
        asker = village.person_of(rules.asker_of(request, village.homes, settings.seed))
        draft = _draft(request, settings.helpers_cap)
        open_need(viewer=living.viewer(asker.pk, monday), draft=draft, now=monday + OPENED)
        asked.add(village.number)
    living.verify_needs(monday + VERIFIED)
    progress(step + 1, f"week {week + 1}: rounds in {len(asked)} villages")
    for number in sorted(asked):
        living.hold_round(by_number[number].community, now=monday + ROUNDS, seed=settings.seed * rules.WEEKS + week)
    living.do_due_jobs(monday + ROUNDS)
    progress(step + 2, f"week {week + 1}: answers and visits")
    for after in ANSWERS:
        living.answer_all(monday + after)
        living.do_due_jobs(monday + after)
    living.tell_outcomes(monday + OUTCOMES)
    living.do_due_jobs(monday + OUTCOMES)


def _draft(request: RequestRow, helpers_cap: int) -> NeedDraft:
    kind = rules.service_type_of(request)
    return NeedDraft(
        service_type=kind,
        minutes=rules.minutes_of(request),
        windows=rules.windows_of(request),
        helpers_wanted=min(request.helpers_wanted, helpers_cap),
        consent=rules.consent_of(kind),
        external_id=f"request-{request.opportunity}",
    )


def _requests_by_week(data: ReplayData, settings: ReplaySettings) -> Mapping[int, list[RequestRow]]:
    by_week: dict[int, list[RequestRow]] = defaultdict(list)
    for request in _kept(data, settings):
        by_week[rules.week_of(request)].append(request)
    return by_week


def _kept(data: ReplayData, settings: ReplaySettings) -> list[RequestRow]:
    """The requests that are replayed, by number; where there are too many, those their hash puts first."""
    order = sorted(data.requests, key=lambda request: draw(settings.seed, "kept", request.opportunity))
    return sorted(order[: settings.max_needs], key=lambda request: request.opportunity)


def _living(villages: Sequence[Village], settings: ReplaySettings) -> Living:
    behaviour = Behaviour(
        settings.seed, {person.pk: village.grid.pk for village in villages for person in village.people}
    )
    communities = [village.community.pk for village in villages]
    behaviour.learn_ties(Tie.objects.filter(low__community__in=communities).values_list("low_id", "high_id"))
    workers = {village.community.pk: tuple(worker.pk for worker in village.workers) for village in villages}
    return Living(behaviour, settings.policy, workers)


def _index_of(villages: Sequence[Village], *, weeks: int) -> tuple[float, float]:
    """Stranger index and islands of the whole region: no tie joins two villages, so their forests add up."""
    now = rules.START + timedelta(weeks=weeks)
    forests = [forest_at(village.community, now=now) for village in villages]
    islands = sum(forest.islands for forest in forests)
    people = sum(len(forest.people) for forest in forests)
    return ((islands - 1.0) / (people - 1.0) if people > 1 else 0.0), islands


def _figures(
    data: ReplayData,
    settings: ReplaySettings,
    villages: Sequence[Village],
    refusals: Mapping[str, int],
    before: tuple[float, float],
) -> ReplayFigures:
    communities = [village.community.pk for village in villages]
    needs = list(Need.objects.filter(community__in=communities).values_list("helpers_found", "helpers_wanted"))
    matches = Match.objects.filter(community__in=communities).exclude(state=MatchState.CANCELLED)
    visits = Visit.objects.filter(match__community__in=communities).exclude(state=VisitState.CANCELLED)
    kept = _kept(data, settings)
    wanted_in_kept = sum(request.helpers_wanted for request in kept)
    after = _index_of(villages, weeks=rules.WEEKS)
    return ReplayFigures(
        policy=settings.policy,
        seed=settings.seed,
        villages=len(villages),
        households=len(data.households),
        ties=len(data.ties),
        requests=len(data.requests),
        rows_skipped=len(data.faults),
        helpers_requested=sum(request.helpers_wanted for request in data.requests),
        helpers_cap=settings.helpers_cap,
        helpers_cut_by_cap=wanted_in_kept - sum(min(row.helpers_wanted, settings.helpers_cap) for row in kept),
        needs_cut=len(data.requests) - len(kept),
        needs=len(needs),
        helpers_wanted=sum(wanted for _, wanted in needs),
        matched=matches.count(),
        needs_met=sum(found >= wanted for found, wanted in needs),
        mean_walk_m=round(matches.aggregate(walk=Avg("proposal__walk_m"))["walk"] or 0.0, 3),
        minutes_booked=visits.aggregate(total=Sum("minutes"))["total"] or 0,
        visits_held=visits.filter(state=VisitState.DONE).count(),
        new_ties=Tie.objects.filter(low__community__in=communities, kind=TieKind.HELPED).count(),
        stranger_index_before=before[0],
        stranger_index_after=after[0],
        islands_before=before[1],
        islands_after=after[1],
        refusals=dict(sorted(refusals.items())),
        rules=rules.in_words(helpers_cap=settings.helpers_cap),
    )
