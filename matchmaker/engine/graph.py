"""The two views of who knows whom: one of ties between people, one of words given for someone."""

from collections.abc import Iterable

import networkx as nx

from matchmaker.engine.problem import HALF_LIFE_DAYS, TieKind, Town
from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.tie_columns import Columns, Kind

OrganizationNode = tuple[str, int]
TrustNode = int | OrganizationNode


def organization_node(organization_id: int) -> OrganizationNode:
    """The node of an organization in the trust view; people are their plain ids."""
    return ("org", organization_id)


def decayed(weight: float, age_days: float, kind: TieKind) -> float:
    """What is left of a weight after some days without renewal.

    Parameters
    ----------
    weight : float
        The weight when fresh, at least 0.
    age_days : float
        Days since the last renewal; below 0 counts as 0.
    kind : TieKind
        Chooses the half-life.

    Returns
    -------
    float
        ``weight * 2 ** (-age_days / half_life)``.

    Examples
    --------
    >>> decayed(1.0, 90.0, TieKind.MET)
    0.5
    """
    return weight * float(2.0 ** (-max(age_days, 0.0) / HALF_LIFE_DAYS[kind]))


def tie_graph(town: Town) -> "nx.Graph[int]":
    """The neighbourhood view: people, and the decayed ties between them.

    Parallel ties of a pair are summed, ties to oneself and to people outside the town are left out. Organizations
    are not part of it: as a node, one hub would make a whole town look as if it knew itself.

    Returns
    -------
    networkx.Graph
        One node per person of the town, in ascending order; edges carry ``weight`` > 0, ``helped`` (the part of it that
        a new visit would renew) and ``meetings`` (a count).
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted(set(town.people)))
    # Sorted, so that sums of floats do not depend on the order in which rows arrived.
    for tie in sorted(town.ties, key=lambda tie: (tie.u, tie.v, tie.kind, tie.age_days, tie.weight)):
        if tie.u == tie.v or tie.u not in graph or tie.v not in graph:
            continue
        weight = decayed(tie.weight, tie.age_days, tie.kind)
        helped = weight if tie.kind is TieKind.HELPED else 0.0
        known = graph.get_edge_data(tie.u, tie.v, {"weight": 0.0, "helped": 0.0, "meetings": 0})
        graph.add_edge(
            tie.u,
            tie.v,
            weight=known["weight"] + weight,
            helped=known["helped"] + helped,
            meetings=known["meetings"] + tie.meetings,
        )
    return graph


def trust_view(town: Town) -> "nx.DiGraph[TrustNode]":
    """The trust view: an edge u -> v is u's word for v, in ties, vouches, good outcomes and memberships.

    A tie, which both said yes to, and a membership count both ways; a vouch points from the voucher, a good outcome
    from the person helped to the helper. An outcome counts with the part that went well; a bad one is no word for
    anyone.

    Returns
    -------
    networkx.DiGraph
        People are ints, organizations ``("org", id)``; edges carry ``weight`` > 0.
    """
    graph: nx.DiGraph[TrustNode] = nx.DiGraph()
    graph.add_nodes_from(sorted(set(town.people)))
    for u, v, weight in sorted(_words(town), key=str):
        if u == v or weight <= 0.0:
            continue
        known = graph.get_edge_data(u, v, {"weight": 0.0})["weight"]
        graph.add_edge(u, v, weight=known + weight)
    return graph


def snapshot_of(town: Town) -> Snapshot:
    """The same two views as arrays, for what networkx is too slow for; its epoch is day 0, the day of the town.

    Organizations have minus their id. Of `tie_graph` it keeps the weights, not how often a pair met.

    Examples
    --------
    >>> from matchmaker.engine.problem import TieFacts
    >>> snapshot = snapshot_of(Town(people=(1, 2), ties=(TieFacts(2, 1, TieKind.MET, 1.0, 90.0),)))
    >>> snapshot.weight(1, 2, Kind.MET)
    0.5
    """
    lines: list[tuple[int, int, Kind, float, float]] = [
        *((tie.u, tie.v, Kind[tie.kind], tie.weight, -tie.age_days) for tie in town.ties),
        *((vouch.voucher, vouch.vouchee, Kind.VOUCH, 1.0, -vouch.age_days) for vouch in town.vouches),
        *((of.person_id, of.helper_id, Kind.OUTCOME, of.went_well, -of.age_days) for of in town.outcomes),
        *((of.person_id, -of.organization_id, Kind.MEMBERSHIP, 1.0, 0.0) for of in town.memberships),
    ]
    people = set(town.people)
    organizations = {-of.organization_id for of in town.memberships if of.person_id in people}
    u, v, kind, weight, day = zip(*lines, strict=True) if lines else ((),) * 5
    ids = [*sorted(people), *sorted(organizations, reverse=True)]
    return Snapshot.of(ids=ids, columns=Columns(u, v, kind, weight, day), epoch_day=0.0)


def _words(town: Town) -> Iterable[tuple[TrustNode, TrustNode, float]]:
    people = frozenset(town.people)
    for tie in town.ties:
        if tie.u in people and tie.v in people:
            weight = decayed(tie.weight, tie.age_days, tie.kind)
            yield tie.u, tie.v, weight
            yield tie.v, tie.u, weight
    for vouch in town.vouches:
        if vouch.voucher in people and vouch.vouchee in people:
            yield vouch.voucher, vouch.vouchee, decayed(1.0, vouch.age_days, TieKind.VOUCH)
    for outcome in town.outcomes:
        if outcome.person_id in people and outcome.helper_id in people:
            yield outcome.person_id, outcome.helper_id, decayed(outcome.went_well, outcome.age_days, TieKind.HELPED)
    for membership in town.memberships:
        if membership.person_id in people:
            node = organization_node(membership.organization_id)
            yield membership.person_id, node, 1.0
            yield node, membership.person_id, 1.0
