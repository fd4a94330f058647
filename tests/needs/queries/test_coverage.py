"""The 15-minute circle of an area, read from rows, for those who oversee it."""

from typing import Any

import pytest

from matchmaker.community.models import Person
from matchmaker.errors import NotFound
from matchmaker.needs.actions import pause_offer
from matchmaker.needs.queries import AreaCoverage, areas_overseen, coverage_of
from tests.street_rows import put_the_street_map
from tests.town_rows import person
from tests.towns import NOW, SmallTown, load_service_types_once, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def five_elders(town: SmallTown) -> None:
    """In building 1, as slow as people of ninety."""
    for number in range(5):
        row = person(town.households[0], town.community, f"老人{number}", birth_year=1935, now=NOW)
        Person.objects.filter(pk=row.pk).update(walking_speed_m_per_min=38)


def of_type(found: AreaCoverage, code: str) -> tuple[int, int | None, int | None, int | None]:
    (covered,) = [row.covered for row in found.services if row.kind.code == code]
    return covered.places, covered.young.percent, covered.old.percent, covered.gap


class TestCoverageOf:
    def test_counts_offers_of_organizations_and_their_stations(self, town: SmallTown) -> None:
        five_elders(town)
        open_offer_for(
            town, organization=town.organization
        )  # at the seat, where the station stands: 0.002 degrees east
        open_offer_for(town)  # a neighbour is no place

        found = coverage_of(viewer_of(town.coordinator), town.community.public_id)

        assert found.people == 17
        assert of_type(found, "SHOPPING") == (1, 100, 100, 0)
        assert of_type(found, "TUTORING") == (0, 0, 0, 0)
        assert (found.by_street, found.attributions) == (False, ())

    def test_goes_along_streets_and_names_their_source(self, town: SmallTown) -> None:
        five_elders(town)
        put_the_street_map()
        at_building_2 = open_offer_for(town, organization=town.organization, place=town.corridors[1].public_id)
        town.station.delete()

        found = coverage_of(viewer_of(town.coordinator), town.community.public_id)

        # Building 1 is 650 m away along streets: nine minutes for the young, seventeen for the elders (and the old
        # neighbour at 70 m a minute); buildings 3 and 4 lie off the map, some 400 m away by the guess.
        assert at_building_2.latitude == pytest.approx(41.2)
        assert of_type(found, "SHOPPING") == (1, 100, 17, 83)
        assert (found.by_street, found.attributions) == (True, ("The town's surveyors",))

    def test_counts_an_offer_of_the_type_above(self, town: SmallTown) -> None:
        open_offer_for(town, organization=town.organization, service_types=("SOCIAL_ASSISTANCE",))

        found = coverage_of(viewer_of(town.coordinator))

        assert of_type(found, "SHOPPING")[0] == of_type(found, "SOCIAL_ASSISTANCE")[0] == 1

    def test_counts_for_a_heading_what_stands_below_it_and_lists_it_there(self, town: SmallTown) -> None:
        five_elders(town)
        open_offer_for(town, organization=town.organization, service_types=("SHOPPING",))

        found = coverage_of(viewer_of(town.coordinator))

        codes = [row.kind.code for row in found.services]
        headings = [row.kind.code for row in found.services if row.kind.parent_id is None]
        below = codes[
            codes.index("SOCIAL_ASSISTANCE") + 1 : codes.index(headings[headings.index("SOCIAL_ASSISTANCE") + 1])
        ]
        assert of_type(found, "SOCIAL_ASSISTANCE") == of_type(found, "SHOPPING") == (1, 100, 100, 0)
        assert "SHOPPING" in below
        assert len(codes) == len(set(codes))

    def test_leaves_out_what_is_paused(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        pause_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id, now=NOW)

        assert of_type(coverage_of(viewer_of(town.coordinator)), "SHOPPING")[0] == 0

    def test_shows_no_group_below_five(self, town: SmallTown) -> None:
        open_offer_for(town, organization=town.organization)

        assert of_type(coverage_of(viewer_of(town.coordinator)), "SHOPPING") == (1, 100, None, None)

    def test_shows_nothing_of_an_area_with_fewer_than_five(self, town: SmallTown) -> None:
        found = coverage_of(viewer_of(town.coordinator), town.corridors[0].public_id)

        assert (found.people, found.services, found.stations) == (None, (), ())

    def test_counts_who_lives_near_a_station_at_each_pace(self, town: SmallTown) -> None:
        found = coverage_of(viewer_of(town.coordinator))

        near = [(one.circle.pace.from_age, one.circle.minutes, one.people) for one in found.stations]
        assert len(near) == 18
        assert (13, 5, 12) in near
        assert (85, 5, None) in near  # 190 m: nobody of twelve

    @pytest.mark.parametrize("role", ["coordinator", "auditor"])
    def test_is_for_workers_and_auditors_of_the_area(self, town: SmallTown, role: str) -> None:
        viewer = viewer_of(getattr(town, role))

        assert list(areas_overseen(viewer)) == [town.community]
        assert coverage_of(viewer, town.grid.public_id).people == 6

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "other_coordinator"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            coverage_of(viewer_of(getattr(town, role)), town.community.public_id)

    def test_of_the_whole_is_not_for_a_grid_head(self, town: SmallTown) -> None:
        assert coverage_of(viewer_of(town.grid_head)).area == town.grid
        with pytest.raises(NotFound):
            coverage_of(viewer_of(town.grid_head), town.community.public_id)

    def test_asks_as_often_for_many_as_for_few(self, town: SmallTown, django_assert_num_queries: Any) -> None:
        put_the_street_map()
        viewer = viewer_of(town.coordinator)
        coverage_of(viewer)
        five_elders(town)
        open_offer_for(town, organization=town.organization)
        open_offer_for(town, organization=town.organization, service_types=("TUTORING",))

        with django_assert_num_queries(7):  # the area, people, maps, types, stations, offers, sources
            coverage_of(viewer)
