"""What is vacant or ends soon, for workers of the area alone."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community import queries
from matchmaker.community.models import Mandate, MandateKind, PostKind, PostTerm, Qualification, QualificationKind
from tests.town_rows import appoint
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
READERS = ("asker", "grid_head", "coordinator", "clerk", "police", "auditor", "other_coordinator")


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def in_days(days: int) -> Any:
    return TODAY + timedelta(days=days)


def check(person: Any, days: int, kind: str = QualificationKind.CLEARANCE) -> Qualification:
    return Qualification.objects.create(
        person=person, kind=kind, code="MINORS", valid_from_date=in_days(-300), valid_until_date=in_days(days)
    )


def mandate(town: SmallTown, days: int, **fields: Any) -> Mandate:
    usual = {"kind": MandateKind.PROXY, "holder": town.neighbour, "for_person": town.elder, "scope": ["READING"]}
    return Mandate.objects.create(
        **usual | fields, evidence="一张纸", starts_date=in_days(-60), ends_date=in_days(days)
    )


class TestGridsWithoutWorker:
    def test_names_the_grid_and_who_is_rung_meanwhile(self, town: SmallTown) -> None:
        (found,) = queries.grids_without_worker(viewer_of(town.coordinator))

        assert (found.grid, found.rung_meanwhile) == (town.other_grid, (town.coordinator.name,))

    def test_counts_a_full_time_member_and_no_other_post(self, town: SmallTown) -> None:
        appoint(town.member, PostKind.BRANCH_CONTACT, town.other_grid)
        assert len(queries.grids_without_worker(viewer_of(town.coordinator))) == 1
        appoint(town.stranger, PostKind.FULL_TIME_MEMBER, town.other_grid)

        assert queries.grids_without_worker(viewer_of(town.coordinator)) == []

    def test_counts_nobody_whose_term_is_over(self, town: SmallTown) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(ends_date=in_days(-1))

        assert [row.grid for row in queries.grids_without_worker(viewer_of(town.coordinator))] == [
            town.grid,
            town.other_grid,
        ]

    def test_names_the_nearest_above_alone(self, town: SmallTown) -> None:
        appoint(town.stranger, PostKind.COORDINATOR, town.joint_community)

        (found,) = queries.grids_without_worker(viewer_of(town.coordinator))

        assert found.rung_meanwhile == (town.coordinator.name,)

    def test_is_told_to_workers_of_the_area(self, town: SmallTown) -> None:
        counts = {role: len(queries.grids_without_worker(viewer_of(getattr(town, role)))) for role in READERS}

        assert {role for role, count in counts.items() if count} == {"coordinator", "other_coordinator"}


class TestTermsEndingSoon:
    @pytest.mark.parametrize(("days", "count"), [(0, 1), (30, 1), (31, 0), (-1, 0)])
    def test_looks_thirty_days_ahead(self, town: SmallTown, days: int, count: int) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(ends_date=in_days(days))

        assert queries.terms_ending_soon(viewer_of(town.coordinator)).count() == count
        assert queries.terms_ending_soon(viewer_of(town.other_coordinator)).count() == 0


class TestMandatesEndingSoon:
    @pytest.mark.parametrize(("days", "count"), [(0, 1), (30, 1), (31, 0), (-1, 0)])
    def test_looks_thirty_days_ahead(self, town: SmallTown, days: int, count: int) -> None:
        mandate(town, days)

        assert queries.mandates_ending_soon(viewer_of(town.coordinator)).count() == count
        assert queries.mandates_ending_soon(viewer_of(town.other_coordinator)).count() == 0

    def test_knows_those_of_stations_and_none_that_was_revoked(self, town: SmallTown) -> None:
        mandate(town, 5, kind=MandateKind.AGENT, for_person=None, station=town.station)
        mandate(town, 5, revoked_at=NOW)

        assert [row.station for row in queries.mandates_ending_soon(viewer_of(town.coordinator))] == [town.station]


class TestChecksRunningOut:
    @pytest.mark.parametrize(("days", "count"), [(-31, 0), (-30, 1), (0, 1), (30, 1), (31, 0)])
    def test_looks_thirty_days_ahead_and_back(self, town: SmallTown, days: int, count: int) -> None:
        check(town.helper, days)

        assert queries.checks_running_out(viewer_of(town.coordinator)).count() == count

    def test_is_told_to_workers_of_where_the_person_lives(self, town: SmallTown) -> None:
        check(town.helper, 5)
        check(town.stranger, 3)

        found = {
            role: [row.person.name for row in queries.checks_running_out(viewer_of(getattr(town, role)))]
            for role in READERS
        }

        assert {role: names for role, names in found.items() if names} == {
            "grid_head": [town.helper.name],
            "coordinator": [town.stranger.name, town.helper.name],
        }
