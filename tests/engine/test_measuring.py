"""A city's day in figures: communities, their areas and groups, and what is never measured."""

import numpy as np
import pytest

from bench.towns import BenchTown
from matchmaker.engine import measuring
from matchmaker.engine.measuring import CityDay, measure
from matchmaker.engine.strangers import Reading, area_indexes, between_groups
from tests.engine.test_strangers import both, made

__all__ = ["both", "made"]  # fixtures

RNG = np.random.default_rng


def city_of(made: BenchTown, reading: Reading, **other: object) -> CityDay:
    """The made town as two communities of some buildings each, which are their grids here."""
    usual = {
        "ids": made.ids,
        "adjacency": reading.adjacency,
        "communities": np.where(made.building < np.median(made.building), 100, 200),
        "grids": made.building,
        "corridors": 1_000 + made.building,
        "groups": {"NEWCOMERS": {"newcomers": made.newcomer, "settled": ~made.newcomer}},
    }
    return CityDay(**(usual | other))  # type: ignore[arg-type]  # one column each


class TestMeasure:
    def test_takes_shares_from_the_whole_city_and_the_rest_from_the_area_alone(
        self, made: BenchTown, both: tuple[Reading, Reading]
    ) -> None:
        city = city_of(made, both[0])
        communities, grids = area_indexes(both[0], city.communities), area_indexes(both[0], made.building)

        found = measure(city, np.array([100, 200]), rng=RNG(1))

        assert set(found) == {100, 200}
        for community, day in found.items():
            assert day.exact
            assert day.whole is not None
            assert day.people == day.whole.people == communities[community].people
            assert day.whole.share == pytest.approx(communities[community].share)
            assert day.whole.alone.islands == pytest.approx(communities[community].alone.islands)
            of_grids = {area: index for area, index in day.areas.items() if area < 1_000}
            assert of_grids == {area: grids[area] for area in of_grids}
            assert set(of_grids) == set(made.building[city.communities == community].tolist())

    def test_measures_groups_within_the_community(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        city = city_of(made, both[0], communities=np.full(600, 100))

        day = measure(city, np.array([100]), rng=RNG(1))[100]

        assert day.between == {"NEWCOMERS": between_groups(both[0], city.groups["NEWCOMERS"])}
        assert day.sizes["NEWCOMERS"]["newcomers"] == int(made.newcomer.sum())

    def test_leaves_out_areas_and_groups_of_fewer_than_five(
        self, made: BenchTown, both: tuple[Reading, Reading]
    ) -> None:
        few, rest = np.arange(600) < 4, np.arange(600) >= 4
        corridors = np.where(few, 1_001, 1_002)
        city = city_of(
            made, both[0], communities=np.full(600, 100), corridors=corridors, groups={"AGE": {"a": few, "b": rest}}
        )

        day = measure(city, np.array([100]), rng=RNG(1))[100]

        assert 1_002 in day.areas
        assert 1_001 not in day.areas
        assert day.between == {}  # the other group would tell of the few by difference
        assert day.sizes == {}

    def test_knows_nothing_yet_of_a_community_of_few(self, made: BenchTown, both: tuple[Reading, Reading]) -> None:
        city = city_of(made, both[0], communities=np.where(np.arange(600) < 29, 100, 200))

        found = measure(city, np.array([100, 200, 300]), rng=RNG(1))

        assert (found[100].people, found[100].whole, found[100].areas, found[100].between) == (29, None, {}, {})
        assert (found[300].people, found[300].whole) == (0, None)
        assert found[200].whole is not None

    def test_sketches_what_is_large_with_its_error(
        self, made: BenchTown, both: tuple[Reading, Reading], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exact = measure(city_of(made, both[0]), np.array([100]), rng=RNG(1))[100]
        monkeypatch.setattr(measuring, "EXACT_PEOPLE", 100)

        told = measure(city_of(made, both[0]), np.array([100]), rng=RNG(1))[100]

        assert not told.exact
        assert told.whole is not None
        assert exact.whole is not None
        assert 0.0 < told.whole.alone.islands_error < 1.0
        assert abs(told.whole.alone.islands - exact.whole.alone.islands) <= 6.0 * told.whole.alone.islands_error
        assert abs(told.whole.share - exact.whole.share) <= 6.0 * told.whole.share_error
