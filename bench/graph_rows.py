"""What `bench.graph` measures, each in a process of its own: one task with one library, on a city from a file."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import cg, splu

from bench.towns import KINDS, BenchTown, town
from matchmaker.engine.array_graph import ArrayGraph
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.solving import EXACT_TOLERANCE, exact_gains
from matchmaker.engine.tie_columns import Columns, Kind
from matchmaker.engine.walks import RESTART, Walker

WALKS: Final = 1_000
EVENTS: Final = 10_000
PAIRS: Final = 100_000
FEW_PAIRS: Final = 20
SMALL_TOWN: Final = 2_000
SEED: Final = 1
STATUS: Final = Path("/proc/self/status")

Work = Callable[["City"], tuple[float, float]]


@dataclass(frozen=True)
class City:
    """The columns that everybody builds from, and the people that walks start at."""

    made: BenchTown
    columns: Columns
    u: np.ndarray
    v: np.ndarray
    seeds: np.ndarray

    @staticmethod
    def of(*, people: int) -> "City":
        made = town(people=people, seed=SEED)
        tied = np.unique(np.concatenate((made.edges_u, made.edges_v)))
        seeds = np.random.default_rng(SEED).choice(tied if len(tied) else np.arange(people), size=WALKS)
        u, v = made.ids[made.edges_u], made.ids[made.edges_v]
        kind = np.array([Kind[of] for of in KINDS])[made.kind]
        return City(made, Columns(u, v, kind, np.ones(len(u)), -made.age_days), u, v, seeds)

    def snapshot(self) -> Snapshot:
        """Weights are still to fade; the others get them as they are today."""
        return Snapshot.of(ids=self.made.ids, columns=self.columns, epoch_day=0.0)

    def adjacency(self) -> csr_array:
        ends = (self.made.edges_u, self.made.edges_v)
        pairs = (np.concatenate(ends), np.concatenate(ends[::-1]))
        size = len(self.made.ids)
        return csr_array((np.concatenate((self.made.weight, self.made.weight)), pairs), shape=(size, size))

    def networkx(self) -> "nx.Graph[int]":
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(self.made.ids.tolist())
        lines = zip(self.u.tolist(), self.v.tolist(), self.made.weight.tolist(), strict=True)
        graph.add_weighted_edges_from(lines)
        return graph

    def both_networkx(self) -> tuple[Any, Any]:
        words: nx.DiGraph[int] = nx.DiGraph()
        words.add_nodes_from(self.made.ids.tolist())
        weights = self.made.weight.tolist()
        for one, other in ((self.u, self.v), (self.v, self.u)):
            words.add_weighted_edges_from(zip(one.tolist(), other.tolist(), weights, strict=True))
        return self.networkx(), words

    def rustworkx(self) -> Any:
        import rustworkx as rx

        graph = rx.PyGraph(multigraph=False)
        graph.add_nodes_from(self.made.ids.tolist())
        lines = zip(self.made.edges_u.tolist(), self.made.edges_v.tolist(), self.made.weight.tolist(), strict=True)
        graph.extend_from_weighted_edge_list(list(lines))
        return graph

    def scikit_network(self) -> Any:
        from sknetwork.data import from_edge_list

        lines = np.stack((self.made.edges_u, self.made.edges_v, self.made.weight), axis=1)
        return from_edge_list(lines, directed=False, reindex=False, matrix_only=True)


def timed(work: Callable[[], Any], *, all_of: int = 1, done: int = 1) -> tuple[float, float]:
    """Seconds of the processor and megabytes beyond what stood before; seconds for all where only some were done."""
    before_mb = _reset_peak()
    started = time.process_time()
    kept = work()
    cpu_s = (time.process_time() - started) * all_of / done
    peak_mb = max(0.0, _memory_mb("VmHWM") - before_mb)
    del kept
    return cpu_s, peak_mb


def walks_ours(city: City) -> tuple[float, float]:
    rows = city.snapshot().rows()
    Walker(rows).walk([0])  # loading the machine code is a row of its own

    def work() -> None:
        walker = Walker(rows)
        for seed in city.seeds.tolist():
            walker.walk([seed])

    return timed(work)


def first_walk(_: City) -> tuple[float, float]:
    pair = csr_array([[0.0, 1.0], [1.0, 0.0]])
    return timed(lambda: Walker(pair).walk([0]))


def walks_networkx(city: City) -> tuple[float, float]:
    graph, ids, few = city.networkx(), city.made.ids, SAMPLES["networkx"]
    return timed(
        lambda: [
            nx.pagerank(graph, alpha=1.0 - RESTART, personalization={int(ids[seed]): 1.0}) for seed in city.seeds[:few]
        ],
        all_of=WALKS,
        done=few,
    )


def walks_scipy(city: City) -> tuple[float, float]:
    """Power iteration as far as networkx goes by default, without its dictionaries."""
    adjacency, few = city.adjacency(), SAMPLES["scipy"]
    size = adjacency.shape[0]
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    each = np.divide(1.0 - RESTART, strength, out=np.zeros(size), where=strength > 0.0)

    def walk(seed: int) -> np.ndarray:
        share = np.full(size, 1.0 / size)
        while True:
            before, share = share, adjacency @ (share * each)
            share[seed] += 1.0 - share.sum()
            if np.abs(share - before).sum() < size * 1e-6:
                return share

    return timed(lambda: [walk(int(seed)) for seed in city.seeds[:few]], all_of=WALKS, done=few)


def walks_rustworkx(city: City) -> tuple[float, float]:
    import rustworkx as rx

    words, few = city.rustworkx().to_directed(), SAMPLES["rustworkx"]
    return timed(
        lambda: [
            rx.pagerank(words, alpha=1.0 - RESTART, weight_fn=float, personalization={int(seed): 1.0}, tol=0.1)
            for seed in city.seeds[:few]
        ],
        all_of=WALKS,
        done=few,
    )


def walks_scikit_network(city: City) -> tuple[float, float]:
    from sknetwork.ranking import PageRank

    matrix, few = city.scikit_network(), SAMPLES["scikit-network"]
    ranking = PageRank(damping_factor=1.0 - RESTART)
    return timed(
        lambda: [ranking.fit_predict(matrix, weights={int(seed): 1.0}) for seed in city.seeds[:few]],
        all_of=WALKS,
        done=few,
    )


def backend_pagerank(city: City) -> tuple[float, float]:
    graph = ArrayGraph(city.adjacency(), city.made.ids)
    return timed(lambda: nx.pagerank(graph))


def networkx_pagerank(city: City) -> tuple[float, float]:
    graph = city.networkx()
    return timed(lambda: nx.pagerank(graph))


def components_ours(city: City) -> tuple[float, float]:
    graph = ArrayGraph(city.adjacency(), city.made.ids)
    return timed(lambda: list(nx.connected_components(graph)))


def components_networkx(city: City) -> tuple[float, float]:
    graph = city.networkx()
    return timed(lambda: list(nx.connected_components(graph)))


def events_ours(city: City) -> tuple[float, float]:
    """Ties made, renewed and ended, one event in forty a person who leaves, and an epoch for every thousand."""
    snapshot, ids = city.snapshot(), city.made.ids.tolist()
    snapshot.rows()
    rng = np.random.default_rng(SEED)
    pairs = [(ids[u], ids[v]) for u, v in rng.integers(len(ids), size=(EVENTS, 2)).tolist()]
    leaving = iter([ids[row] for row in rng.permutation(len(ids)).tolist()])

    def work() -> None:
        day = 0.0
        for number, (u, v) in enumerate(pairs):
            if number % 40 == 39 and (person_id := next(leaving, None)) is not None:
                snapshot.leave(person_id)
            elif number % 1_000 == 500:
                day += 1.0
                snapshot.begin_epoch(day)
            elif u != v and _are_here(snapshot, u, v):
                snapshot.add(u, v, Kind.MET)
                if number % 4 == 1:
                    snapshot.renew(u, v, Kind.MET)
                elif number % 4 == 2:
                    snapshot.end(u, v, Kind.MET)

    return timed(work)


def _are_here(snapshot: Snapshot, u: int, v: int) -> bool:
    try:
        snapshot.row_of(u), snapshot.row_of(v)
    except LookupError:
        return False
    return True


def gains_ours(city: City) -> tuple[float, float]:
    adjacency = city.snapshot().neighbourhood().adjacency
    u, v = np.random.default_rng(SEED).integers(adjacency.shape[0], size=(2, PAIRS))
    sketch = sketch_of(adjacency, rng=np.random.default_rng(SEED))
    return timed(lambda: sketch.tie_gains(u[u != v], v[u != v]))


def embedding_ours(city: City) -> tuple[float, float]:
    adjacency = city.snapshot().neighbourhood().adjacency
    return timed(lambda: sketch_of(adjacency, rng=np.random.default_rng(SEED)))


def few_pairs(city: City) -> np.ndarray:
    """Twenty pairs, or as many as the people make, in two rows."""
    people = len(city.made.ids)
    some = np.random.default_rng(SEED).permutation(people)[: 2 * min(FEW_PAIRS, people // 2)]
    return some.reshape(2, -1)


def exact_gains_ours(city: City) -> tuple[float, float]:
    adjacency, (u, v) = city.adjacency(), few_pairs(city)
    return timed(lambda: exact_gains(adjacency, u, v), all_of=FEW_PAIRS, done=len(u))


def exact_gains_scipy(city: City) -> tuple[float, float]:
    """Conjugate gradients for each pair, as exact."""
    forest, pairs = _forest(city), few_pairs(city)

    def gain(u: int, v: int) -> float:
        b = np.zeros(forest.shape[0])
        b[u], b[v] = 1.0, -1.0
        solved, _ = cg(forest, b, rtol=EXACT_TOLERANCE)
        return float(solved @ solved / (1.0 + b @ solved))

    return timed(lambda: [gain(u, v) for u, v in pairs.T.tolist()], all_of=FEW_PAIRS, done=pairs.shape[1])


def small_gain_ours(city: City) -> tuple[float, float]:
    adjacency = city.adjacency()
    return timed(lambda: exact_gains(adjacency, [0], [adjacency.shape[0] - 1]))


def small_gain_networkx(city: City) -> tuple[float, float]:
    """The nearest thing it has: the resistance between two people of the largest component."""
    graph = city.networkx()
    part = graph.subgraph(max(nx.connected_components(graph), key=len))
    ends = sorted(part)
    return timed(lambda: nx.resistance_distance(part, ends[0], ends[-1], weight="weight", invert_weight=False))


def small_gain_scipy(city: City) -> tuple[float, float]:
    forest = _forest(city)
    b = np.zeros(forest.shape[0])
    b[0], b[-1] = 1.0, -1.0

    def gain() -> float:
        solved = splu(forest.tocsc()).solve(b)
        return float(solved @ solved / (1.0 + b @ solved))

    return timed(gain)


def _forest(city: City) -> csr_array:
    """I + L."""
    adjacency = city.adjacency()
    size = adjacency.shape[0]
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    return csr_array((1.0 + strength, (np.arange(size), np.arange(size))), shape=(size, size)) - adjacency


SAMPLES: Final[dict[str, int]] = {"networkx": 3, "scipy": 20, "rustworkx": 5, "scikit-network": 20}
"""How many walks are done by what does a thousand too slowly."""

ONE_VIEW: Final = "build the ties"
BOTH_VIEWS: Final = "build ties and words"
WALK: Final = f"{WALKS:,} seeded walks"
TENTH: Final = "tenth"
SMALL: Final = "small"

ROWS: Final[tuple[tuple[str, str, str, Work], ...]] = (
    (ONE_VIEW, "matchmaker", "", lambda city: timed(city.snapshot)),
    (ONE_VIEW, "networkx", "", lambda city: timed(city.networkx)),
    (ONE_VIEW, "scipy", "", lambda city: timed(city.adjacency)),
    (ONE_VIEW, "rustworkx", "", lambda city: timed(city.rustworkx)),
    (ONE_VIEW, "scikit-network", "", lambda city: timed(city.scikit_network)),
    (BOTH_VIEWS, "matchmaker", "", lambda city: timed(city.snapshot)),
    (BOTH_VIEWS, "networkx", "", lambda city: timed(city.both_networkx)),
    (WALK, "matchmaker", "", walks_ours),
    (WALK, "networkx", "", walks_networkx),
    (WALK, "scipy", "", walks_scipy),
    (WALK, "rustworkx", "", walks_rustworkx),
    (WALK, "scikit-network", "", walks_scikit_network),
    ("first walk of a process", "matchmaker", SMALL, first_walk),
    ("PageRank of everybody", "matchmaker", "", backend_pagerank),
    ("PageRank of everybody", "networkx", "", networkx_pagerank),
    ("components", "matchmaker", "", components_ours),
    ("components", "networkx", "", components_networkx),
    (f"{EVENTS:,} events", "matchmaker", "", events_ours),
    (f"{EVENTS:,} events, a tenth of the people", "matchmaker", TENTH, events_ours),
    ("embed for gains", "matchmaker", "", embedding_ours),
    (f"{PAIRS:,} gains", "matchmaker", "", gains_ours),
    (f"{FEW_PAIRS} exact gains", "matchmaker", "", exact_gains_ours),
    (f"{FEW_PAIRS} exact gains", "scipy", "", exact_gains_scipy),
    (f"one exact gain, {SMALL_TOWN:,} people", "matchmaker", SMALL, small_gain_ours),
    (f"one exact gain, {SMALL_TOWN:,} people", "networkx", SMALL, small_gain_networkx),
    (f"one exact gain, {SMALL_TOWN:,} people", "scipy", SMALL, small_gain_scipy),
)
"""Task, library, the size of the town where it is another, and the work."""


def _memory_mb(what: str) -> float:
    for line in STATUS.read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024.0
    raise LookupError(f"{STATUS} does not say {what}")


def _reset_peak() -> float:
    """The peak is what stands now, as it is told."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory_mb("VmRSS")
