"""Each community is measured once on each of its days; what is kept are numbers, and of nobody."""

from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, AreaLevel, Person, Tie, TieKind
from matchmaker.engine.measuring import FEWEST_SHOWN
from matchmaker.matches import inputs
from matchmaker.matches.actions import keep_snapshot, measure_communities
from matchmaker.matches.models import AreaReading, BetweenReading, GroupWatch, Match
from matchmaker.needs.models import Need
from matchmaker.privacy.actions import forget_due, leave
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, tie, viewer_of

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def whole(town: SmallTown) -> AreaReading:
    return AreaReading.objects.get(area=town.community)


class TestMeasureCommunities:
    def test_says_not_known_yet_of_fewer_than_thirty(self, town: SmallTown) -> None:
        assert measure_communities(now=NOW) == 2

        row = whole(town)
        assert (row.people, row.islands, row.islands_error, row.share, row.kin_ties) == (12, None, None, None, None)
        assert AreaReading.objects.count() == 2
        assert not BetweenReading.objects.exists()
        assert not GroupWatch.objects.exists()

    def test_measures_the_community_its_grids_and_corridors(self, town: SmallTown) -> None:
        crowd(town, 36)
        _, known = inputs.knowledge_in(town.community, now=NOW)
        assert known.forest is not None

        measure_communities(now=NOW)

        row = whole(town)
        assert (row.date, row.people, row.islands_error) == (date(2026, 3, 2), 48, 0.0)
        assert row.islands == pytest.approx(known.forest.islands)
        assert (row.kin_ties, row.friend_ties, row.helped_ties, row.met_ties) == (0, 15, 0, 0)
        below = AreaReading.objects.filter(community=town.community).exclude(area=town.community)
        assert {one.area.level for one in below} == {AreaLevel.GRID, AreaLevel.CORRIDOR}
        grids = below.filter(area__level=AreaLevel.GRID)
        assert grids.count() == 2
        assert sum(one.people for one in grids) == 48
        assert sum(one.share or 0.0 for one in grids) == pytest.approx(row.share)

    def test_is_done_once_on_each_day_of_the_community(self, town: SmallTown) -> None:
        crowd(town, 20)

        assert measure_communities(now=NOW) == 2
        kept = list(AreaReading.objects.order_by("pk").values())
        assert measure_communities(now=NOW + timedelta(hours=14)) == 0  # still the same day there
        assert list(AreaReading.objects.order_by("pk").values()) == kept
        assert measure_communities(now=NOW + timedelta(hours=16)) == 2
        assert sorted(AreaReading.objects.filter(area=town.community).values_list("date", flat=True)) == [
            date(2026, 3, 2),
            date(2026, 3, 3),
        ]

    def test_goes_by_the_clock_of_each_community(self, town: SmallTown) -> None:
        Area.objects.filter(pk=town.other_community.pk).update(time_zone="America/Lima")

        measure_communities(now=NOW)

        assert dict(AreaReading.objects.values_list("area_id", "date")) == {
            town.community.pk: date(2026, 3, 2),
            town.other_community.pk: date(2026, 3, 1),
        }

    def test_writes_nothing_of_areas_and_groups_of_fewer_than_five(self, town: SmallTown) -> None:
        people = crowd(town, 40)
        Person.objects.filter(pk__in=[one.pk for one in people[:4]]).update(languages=["mn"])
        Person.objects.filter(pk__in=[one.pk for one in people[4:12]]).update(resident_since_date=NOW.date())
        Person.objects.filter(household__parent=town.corridors[3]).update(household=None)

        measure_communities(now=NOW)

        assert not AreaReading.objects.filter(area=town.corridors[3]).exists()
        shown = set(BetweenReading.objects.values_list("kind", "one", "other"))
        assert ("NEWCOMERS", "newcomers", "settled") in shown
        assert not [pair for pair in shown if pair[0] == "LANGUAGE"]
        assert all(row.people_of_one >= FEWEST_SHOWN for row in BetweenReading.objects.all())

    def test_counts_nobody_who_left_or_opted_out(self, town: SmallTown) -> None:
        people = crowd(town, 40)
        measure_communities(now=NOW)
        before = whole(town)
        Person.objects.filter(pk=people[0].pk).update(without_graph=True)
        Person.objects.filter(pk=people[3].pk).update(left_at=NOW)

        measure_communities(now=NOW + A_DAY)

        after = AreaReading.objects.get(area=town.community, date=date(2026, 3, 3))
        assert (before.people, after.people) == (52, 50)
        assert (before.friend_ties, after.friend_ties) == (16, 14)

    def test_takes_as_many_queries_however_many_there_are(self, town: SmallTown) -> None:
        counts = []
        for day, more in enumerate((36, 60)):
            crowd(town, more)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                measure_communities(now=NOW + day * A_DAY)
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 24

    def test_asks_nothing_more_where_all_are_measured(self, town: SmallTown, django_assert_num_queries: Any) -> None:
        measure_communities(now=NOW)

        with django_assert_num_queries(2):
            assert measure_communities(now=NOW) == 0


class TestFromASnapshot:
    @pytest.fixture(autouse=True)
    def kept(self, settings: Any, tmp_path: Path) -> None:
        settings.SNAPSHOT_FOLDER = str(tmp_path / "city")

    def test_is_the_same_as_from_rows(self, town: SmallTown, settings: Any) -> None:
        crowd(town, 36)
        keep_snapshot(now=NOW)
        measure_communities(now=NOW)
        from_snapshot = list(AreaReading.objects.order_by("area_id").values_list("area_id", "islands", "share"))
        AreaReading.objects.all().delete()
        settings.SNAPSHOT_FOLDER = ""

        measure_communities(now=NOW)

        from_rows = list(AreaReading.objects.order_by("area_id").values_list("area_id", "islands", "share"))
        assert [row[0] for row in from_snapshot] == [row[0] for row in from_rows]
        for one, other in zip(from_snapshot, from_rows, strict=True):
            assert one[1:] == (None, None) if other[1] is None else one[1:] == pytest.approx(other[1:])

    def test_does_not_know_who_left_or_opted_out_since(self, town: SmallTown) -> None:
        people = crowd(town, 36)
        keep_snapshot(now=NOW)
        Person.objects.filter(pk=people[0].pk).update(without_graph=True)
        Person.objects.filter(pk=people[3].pk).update(left_at=NOW)

        ids = inputs.city_day(now=NOW).ids.tolist()

        assert not {people[0].pk, people[3].pk} & set(ids)
        assert len(ids) == 13 + 36 - 2

    def test_weighs_ties_of_yesterday_as_of_today_and_reads_rows_when_it_is_older(self, town: SmallTown) -> None:
        keep_snapshot(now=NOW)
        tie(town.asker, town.stranger, kind=TieKind.MET)
        Tie.objects.filter(kind=TieKind.FRIEND).update(ended_at=NOW)

        yesterdays = inputs.city_day(now=NOW + A_DAY).adjacency
        olders = inputs.city_day(now=NOW + 2 * A_DAY).adjacency

        assert yesterdays.nnz == 6  # as it was kept
        assert olders.nnz == 2
        assert yesterdays.data.max() < 1.0

    def test_asks_only_who_is_here(self, town: SmallTown, django_assert_num_queries: Any) -> None:
        keep_snapshot(now=NOW)

        with django_assert_num_queries(2):
            inputs.city_day(now=NOW)


class TestAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_two_that_measure_at_once_write_each_row_once(self, town: SmallTown) -> None:
        crowd(town, 36)

        def work() -> None:
            try:
                measure_communities(now=NOW)
            finally:
                connection.close()

        threads = [Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        rows = AreaReading.objects.values_list("area_id", "date")
        assert len(rows) == len(set(rows)) == 8
        assert whole(town).people == 48


class TestWatchedGroups:
    def test_compares_a_group_with_all_others_where_both_are_five(self, town: SmallTown) -> None:
        people = crowd(town, 14)
        Person.objects.filter(pk__in=[one.pk for one in people[:6]]).update(resident_since_date=NOW.date())
        needs = [open_need_for(town, person=one, verified=False) for one in people]
        Need.objects.filter(pk__in=[need.pk for need in needs]).update(state="EXPIRED", closed_at=NOW)

        found = inputs.watched_groups(town.community, now=NOW, today=NOW.date())

        newcomers = next(one for one in found if (one.group, one.service_code) == ("newcomers", ""))
        assert (newcomers.needs, newcomers.met, newcomers.others_needs, newcomers.others_met) == (6, 0, 8, 0)
        assert (newcomers.wait_hours, newcomers.others_wait_hours) == (None, None)
        Need.objects.filter(pk__in=[need.pk for need in needs[:2]]).update(state="WITHDRAWN")
        found = inputs.watched_groups(town.community, now=NOW, today=NOW.date())
        assert "newcomers" not in {one.group for one in found}  # four are too few

    def test_waits_until_somebody_agreed(self, town: SmallTown) -> None:
        match = match_for(town)
        Match.objects.filter(pk=match.pk).update(agreed_at=match.need.opened_at + timedelta(hours=7))
        people = crowd(town, 12)
        Person.objects.filter(pk__in=[town.asker.pk, *(one.pk for one in people[:5])]).update(languages=["mn"])
        needs = [open_need_for(town, person=one, verified=False) for one in people]
        Need.objects.filter(pk__in=[need.pk for need in needs]).update(state="EXPIRED", closed_at=NOW)

        found = inputs.watched_groups(town.community, now=NOW, today=NOW.date())

        speakers = next(one for one in found if (one.group, one.service_code) == ("mn", ""))
        assert (speakers.met, speakers.needs, speakers.wait_hours) == (1, 6, 7.0)
        assert (speakers.others_met, speakers.others_needs, speakers.others_wait_hours) == (0, 7, None)


class TestForgetting:
    def test_leaves_the_history_as_it_is_and_counts_them_no_more(
        self, town: SmallTown, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.SHRED_LIST = tmp_path / "kept" / "shred_list"
        crowd(town, 36)
        measure_communities(now=NOW)
        before = list(AreaReading.objects.order_by("pk").values())
        leave(viewer=viewer_of(town.asker), now=NOW, at_once=True)
        with django_capture_on_commit_callbacks(execute=True):
            assert forget_due(now=NOW) == 1

        measure_communities(now=NOW + A_DAY)

        assert list(AreaReading.objects.filter(date=NOW.date()).order_by("pk").values()) == before
        assert AreaReading.objects.get(area=town.community, date=date(2026, 3, 3)).people == 47
