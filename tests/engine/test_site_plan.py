"""Dots by grid and building: no two on one place, and the same plan every time."""

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.site_plan import plan_of

TOWNS = st.dictionaries(st.integers(0, 60), st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=40)


class TestPlanOf:
    def test_of_nothing_is_empty(self) -> None:
        assert plan_of({}) == {}

    @given(town=TOWNS)
    def test_gives_every_dot_a_cell_of_its_own(self, town: dict[int, tuple[int, int]]) -> None:
        plan = plan_of(town)
        cells = [cell for dots in plan.values() for cell in dots]

        assert {key: len(dots) for key, dots in plan.items()} == {key: dots for key, (_, dots) in town.items()}
        assert len(set(cells)) == len(cells)
        assert min(min(cell) for cell in cells) == 0

    @given(town=TOWNS)
    def test_keeps_buildings_and_grids_apart(self, town: dict[int, tuple[int, int]]) -> None:
        """The boxes around two buildings never touch, nor do those around two grids."""
        plan = plan_of(town)
        grids: dict[int, list[tuple[int, int]]] = {}
        for key, (grid, _) in town.items():
            grids.setdefault(grid, []).extend(plan[key])

        assert not _any_meet([_box(dots) for dots in plan.values()])
        assert not _any_meet([_box(dots) for dots in grids.values()])


def _box(dots: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in dots], [y for _, y in dots]
    return min(xs), min(ys), max(xs), max(ys)


def _any_meet(boxes: list[tuple[int, int, int, int]]) -> bool:
    return any(
        one[0] <= other[2] + 1 and other[0] <= one[2] + 1 and one[1] <= other[3] + 1 and other[1] <= one[3] + 1
        for at, one in enumerate(boxes)
        for other in boxes[:at]
    )
