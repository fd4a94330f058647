"""Three numbers about trust, each with the evidence behind it; none is ever a public score.

Anchoring: is this person tied into the real neighbourhood? Standing: how did anchored people find their help?
Reliance: will the next visit of this very pair go well? Missing evidence is "unknown", never a low number.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from matchmaker.engine.graph import TrustNode, decayed, organization_node, trust_view
from matchmaker.engine.problem import OutcomeFacts, TieKind, Town

Params = Mapping[str, str | int | float]

PRIOR_GOOD: Final = 4.0
PRIOR_BAD: Final = 1.0
"""Before any evidence four visits of five are expected to go well: Beta(4, 1), an assumption to be refitted."""
ANCHORED_FROM: Final = 0.1
"""With less than a tenth of the share of a well-mixed neighbourhood someone counts as not known yet."""
RATER_CAP: Final = 1.0
"""One rater weighs at most as much as one fresh outcome in a standing, however often they speak."""
STANDING_AS_VISITS: Final = 5.0
"""A standing counts in a pair's reliance like so many visits of the pair."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number between 0 and 1, how many outcomes or people stand behind it, and the sentence that says so."""

    value: float
    evidence: int
    code: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trust:
    """All that is known of trust in one town; unknown people are simply absent.

    Attributes
    ----------
    anchoring : mapping of node to float
        Share of a seeded walk that reached the node, per unit of its degree; above 0, see `anchoring`.
    words : mapping of person id to int
        How many spoke for this person, in vouches, good outcomes and memberships.
    vouched : frozenset of person id
        Who has the vouch of an anchored person.
    standing : mapping of person id to Estimate
    history : mapping of (helper id, person id) to (good, all, count)
        Decayed weights of the pair's outcomes, and how many there were.
    """

    anchoring: Mapping[TrustNode, float]
    words: Mapping[int, int]
    vouched: frozenset[int]
    standing: Mapping[int, Estimate]
    history: Mapping[tuple[int, int], tuple[float, float, int]]

    def anchoring_of(self, person_id: int) -> Estimate | None:
        """How well this person is known around here, or None: nothing is known yet, which is no reproach."""
        if not _is_anchored(person_id, self.anchoring):
            return None
        words = self.words.get(person_id, 0)
        return Estimate(min(1.0, self.anchoring[person_id]), words, "ANCHORED", {"words": words})

    def is_known(self, person_id: int) -> bool:
        """Anchored, or vouched for by someone who is; whoever is not goes to review first."""
        return _is_anchored(person_id, self.anchoring) or person_id in self.vouched

    def standing_of(self, person_id: int) -> Estimate:
        """How anchored people found this person's help; the prior where none spoke."""
        return self.standing.get(person_id, NO_STANDING)

    def reliance_of(self, helper_id: int, person_id: int) -> Estimate:
        """The chance that the next visit of this pair goes well."""
        standing = self.standing_of(helper_id)
        good, known, count = self.history.get((helper_id, person_id), (0.0, 0.0, 0))
        value = (STANDING_AS_VISITS * standing.value + good) / (STANDING_AS_VISITS + known)
        if count:
            return Estimate(value, count + standing.evidence, "WENT_WELL_TOGETHER", {"visits": count})
        if standing.evidence:
            return Estimate(value, standing.evidence, "OTHERS_WERE_CONTENT", {"people": standing.evidence})
        return Estimate(value, 0, "NO_EXPERIENCE_YET")


NO_STANDING: Final = Estimate(PRIOR_GOOD / (PRIOR_GOOD + PRIOR_BAD), 0, "NO_EXPERIENCE_YET")
NO_TRUST: Final = Trust({}, {}, frozenset(), {}, {})
"""What a service without any ties, words or outcomes knows."""


def trust_in(town: Town) -> Trust:
    """Measure a town's trust from its seeds, vouches, memberships and outcomes.

    Examples
    --------
    >>> trust_in(Town(people=(1, 2))).reliance_of(1, 2).value
    0.8
    """
    view = trust_view(town)
    known = anchoring(view, town.seeds, town.seed_organization_ids)
    words = {person_id: view.in_degree(person_id) for person_id in town.people}
    vouched = frozenset(vouch.vouchee for vouch in town.vouches if _is_anchored(vouch.voucher, known))
    outcomes = _outcomes(town)
    return Trust(known, words, vouched, _standings(outcomes, known), _histories(outcomes))


def anchoring(
    view: "nx.DiGraph[TrustNode]",
    seeds: frozenset[int],
    seed_organization_ids: frozenset[int] = frozenset(),
) -> dict[TrustNode, float]:
    """A short walk from trusted seeds over words given, per unit of degree.

    The walk starts evenly on the seeds and stops early, too soon to leave the real neighbourhood through the few words
    that strangers could win. It rests at every other step on average, so there are ``2 ceil(log2 n)`` of them. Dividing
    by degree makes everyone in a well-mixed neighbourhood equal.

    Parameters
    ----------
    view : networkx.DiGraph
        The trust view; a word counts the same in both directions here.
    seeds : frozenset of int
        Holders of trusted posts; those outside the view are left out.
    seed_organization_ids : frozenset of int
        Verified organizations.

    Returns
    -------
    dict of node to float
        Only what the walk reached. 1 is what everybody would have if the walk went on for ever.

    References
    ----------
    Cao, Q., Sirivianos, M., Yang, X., Pregueiro, T. (2012). Aiding the detection of fake accounts (SybilRank).
    """
    nodes: list[TrustNode] = sorted(view.nodes, key=_node_order)
    row_of = {node: row for row, node in enumerate(nodes)}
    starts: list[TrustNode] = [*sorted(seeds), *map(organization_node, sorted(seed_organization_ids))]
    rows = [row_of[node] for node in starts if node in row_of]
    if not rows:
        return {}
    words = _both_ways(view, row_of)
    degree = np.asarray(words.sum(axis=1), dtype=np.float64)
    lonely = degree == 0.0
    share = np.zeros(len(nodes))
    share[rows] = 1.0 / len(rows)
    for _ in range(2 * math.ceil(math.log2(len(nodes)))):
        moved = words @ np.divide(share, degree, out=np.zeros_like(share), where=~lonely)
        share = np.where(lonely, share, (share + moved) / 2.0)
    ranked = np.divide(share * max(1.0, degree.sum()), degree, out=share.copy(), where=~lonely)
    # Seeds are anchored by their post, even where the walk just left them.
    ranked[rows] = np.maximum(ranked[rows], 1.0)
    return {node: float(value) for node, value in zip(nodes, ranked, strict=True) if value > 0.0}


def organization_reliance(good_visits: int, known_visits: int) -> Estimate:
    """The chance that an organization's next visit goes well, from its own confirmed visits."""
    value = (PRIOR_GOOD + good_visits) / (PRIOR_GOOD + PRIOR_BAD + known_visits)
    if known_visits:
        return Estimate(value, known_visits, "ORGANIZATION_WENT_WELL", {"visits": known_visits})
    return Estimate(value, 0, "NO_EXPERIENCE_YET")


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


def _standings(outcomes: tuple[OutcomeFacts, ...], known: Mapping[TrustNode, float]) -> dict[int, Estimate]:
    """Shrunken means: each anchored rater speaks once, with the mean of what they said."""
    by_helper: dict[int, list[tuple[float, float]]] = {}
    for (helper_id, rater_id), (good, weight, _) in _histories(outcomes).items():
        if _is_anchored(rater_id, known) and weight > 0.0:
            by_helper.setdefault(helper_id, []).append((good / weight, min(weight, RATER_CAP)))
    return {helper_id: _standing(said) for helper_id, said in by_helper.items()}


def _standing(said: list[tuple[float, float]]) -> Estimate:
    good = PRIOR_GOOD + sum(mean * weight for mean, weight in said)
    value = good / (PRIOR_GOOD + PRIOR_BAD + sum(weight for _, weight in said))
    return Estimate(value, len(said), "OTHERS_WERE_CONTENT", {"people": len(said)})


def _histories(outcomes: tuple[OutcomeFacts, ...]) -> dict[tuple[int, int], tuple[float, float, int]]:
    found: dict[tuple[int, int], tuple[float, float, int]] = {}
    for outcome in outcomes:
        pair = (outcome.helper_id, outcome.person_id)
        good, weight, count = found.get(pair, (0.0, 0.0, 0))
        fresh = decayed(1.0, outcome.age_days, TieKind.HELPED)
        found[pair] = (good + fresh * outcome.went_well, weight + fresh, count + 1)
    return found


def _both_ways(view: "nx.DiGraph[TrustNode]", row_of: Mapping[TrustNode, int]) -> csr_array:
    edges = sorted((row_of[u], row_of[v], float(data["weight"])) for u, v, data in view.edges(data=True))
    speakers = [u for u, _, _ in edges]
    spoken_of = [v for _, v, _ in edges]
    weights = [weight for _, _, weight in edges]
    shape = (len(row_of), len(row_of))
    return csr_array((np.asarray(weights * 2, dtype=np.float64), (speakers + spoken_of, spoken_of + speakers)), shape)


def _node_order(node: TrustNode) -> tuple[int, int]:
    return (1, node[1]) if isinstance(node, tuple) else (0, node)
