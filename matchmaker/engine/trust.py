"""Three numbers about trust, each with the evidence behind it; none is ever a public score.

Anchoring: is this person tied into the real neighbourhood? Standing: how did anchored people find their help?
Reliance: will the next visit of this very pair go well? Missing evidence is "unknown", never a low number.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from matchmaker.engine.anchoring import anchored_share
from matchmaker.engine.graph import TrustNode, decayed, organization_node, trust_view
from matchmaker.engine.priors import DOCUMENTED, Prior, prior_for
from matchmaker.engine.problem import OutcomeFacts, TieKind, Town

Params = Mapping[str, str | int | float]

ANCHORED_FROM: Final = 0.25
"""With less than a quarter of what is usual where the walk is at home someone counts as not known yet."""
RATER_CAP: Final = 1.0
"""One rater weighs at most as much as one fresh outcome in a standing, however often they speak."""
TOLD_FROM_RATERS: Final = 3
"""How help was found is told to nobody before so many spoke."""
DOOR_NEIGHBOURS: Final = 2
"""So many anchored neighbours, or one who holds a trusted post, let a newcomer in by their word."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number between 0 and 1, how many outcomes or people stand behind it, and the sentence that says so.

    `spread` is how far off it may well be: a standard deviation. Of an anchoring it is what would be lost with the
    strongest single word.
    """

    value: float
    evidence: int
    code: str
    params: Params = field(default_factory=dict)
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Trust:
    """All that is known of trust in one town; unknown people are simply absent.

    Attributes
    ----------
    anchoring : mapping of node to float
        How far a walk from trusted seeds warmed the node; above 0, see `anchoring`.
    words : mapping of person id to int
        How many spoke for this person, in ties, vouches and memberships.
    vouched : frozenset of person id
        Whom the newcomers' door let in: by the vouch of one who holds a trusted post, or of two anchored neighbours.
    standing : mapping of person id to Estimate
    history : mapping of (helper id, person id) to (good, all, count)
        Decayed weights of the pair's outcomes, and how many there were.
    strongest : mapping of person id to float
        The part of all words for somebody that the strongest one makes up, 0..1.
    prior : Prior
        What is expected where nobody spoke.
    """

    anchoring: Mapping[TrustNode, float]
    words: Mapping[int, int]
    vouched: frozenset[int]
    standing: Mapping[int, Estimate]
    history: Mapping[tuple[int, int], tuple[float, float, int]]
    strongest: Mapping[int, float] = field(default_factory=dict)
    prior: Prior = DOCUMENTED

    def anchoring_of(self, person_id: int) -> Estimate | None:
        """How well this person is known around here, or None: nothing is known yet, which is no reproach."""
        if not _is_anchored(person_id, self.anchoring):
            return None
        words = self.words.get(person_id, 0)
        value = min(1.0, self.anchoring[person_id])
        return Estimate(value, words, "ANCHORED", {"words": words}, value * self.strongest.get(person_id, 0.0))

    def sentences_of(self, person_id: int) -> tuple[tuple[str, Params], tuple[str, Params]]:
        """One sentence on how somebody is known around here and one on how their help was found.

        Nobody learns from it what one neighbour said: below three who spoke it says that too few did.
        """
        known, standing = self.anchoring_of(person_id), self.standing_of(person_id)
        if known is not None:
            first: tuple[str, Params] = (known.code, known.params)
        else:
            first = ("LET_IN_BY_A_WORD" if person_id in self.vouched else "NOT_KNOWN_HERE_YET", {})
        if standing.evidence < TOLD_FROM_RATERS:
            return first, ("TOO_FEW_SPOKE", {})
        content = standing.value >= self.prior.value
        return first, ("SPOKE_WELL" if content else "SPOKE_MIXED", {"people": standing.evidence})

    def is_known(self, person_id: int) -> bool:
        """Anchored, or let in by the newcomers' door; whoever is not goes to review first."""
        return _is_anchored(person_id, self.anchoring) or person_id in self.vouched

    def standing_of(self, person_id: int) -> Estimate:
        """How anchored people found this person's help; the prior where none spoke."""
        return self.standing.get(person_id) or _standing([], self.prior)

    def reliance_of(self, helper_id: int, person_id: int) -> Estimate:
        """The chance that the next visit of this pair goes well."""
        standing = self.standing_of(helper_id)
        good, known, count = self.history.get((helper_id, person_id), (0.0, 0.0, 0))
        weight = self.prior.standing_as_visits
        value = (weight * standing.value + good) / (weight + known)
        spread = _spread(value, weight + known)
        if count:
            params = {"visits": count}
            return Estimate(value, count + standing.evidence, "WENT_WELL_TOGETHER", params, spread)
        if standing.evidence:
            params = {"people": standing.evidence}
            return Estimate(value, standing.evidence, "OTHERS_WERE_CONTENT", params, spread)
        return Estimate(value, 0, "NO_EXPERIENCE_YET", spread=spread)


NO_TRUST: Final = Trust({}, {}, frozenset(), {}, {})
"""What a service without any ties, words or outcomes knows."""


def trust_in(town: Town) -> Trust:
    """Measure a town's trust from its seeds, vouches, memberships and outcomes.

    Examples
    --------
    >>> trust_in(Town(people=(1, 2))).reliance_of(1, 2).value
    0.8
    """
    # What was said of a visit is no word: else whoever is praised by newcomers would be less known for it.
    view = trust_view(replace(town, outcomes=()))
    known = anchoring(view, town.seeds, town.seed_organization_ids)
    words = {person_id: view.in_degree(person_id) for person_id in town.people}
    strongest = {person_id: _strongest(view, person_id) for person_id in town.people}
    outcomes = _outcomes(town)
    prior = prior_for(outcomes)
    standings = _standings(outcomes, known, prior)
    return Trust(known, words, _let_in(town, known), standings, _histories(outcomes), strongest, prior)


def anchoring(
    view: "nx.DiGraph[TrustNode]",
    seeds: frozenset[int],
    seed_organization_ids: frozenset[int] = frozenset(),
) -> dict[TrustNode, float]:
    """A short walk from trusted seeds along words received: see `anchoring.anchored_share`.

    Parameters
    ----------
    view : networkx.DiGraph
        The trust view.
    seeds : frozenset of int
        Holders of trusted posts; those outside the view are left out.
    seed_organization_ids : frozenset of int
        Verified organizations.

    Returns
    -------
    dict of node to float
        Only what the walk reached. 1 is the mean of those with whom it is at home.
    """
    nodes: list[TrustNode] = sorted(view.nodes, key=_node_order)
    row_of = {node: row for row, node in enumerate(nodes)}
    starts: list[TrustNode] = [*sorted(seeds), *map(organization_node, sorted(seed_organization_ids))]
    rows = np.array([row_of[node] for node in starts if node in row_of], dtype=np.int64)
    shares = anchored_share(_words(view, row_of), rows)
    return {node: float(value) for node, value in zip(nodes, shares, strict=True) if value > 0.0}


def organization_reliance(good_visits: int, known_visits: int) -> Estimate:
    """The chance that an organization's next visit goes well, from its own confirmed visits."""
    weight = DOCUMENTED.good + DOCUMENTED.bad + known_visits
    value = (DOCUMENTED.good + good_visits) / weight
    spread = _spread(value, weight)
    if known_visits:
        return Estimate(value, known_visits, "ORGANIZATION_WENT_WELL", {"visits": known_visits}, spread)
    return Estimate(value, 0, "NO_EXPERIENCE_YET", spread=spread)


def _is_anchored(node: TrustNode, known: Mapping[TrustNode, float]) -> bool:
    return known.get(node, 0.0) >= ANCHORED_FROM


def _outcomes(town: Town) -> tuple[OutcomeFacts, ...]:
    people = frozenset(town.people)
    counted = (
        outcome
        for outcome in town.outcomes
        if outcome.helper_id != outcome.person_id and {outcome.helper_id, outcome.person_id} <= people
    )
    return tuple(sorted(counted, key=lambda o: (o.helper_id, o.person_id, o.age_days, o.went_well)))


def _strongest(view: "nx.DiGraph[TrustNode]", person_id: int) -> float:
    weights = [float(data["weight"]) for _, _, data in view.in_edges(person_id, data=True)]
    return max(weights) / sum(weights) if weights else 0.0


def _standings(
    outcomes: tuple[OutcomeFacts, ...], known: Mapping[TrustNode, float], prior: Prior
) -> dict[int, Estimate]:
    """Shrunken means: each anchored rater speaks once, with the mean of what they said."""
    by_helper: dict[int, list[tuple[float, float]]] = {}
    for (helper_id, rater_id), (good, weight, _) in _histories(outcomes).items():
        if _is_anchored(rater_id, known) and weight > 0.0:
            by_helper.setdefault(helper_id, []).append((good / weight, min(weight, RATER_CAP)))
    return {helper_id: _standing(said, prior) for helper_id, said in by_helper.items()}


def _standing(said: list[tuple[float, float]], prior: Prior) -> Estimate:
    weight = prior.good + prior.bad + sum(weight for _, weight in said)
    value = (prior.good + sum(mean * weight for mean, weight in said)) / weight
    if not said:
        return Estimate(value, 0, "NO_EXPERIENCE_YET", spread=_spread(value, weight))
    return Estimate(value, len(said), "OTHERS_WERE_CONTENT", {"people": len(said)}, _spread(value, weight))


def _spread(value: float, weight: float) -> float:
    """The standard deviation of a Beta distribution with this mean and weight."""
    return math.sqrt(value * (1.0 - value) / (weight + 1.0))


def _histories(outcomes: tuple[OutcomeFacts, ...]) -> dict[tuple[int, int], tuple[float, float, int]]:
    found: dict[tuple[int, int], tuple[float, float, int]] = {}
    for outcome in outcomes:
        pair = (outcome.helper_id, outcome.person_id)
        good, weight, count = found.get(pair, (0.0, 0.0, 0))
        fresh = decayed(1.0, outcome.age_days, TieKind.HELPED)
        found[pair] = (good + fresh * outcome.went_well, weight + fresh, count + 1)
    return found


def _words(view: "nx.DiGraph[TrustNode]", row_of: Mapping[TrustNode, int]) -> csr_array:
    edges = sorted((row_of[u], row_of[v], float(data["weight"])) for u, v, data in view.edges(data=True))
    speakers, spoken_of = [u for u, _, _ in edges], [v for _, v, _ in edges]
    weights = np.array([weight for _, _, weight in edges], dtype=np.float64)
    return csr_array((weights, (speakers, spoken_of)), (len(row_of), len(row_of)))


def _let_in(town: Town, known: Mapping[TrustNode, float]) -> frozenset[int]:
    """Who has the word of one who holds a trusted post, or of two anchored neighbours."""
    words: dict[int, set[int]] = {}
    for vouch in town.vouches:
        if vouch.voucher != vouch.vouchee and _is_anchored(vouch.voucher, known):
            words.setdefault(vouch.vouchee, set()).add(vouch.voucher)
    return frozenset(
        person_id for person_id, vouchers in words.items() if vouchers & town.seeds or len(vouchers) >= DOOR_NEIGHBOURS
    )


def _node_order(node: TrustNode) -> tuple[int, int]:
    return (1, node[1]) if isinstance(node, tuple) else (0, node)
