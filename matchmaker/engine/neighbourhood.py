"""How far a town is from knowing itself, and what one more tie would change.

Let L be the weighted Laplacian of the decayed ties and Q = (I + tau L)^-1, the forest matrix of Chebotarev and Shamis
(1997). The stranger index is sigma = (tr Q - 1) / (n - 1): 1 where nobody knows anybody, falling towards 0 as the
town becomes one. tr Q is the expected number of trees of a random spanning forest: so many islands the town is like.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matchmaker.engine.solving import TAU, Floats, Ints, checked

Weight = float | Sequence[float]

NEW_TIE_WEIGHT: Final = 1.0
"""The weight of the tie that a good visit leaves."""
KNOWN_FROM_PEOPLE: Final = 30
"""With fewer people the service says "not known yet" and leaves graph terms out."""

FRIEND_FROM_WEIGHT: Final = 0.1
"""A tie that decayed below this no longer makes a common friend."""
LASTS_UNSUPPORTED: Final = 0.4
LASTS_SUPPORTED: Final = 0.8
LASTS_PER_MEETING: Final = 0.05
LASTS_MEETINGS_COUNTED: Final = 2
LASTS_NEAR: Final = 0.05
"""Assumed chances that a new tie is still there a year on: alone, with a common friend, more for each earlier meeting
(two are counted) and for living in the same grid. To be refitted from outcomes."""

_CHUNK_CELLS: Final = 1_000_000
_PAIRS_PER_PERSON: Final = 20


class Measured(Protocol):
    """What a score reads of a town: its forest matrix, exact or sketched."""

    @property
    def people(self) -> tuple[int, ...]:
        """Person ids in the order of the rows."""

    @property
    def index(self) -> dict[int, int]:
        """Row of a person."""

    @property
    def adjacency(self) -> csr_array:
        """Decayed tie weights."""

    @property
    def sigma(self) -> float:
        """The stranger index."""

    def rows(self, person_ids: Iterable[int]) -> Ints:
        """Rows of some people; raises KeyError for someone outside the town."""

    def tie_gains(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> Floats:
        """What tr Q falls by for each pair alone."""

    def gain_together(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> float:
        """What tr Q falls by when all pairs tie at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A town's forest matrix and what can be read from it.

    Attributes
    ----------
    people : tuple of int
        Person ids; position i is row i.
    index : dict of int to int
        Row of a person.
    q : ndarray, shape (n, n)
        The forest matrix, symmetric, rows summing to 1. Never written to.
    adjacency : csr_array, shape (n, n)
        Decayed tie weights.
    component_sizes : ndarray of int, shape (n,)
        For each person, how many people are tied to them directly or through others, themselves included.
    tau : float
    """

    people: tuple[int, ...]
    index: dict[int, int]
    q: Floats
    adjacency: csr_array
    component_sizes: Ints
    tau: float = TAU

    @property
    def islands(self) -> float:
        """tr Q: the town behaves like so many groups that know nothing of each other."""
        return float(np.trace(self.q))

    @property
    def sigma(self) -> float:
        """The stranger index, 0..1; 0 by convention where fewer than two people make no strangers."""
        if len(self.people) < 2:
            return 0.0
        return (self.islands - 1.0) / (len(self.people) - 1.0)

    @property
    def degrees(self) -> Floats:
        """Summed decayed weights of each person's ties, shape (n,)."""
        return np.asarray(self.adjacency.sum(axis=1), dtype=np.float64)

    def rows(self, person_ids: Iterable[int]) -> Ints:
        """Rows of some people; raises KeyError for someone outside the town."""
        return np.fromiter((self.index[person_id] for person_id in person_ids), dtype=np.int64)

    def tie_gain(self, u: int, v: int, weight: float = NEW_TIE_WEIGHT) -> float:
        """What tr Q falls by when persons u and v come to know each other."""
        return float(self.tie_gains([u], [v], weight)[0])

    def tie_gains(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> Floats:
        """What tr Q falls by for each pair alone.

        Parameters
        ----------
        us, vs : sequences of int
            Person ids, of equal length m.
        weight : float, or sequence of float of length m
            Weight added to the tie, at least 0; for a pair who helped before only what a visit renews.

        Returns
        -------
        ndarray, shape (m,)
            ``tau w |Q b|^2 / (1 + tau w b'Q b)`` with ``b = e_u - e_v``: exact, by a rank-one update.
            0 for a person with themselves.
        """
        u, v, added = self.rows(us), self.rows(vs), self.tau * np.asarray(weight, dtype=np.float64)
        resistance = self.q[u, u] - 2.0 * self.q[u, v] + self.q[v, v]
        return np.asarray(added * self._squares(u, v) / (1.0 + added * resistance))

    def _squares(self, u: Ints, v: Ints) -> Floats:
        """|Q b|^2 for each pair of rows: from Q^2 where the pairs are many, else from the rows of Q themselves."""
        if len(u) > _PAIRS_PER_PERSON * len(self.people):
            squared = self.q @ self.q
            return np.asarray(squared[u, u] - 2.0 * squared[u, v] + squared[v, v])
        squares = np.empty(len(u))
        chunk = max(1, _CHUNK_CELLS // max(1, len(self.people)))
        for begin in range(0, len(u), chunk):
            qb = self.q[u[begin : begin + chunk]] - self.q[v[begin : begin + chunk]]
            squares[begin : begin + chunk] = np.einsum("ij,ij->i", qb, qb)
        return squares

    def gain_together(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> float:
        """What tr Q falls by when all pairs tie at once: mostly less than the sum of their single gains.

        Gains overlap, but the trace of an inverse is not submodular, so now and then it is a little more.

        The parameters are those of `tie_gains`.
        """
        added = self.tau * np.broadcast_to(np.asarray(weight, dtype=np.float64), len(us))
        some = np.flatnonzero(added > 0.0)
        if not len(some):
            return 0.0
        left, right = self.rows(us)[some], self.rows(vs)[some]
        qb = self.q[:, left] - self.q[:, right]
        inner = np.diag(1.0 / added[some]) + qb[left] - qb[right]
        return float(np.trace(np.linalg.solve(inner, qb.T @ qb)))

    def with_tie(self, u: int, v: int, weight: float = NEW_TIE_WEIGHT) -> "Forest":
        """The forest after one more tie, by a rank-one update; this one stays as it was."""
        return self.with_ties([u], [v], weight)

    def with_ties(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> "Forest":
        """The forest after several more ties, by one update of their rank; this one stays as it was.

        The parameters are those of `tie_gains`. O(n^2 m) for m ties.
        """
        weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), len(us))
        some = np.flatnonzero((weights > 0.0) & (np.asarray(us) != np.asarray(vs)))
        if not len(some):
            return self
        left, right, added = self.rows(us)[some], self.rows(vs)[some], weights[some]
        qb = self.q[:, left] - self.q[:, right]
        inner = np.diag(1.0 / (self.tau * added)) + qb[left] - qb[right]
        ends = np.concatenate((left, right)), np.concatenate((right, left))
        adjacency = csr_array(self.adjacency + csr_array((np.tile(added, 2), ends), shape=self.adjacency.shape))
        q = self.q - qb @ np.linalg.solve(inner, qb.T)
        return Forest(self.people, self.index, q, adjacency, _component_sizes(adjacency), self.tau)


def forest_of(graph: "nx.Graph[int]", tau: float = TAU) -> Forest:
    """The forest matrix of a tie graph, exact, one dense Cholesky inverse per component.

    Parameters
    ----------
    graph : networkx.Graph
        Nodes are person ids; edges carry ``weight``. No node at all is fine.
    tau : float
        Above 0.

    Raises
    ------
    ValueError
        If tau or an edge weight is not a positive finite number.

    Notes
    -----
    O(sum of component size cubed) time, O(n^2) memory: made for some thousand people.

    References
    ----------
    Chebotarev, P. and Shamis, E. (1997). The matrix-forest theorem and measuring relations in small social groups.

    Examples
    --------
    >>> graph = nx.Graph()
    >>> graph.add_edge(1, 2, weight=1.0)
    >>> round(forest_of(graph).islands, 6)
    1.333333
    """
    people = tuple(sorted(graph.nodes))
    adjacency = adjacency_of(graph, {person_id: row for row, person_id in enumerate(people)})
    return forest_of_ties(adjacency, people, tau)


def adjacency_of(graph: "nx.Graph[int]", index: dict[int, int]) -> csr_array:
    """Symmetric tie weights of a graph, the row of each person told by `index`; nobody is tied to themselves."""
    edges = [(index[u], index[v], float(data["weight"])) for u, v, data in graph.edges(data=True) if u != v]
    left = [u for u, _, _ in edges]
    right = [v for _, v, _ in edges]
    weights = [weight for _, _, weight in edges]
    shape = (len(index), len(index))
    return csr_array((np.asarray(weights * 2, dtype=np.float64), (left + right, right + left)), shape=shape)


def forest_of_ties(adjacency: csr_array, people: Sequence[int], tau: float = TAU) -> Forest:
    """The same from plain arrays.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric weights above 0; whatever stands on the diagonal is left out.
    people : sequence of int, length n
        Who is in each row.
    tau : float

    Raises
    ------
    ValueError
        As `forest_of`, or if the matrix is not square, not symmetric or not that of n people.

    Examples
    --------
    >>> round(forest_of_ties(csr_array(np.array([[0.0, 1.0], [1.0, 0.0]])), [1, 2]).islands, 6)
    1.333333
    """
    ties = checked(adjacency, tau)
    if ties.shape[0] != len(people):
        raise ValueError("the ties have another number of rows than there are people")
    q = np.eye(len(people))
    for rows in _components(ties):
        if len(rows) > 1:
            q[np.ix_(rows, rows)] = _inverse(np.eye(len(rows)) + tau * _laplacian(ties, rows))
    index = {person_id: row for row, person_id in enumerate(people)}
    return Forest(tuple(people), index, q, ties, _component_sizes(ties), tau)


def sigma_within(graph: "nx.Graph[int]", person_ids: Iterable[int], tau: float = TAU) -> float:
    """The stranger index of an area taken by itself: only its people and the ties among them."""
    return forest_of(graph.subgraph(set(person_ids)), tau).sigma


def mean_resistance(forest: Forest) -> float:
    """Mean effective resistance between two people of the largest component; 0 where it has one person.

    With L the component's Laplacian and m its people: ``2 tr(L^+) / (m - 1)``, weights being conductances.
    """
    components = _components(forest.adjacency)
    largest = max(components, key=len, default=np.empty(0, dtype=np.int64))
    size = len(largest)
    if size < 2:
        return 0.0
    grounded = _laplacian(forest.adjacency, largest) + 1.0 / size
    return float(2.0 * (np.trace(_inverse(grounded)) - 1.0) / (size - 1.0))


def survival(
    forest: Measured, us: Sequence[int], vs: Sequence[int], meetings: Sequence[int], near: Sequence[bool]
) -> Floats:
    """The assumed chance that a tie made today lasts.

    Parameters
    ----------
    us, vs : sequences of int
        Person ids, length m.
    meetings : sequence of int
        How often each pair met before.
    near : sequence of bool
        Whether each pair lives in the same grid.

    Returns
    -------
    ndarray, shape (m,)
        .4, or .8 where the pair has a common friend or a tie already; + .05 for each of up to two earlier meetings and
        + .05 where near: at most .95.

    References
    ----------
    Jackson, M., Rodriguez-Barraquer, T., Tan, X. (2012). Social capital and social quilts.
    """
    tied, common = acquaintance(forest, us, vs, FRIEND_FROM_WEIGHT)
    return lasting((common > 0) | tied, np.asarray(meetings), np.asarray(near))


def lasting(supported: NDArray[np.bool_], meetings: Ints, near: NDArray[np.bool_]) -> Floats:
    """The same chance of any number of pairs, where it is known who is supported; all three of one shape."""
    chance = np.where(supported, LASTS_SUPPORTED, LASTS_UNSUPPORTED)
    chance = chance + LASTS_PER_MEETING * np.minimum(meetings, LASTS_MEETINGS_COUNTED)
    return np.asarray(chance + LASTS_NEAR * near.astype(np.float64), dtype=np.float64)


def acquaintance(
    forest: Measured, us: Sequence[int], vs: Sequence[int], from_weight: float = 0.0
) -> tuple[NDArray[np.bool_], Ints]:
    """Whether each pair is tied, and how many friends the two have in common, by ties of some weight or more.

    Returns
    -------
    tied : ndarray of bool, shape (m,)
    common : ndarray of int, shape (m,)
    """
    return acquainted(forest.adjacency, forest.rows(us), forest.rows(vs), from_weight)


def acquainted(adjacency: csr_array, us: Ints, vs: Ints, from_weight: float = 0.0) -> tuple[NDArray[np.bool_], Ints]:
    """The same for rows of plain ties."""
    if len(us) == 0:  # sparse arrays do not take empty pairs of indices
        return np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.int64)
    left, right = csr_array(adjacency[us]), csr_array(adjacency[vs])
    for friends in (left, right):
        friends.data = (friends.data >= from_weight).astype(np.int64)
    weights = np.asarray(adjacency[us, vs]).ravel()
    common = np.asarray(left.multiply(right).sum(axis=1), dtype=np.int64).ravel()
    return (weights > 0.0) & (weights >= from_weight), common


def largest_gain(weight: float = NEW_TIE_WEIGHT, tau: float = TAU) -> float:
    """The most one tie can ever take off tr Q: two people without any tie. ``2 tau w / (1 + 2 tau w)``."""
    return 2.0 * tau * weight / (1.0 + 2.0 * tau * weight)


def _components(adjacency: csr_array) -> list[Ints]:
    if adjacency.shape[0] == 0:
        return []
    _, labels = connected_components(adjacency, directed=False)
    order = np.argsort(labels, kind="stable")
    return list(np.split(order, np.flatnonzero(np.diff(labels[order])) + 1))


def _component_sizes(adjacency: csr_array) -> Ints:
    sizes = np.ones(adjacency.shape[0], dtype=np.int64)
    for rows in _components(adjacency):
        sizes[rows] = len(rows)
    return sizes


def _laplacian(adjacency: csr_array, rows: Ints) -> Floats:
    weights = adjacency[rows][:, rows].toarray()
    return np.asarray(np.diag(weights.sum(axis=1)) - weights, dtype=np.float64)


def _inverse(matrix: Floats) -> Floats:
    factor, failed = dpotrf(matrix, lower=True, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("the matrix is not positive definite")
    inverse, _ = dpotri(factor, lower=True, overwrite_c=True)
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float64)
