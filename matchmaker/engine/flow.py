"""A flow of least cost over arrays: nodes are numbers, node 0 takes what arrives, and a source may keep its supply."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from matchmaker.engine.places import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Arcs as arrays of one length: from where, to where, at most how much, at which cost for each unit."""

    tails: Ints
    heads: Ints
    capacities: Ints
    costs: Ints

    @property
    def parts(self) -> tuple[Ints, Ints, Ints, Ints]:
        """All four, in this order."""
        return self.tails, self.heads, self.capacities, self.costs


SINK = 0


def cheapest_flow(supplies: Ints, arcs: Arcs, spare: Ints | None = None) -> Ints:
    """The flow of least cost; nodes 1, 2, ... have these supplies, each of which may also go unused at no cost.

    Parameters
    ----------
    supplies : ndarray of int, shape (k,)
        Of nodes 1 to k; further nodes have none.
    arcs : Arcs
    spare : ndarray of int, shape (k,), optional
        The node that takes what a source does not use, where it is not the sink.

    Returns
    -------
    ndarray of int
        Units on each arc.

    Raises
    ------
    ArithmeticError
        Where the solver gives no optimum, which a network of this shape always has.
    """
    if not len(supplies):
        return np.zeros(len(arcs.tails), dtype=np.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    sources = np.arange(1, len(supplies) + 1)
    none = np.zeros(len(supplies), dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([sources, arcs.tails]),
        np.concatenate([none + SINK if spare is None else spare, arcs.heads]),
        np.concatenate([supplies, arcs.capacities]),
        np.concatenate([none, arcs.costs]),
    )
    flow.set_nodes_supplies(np.append(SINK, sources), np.append(-supplies.sum(), supplies))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow solver ended with status {status}")
    return np.asarray(flow.flows(np.arange(len(supplies), flow.num_arcs())), dtype=np.int64)
