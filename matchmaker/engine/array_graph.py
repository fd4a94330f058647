"""A graph over arrays with the face of networkx: it can be asked what one asks a graph, and is never changed."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.engine.tie_columns import Floats, Ints

Edge = tuple[Any, ...]


class ArrayGraph:
    """Nodes and weighted edges in a CSR array; networkx hands its algorithms over to `backend.py`.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Weights; symmetric unless ``directed``. Of a directed graph a row points to its columns.
    nodes : ndarray of int64 or sequence of hashable, shape (n,)
        The node of each row, each once.
    directed : bool
    weight : str
        The name by which edges carry their weight.

    Raises
    ------
    ValueError
        Where the array is not square or has another size than there are nodes.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> graph = ArrayGraph(csr_array([[0.0, 2.0], [2.0, 0.0]]), [7, 9])
    >>> list(nx.connected_components(graph)) == [{7, 9}]
    True
    >>> graph[7][9]
    {'weight': 2.0}
    """

    __networkx_backend__ = "matchmaker"

    def __init__(
        self,
        adjacency: csr_array,
        nodes: Ints | Sequence[Hashable],
        *,
        directed: bool = False,
        weight: str | None = "weight",
    ):
        if adjacency.shape != (len(nodes), len(nodes)):
            raise ValueError("the array must have a row and a column for each node")
        self.adjacency = adjacency
        self.directed = directed
        self.weight = weight
        self.graph: dict[str, Any] = {}
        self._named = nodes

    @cached_property
    def nodes(self) -> list[Any]:
        """The nodes in the order of the rows."""
        return self._named.tolist() if isinstance(self._named, np.ndarray) else list(self._named)

    @cached_property
    def row_of(self) -> dict[Any, int]:
        return {node: row for row, node in enumerate(self.nodes)}

    @cached_property
    def backwards(self) -> csr_array:
        """The array in which a row is pointed to by its columns."""
        return csr_array(self.adjacency.T) if self.directed else self.adjacency

    @property
    def adj(self) -> "ArrayGraph":
        return self

    _adj = adj  # networkx itself looks there

    def is_directed(self) -> bool:
        return self.directed

    def is_multigraph(self) -> bool:
        return False

    def number_of_nodes(self) -> int:
        return len(self._named)

    order = __len__ = number_of_nodes

    def number_of_edges(self) -> int:
        """Each tie once, also one to oneself."""
        if self.directed:
            return int(self.adjacency.nnz)
        return int(self.adjacency.nnz + np.count_nonzero(self._loops)) // 2

    def __iter__(self) -> Iterator[Any]:
        return iter(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self.row_of

    has_node = __contains__

    def __getitem__(self, node: Hashable) -> dict[Any, dict[str, float]]:
        """The neighbours that the node points to, and what their edges carry."""
        rows, weights = self._row(self.adjacency, self.row_of[node])
        names = (self.nodes[row] for row in rows)
        return {name: {self.weight: of} if self.weight else {} for name, of in zip(names, weights, strict=True)}

    def neighbors(self, node: Hashable) -> Iterator[Any]:
        """Those the node points to, in a directed graph.

        Raises
        ------
        networkx.NetworkXError
            Where there is no such node.
        """
        return self._ends(self.adjacency, node)

    successors = neighbors

    def predecessors(self, node: Hashable) -> Iterator[Any]:
        """Those that point to the node; raises as `neighbors`."""
        return self._ends(self.backwards, node)

    def has_edge(self, u: Hashable, v: Hashable) -> bool:
        return self.get_edge_data(u, v) is not None

    def get_edge_data(self, u: Hashable, v: Hashable, default: Any = None) -> Any:
        """What the edge from u to v carries."""
        return self[u].get(v, default) if u in self.row_of else default

    def degree(self, node: Hashable, weight: str | None = None) -> float:
        """How many edges a node has, or the sum of their weights; one to oneself counts twice."""
        row = self.row_of[node]
        at = self._told(weight)
        return self._sum(self.adjacency, row, at) + (
            self._sum(self.backwards, row, at) if self.directed else self._loop(row, at)
        )

    def out_degree(self, node: Hashable, weight: str | None = None) -> float:
        return self._sum(self.adjacency, self.row_of[node], self._told(weight))

    def in_degree(self, node: Hashable, weight: str | None = None) -> float:
        return self._sum(self.backwards, self.row_of[node], self._told(weight))

    def edges(self, data: bool | str = False) -> Iterator[Edge]:
        """Each edge once, with what it carries where that is asked for."""
        pairs = self.adjacency.tocoo()
        rows, columns = pairs.coords
        shown = slice(None) if self.directed else rows <= columns
        for u, v, of in zip(rows[shown].tolist(), columns[shown].tolist(), pairs.data[shown].tolist(), strict=True):
            ends = (self.nodes[u], self.nodes[v])
            carried = {self.weight: of} if self.weight else {}
            yield ends if data is False else (*ends, carried if data is True else carried.get(str(data)))

    def subgraph(self, nodes: Iterable[Hashable]) -> "ArrayGraph":
        """The same with some of the nodes, in the order of the rows."""
        wanted = set(nodes)
        rows = np.array(sorted(self.row_of[node] for node in wanted if node in self.row_of), dtype=np.int64)
        within = csr_array(self.adjacency[rows][:, rows]) if len(rows) else csr_array((0, 0), dtype=np.float64)
        return ArrayGraph(within, [self.nodes[row] for row in rows], directed=self.directed, weight=self.weight)

    def weights(self, name: str | None) -> csr_array:
        """The array by that name: 1 for each edge where edges carry nothing by it."""
        if self._told(name):
            return self.adjacency
        ones = np.ones(self.adjacency.nnz)
        return csr_array((ones, self.adjacency.indices, self.adjacency.indptr), shape=self.adjacency.shape)

    def __str__(self) -> str:
        return f"{type(self).__name__} with {len(self)} nodes and {self.number_of_edges()} edges"

    @cached_property
    def _loops(self) -> Floats:
        return np.asarray(self.adjacency.diagonal(), dtype=np.float64)

    def _told(self, weight: str | None) -> bool:
        return weight is not None and weight == self.weight

    @staticmethod
    def _row(array: csr_array, row: int) -> tuple[list[int], list[float]]:
        at = slice(array.indptr[row], array.indptr[row + 1])
        return array.indices[at].tolist(), array.data[at].tolist()

    def _ends(self, array: csr_array, node: Hashable) -> Iterator[Any]:
        if node not in self.row_of:
            raise nx.NetworkXError(f"The node {node} is not in the graph.")
        return (self.nodes[row] for row in self._row(array, self.row_of[node])[0])

    def _sum(self, array: csr_array, row: int, weighted: bool) -> float:
        rows, weights = self._row(array, row)
        return sum(weights) if weighted else len(rows)

    def _loop(self, row: int, weighted: bool) -> float:
        rows, weights = self._row(self.adjacency, row)
        return sum(of if weighted else 1 for other, of in zip(rows, weights, strict=True) if other == row)


def from_networkx(graph: Any, weight: Mapping[str, float] | None) -> ArrayGraph:
    """An array graph of what networkx holds, with one attribute of its edges and what stands in where it is missing.

    Raises
    ------
    NotImplementedError
        For graphs of parallel edges, and for more than one attribute.
    """
    if graph.is_multigraph() or len(weight or {}) > 1:
        raise NotImplementedError("only one weight for each pair is kept")
    name, missing = next(iter((weight or {}).items()), (None, 1.0))
    nodes = list(graph)
    row_of = {node: row for row, node in enumerate(nodes)}
    edges = [(row_of[u], row_of[v], of) for u, v, of in graph.edges(data=name, default=missing)]
    u, v, weights = (np.array(column) for column in zip(*edges, strict=True)) if edges else (np.empty(0),) * 3
    ends: tuple[NDArray[Any], NDArray[Any]] = (u.astype(np.int64), v.astype(np.int64))
    if not graph.is_directed():
        apart = ends[0] != ends[1]
        ends = (np.concatenate((ends[0], ends[1][apart])), np.concatenate((ends[1], ends[0][apart])))
        weights = np.concatenate((weights, weights[apart]))
    adjacency = csr_array((weights.astype(np.float64), ends), shape=(len(nodes), len(nodes)))
    return ArrayGraph(adjacency, nodes, directed=graph.is_directed(), weight=name)


def to_networkx(graph: ArrayGraph) -> Any:
    """The same as a networkx graph, which is the oracle of all that is computed here."""
    made: Any = nx.DiGraph() if graph.is_directed() else nx.Graph()
    made.add_nodes_from(graph)
    made.add_edges_from(graph.edges(data=True))
    return made
