"""Thirty days of the sample community, lived through the same actions as the real service."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.community.models import Tie
from matchmaker.needs.actions import open_need
from matchmaker.simulation.behaviour import Behaviour
from matchmaker.simulation.company import CompanyLife
from matchmaker.simulation.demand import PlannedNeed, age_band, plan_needs
from matchmaker.simulation.figures import MonthFigures, month_figures, neighbourhood_of, renew_old_ties
from matchmaker.simulation.living import Living, quiet_logs
from matchmaker.simulation.places import TIME_ZONE
from matchmaker.simulation.sample import Progress, Sample, silent

DAYS: Final = 30
HOURS_AT_MOST: Final = 500
"""A week, for companions."""
DAYS_BETWEEN_ROUNDS: Final = 5
"""Workers hold a round every fifth day; people answer, and the next are asked, on that day."""

SWEEP, VERIFY, ROUND, EVENING = time(7, 30), time(10), time(10, 5), time(21)
ANSWERS: Final = (time(10, 20), time(13), time(16))


@dataclass(frozen=True)
class Month:
    """Which days, and by which policy."""

    start_date: date
    days: int = DAYS
    policy: str = "identity"
    companion_hours: int = 0
    """Hours a week that the community gives for companions; 0: nobody comes along."""

    def at(self, day: int, clock: time) -> datetime:
        return datetime.combine(self.start_date + timedelta(days=day), clock, tzinfo=ZoneInfo(TIME_ZONE))

    @property
    def starts_at(self) -> datetime:
        return self.at(0, time())


def month_before(now: datetime, *, days: int = DAYS, policy: str = "identity", companion_hours: int = 0) -> Month:
    """The days that end with yesterday, on the clocks of the sample community."""
    return Month(now.astimezone(ZoneInfo(TIME_ZONE)).date() - timedelta(days=days), days, policy, companion_hours)


def live_month(sample: Sample, month: Month, *, progress: Progress = silent) -> MonthFigures:
    """Every day of the month has passed over the sample, or nothing of it; what it changed."""
    with quiet_logs(), transaction.atomic():
        before = neighbourhood_of(sample.places.community, now=month.starts_at)
        living = living_of(sample, month)
        company = _company_of(sample, month, living)
        plan = plan_needs(sample, days=month.days, start_date=month.start_date)
        for day, needs in enumerate(plan):
            progress(day, month.days, f"day {day + 1}, {month.policy}")
            _live_day(sample, month, living, day, needs, company)
        progress(month.days, month.days, f"{month.days} days lived, {month.policy}")
        renew_old_ties([sample.places.community], made_before=month.starts_at, by=timedelta(days=month.days))
        return month_figures(
            sample.places.community,
            policy=month.policy,
            groups_of=_groups(sample),
            since=month.starts_at,
            now=month.at(month.days, time()),
            before=before,
            refusals=living.refusals,
        )


def _company_of(sample: Sample, month: Month, living: Living) -> CompanyLife | None:
    """The companions of the month, where hours are given for it."""
    if month.companion_hours == 0:
        return None
    company = CompanyLife(sample, living, month.companion_hours)
    company.begin(month.starts_at)
    living.is_accompanied = company.is_accompanied
    return company


def _live_day(
    sample: Sample,
    month: Month,
    living: Living,
    day: int,
    needs: list[PlannedNeed],
    company: CompanyLife | None,
) -> None:
    living.sweep(month.at(day, SWEEP))
    for need in needs:
        open_need(viewer=living.viewer(need.asked_by_id, need.at), draft=need.draft, now=need.at)
    living.verify_needs(month.at(day, VERIFY))
    if day % DAYS_BETWEEN_ROUNDS == 0:
        living.hold_round(sample.places.community, now=month.at(day, ROUND), seed=sample.generated.seed + day)
        for clock in ANSWERS:
            living.do_due_jobs(month.at(day, clock))
            living.answer_all(month.at(day, clock))
            if company is not None:
                company.ask(month.at(day, clock))
    living.tell_outcomes(month.at(day, EVENING))
    if company is not None:
        company.speak(month.at(day, EVENING))
    living.read_inboxes(month.at(day, EVENING))


def living_of(sample: Sample, month: Month) -> Living:
    """The sample's people and workers, following the policy of the month."""
    behaviour = Behaviour(sample.generated.seed, {person.pk: person.grid_id for person in sample.residents})
    behaviour.learn_ties(Tie.objects.filter(low__community=sample.places.community).values_list("low_id", "high_id"))
    workers = (sample.workers.coordinator.pk, *(head.pk for head in sample.workers.grid_heads))
    return Living(behaviour, month.policy, {sample.places.community.pk: workers})


def _groups(sample: Sample) -> dict[int, tuple[str, str]]:
    return {
        person.pk: ("newcomers" if person.newcomer else "settled", age_band(person.age)) for person in sample.residents
    }
