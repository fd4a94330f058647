"""How a load is spread: bands that hold five at least, and the Gini coefficient against its definition."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.spread import FEWEST_IN_A_BAND, gini, spread_of

LOADS = st.lists(st.integers(1, 3000), min_size=FEWEST_IN_A_BAND, max_size=60)


class TestGini:
    @given(LOADS)
    def test_is_half_the_mean_difference_over_the_mean(self, minutes: list[int]) -> None:
        mean = sum(minutes) / len(minutes)
        apart = sum(abs(one - other) for one, other in product(minutes, repeat=2)) / len(minutes) ** 2

        assert gini(minutes) == pytest.approx(apart / (2 * mean))

    def test_does_not_mind_the_order(self) -> None:
        assert gini([5, 1, 3]) == gini([1, 3, 5])


class TestSpreadOf:
    def test_is_not_told_of_fewer_than_five(self) -> None:
        assert spread_of([60] * 4) is None

    def test_keeps_full_bands_apart(self) -> None:
        found = spread_of([59] * 5 + [60] * 5 + [200] * 5 + [400] * 5 + [720] * 5)

        assert found is not None
        assert [(band.from_minutes, band.below_minutes, band.people) for band in found.bands] == [
            (0, 60, 5),
            (60, 180, 5),
            (180, 360, 5),
            (360, 720, 5),
            (720, None, 5),
        ]
        assert found.share(found.bands[-1]) == pytest.approx(3600 / 7195)

    def test_puts_few_together_with_the_band_below(self) -> None:
        found = spread_of([30] * 5 + [100] * 4 + [900])

        assert found is not None
        assert [(band.from_minutes, band.people, band.minutes) for band in found.bands] == [(0, 5, 150), (60, 5, 1300)]

    def test_puts_few_at_the_light_end_together_with_the_band_above(self) -> None:
        found = spread_of([10, 20] + [100] * 5)

        assert found is not None
        assert [(band.from_minutes, band.below_minutes, band.people) for band in found.bands] == [(0, None, 7)]

    @given(LOADS)
    def test_counts_everybody_once_in_bands_of_five_at_least(self, minutes: list[int]) -> None:
        found = spread_of(minutes)

        assert found is not None
        assert sum(band.people for band in found.bands) == found.people == len(minutes)
        assert sum(band.minutes for band in found.bands) == found.minutes == sum(minutes)
        assert min(band.people for band in found.bands) >= FEWEST_IN_A_BAND
        edges = [(band.from_minutes, band.below_minutes) for band in found.bands]
        assert edges[0][0] == 0
        assert edges[-1][1] is None
        assert [last for _, last in edges[:-1]] == [first for first, _ in edges[1:]]
