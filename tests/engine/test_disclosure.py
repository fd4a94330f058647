"""What is told of small counts lays none of them bare, whoever puts it together; held-back drawers are why."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine import told_counts
from matchmaker.engine.disclosure import HELD_BACK, Sums, limits_of, rounded, tell
from matchmaker.engine.told_counts import KindCounts, Told, tell_counts
from tests.engine.attacker import Attacker, drawn_month, drawn_months, meaning

TWO_GROUPS = Sums(np.array([[1, 1], [1, 0], [0, 1]]), (0, 1, 2))
CROSS = Sums(
    np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], *np.eye(4, dtype=int)]),
    tuple(range(9)),
)
COUNTS = st.integers(0, 12)


@st.composite
def months(draw: st.DrawFn) -> KindCounts:
    """Any small month: two kinds in two grids and one kind of the whole community."""
    asked = np.array(draw(st.lists(COUNTS, min_size=5, max_size=5)))
    met = np.array([draw(st.integers(0, int(count))) for count in asked])
    return KindCounts(asked[:4].reshape(2, 2), met[:4].reshape(2, 2), asked[4:], met[4:])


def told_all(counts: KindCounts, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The same page with nothing held back."""
    with monkeypatch.context() as patched:
        patched.setattr(told_counts, "tell", rounded)
        return tell_counts(counts)


class TestTell:
    def test_tells_a_drawer_and_no_count(self) -> None:
        assert tell(TWO_GROUPS, np.array([23, 41])).tolist() == [65, 25, 40]
        assert tell(TWO_GROUPS, np.array([22, 0])).tolist() == [20, 20, 0]

    def test_holds_one_of_two_small_groups_back_that_together_are_not(self) -> None:
        """Six in all, and under five in each: then each has one at least."""
        assert tell(TWO_GROUPS, np.array([3, 3])).tolist() == [5, 0, HELD_BACK]

    def test_does_not_prove_that_there_is_nobody(self) -> None:
        """Nine, nine, eight and eight of 27 at most would be 8 + 8 + 8 + 8 and more: so the limits pin them all."""
        four = Sums(np.vstack([np.ones(5, dtype=int), np.eye(5, dtype=int)]), tuple(range(6)))

        told = tell(four, np.array([8, 8, 8, 8, 0]))

        assert rounded(four, np.array([8, 8, 8, 8, 0])).tolist() == [30, 10, 10, 10, 10, 0]
        assert told.tolist() == [30, 10, 10, 10, HELD_BACK, 0]

    def test_gives_tables_that_would_be_told_alike_the_same_blanks(self) -> None:
        rng = np.random.default_rng(5)
        for _ in range(60):
            drawers = rng.integers(0, 3, 4)
            one, other = (
                np.array([rng.integers(*limits_of(5 * int(at)), endpoint=True) for at in drawers]) for _ in range(2)
            )
            if (rounded(CROSS, one) == rounded(CROSS, other)).all():
                assert tell(CROSS, one).tolist() == tell(CROSS, other).tolist()

    @pytest.mark.parametrize("told", [0, 5, 10, 15, 200])
    def test_means_what_the_attacker_takes_it_for(self, told: int) -> None:
        assert limits_of(told) == meaning(told)


class TestAllReleasesTogether:
    @settings(max_examples=15, deadline=None)
    @given(st.lists(months(), min_size=2, max_size=2))
    def test_let_no_count_below_five_be_recovered(self, asked: list[KindCounts]) -> None:
        told = [(counts, tell_counts(counts, turn=turn)) for turn, counts in enumerate(asked)]

        assert Attacker.with_all(told).recovered() == []

    @pytest.mark.parametrize("seed", range(4))
    def test_hold_against_whole_numbers_too(self, seed: int) -> None:
        told = [(counts, tell_counts(counts)) for counts in drawn_months(seed, count=2)]

        assert Attacker.with_all(told).recovered(whole=True) == []

    def test_would_be_broken_into_if_nothing_were_held_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same months, the same attack: this is what holding back is for."""
        asked = list(drawn_months(seed=2, count=6))

        open_pages = Attacker.with_all([(counts, told_all(counts, monkeypatch)) for counts in asked])
        pages = Attacker.with_all([(counts, tell_counts(counts)) for counts in asked])

        assert len(open_pages.recovered()) >= 5
        assert pages.recovered() == []

    def test_of_a_whole_community_hold_little_back(self) -> None:
        counts = drawn_month(np.random.default_rng(3), kinds=7, grids=5, others=14, mean=6.0)

        told = tell_counts(counts)

        assert Attacker.with_all([(counts, told)]).recovered() == []
        assert sum(HELD_BACK in pair for pair in told.values()) <= len(told) // 10
        for (name, kind, grid), (asked, met) in told.items():
            if name == "CELL" and HELD_BACK not in (asked, met):
                assert limits_of(asked)[0] <= counts.asked[kind, grid] <= limits_of(asked)[1]
                assert limits_of(met)[0] <= counts.met[kind, grid] <= limits_of(met)[1]
