"""Graphs of every awkward form, for what is checked against networkx or dense linear algebra."""

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_array


@st.composite
def weighted_graphs(draw: st.DrawFn, *, directed: bool = False, least: int = 0, most: int = 12) -> nx.Graph:
    """Weighted, often disconnected, sometimes of one person or none; no ties to oneself."""
    size = draw(st.integers(least, most))
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(10 + 7 * number for number in range(size))
    nodes = sorted(graph)
    if size > 1:
        pairs = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)).filter(lambda pair: pair[0] != pair[1])
        for u, v in draw(st.lists(pairs, max_size=3 * size)):
            graph.add_edge(u, v, weight=draw(st.floats(0.01, 4.0)))
    return graph


def arrays_of(graph: nx.Graph) -> tuple[csr_array, np.ndarray]:
    """A graph's weights as a CSR array with rows in ascending order of the ids, and the ids."""
    ids = sorted(graph)
    if not ids:
        return csr_array((0, 0), dtype=np.float64), np.zeros(0, dtype=np.int64)
    return csr_array(nx.to_scipy_sparse_array(graph, nodelist=ids, dtype=np.float64)), np.array(ids, dtype=np.int64)
