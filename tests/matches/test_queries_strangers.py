"""Who reads how well a community knows itself, what the sentences say, and whose names are told to whom."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from matchmaker.community.models import Person, PersonBlock, Tie, TieKind
from matchmaker.community.viewers import VISITOR
from matchmaker.engine import measuring
from matchmaker.matches import inputs, queries
from matchmaker.matches.actions import measure_communities
from matchmaker.matches.inputs import neighbours
from matchmaker.matches.models import AreaReading, BetweenReading, GroupWatch
from matchmaker.needs.models import Need, NeedState
from tests.known_town import know_the_town
from tests.matches.crowds import crowd
from tests.matches.test_queries import ROLES, who_sees
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, tie, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
MONTH = timedelta(days=28)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def reading(town: SmallTown, day: date = TODAY, **figures: Any) -> AreaReading:
    """Of the whole community, at the hour of `NOW`."""
    told = {"people": 101, "islands": 41.0, "islands_error": 0.0, "share": 40.0, "share_error": 0.0} | figures
    at = NOW + (day - NOW.date())
    return AreaReading.objects.create(community=town.community, area=town.community, date=day, measured_at=at, **told)


def watch(**figures: Any) -> GroupWatch:
    usual = {
        "needs": 20,
        "met": 19,
        "others_needs": 20,
        "others_met": 20,
        "wait_hours": 11.0,
        "others_wait_hours": 10.0,
    }
    return GroupWatch(**(usual | figures))


class TestAreaReadingsFor:
    def test_shows_workers_and_auditors_the_areas_that_are_theirs(self, town: SmallTown) -> None:
        know_the_town(town)

        assert who_sees(town, queries.area_readings_for) == {
            "coordinator", "grid_head", "auditor", "other_coordinator",
        }  # fmt: skip
        of_the_head = queries.area_readings_for(viewer_of(town.grid_head))
        assert {row.area_id for row in of_the_head} == {town.grid.pk, *(one.pk for one in town.corridors[:2])}
        elsewhere = queries.area_readings_for(viewer_of(town.other_coordinator)).get()
        assert (elsewhere.area, elsewhere.people, elsewhere.islands) == (town.other_community, 1, None)

    def test_begins_with_the_latest_day_and_the_greatest_area(self, town: SmallTown) -> None:
        know_the_town(town)
        measure_communities(now=NOW + timedelta(days=1))

        rows = list(queries.area_readings_for(viewer_of(town.coordinator)))

        assert [rows[0].area, rows[0].date] == [town.community, date(2026, 3, 3)]
        assert [row.date for row in rows] == sorted((row.date for row in rows), reverse=True)
        latest = queries.latest_readings(viewer_of(town.coordinator))
        assert {row.date for row in latest} == {date(2026, 3, 3)}
        assert latest.count() * 2 == len(rows)

    def test_is_one_query_with_its_areas(self, town: SmallTown, django_assert_num_queries: Any) -> None:
        know_the_town(town)
        viewer = viewer_of(town.coordinator)

        with django_assert_num_queries(1):
            assert len({row.area.name for row in queries.area_readings_for(viewer)}) == 7

    def test_finds_no_area_that_is_not_the_viewers(self, town: SmallTown) -> None:
        know_the_town(town)
        head = viewer_of(town.grid_head)

        assert queries.reading_of_area(head, town.community.public_id) is None
        assert queries.reading_of_area(head, town.other_grid.public_id) is None
        assert queries.reading_of_area(VISITOR, town.grid.public_id) is None
        found = queries.reading_of_area(head, town.grid.public_id)
        assert found is not None
        assert queries.reading_above(head, found) is None
        assert {row.area for row in queries.readings_below(head, found)} == set(town.corridors[:2])


class TestGroups:
    def test_are_for_who_works_for_or_audits_the_whole_community(self, town: SmallTown) -> None:
        know_the_town(town)

        assert who_sees(town, queries.between_groups_for) == {"coordinator", "auditor"}
        assert who_sees(town, queries.group_watch_for) == {"coordinator", "auditor"}
        assert set(BetweenReading.objects.values_list("kind", "one", "other")) == {
            ("NEWCOMERS", "newcomers", "newcomers"),
            ("NEWCOMERS", "newcomers", "settled"),
            ("NEWCOMERS", "settled", "settled"),
        } | set(BetweenReading.objects.filter(kind="AGE").values_list("kind", "one", "other"))

    @pytest.mark.parametrize(
        ("figures", "behind"),
        [
            ({}, False),  # five points and a tenth are within the limits
            ({"met": 18}, True),
            ({"wait_hours": 11.1}, True),
            ({"wait_hours": None, "met": 19}, False),
            ({"needs": 0, "met": 0, "wait_hours": None}, False),
            ({"met": 20, "others_met": 10, "wait_hours": 5.0}, False),  # ahead of the others
        ],
    )
    def test_are_behind_by_more_than_five_points_or_a_tenth(self, figures: dict[str, Any], behind: bool) -> None:
        assert queries.is_behind(watch(**figures)) is behind


class TestSaidOfArea:
    def test_says_that_nothing_is_known_yet_of_few(self, town: SmallTown) -> None:
        row = reading(town, people=12, islands=None, islands_error=None, share=None, share_error=None)

        assert queries.said_of_area(row, "en") == ["Fewer than 30 people are known here, so nothing is known yet."]
        assert queries.said_of_area(row, "zh") == ["登记的人还不到30位，现在还说不准。"]

    def test_says_how_many_fewer_than_a_month_ago_and_what_ties_came(self, town: SmallTown) -> None:
        reading(town, NOW.date() - timedelta(days=40), islands=99.0)
        reading(town, NOW.date() - MONTH, islands=46.0)
        row = reading(town)
        Tie.objects.update(renewed_at=NOW - timedelta(days=60), made_at=NOW - timedelta(days=90))
        later = NOW - timedelta(days=3)
        for one, kind in ((town.asker, TieKind.HELPED), (town.elder, TieKind.HELPED), (town.clerk, TieKind.KIN)):
            tie(one, town.stranger, kind=kind)
        Tie.objects.filter(renewed_at=NOW).update(renewed_at=later)

        assert queries.said_of_area(row, "en") == [
            "101 people are known here, and they are like 41 groups that know nothing of each other.",
            "For as many people as today, that is 5 fewer than on Mon 2 Feb.",
            "Ties made or renewed since then: by help 2, because both said that they know each other 1, by going "
            "along 0.",
            "Most of these ties come from requests that were met, whoever helped.",
        ]
        assert queries.said_of_area(row, "zh")[-1] == "这些往来多数来自有人帮上了忙，不论是谁帮的。"

    def test_does_not_say_that_most_come_from_help_where_neighbours_came_along(self, town: SmallTown) -> None:
        reading(town, NOW.date() - MONTH, islands=46.0)
        row = reading(town)
        Tie.objects.all().delete()
        tie(town.asker, town.helper, kind=TieKind.HELPED, now=NOW - timedelta(days=1))
        for one in (town.asker, town.helper):
            tie(one, town.newcomer, kind=TieKind.MET, now=NOW - timedelta(days=1))

        said = queries.said_of_area(row, "en")

        assert said[-1].endswith("by help 1, because both said that they know each other 0, by going along 2.")

    def test_says_more_or_as_before_where_it_is_so(self, town: SmallTown) -> None:
        reading(town, NOW.date() - MONTH)
        worse = reading(town, NOW.date() + timedelta(days=1), islands=44.0)
        same = reading(town, NOW.date() + timedelta(days=2), islands=42.0, islands_error=1.0)

        assert queries.said_of_area(worse, "en")[1].startswith(
            "For as many people as today, that is 3 more than on Mon 2 Feb"
        )
        assert queries.said_of_area(same, "en")[1] == "It cannot be told from what it was on Mon 2 Feb."

    def test_compares_with_nothing_older_than_six_weeks(self, town: SmallTown) -> None:
        reading(town, NOW.date() - timedelta(days=43))
        reading(town, NOW.date() - timedelta(days=27))

        assert queries.said_of_area(reading(town), "en")[1] == (
            "There is no figure of a month ago to compare with yet."
        )

    def test_asks_twice(self, town: SmallTown, django_assert_num_queries: Any) -> None:
        reading(town, NOW.date() - MONTH)
        row = queries.reading_of_area(viewer_of(town.coordinator), reading(town).area.public_id)
        assert row is not None

        with django_assert_num_queries(2):
            queries.said_of_area(row, "zh")


class TestPeopleNamedFor:
    def test_are_who_agreed_or_has_a_need_that_is_looked_for(self, town: SmallTown) -> None:
        Person.objects.filter(pk__in=[town.newcomer.pk, town.stranger.pk]).update(listed_with_few_ties=True)
        need = open_need_for(town)

        assert list(queries.people_named_for(viewer_of(town.coordinator))) == [
            town.asker, town.newcomer, town.stranger,
        ]  # fmt: skip
        assert list(queries.people_named_for(viewer_of(town.grid_head))) == [town.asker, town.newcomer]
        assert who_sees(town, queries.people_named_for) == {"coordinator", "grid_head"}
        Need.objects.filter(pk=need.pk).update(state=NeedState.WITHDRAWN, closed_at=NOW)
        assert town.asker not in queries.people_named_for(viewer_of(town.coordinator))

    def test_are_not_who_left_or_opted_out(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.newcomer.pk).update(listed_with_few_ties=True, without_graph=True)
        Person.objects.filter(pk=town.stranger.pk).update(listed_with_few_ties=True, left_at=NOW)

        assert list(queries.people_named_for(viewer_of(town.coordinator))) == []


class TestWhoBridges:
    def test_names_them_to_workers_alone_in_the_order_of_names(self, town: SmallTown) -> None:
        people = know_the_town(town)
        Person.objects.filter(pk=people[12].pk).update(listed_with_few_ties=True, name="阿一")
        tie(people[12], people[15])

        def told(role: str) -> list[Person]:
            return queries.who_bridges_for(viewer_of(getattr(town, role)), town.community.public_id, now=NOW)

        names = [person.name for person in told("coordinator")]
        assert town.neighbour.name in names
        assert names == sorted(names)
        assert [role for role in ROLES if told(role)] == ["grid_head", "coordinator"]
        assert queries.who_bridges_for(viewer_of(town.coordinator), uuid4(), now=NOW) == []

    def test_is_nobody_in_a_community_of_few(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.neighbour.pk).update(listed_with_few_ties=True)

        assert queries.who_bridges_for(viewer_of(town.coordinator), town.community.public_id, now=NOW) == []


class TestIntroductionFor:
    @pytest.fixture(autouse=True)
    def known(self, town: SmallTown) -> None:
        """The newcomer and the elder know nobody, live in one grid and agreed to be listed."""
        crowd(town, 36)
        Person.objects.filter(pk__in=[town.newcomer.pk, town.elder.pk]).update(listed_with_few_ties=True)

    def told(self, town: SmallTown, role: str = "coordinator") -> set[Person]:
        found = queries.introduction_for(viewer_of(getattr(town, role)), town.community.public_id, now=NOW)
        return set() if found is None else {found.one, found.other}

    def test_is_of_two_who_agreed(self, town: SmallTown) -> None:
        assert self.told(town) == {town.newcomer, town.elder}
        assert [role for role in ROLES if self.told(town, role)] == ["grid_head", "coordinator"]

    def test_is_of_nobody_who_did_not_agree(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.elder.pk).update(listed_with_few_ties=False)

        assert self.told(town) == set()

    def test_is_not_of_two_of_different_grids(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.elder.pk).update(household=town.households[-1])

        assert self.told(town) == set()

    @pytest.mark.parametrize("who", [0, 1])
    def test_is_not_of_two_of_whom_one_does_not_wish_to_meet_the_other(self, town: SmallTown, who: int) -> None:
        two = (town.newcomer, town.elder)
        PersonBlock.objects.create(person=two[who], blocked=two[1 - who], made_at=NOW)

        assert self.told(town) == set()

    def test_is_not_of_two_who_had_an_agreement(self, town: SmallTown) -> None:
        Person.objects.filter(pk__in=[town.asker.pk, town.helper.pk]).update(listed_with_few_ties=True)
        Person.objects.filter(pk__in=[town.newcomer.pk, town.elder.pk]).update(listed_with_few_ties=False)
        assert self.told(town) == {town.asker, town.helper}

        match_for(town)

        assert self.told(town) == set()

    def test_forgets_who_left_meanwhile(self, town: SmallTown) -> None:
        assert self.told(town)
        Person.objects.filter(pk=town.elder.pk).update(left_at=NOW)

        assert self.told(town) == set()


class TestOfALargeCommunity:
    def test_is_read_once_a_day_and_names_nobody_who_left(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crowd(town, 36)
        Person.objects.filter(pk__in=[town.newcomer.pk, town.elder.pk]).update(listed_with_few_ties=True)
        for module in (measuring, neighbours):
            monkeypatch.setattr(module, "EXACT_PEOPLE", 20)
        inputs.forget_readings()
        first = inputs.reading_in(town.community, now=NOW)
        assert first is not None
        assert first.sketch is not None

        assert inputs.reading_in(town.community, now=NOW) is first
        viewer, community_id = viewer_of(town.coordinator), town.community.public_id
        assert queries.introduction_for(viewer, community_id, now=NOW) is not None
        Person.objects.filter(pk=town.elder.pk).update(left_at=NOW)
        assert queries.introduction_for(viewer, community_id, now=NOW) is None
        inputs.forget_readings()
        assert inputs.reading_in(town.community, now=NOW) is not first
