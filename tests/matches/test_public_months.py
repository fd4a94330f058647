"""What everybody reads of a month: exact where it may be, silent where few stand behind it, written once."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person
from matchmaker.errors import NotFound
from matchmaker.jobs import names, relay
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import months, queries
from matchmaker.matches.actions import publish_month, publish_months, publish_score_cards
from matchmaker.matches.inputs import month_seen
from matchmaker.matches.models import Decision, DecisionKind, MatchState, ProposalState, PublicMonth
from matchmaker.needs.actions import load_service_types
from matchmaker.needs.models import NeedState, ServiceType
from matchmaker.needs.queries import may_be_told_by_grid
from tests.matches.crowds import crowd
from tests.month_rows import FEBRUARY, agreed, asked, proposed
from tests.towns import NOW, SmallTown, open_offer_for, person, small_town, viewer_of

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSED: Final = datetime(2026, 3, 8, tzinfo=UTC)
"""Eight in the morning of 8 March in the community: February may be told."""
MONTH: Final = date(2026, 2, 1)


@pytest.fixture
def town() -> SmallTown:
    publish_score_cards(now=FEBRUARY)
    load_service_types()
    return small_town(now=FEBRUARY)


def told(town: SmallTown, *, month: date = MONTH, now: datetime = CLOSED) -> queries.MonthFigures:
    publish_month(area_id=town.community.pk, month=month.isoformat(), now=now)
    return queries.figures_of(queries.public_month(town.community.public_id, month))


def kind_of(figures: queries.MonthFigures, code: str) -> Any:
    return next(kind for kind in figures.kinds if kind.code == code)


def numbers_in(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in numbers_in(one)]
    if isinstance(value, list):
        return [number for one in value for number in numbers_in(one)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


class TestMonths:
    def test_close_a_week_after_their_end_on_the_clocks_of_the_community(self, town: SmallTown) -> None:
        asked(town, town.asker)
        one_second_early = datetime(2026, 3, 7, 15, 59, 59, tzinfo=UTC)

        assert publish_month(area_id=town.community.pk, month="2026-02-01", now=one_second_early) is None
        assert publish_month(area_id=town.community.pk, month="2026-02-01", now=one_second_early + timedelta(seconds=1))

    def test_go_round_the_year(self) -> None:
        assert months.next_month(date(2025, 12, 1)) == date(2026, 1, 1)
        assert months.month_before(date(2026, 1, 1)) == date(2025, 12, 1)


class TestCounts:
    def test_are_of_people_once_for_a_kind_of_help(self, town: SmallTown) -> None:
        """Five requests of one person are not five people."""
        for number in range(5):
            asked(town, town.asker, at=FEBRUARY + number * HOUR, met_after=HOUR if number == 3 else None)
        asked(town, town.asker, "SPORTS")

        seen = month_seen(town.community, MONTH)

        assert (seen.counts.asked.sum(), seen.counts.met.sum()) == (2, 1)

    def test_leave_out_other_months_what_was_taken_back_and_other_communities(self, town: SmallTown) -> None:
        asked(town, town.asker, at=datetime(2026, 1, 31, 15, 59, tzinfo=UTC))
        asked(town, town.neighbour, at=datetime(2026, 1, 31, 16, 0, tzinfo=UTC))
        asked(town, town.helper, at=datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
        asked(town, town.newcomer, state=NeedState.WITHDRAWN)
        asked(town, town.other_coordinator)

        assert month_seen(town.community, MONTH).counts.asked.sum() == 1

    def test_take_nobody_for_met_who_was_called_off_or_met_after_the_month_closed(self, town: SmallTown) -> None:
        called_off = asked(town, town.asker)
        agreed(town, called_off, at=FEBRUARY)
        called_off.matches.update(state=MatchState.CANCELLED, closed_at=FEBRUARY)
        asked(town, town.neighbour, met_after=datetime(2026, 3, 7, 16, 0, tzinfo=UTC) - FEBRUARY)
        asked(town, town.newcomer, met_after=datetime(2026, 3, 7, 15, 0, tzinfo=UTC) - FEBRUARY)

        counts = month_seen(town.community, MONTH).counts

        assert (counts.asked.sum(), counts.met.sum()) == (3, 1)

    def test_are_by_the_grid_somebody_lives_in(self, town: SmallTown) -> None:
        asked(town, town.asker)
        asked(town, town.stranger)
        asked(town, town.clerk)

        seen = month_seen(town.community, MONTH)

        assert seen.grids == (town.grid, town.other_grid)
        assert seen.counts.asked.sum(axis=0).tolist() == [1, 2]

    def test_have_a_column_for_who_lives_in_no_grid_as_soon_as_anybody_does(self, town: SmallTown) -> None:
        nowhere = person(None, town.community, "无网格", now=FEBRUARY)
        assert month_seen(town.community, MONTH).grids == (town.grid, town.other_grid, None)

        asked(town, town.asker)
        Person.objects.filter(pk=nowhere.pk).update(left_at=FEBRUARY)

        assert month_seen(town.community, MONTH).counts.asked.sum(axis=0).tolist() == [1, 0, 0]

    def test_cost_as_many_queries_for_many_as_for_few(self, town: SmallTown) -> None:
        counts = []
        for some in (crowd(town, 2), crowd_more(town, 20)):
            for one in some:
                asked(town, one, met_after=HOUR)
            with CaptureQueriesContext(connection) as seen:
                month_seen(town.community, MONTH)
            counts.append(len(seen))

        assert counts == [6, 6]


def crowd_more(town: SmallTown, count: int) -> list[Person]:
    homes = town.households
    return [person(homes[at % len(homes)], town.community, f"后来{at}", now=FEBRUARY) for at in range(count)]


class TestKindsByGrid:
    def test_are_none_of_care_health_assistance_safety_and_minors(self, town: SmallTown) -> None:
        by_grid = {kind.code for kind in ServiceType.objects.all() if may_be_told_by_grid(kind)}

        assert by_grid == {
            "JOB_SEEKING", "WORK_SKILLS", "DIGITAL_HELP", "FESTIVAL", "SPORTS", "ORIENTATION", "LANGUAGE_PRACTICE"
        }  # fmt: skip

    @pytest.mark.parametrize(
        "mark",
        [{"sensitive": True}, {"care_dimension": "LIFE"}, {"public_duty": True}, {"body_care": True},
         {"required_clearances": ["MINORS"]}, {"required_licences": ["NURSE"]}, {"companions_allowed": False}],
    )  # fmt: skip
    def test_are_not_what_any_mark_says_otherwise_of(self, mark: dict[str, Any]) -> None:
        open_to_all = ServiceType(code="X", companions_allowed=True)
        assert may_be_told_by_grid(open_to_all)

        for name, value in mark.items():
            setattr(open_to_all, name, value)

        assert not may_be_told_by_grid(open_to_all)

    def test_alone_have_cells_and_make_the_sum_of_a_grid(self, town: SmallTown) -> None:
        """A sum with all kinds less those told by grid would be the sensitive ones of the grid."""
        for one in crowd(town, 12):
            asked(town, one, "DIGITAL_HELP")
            asked(town, one, "NURSING")

        figures = told(town)

        assert kind_of(figures, "NURSING").told.asked == kind_of(figures, "DIGITAL_HELP").told.asked == 10
        assert figures.all.asked == 25
        assert figures.by_grid.asked == 10
        assert [grid.told.asked for grid in figures.grids] == [5, 5]
        assert all("NURSING" not in grid.kinds for grid in figures.grids)


class TestPublishMonth:
    def test_stores_no_number_below_five_but_nought_for_fewer(self, town: SmallTown) -> None:
        for at, one in enumerate(crowd(town, 23)):
            asked(town, one, ("SPORTS", "DIGITAL_HELP", "NURSING")[at % 3], met_after=HOUR if at % 4 else None)

        told(town)

        numbers = numbers_in(PublicMonth.objects.get().figures)
        assert len(numbers) > 60
        assert {number % 5 for number in numbers} == {0}

    def test_says_how_long_half_of_those_met_waited_where_five_are_told(self, town: SmallTown) -> None:
        for at, one in enumerate(crowd(town, 7)):
            asked(town, one, "SPORTS", met_after=(20 + 10 * at) * HOUR)
            if at < 4:
                asked(town, one, "FESTIVAL", met_after=HOUR)

        figures = told(town)

        assert kind_of(figures, "SPORTS").wait == "THREE_DAYS"
        assert kind_of(figures, "FESTIVAL").told.met in (0, None)
        assert kind_of(figures, "FESTIVAL").wait == ""

    def test_counts_how_proposals_were_decided(self, town: SmallTown) -> None:
        offer = open_offer_for(town, now=FEBRUARY)
        kinds = [DecisionKind.APPROVE] * 9 + [DecisionKind.REFUSE] * 6 + [None] * 12
        for one, kind in zip(crowd(town, len(kinds)), kinds, strict=True):
            refused = kind == DecisionKind.REFUSE
            proposal = proposed(
                asked(town, one), offer, town.helper, at=FEBRUARY,
                state=ProposalState.REFUSED if refused else ProposalState.EXPIRED, asked=not refused,
            )  # fmt: skip
            if kind is not None:
                Decision.objects.create(proposal=proposal, kind=kind, reason="因为", decided_at=FEBRUARY)

        figures = told(town)

        assert figures.ways == {"ALL": 25, "RULES_ALONE": 10, "APPROVE": 10, "REFUSE": 5, "OVERRIDE": 0}

    def test_knows_nothing_of_a_decision_after_the_month_closed(self, town: SmallTown) -> None:
        offer = open_offer_for(town, now=FEBRUARY)
        for one in crowd(town, 10):
            need = asked(town, one)
            proposal = proposed(need, offer, town.helper, at=FEBRUARY, state=ProposalState.REFUSED, asked=False)
            Decision.objects.create(proposal=proposal, kind=DecisionKind.REFUSE, reason="因为", decided_at=CLOSED)

        assert month_seen(town.community, MONTH).ways == {"RULES_ALONE": 0}

    def test_names_vacant_posts_and_nobody(self, town: SmallTown) -> None:
        asked(town, town.asker)
        town.auditor.post_terms.update(ended_at=FEBRUARY)

        figures = told(town)

        assert [(one.area, one.kind) for one in figures.vacant] == [("测试社区", "AUDITOR")]
        names_of_people = set(Person.objects.values_list("name", flat=True))
        assert not [name for name in names_of_people if name in str(PublicMonth.objects.get().figures)]

    def test_says_once_and_for_all(self, town: SmallTown) -> None:
        """Said anew with one person more, the difference would be that person."""
        some = crowd(town, 12)
        for one in some[:9]:
            asked(town, one)
        before = dataclasses.asdict(told(town))
        for one in some[9:]:
            asked(town, one)

        again = publish_month(area_id=town.community.pk, month="2026-02-01", now=CLOSED + DAY)

        assert again is None
        assert dataclasses.asdict(queries.figures_of(PublicMonth.objects.get())) == before

    def test_takes_any_day_for_its_month(self, town: SmallTown) -> None:
        asked(town, town.asker)
        told(town)

        assert publish_month(area_id=town.community.pk, month="2026-02-17", now=CLOSED) is None
        assert PublicMonth.objects.count() == 1


class TestPublishMonths:
    def test_asks_for_each_month_since_the_first_need(self, town: SmallTown) -> None:
        asked(town, town.asker, at=datetime(2026, 1, 20, tzinfo=UTC))

        assert publish_months(now=CLOSED) == 2
        assert publish_months(now=CLOSED + HOUR) == 2
        relay.run_due(clock=lambda: CLOSED + HOUR)

        assert sorted(PublicMonth.objects.values_list("month", flat=True)) == [date(2026, 1, 1), MONTH]
        assert OutboxJob.objects.filter(name=names.PUBLISH_MONTH).count() == 2
        assert publish_months(now=CLOSED + 2 * HOUR) == 0

    def test_tells_of_three_months_at_most_after_a_long_sleep(self, town: SmallTown) -> None:
        asked(town, town.asker, at=datetime(2025, 6, 20, tzinfo=UTC))

        assert publish_months(now=CLOSED) == 3

    def test_tells_nothing_of_a_community_in_which_nobody_ever_asked(self, town: SmallTown) -> None:
        assert publish_months(now=CLOSED) == 0


class TestNextMonth:
    def test_is_exact_for_workers_of_the_whole_community(self, town: SmallTown) -> None:
        asked(town, town.asker, met_after=HOUR)

        found = queries.next_month_for(viewer_of(town.coordinator), town.community.public_id, now=NOW)

        assert (found.month, found.told_at) == (MONTH, datetime(2026, 3, 7, 16, 0, tzinfo=UTC))
        assert (found.figures.all.asked, found.figures.all.met) == (1, 1)
        assert found.figures.grids[0].kinds["DIGITAL_HELP"].asked == 1

    def test_may_be_the_month_under_way_until_the_one_before_is_told(self, town: SmallTown) -> None:
        under_way = months.next_month(MONTH)
        asked(town, town.asker, at=NOW)
        viewer, community = viewer_of(town.coordinator), town.community.public_id

        found = queries.next_month_for(viewer, community, now=NOW, month=under_way)
        later = queries.next_month_for(viewer, community, now=CLOSED)

        assert (found.month, found.others, found.figures.all.asked) == (under_way, (MONTH,), 1)
        assert (later.month, later.others) == (under_way, ())
        assert queries.next_month_for(viewer, community, now=NOW).others == (under_way,)
        for month in (months.month_before(MONTH), months.next_month(under_way)):
            with pytest.raises(NotFound):
                queries.next_month_for(viewer, community, now=NOW, month=month)

    @pytest.mark.parametrize("role", ["asker", "grid_head", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            queries.next_month_for(viewer_of(getattr(town, role)), town.community.public_id, now=NOW)
