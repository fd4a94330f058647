"""The area tree: one path from each household to the root, and no child above its parent."""

import pytest
from django.db import IntegrityError, transaction

from matchmaker.community.actions import plant_area
from matchmaker.community.actions.areas import AreaNameTaken, AreaOutOfPlace
from matchmaker.community.models import Area, AreaLevel
from tests.towns import ZONE, SmallTown, small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def above(area: Area) -> list[int]:
    """The keys of the areas above and of the area itself, found by the parents alone."""
    keys: list[int] = []
    row: Area | None = area
    while row is not None:
        assert row.pk not in keys
        keys.insert(0, row.pk)
        row = row.parent
    return keys


class TestPlantArea:
    def test_gives_the_path_from_the_root(self, town: SmallTown) -> None:
        home = plant_area(
            parent=town.corridors[0], level=AreaLevel.HOUSEHOLD, name="201室", latitude=41.2, longitude=111.3
        )

        home.refresh_from_db()
        assert home.path == f"{town.corridors[0].path}{home.pk:010d}/"
        assert home.parent_level == AreaLevel.CORRIDOR
        assert len(above(home)) == 7

    def test_lets_a_level_be_left_out(self, town: SmallTown) -> None:
        home = plant_area(parent=town.community, level=AreaLevel.HOUSEHOLD, name="散户", latitude=41.2, longitude=111.3)

        assert home.path == f"{town.community.path}{home.pk:010d}/"

    def test_gives_each_household_exactly_one_path_to_the_root(self, town: SmallTown) -> None:
        for name in ("301室", "302室"):
            plant_area(parent=town.corridors[1], level=AreaLevel.HOUSEHOLD, name=name, latitude=41.2, longitude=111.3)

        homes = Area.objects.filter(level=AreaLevel.HOUSEHOLD)
        assert homes.count() == 15
        for home in homes:
            chain = [int(part) for part in home.path.split("/") if part]
            assert chain == above(home)
            assert chain[0] == town.region.pk
            assert Area.objects.filter(pk__in=chain, parent=None).count() == 1

    @pytest.mark.parametrize("level", [AreaLevel.COMMUNITY, AreaLevel.GRID], ids=["above", "beside"])
    def test_is_refused_under_a_parent_that_is_not_above(self, town: SmallTown, level: AreaLevel) -> None:
        before = Area.objects.count()

        with pytest.raises(AreaOutOfPlace):
            plant_area(parent=town.grid, level=level, name="错", time_zone=ZONE)

        assert Area.objects.count() == before

    def test_is_refused_for_a_region_with_a_parent_and_for_a_grid_without(self, town: SmallTown) -> None:
        before = Area.objects.count()

        with pytest.raises(AreaOutOfPlace):
            plant_area(parent=town.region, level=AreaLevel.REGION, name="错")
        with pytest.raises(AreaOutOfPlace):
            plant_area(parent=None, level=AreaLevel.GRID, name="错")

        assert Area.objects.count() == before

    def test_is_refused_where_the_name_is_taken(self, town: SmallTown) -> None:
        before = Area.objects.count()

        with pytest.raises(AreaNameTaken):
            plant_area(parent=town.community, level=AreaLevel.GRID, name="第1网格")
        with pytest.raises(AreaNameTaken):
            plant_area(parent=None, level=AreaLevel.REGION, name="测试区")

        assert Area.objects.count() == before


class TestArea:
    """What the database itself refuses, whoever writes."""

    @pytest.mark.parametrize(
        ("constraint", "columns"),
        [
            ("area_parent_stands_above", {"level": AreaLevel.COMMUNITY, "time_zone": ZONE}),
            ("area_parent_stands_above", {"level": AreaLevel.GRID}),
            ("area_only_a_region_has_no_parent", {"level": AreaLevel.GRID, "parent": None, "parent_level": None}),
            ("area_household_has_a_place", {"level": AreaLevel.HOUSEHOLD}),
            ("area_latitude_in_range", {"level": AreaLevel.CORRIDOR, "latitude": 91.0}),
        ],
    )
    def test_cannot_be_out_of_place(self, town: SmallTown, constraint: str, columns: dict[str, object]) -> None:
        row = {"parent": town.grid, "parent_level": AreaLevel.GRID, "name": "错", "path": "错"} | columns

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Area.objects.create(**row)

    def test_cannot_have_two_rows_on_one_path(self, town: SmallTown) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Area.objects.filter(pk=town.other_grid.pk).update(path=town.grid.path)
