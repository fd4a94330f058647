import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction
from django.db.models import Sum

from matchmaker.community.models import Person, Qualification, Tie, TieKind
from matchmaker.matches.models import BookedQuarter, Match, Visit, VisitState
from matchmaker.needs.models import Need, ServiceType
from matchmaker.simulation.replay import rules
from matchmaker.simulation.replay.reading import ReplayData, read_replay
from matchmaker.simulation.replay.run import ReplayFigures, ReplaySettings, replay
from tests.simulation.replay.files import Files, household_rows, request_rows, tie_rows, write_files

pytestmark = pytest.mark.django_db

HALF_LIFE_DAYS = {TieKind.FRIEND: 730.0, TieKind.HELPED: 180.0}


def read(files: Files) -> ReplayData:
    return read_replay(ties=files.ties, households=files.households, demand=files.demand)


def replay_and_undo(data: ReplayData, **settings: object) -> ReplayFigures:
    """The figures; the database is as before."""
    with transaction.atomic():
        figures = replay(data, replace(ReplaySettings(), **settings))
        transaction.set_rollback(True)
    return figures


class TestReplay:
    def test_books_the_minutes_of_its_visits(self, tmp_path: Path) -> None:
        figures = replay(read(write_files(tmp_path)), ReplaySettings(helpers_cap=2))

        visits = Visit.objects.exclude(state=VisitState.CANCELLED)
        assert figures.matched > 0
        assert figures.matched == Match.objects.exclude(state="CANCELLED").count()
        assert figures.minutes_booked == visits.aggregate(total=Sum("minutes"))["total"]
        helpers_quarters = BookedQuarter.objects.filter(visit__in=visits.filter(state=VisitState.DONE))
        assert helpers_quarters.count() > 0
        assert figures.helpers_wanted == Need.objects.aggregate(total=Sum("helpers_wanted"))["total"]

    def test_measures_what_a_dense_inverse_measures(self, tmp_path: Path) -> None:
        figures = replay(read(write_files(tmp_path)), ReplaySettings(helpers_cap=2))

        assert figures.stranger_index_before == pytest.approx(_dense_sigma(weeks=0), abs=1e-9)
        assert figures.stranger_index_after == pytest.approx(_dense_sigma(weeks=rules.WEEKS), abs=1e-9)
        assert figures.stranger_index_after < figures.stranger_index_before

    def test_does_not_mind_the_order_of_rows(self, tmp_path: Path) -> None:
        shuffled = [tie_rows(), household_rows(), request_rows()]
        for rows in shuffled:
            random.Random(3).shuffle(rows)
        straight = read(write_files(tmp_path / "a"))
        turned = read(write_files(tmp_path / "b", ties=shuffled[0], households=shuffled[1], demand=shuffled[2]))

        assert replay_and_undo(turned, seed=2) == replay_and_undo(straight, seed=2)

    def test_keeps_every_hard_rule_on_every_match(self, tmp_path: Path) -> None:
        replay(read(write_files(tmp_path)), ReplaySettings(helpers_cap=2))

        matches = list(Match.objects.select_related("need__service_type", "offer", "helper", "person"))
        assert matches
        assert [(match.pk, broken) for match in matches for broken in _broken_rules(match)] == []
        assert _helpers_above_their_cap() == []

    def test_cuts_as_it_is_told_and_says_what_was_cut(self, tmp_path: Path) -> None:
        data = read(write_files(tmp_path))

        figures = replay_and_undo(data, helpers_cap=1, max_needs=5)

        assert (figures.needs, figures.helpers_wanted, figures.needs_cut) == (5, 5, len(data.requests) - 5)
        assert figures.helpers_requested == sum(request.helpers_wanted for request in data.requests)
        assert any("1 at most" in rule for rule in figures.rules)

    @pytest.mark.parametrize("policy", ["nearest", "fewest_ties", "identity"])
    def test_ends_under_every_policy(self, tmp_path: Path, policy: str) -> None:
        figures = replay_and_undo(read(write_files(tmp_path, demand=request_rows(8))), policy=policy)

        assert figures.policy == policy
        assert figures.matched > 0


def _dense_sigma(*, weeks: int) -> float:
    """(tr (I + L)^-1 - 1) / (n - 1) over all people at once, from the rows."""
    now = rules.START.replace(hour=0) + timedelta(weeks=weeks)
    people = {pk: row for row, pk in enumerate(Person.objects.order_by("pk").values_list("pk", flat=True))}
    laplacian = np.zeros((len(people), len(people)))
    for tie in Tie.objects.filter(made_at__lte=now + timedelta(days=1)):
        if weeks == 0 and tie.kind != TieKind.FRIEND:
            continue
        age_days = max(0.0, (now - tie.renewed_at).total_seconds() / 86_400)
        weight = tie.weight * 2.0 ** (-age_days / HALF_LIFE_DAYS[TieKind(tie.kind)])
        u, v = people[tie.low_id], people[tie.high_id]
        laplacian[[u, v], [u, v]] += weight
        laplacian[[u, v], [v, u]] -= weight
    inverse = np.linalg.inv(np.eye(len(people)) + laplacian)
    return float((np.trace(inverse) - 1.0) / (len(people) - 1.0))


def _broken_rules(match: Match) -> list[str]:
    """The rules that a match breaks, read from the rows and not by the engine."""
    need, offer, kind = match.need, match.offer, match.need.service_type
    held = {(row.kind, row.code) for row in Qualification.objects.filter(person=match.helper)}
    asked = {("TRAINING", code) for code in kind.required_trainings}
    asked |= {("CLEARANCE", code) for code in kind.required_clearances}
    types = set(offer.service_types.values_list("code", flat=True))
    holds = {
        "type": bool({kind.code, _parent(kind)} & types),
        "someone else": match.helper_id not in (need.for_person_id, need.asked_by_id),
        "the offer's own person": offer.person_id == match.helper_id,
        "qualified": asked <= held,
        "within reach": all(need.place.path.startswith(area.path) for area in offer.reach_areas.all()),
        "wanted": need.helpers_found <= need.helpers_wanted,
    }
    for visit in match.visits.exclude(state=VisitState.CANCELLED):
        holds[f"visit {visit.pk} in a window of the need"] = _within(visit, need.windows.all(), "date")
        holds[f"visit {visit.pk} in hours of the offer"] = _within(visit, offer.hours.all(), "weekday")
    return [rule for rule, is_kept in holds.items() if not is_kept]


def _within(visit: Visit, stretches: object, by: str) -> bool:
    """The zone of the villages is UTC, and no stretch of the rules crosses midnight."""
    day = visit.starts_at.date() if by == "date" else visit.starts_at.weekday()
    starts, ends = visit.starts_at.time(), visit.ends_at.time()
    return any(getattr(row, by) == day and row.starts <= starts and ends <= row.ends for row in stretches)  # type: ignore[attr-defined]  # a related manager's rows


def _parent(kind: ServiceType) -> str:
    return kind.parent.code if kind.parent else ""


def _helpers_above_their_cap() -> list[tuple[int, int]]:
    counted: dict[tuple[int, int], int] = {}
    for helper, starts_at in Visit.objects.exclude(state=VisitState.CANCELLED).values_list(
        "match__helper_id", "starts_at"
    ):
        week = (helper, starts_at.isocalendar().week)
        counted[week] = counted.get(week, 0) + 1
    return [week for week, visits in counted.items() if visits > rules.VISITS_PER_WEEK]
