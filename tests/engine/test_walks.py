"""Seeded walks, held against networkx."""

import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from bench.towns import town
from matchmaker.engine import walks
from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.tie_columns import Columns, Kind
from matchmaker.engine.walks import Walk, Walker, rows_of
from tests.engine.graphs import arrays_of, weighted_graphs

EPSILONS = st.sampled_from([1e-2, 1e-4, 1e-6])
RESTARTS = st.sampled_from([0.1, 0.15, 0.5])


def told(graph: nx.Graph, seeds: dict[int, float], restart: float) -> np.ndarray:
    """networkx's answer, in the order of the ids."""
    shares = nx.pagerank(graph, alpha=1.0 - restart, personalization=seeds, tol=1e-14, max_iter=10_000)
    return np.array([shares[node] for node in sorted(graph)])


def shares_of(walk: Walk, size: int) -> np.ndarray:
    found = np.zeros(size)
    found[walk.rows] = walk.share
    return found


class TestRows:
    @given(weighted_graphs(directed=True))
    def test_are_those_of_the_matrix_of_networkx(self, graph: nx.DiGraph) -> None:
        adjacency, ids = arrays_of(graph)
        dense = nx.to_numpy_array(graph, nodelist=ids.tolist()) if len(ids) else np.zeros((0, 0))

        rows = rows_of(adjacency)

        read = np.zeros_like(dense)
        for row, (start, length) in enumerate(zip(rows.start.tolist(), rows.length.tolist(), strict=True)):
            read[row, rows.word[start : start + length]] = rows.base[start : start + length]
        assert read == pytest.approx(dense)
        assert rows.strength == pytest.approx(dense.sum(axis=1))


class TestWalk:
    @given(weighted_graphs(least=1), EPSILONS, RESTARTS, st.data())
    def test_is_within_its_bound_of_networkx(self, graph: nx.Graph, epsilon: float, restart: float, data) -> None:
        adjacency, ids = arrays_of(graph)
        seeds = data.draw(st.lists(st.integers(0, len(ids) - 1), min_size=1, unique=True))
        weights = data.draw(st.lists(st.floats(0.1, 3.0), min_size=len(seeds), max_size=len(seeds)))
        strength = np.asarray(adjacency.sum(axis=1)).ravel()

        walk = Walker(adjacency, restart=restart, epsilon=epsilon).walk(seeds, weights)

        exact = told(graph, {int(ids[seed]): weight for seed, weight in zip(seeds, weights, strict=True)}, restart)
        off = np.abs(shares_of(walk, len(ids)) - exact)
        assert off.sum() <= walk.left + 1e-9
        if strength[seeds].all():
            assert (off <= epsilon * strength + 1e-9).all()

    @given(weighted_graphs(least=1, directed=True), EPSILONS, RESTARTS, st.data())
    def test_follows_words_one_way(self, graph: nx.DiGraph, epsilon: float, restart: float, data) -> None:
        adjacency, ids = arrays_of(graph)
        seed = data.draw(st.integers(0, len(ids) - 1))
        strength = np.asarray(adjacency.sum(axis=1)).ravel()

        walk = Walker(adjacency, restart=restart, epsilon=epsilon).walk([seed])

        exact = told(graph, {int(ids[seed]): 1.0}, restart)
        assert np.abs(shares_of(walk, len(ids)) - exact).sum() <= walk.left + 1e-9
        assert walk.left <= epsilon * np.where(strength > 0.0, strength, 1.0).sum() + 1e-12

    def test_leaves_nothing_behind_for_the_next(self) -> None:
        adjacency, _ = arrays_of(nx.karate_club_graph())
        walker = Walker(adjacency)

        walker.walk([3, 7])
        again = walker.walk([0])

        fresh = Walker(adjacency).walk([0])
        assert again.share.tolist() == fresh.share.tolist()
        assert again.rows.tolist() == fresh.rows.tolist()
        assert not walker._state.any()

    def test_of_somebody_who_knows_nobody_stays(self) -> None:
        walk = Walker(csr_array((3, 3)), epsilon=1e-9).walk([1])

        assert walk.rows.tolist() == [1]
        assert walk.share[0] == pytest.approx(1.0, abs=1e-8)

    def test_follows_a_tie_to_oneself_as_networkx_does(self) -> None:
        graph = nx.Graph([(1, 1), (1, 2), (2, 3)])
        adjacency, _ = arrays_of(graph)

        walk = Walker(adjacency, epsilon=1e-10).walk([0])

        assert walk.share == pytest.approx(told(graph, {1: 1.0}, 0.15), abs=1e-8)

    @pytest.mark.parametrize(
        "adjacency",
        [csr_array([[0.0, -1.0], [-1.0, 0.0]]), csr_array([[0.0, np.nan], [1.0, 0.0]]), csr_array((2, 3))],
    )
    def test_follows_no_negative_word(self, adjacency: csr_array) -> None:
        with pytest.raises(ValueError, match=r"below 0|square"):
            Walker(adjacency)

    @pytest.mark.parametrize(
        ("seeds", "weights"), [([], None), ([2], None), ([-1], None), ([0, 0], None), ([0], [0.0]), ([0], [1.0, 1.0])]
    )
    def test_starts_on_rows_with_a_weight(self, seeds: list[int], weights: list[float] | None) -> None:
        with pytest.raises(ValueError, match=r"seeds|seed"):
            Walker(csr_array((2, 2))).walk(seeds, weights)

    @pytest.mark.parametrize(("restart", "epsilon"), [(0.0, 1e-5), (1.0, 1e-5), (0.15, 0.0), (0.15, -1.0)])
    def test_needs_a_chance_and_an_epsilon(self, restart: float, epsilon: float) -> None:
        with pytest.raises(ValueError, match="begins again"):
            Walker(csr_array((2, 2)), restart=restart, epsilon=epsilon)

    @settings(max_examples=30)
    @given(weighted_graphs(least=1, most=6), st.data())
    def test_as_written_says_what_the_machine_code_says(self, graph: nx.Graph, data) -> None:
        adjacency, ids = arrays_of(graph)
        seed = data.draw(st.integers(0, len(ids) - 1))
        machine = Walker(adjacency, epsilon=1e-4).walk([seed])
        with pytest.MonkeyPatch.context() as patch:
            for kernel in ("_begin", "_push", "_collect"):
                patch.setattr(walks, kernel, getattr(walks, kernel).plain)
            written = Walker(adjacency, epsilon=1e-4).walk([seed])

        assert machine.rows.tolist() == written.rows.tolist()
        assert machine.share == pytest.approx(written.share, rel=1e-12)
        assert machine.left == pytest.approx(written.left, rel=1e-9)


class TestWalkOverASnapshot:
    def test_goes_where_events_lead_without_a_rebuild(self) -> None:
        snapshot = Snapshot.of(
            ids=[5, 6, 7, 8],
            columns=Columns([5, 6], [6, 7], [Kind.KIN, Kind.VOUCH], [1.0, 1.0], [0.0, 0.0]),
            epoch_day=0.0,
        )
        snapshot.add(6, 8, Kind.MET, weight=0.5)
        snapshot.begin_epoch(90.0)

        walk = Walker(snapshot.rows(), epsilon=1e-9).walk([snapshot.row_of(5)])

        view = snapshot.neighbourhood()
        graph = nx.relabel_nodes(nx.from_scipy_sparse_array(view.adjacency), dict(enumerate(view.ids.tolist())))
        assert shares_of(walk, 4) == pytest.approx(told(graph, {5: 1.0}, 0.15), abs=1e-7)
        assert snapshot.ids_of(walk.rows).tolist() == [5, 6, 8]

    def test_follows_words_of_trust_where_it_is_told_to(self) -> None:
        columns = Columns([5, 6, 7], [6, 7, -3], [Kind.VOUCH, Kind.OUTCOME, Kind.MEMBERSHIP], [1.0] * 3, [0.0] * 3)
        snapshot = Snapshot.of(ids=[5, 6, 7, -3], columns=columns, epoch_day=0.0)

        walk = Walker(snapshot.rows(trust=True), epsilon=1e-9).walk([0])

        view = snapshot.trust()
        graph = nx.from_scipy_sparse_array(view.adjacency, create_using=nx.DiGraph)
        assert shares_of(walk, 4) == pytest.approx(told(graph, {0: 1.0}, 0.15), abs=1e-7)

    def test_looks_at_no_more_of_a_city_than_of_a_town(self) -> None:
        """How many people a walk reaches is counted, in towns of one making and two sizes."""
        reached = []
        for people in (20_000, 100_000):
            made = town(people=people, seed=2)
            weights = np.concatenate((made.weight, made.weight))
            pairs = (np.concatenate((made.edges_u, made.edges_v)), np.concatenate((made.edges_v, made.edges_u)))
            walker = Walker(csr_array((weights, pairs), shape=(people, people)), epsilon=1e-4)
            seeds = np.flatnonzero(walker.rows.strength > 0.0)[:: people // 200]
            reached.append(np.mean([len(walker.walk([seed]).rows) for seed in seeds]))

        assert reached[1] < 1.3 * reached[0]
        assert reached[1] < 1_000


class TestMachineCode:
    """It is made at the first call, kept outside the repository, and made again where it cannot be kept."""

    PROGRAM = (
        "import sys; from scipy.sparse import csr_array; from matchmaker.engine import walks; "
        "assert 'numba' not in sys.modules; "
        "print(len(walks.Walker(csr_array([[0.0, 1.0], [1.0, 0.0]])).walk([0]).rows), "
        "len(walks._push._machine.stats.cache_hits))"
    )

    def run(self, **where: str) -> str:
        root = Path(__file__).parents[2]
        env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **where}
        done = subprocess.run(
            [sys.executable, "-c", self.PROGRAM], cwd=root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def test_is_kept_in_the_users_folder_for_caches(self, tmp_path: Path) -> None:
        assert self.run(HOME=str(tmp_path)) == "2 0"
        assert self.run(HOME=str(tmp_path)) == "2 1"
        assert list(tmp_path.rglob("*.nbi"))
        assert not list(Path(__file__).parents[2].joinpath("matchmaker").rglob("*.nbi"))

    def test_is_kept_where_it_is_told_to(self, tmp_path: Path) -> None:
        assert self.run(HOME=str(tmp_path / "home"), NUMBA_CACHE_DIR=str(tmp_path / "kept")) == "2 0"

        assert list((tmp_path / "kept").rglob("*.nbi"))
        assert not (tmp_path / "home").exists()

    def test_is_made_anew_where_no_folder_can_be_written_to(self, tmp_path: Path) -> None:
        no_folder = tmp_path / "file"
        no_folder.write_text("")

        once, again = (self.run(HOME=str(no_folder), NUMBA_CACHE_DIR=str(no_folder / "deep")) for _ in range(2))

        assert (once, again) == ("2 0", "2 0")
        assert not list(Path(__file__).parents[2].joinpath("matchmaker").rglob("*.nbi"))
