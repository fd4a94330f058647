"""The made towns that everything at the scale of a city is measured on."""

import numpy as np
import pytest

from bench.towns import CORRIDOR_PEOPLE, GRID_PEOPLE, KINDS, BenchTown, town
from matchmaker.engine.problem import HALF_LIFE_DAYS


@pytest.fixture(scope="module")
def made() -> BenchTown:
    return town(people=20_000, seed=3)


class TestTown:
    def test_is_the_same_for_the_same_seed(self) -> None:
        once, again = town(people=700, seed=5), town(people=700, seed=5)

        assert all(np.array_equal(value, getattr(again, name)) for name, value in vars(once).items())
        assert not np.array_equal(once.edges_v, town(people=700, seed=6).edges_v)

    @pytest.mark.parametrize("people", [0, 1, 2, 3, 21, 501])
    def test_is_fine_with_next_to_nobody(self, people: int) -> None:
        small = town(people=people, seed=1)

        assert len(small.ids) == people
        assert (small.edges_u < small.edges_v).all()
        assert (small.edges_v < max(people, 1)).all()

    def test_has_each_pair_once_and_3_4_ties_a_person(self, made: BenchTown) -> None:
        codes = made.edges_u * len(made.ids) + made.edges_v

        assert len(codes) == 68_000
        assert (np.diff(codes) > 0).all()

    def test_is_numbered_by_locality(self, made: BenchTown) -> None:
        for area, people in ((made.corridor, CORRIDOR_PEOPLE), (made.grid, GRID_PEOPLE)):
            assert (np.diff(area) >= 0).all()
            assert (np.bincount(area) == people).all()
        within = np.hypot(made.x_m[1:] - made.x_m[:-1], made.y_m[1:] - made.y_m[:-1])[np.diff(made.corridor) == 0]
        assert within.max() < 15.0

    def test_ties_mostly_within_the_grid(self, made: BenchTown) -> None:
        assert 0.8 < (made.grid[made.edges_u] == made.grid[made.edges_v]).mean() < 0.95

    def test_closes_circles(self, made: BenchTown) -> None:
        friends: list[set[int]] = [set() for _ in made.ids]
        for u, v in zip(made.edges_u.tolist(), made.edges_v.tolist(), strict=True):
            friends[u].add(v)
            friends[v].add(u)

        supported = [
            not friends[u].isdisjoint(friends[v])
            for u, v in zip(made.edges_u.tolist(), made.edges_v.tolist(), strict=True)
        ]

        assert np.mean(supported) > 0.6

    def test_knows_its_newcomers_less(self, made: BenchTown) -> None:
        ties = np.bincount(np.concatenate((made.edges_u, made.edges_v)), minlength=len(made.ids))

        assert made.newcomer.mean() == pytest.approx(0.2, abs=0.02)
        assert ties[made.newcomer].mean() < 0.6 * ties[~made.newcomer].mean()

    def test_weighs_each_tie_by_its_age_and_kind(self, made: BenchTown) -> None:
        half_life = np.array([HALF_LIFE_DAYS[kind] for kind in KINDS])[made.kind]

        assert np.allclose(made.weight, 0.5 ** (made.age_days / half_life))
        assert set(np.unique(made.kind)) == {0, 1, 2, 3}

    def test_vouches_along_ties(self, made: BenchTown) -> None:
        pairs = set(zip(made.edges_u.tolist(), made.edges_v.tolist(), strict=True))
        vouches = zip(made.vouch_u.tolist(), made.vouch_v.tolist(), strict=True)

        assert len(made.vouch_u) == 6_000
        assert all((min(vouch), max(vouch)) in pairs for vouch in vouches)
