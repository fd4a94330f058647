"""The cells of docs/who-may-see-what.md mean what they say."""

import pytest

from tests.promises.sight_table import ALL, Unreadable, cell_of, stages_of


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "stages"),
        [("yes", ALL), ("–", set()), ("2+", {2, 3, 4, 5}), ("1-3", {1, 2, 3}), ("4", {4}), ("0, 4+", {0, 4, 5})],
    )
    def test_say_stages_and_back(self, cell: str, stages: set[int]) -> None:
        assert stages_of(cell) == stages
        assert cell_of(frozenset(stages)) == cell

    @pytest.mark.parametrize("cell", ["", "no", "6", "2..3", "maybe"])
    def test_that_mean_nothing_are_refused(self, cell: str) -> None:
        with pytest.raises(Unreadable):
            stages_of(cell)
