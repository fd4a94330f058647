from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Mandate, MandateKind, Person, PersonBlock
from matchmaker.engine.problem import NeedFacts, Place
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need
from matchmaker.needs.queries import History, Promised, need_facts
from tests.towns import NOW, SmallTown, open_need_for, small_town

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
TOMORROW_NINE = 96 + 36


def bits(first: int, count: int) -> int:
    return ((1 << count) - 1) << first


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def facts_of(town: SmallTown, *, promised: Promised | None = None, history: History | None = None) -> list[NeedFacts]:
    return need_facts(
        town.community.pk,
        horizon_start=START,
        now=NOW,
        promised=promised or Promised(),
        history=history or History(),
    )


class TestNeedFacts:
    def test_tell_the_engine_what_it_may_see(self, town: SmallTown) -> None:
        need = open_need_for(town, languages=("zh",), skills=("力气大",), urgency=1, risk_class=1, helper_sex="FEMALE")

        assert facts_of(town) == [
            NeedFacts(
                need_id=need.pk,
                person_id=town.asker.pk,
                service_type="SHOPPING",
                place=Place(
                    latitude=need.latitude,
                    longitude=need.longitude,
                    household_id=town.households[0].pk,
                    building=f"{town.grid.pk}:1",
                    corridor_id=town.corridors[0].pk,
                    grid_id=town.grid.pk,
                    community_id=town.community.pk,
                    joint_community_id=town.joint_community.pk,
                    region_id=town.region.pk,
                ),
                minutes=60,
                open_quarters=bits(TOMORROW_NINE, 8),
                languages=frozenset({"zh"}),
                skills=frozenset({"力气大"}),
                urgency=1,
                risk_class=1,
                helper_sex="FEMALE",
                person_age=40,
                first_home_visit=True,
            )
        ]

    def test_leave_out_what_is_unverified_closed_or_complete(self, town: SmallTown) -> None:
        open_need_for(town, verified=False)
        withdrawn = open_need_for(town)
        Need.objects.filter(pk=withdrawn.pk).update(state="WITHDRAWN", closed_at=NOW)
        asked = open_need_for(town)
        partly = open_need_for(town, helpers_wanted=3)
        Need.objects.filter(pk=partly.pk).update(helpers_found=1)

        found = facts_of(town, promised=Promised(helpers_asked={asked.pk: 1, partly.pk: 1}))

        assert [(facts.need_id, facts.helpers_wanted) for facts in found] == [(partly.pk, 1)]

    def test_can_be_narrowed_to_some_needs(self, town: SmallTown) -> None:
        open_need_for(town)
        wanted = open_need_for(town)

        found = need_facts(town.community.pk, horizon_start=START, now=NOW, need_ids=[wanted.pk])

        assert [facts.need_id for facts in found] == [wanted.pk]

    def test_are_those_of_one_community(self, town: SmallTown) -> None:
        open_need_for(town)

        assert need_facts(town.other_community.pk, horizon_start=START, now=NOW) == []

    def test_count_the_weeks_of_a_series(self, town: SmallTown) -> None:
        open_need_for(town, repeat="WEEKLY")
        open_need_for(town, repeat="WEEKLY", repeat_until_date=date(2026, 3, 16))

        assert [facts.weeks for facts in facts_of(town)] == [4, 2]

    def test_take_out_what_the_person_promised_elsewhere(self, town: SmallTown) -> None:
        open_need_for(town)

        [facts] = facts_of(town, promised=Promised(quarters_of_persons={town.asker.pk: bits(TOMORROW_NINE, 3)}))

        assert facts.open_quarters == bits(TOMORROW_NINE + 3, 5)

    def test_bring_further_helpers_at_the_same_time(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        booked = bits(TOMORROW_NINE, 4)

        [facts] = facts_of(
            town,
            promised=Promised(quarters_of_persons={town.asker.pk: booked}, quarters_of_needs={need.pk: booked}),
        )

        assert facts.open_quarters == booked

    def test_never_let_proxies_blocked_people_or_those_asked_before_help(self, town: SmallTown) -> None:
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.neighbour,
            for_person=town.elder,
            evidence="signed",
            starts_date=NOW.date(),
            ends_date=NOW.date(),
        )
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        PersonBlock.objects.create(person=town.elder, blocked=town.helper, made_at=NOW)
        PersonBlock.objects.create(person=town.stranger, blocked=town.elder, made_at=NOW)
        PersonBlock.objects.create(person=town.clerk, blocked=town.asker, made_at=NOW)

        [facts] = facts_of(town, history=History(excluded_persons={need.pk: frozenset({town.newcomer.pk})}))

        assert facts.asked_by_ids == {town.neighbour.pk, town.grid_head.pk}
        assert facts.excluded_person_ids == {town.helper.pk, town.stranger.pk, town.newcomer.pk}

    def test_forget_a_mandate_that_ended(self, town: SmallTown) -> None:
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.neighbour,
            for_person=town.asker,
            evidence="signed",
            starts_date=NOW.date() - timedelta(days=9),
            ends_date=NOW.date() - timedelta(days=1),
        )
        open_need_for(town)

        assert facts_of(town)[0].asked_by_ids == frozenset()

    def test_hold_what_came_of_earlier_visits(self, town: SmallTown) -> None:
        need = open_need_for(town)
        history = History(
            excluded_organizations={need.pk: frozenset({7})},
            prior_helpers={town.asker.pk: frozenset({town.helper.pk})},
            prior_organizations={town.asker.pk: frozenset({8})},
            visited_at_home=frozenset({town.asker.pk}),
        )

        [facts] = facts_of(town, history=history)

        assert facts.excluded_organization_ids == {7}
        assert facts.prior_helper_ids == {town.helper.pk}
        assert facts.prior_organization_ids == {8}
        assert not facts.first_home_visit

    def test_know_minors_and_those_who_opted_out(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.asker.pk).update(birth_year=2010, without_graph=True)
        open_need_for(town, consent="IN_APP")

        [facts] = facts_of(town)

        assert (facts.person_age, facts.person_is_minor, facts.without_graph) == (15, True, True)

    def test_read_any_number_of_needs_with_six_queries(self, town: SmallTown) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                facts_of(town)
            return len(caught)

        open_need_for(town)
        few = queries()
        windows = tuple(Window(date(2026, 3, day), time(9), time(11)) for day in range(3, 10))
        for person in (town.asker, town.neighbour, town.stranger, town.member):
            open_need_for(town, person=person, windows=windows)

        assert few == queries() == 6
        assert len(facts_of(town)) == 5
