from datetime import date, time

import pytest

from matchmaker.community.models import Tie, TieKind, User
from matchmaker.matches.models import (
    LIVE_STATES,
    CompanionBudget,
    CompanionProposal,
    Match,
    Proposal,
    ProposalState,
    Visit,
    VisitState,
)
from matchmaker.needs.models import Need
from matchmaker.simulation import company
from matchmaker.simulation.demand import plan_needs
from matchmaker.simulation.figures import GROUPS, MonthFigures
from matchmaker.simulation.models import GeneratedLogin, SampleRole
from matchmaker.simulation.month import Month, live_month
from matchmaker.simulation.places import TownSize
from matchmaker.simulation.sample import Sample, load_sample
from matchmaker.simulation.table import month_table
from matchmaker.simulation.today import begin_today

pytestmark = pytest.mark.django_db

SMALL = TownSize(grids=3, buildings_per_grid=2, corridors_per_building=2, households_per_corridor=12)
START = date(2026, 3, 2)
DAYS = 14


def lived(policy: str = "identity", *, days: int = DAYS) -> tuple[Sample, MonthFigures]:
    month = Month(START, days, policy)
    sample = load_sample(seed=4, now=month.starts_at, size=SMALL)
    return sample, live_month(sample, month)


class TestLiveMonth:
    def test_counts_each_planned_need_once_and_leaves_ties_that_move_the_index(self) -> None:
        sample, figures = lived()

        planned = sum(len(day) for day in plan_needs(sample, days=DAYS, start_date=START))
        assert figures.needs.opened == planned == Need.objects.count()
        assert sum(share.opened for share in figures.by_type.values()) == planned
        assert 0 < sum(share.met for share in figures.by_type.values()) == figures.needs.met
        for groups in (GROUPS[:2], GROUPS[2:]):
            assert sum(figures.by_group[group].opened for group in groups) == planned
            assert sum(figures.by_group[group].met for group in groups) == figures.needs.met
        assert figures.visits_held == Visit.objects.filter(state=VisitState.DONE).count() > 0
        assert figures.new_ties == Tie.objects.filter(kind=TieKind.HELPED).count()
        assert figures.new_ties <= figures.visits_that_left_a_tie <= figures.visits_held
        assert figures.after.stranger_index < figures.before.stranger_index
        assert figures.helper_hours > 0

    def test_leaves_nothing_when_it_is_stopped(self) -> None:
        def stop_late(done: int, total: int, what: str) -> None:
            if done == 6:
                raise KeyboardInterrupt

        month = Month(START, DAYS)
        sample = load_sample(seed=4, now=month.starts_at, size=SMALL)

        with pytest.raises(KeyboardInterrupt):
            live_month(sample, month, progress=stop_late)

        assert Need.objects.count() == 0
        assert Match.objects.count() == 0


class TestMonthTable:
    def test_shows_each_policy_and_survives_being_stored(self) -> None:
        _, figures = lived(days=2)

        again = MonthFigures.from_json(figures.as_json())

        assert again == figures
        table = month_table([figures, again], names_of_types={"CULTURE": "Culture"})
        assert table.splitlines()[0].split() == ["identity", "identity"]
        assert "\nidentity: The stranger index " in table
        assert table.endswith("One month and one seed: differences of this size between policies say little.")


class TestPlanNeeds:
    def test_is_the_same_for_every_policy(self) -> None:
        month = Month(START)
        sample = load_sample(seed=4, now=month.starts_at, size=SMALL)

        plan = plan_needs(sample, days=30, start_date=START)

        assert plan == plan_needs(sample, days=30, start_date=START)
        codes = {need.draft.service_type for day in plan for need in day}
        assert len(codes) >= 12
        assert any(need.draft.helpers_wanted == 2 for day in plan for need in day)
        assert any(need.draft.repeat == "WEEKLY" for day in plan for need in day)
        assert any(need.draft.languages for day in plan for need in day)
        assert {need.at.date() for day in plan for need in day} == {
            START.fromordinal(START.toordinal() + n) for n in range(30)
        }


class TestBeginToday:
    def test_leaves_something_to_answer_and_the_figures_as_they_were(self) -> None:
        month = Month(date(2026, 3, 2), days=10)
        sample = load_sample(seed=4, now=month.starts_at, size=SMALL)
        figures = live_month(sample, month)
        held = Visit.objects.filter(state=VisitState.DONE).count()

        begin_today(sample, month, now=month.at(month.days, time(9)))

        live = Proposal.objects.filter(state__in=LIVE_STATES, made_at=month.at(month.days, time(9)))
        assert live.exists()
        assert Visit.objects.filter(state=VisitState.DONE).count() == held == figures.visits_held

    def test_keeps_one_account_for_each_person(self) -> None:
        month = Month(date(2026, 3, 2), days=10)
        sample = load_sample(seed=4, now=month.starts_at, size=SMALL)
        accounts = User.objects.exclude(person=None).count()
        live_month(sample, month)

        begin_today(sample, month, now=month.at(month.days, time(9)))

        assert User.objects.exclude(person=None).count() == accounts
        helper = GeneratedLogin.objects.get(role=SampleRole.HELPER).user.person
        asked = Proposal.objects.filter(state=ProposalState.AWAITING_HELPER, offer__person__isnull=False)
        assert not asked.exists() or asked.filter(offer__person=helper).exists()


class TestCompanions:
    def test_come_along_only_where_hours_are_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for share in ("WISHES", "COMPANION_SAYS_YES", "ASKER_SAYS_YES"):
            monkeypatch.setattr(company, share, 1.0)
        month = Month(START, 20, companion_hours=40)
        sample = load_sample(seed=7, now=month.starts_at, size=SMALL)

        figures = live_month(sample, month)

        came = CompanionProposal.objects.filter(state="AGREED", visit__state=VisitState.DONE)
        assert figures.accompanied == came.count() > 0
        assert figures.ties_by_company == Tie.objects.filter(kind=TieKind.MET).count() <= 2 * figures.accompanied
        assert CompanionBudget.objects.get().hours_per_week == 40
        assert "visits with company" in month_table([figures], names_of_types={})

    def test_do_not_stand_in_the_table_otherwise(self) -> None:
        _, figures = lived(days=2)

        assert not CompanionProposal.objects.exists()
        assert "company" not in month_table([figures], names_of_types={})
