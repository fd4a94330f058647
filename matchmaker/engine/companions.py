"""Who might come along on a visit, so that three neighbours get to know each other instead of two.

Whether the visit may be accompanied at all, whom the person helped would welcome, and who was vetted and is willing is
for the caller to ask; here it is only found who of those would help the neighbourhood most.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from matchmaker.engine.columns import Types, columns_of
from matchmaker.engine.eligibility import RULES
from matchmaker.engine.neighbourhood import NEW_TIE_WEIGHT, Forest, Measured, forest_of_ties, lasting, survival
from matchmaker.engine.places import walk_m
from matchmaker.engine.problem import ALWAYS, NeedFacts, OfferFacts, Place
from matchmaker.engine.solving import Floats, Ints
from matchmaker.engine.trust import Params

Pair = tuple[int, int]

PAIRS_OF_THREE: Final = ((0, 1), (0, 2), (1, 2))
"""Of person helped, helper and companion: who meets whom, in the order of all arrays here."""
VETTED_BY: Final = frozenset(
    {
        "OWN_NEED",
        "EXCLUDED",
        "SAME_BUILDING",
        "HELPER_SEX",
        "AGE",
        "GUARDIAN_CONSENT",
        "CLEARANCE",
        "INSURANCE",
        "REACH",
        "TIME",
        "LOAD",
    }
)
"""The hard rules of helpers that hold for whoever comes along; those about skill do not, for a companion needs none."""
_ENDS: Final = np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
_CHUNK_CELLS: Final = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """A match whose person agreed to somebody coming along."""

    match_id: int
    person_id: int
    helper_id: int
    service_type: str
    place: Place
    quarters: int = 0
    """Bits: the quarters of the visit; 0 where its hour is not fixed yet."""
    excluded_person_ids: frozenset[int] = frozenset()
    """Blocks either way, and who is not wished for or declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionFacts:
    """A neighbour who is willing to come along, and vetted like a helper."""

    person_id: int
    place: Place
    free_quarters: int = ALWAYS
    visits_left: int = 1
    """How often they would still come along."""
    reach_m: float | None = None
    """Metres on foot, None = no limit."""
    excluded_person_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintances:
    """What is known between people beside the forest; keys are pairs of ids, the smaller one first."""

    meetings: Mapping[Pair, int] = field(default_factory=dict)
    helped: Mapping[Pair, float] = field(default_factory=dict)
    """The present weight of ties that came from help, which a new visit would only renew."""
    places: Mapping[int, Place] = field(default_factory=dict)

    def weight_added(self, one: int, other: int) -> float:
        """What a visit adds to the tie of two people: nothing where their help is fresh."""
        return max(0.0, NEW_TIE_WEIGHT - self.helped.get(_pair(one, other), 0.0))

    def near(self, one: int, other: int) -> bool:
        """Whether both are known to live in one grid."""
        here, there = self.places.get(one), self.places.get(other)
        return here is not None and there is not None and here.grid_id is not None and here.grid_id == there.grid_id


@dataclass(frozen=True, slots=True)
class Companionship:
    """A companion for one visit, and what that is worth.

    Attributes
    ----------
    match_id, companion_id : int
    walk_m : float
        From the companion's home to the visit.
    chance : float
        That the tie of helper and person helped lasts when the companion comes along.
    alone, together : float
        Islands that the visit is expected to take off without and with the companion.
    reason : str
        A code of `sentences.REASONS`, whose words need `params`.
    """

    match_id: int
    companion_id: int
    walk_m: float
    chance: float
    alone: float
    together: float
    reason: str
    params: Params

    @property
    def added(self) -> float:
        """Islands that the companion's coming is expected to take off beyond the visit alone."""
        return self.together - self.alone


def forest_around(town: Measured, person_ids: Collection[int]) -> Forest:
    """The town where it was measured exactly; else some of its people with all they are tied to, by themselves.

    Whoever is not in the town is left out. Of a large town this keeps who knows whom among the three and their friends,
    and leaves out how far the rest of the town would come nearer too.
    """
    if isinstance(town, Forest):
        return town
    own = town.rows(sorted(person_id for person_id in person_ids if person_id in town.index))
    around = np.unique(np.concatenate((own, town.adjacency[own].indices))) if len(own) else own
    return forest_of_ties(csr_array(town.adjacency[around][:, around]), [town.people[row] for row in around.tolist()])


def who_may_come(visits: Sequence[NeedFacts], willing: Sequence[OfferFacts], types: Types) -> dict[int, frozenset[int]]:
    """For each visit who passes every rule of `VETTED_BY`, as a helper would have to.

    Parameters
    ----------
    visits : sequence of NeedFacts
        Each visit as a need of its own: `need_id` is the visit's, `open_quarters` its time.
    willing : sequence of OfferFacts
        Each person as an offer of their own company; `person_id` is set.
    types : mapping of code to ServiceTypeFacts

    Returns
    -------
    dict of int to frozenset of int
        By the id of the visit the ids of people; every visit is in it.
    """
    found: dict[int, frozenset[int]] = {visit.need_id: frozenset() for visit in visits}
    if not visits or not willing:
        return found
    columns = columns_of(visits, willing, types)
    at, other = (rows.ravel() for rows in np.indices((len(visits), len(willing))))
    for rule in RULES:
        if rule.code in VETTED_BY and len(at):
            held = rule.holds(columns, at, other)
            at, other = at[held], other[held]
    for row, visit in enumerate(visits):
        people = (willing[column].person_id for column in other[at == row].tolist())
        found[visit.need_id] = frozenset(person_id for person_id in people if person_id is not None)
    return found


def best_companions(
    visits: Sequence[VisitFacts],
    willing: Sequence[CompanionFacts],
    forest: Forest,
    acquaintances: Acquaintances,
    *,
    allowed_types: frozenset[str],
    most: int | None = None,
) -> tuple[Companionship, ...]:
    """The companions that take most islands off, at most one for each visit.

    Parameters
    ----------
    visits : sequence of VisitFacts
    willing : sequence of CompanionFacts
        Each person once.
    forest : Forest
        Whoever is not in it, because they opted out of ties, is left out of this.
    acquaintances : Acquaintances
    allowed_types : frozenset of str
        The service types on whose visits somebody may come along; those above and below them are not meant.
    most : int, optional
        So many companions in all: the hours there are for it.

    Returns
    -------
    tuple of Companionship
        In the order they were chosen: whoever adds most first, then the smaller ids. Each value is for the visit by
        itself; those of one call overlap, so what they do together is mostly less than the sum.

    Notes
    -----
    The three ties stand or fall one by one, each with the chance of a pair who have a friend in common, because they
    have. All eight ways that may end are weighed, each by an exact update of rank three at most. O(pairs * people).

    References
    ----------
    Jackson, M., Rodriguez-Barraquer, T., Tan, X. (2012). Social capital and social quilts.
    """
    pairs = [
        (visit, companion, metres)
        for visit in visits
        if visit.service_type in allowed_types and {visit.person_id, visit.helper_id} <= forest.index.keys()
        for companion in willing
        if _may_come(visit, companion, forest) and _within(metres := walk_m(companion.place, visit.place), companion)
    ]
    valued = sorted(_valued(pairs, forest, acquaintances), key=lambda one: (one.match_id, one.companion_id))
    visits_left = {companion.person_id: companion.visits_left for companion in willing}
    picked = chosen(
        [one.added for one in valued],
        [one.match_id for one in valued],
        [one.companion_id for one in valued],
        visits_left=visits_left,
        most=len(valued) if most is None else most,
    )
    return tuple(valued[row] for row in picked)


def chosen(
    added: Sequence[float],
    visits: Sequence[int],
    companions: Sequence[int],
    *,
    visits_left: Mapping[int, int],
    most: int,
) -> list[int]:
    """Which of some pairs of visit and companion are taken: the best first, one for a visit, within everybody's limit.

    Among equals the earlier one. All three have one length; the result holds positions in them.

    Examples
    --------
    >>> chosen([0.5, 0.9, 0.4], [1, 1, 2], [7, 8, 8], visits_left={7: 1, 8: 1}, most=5)
    [1]
    """
    left, accompanied, taken = dict(visits_left), set[int](), list[int]()
    for row in np.argsort(-np.asarray(added), kind="stable").tolist():
        if len(taken) >= most:
            break
        if visits[row] not in accompanied and left[companions[row]] > 0:
            taken.append(row)
            accompanied.add(visits[row])
            left[companions[row]] -= 1
    return taken


def expected_together(forest: Forest, trios: Ints, chances: Floats, weights: Floats) -> Floats:
    """Islands that three meeting each other are expected to take off.

    Parameters
    ----------
    forest : Forest
    trios : ndarray of int, shape (m, 3)
        Rows of the forest, three different ones.
    chances, weights : ndarray, shape (m, 3)
        For each pair of `PAIRS_OF_THREE`: that the tie lasts, and what it then weighs; a weight of 0 is no tie.

    Returns
    -------
    ndarray, shape (m,)
        ``sum over S of P(S) tr((1 / tau W + B'QB)^-1 B'QQB)`` over the sets S of ties that last, B their ends.
    """
    resistance, square = _between(forest, trios)
    expected = np.zeros(len(trios))
    for lasts in product((0.0, 1.0), repeat=3):
        probability = np.prod(np.where(lasts, chances, 1.0 - chances), axis=1)
        added = (forest.tau * weights * lasts)[:, :, None]
        updates = np.linalg.solve(np.eye(3) + added * resistance, added * square)
        expected += probability * np.trace(updates, axis1=1, axis2=2)
    return expected


def _between(forest: Forest, trios: Ints) -> tuple[Floats, Floats]:
    """B'QB and B'QQB of each trio, shape (m, 3, 3)."""
    entries = forest.q[trios[:, :, None], trios[:, None, :]]
    squares = np.empty_like(entries)
    chunk = max(1, _CHUNK_CELLS // max(1, 3 * len(forest.people)))
    for begin in range(0, len(trios), chunk):
        rows = forest.q[trios[begin : begin + chunk]]
        squares[begin : begin + chunk] = rows @ rows.transpose(0, 2, 1)
    return _ENDS @ entries @ _ENDS.T, _ENDS @ squares @ _ENDS.T


def _may_come(visit: VisitFacts, companion: CompanionFacts, forest: Forest) -> bool:
    those = {visit.person_id, visit.helper_id}
    return (
        companion.person_id in forest.index
        and companion.person_id not in those
        and companion.person_id not in visit.excluded_person_ids
        and not those & companion.excluded_person_ids
        and companion.visits_left > 0
        and not visit.quarters & ~companion.free_quarters
    )


def _within(metres: float, companion: CompanionFacts) -> bool:
    return companion.reach_m is None or metres <= companion.reach_m


def _valued(
    pairs: Sequence[tuple[VisitFacts, CompanionFacts, float]], forest: Forest, acquaintances: Acquaintances
) -> list[Companionship]:
    if not pairs:
        return []
    trios = [(visit.person_id, visit.helper_id, companion.person_id) for visit, companion, _ in pairs]
    met = [[(trio[i], trio[j]) for i, j in PAIRS_OF_THREE] for trio in trios]
    meetings = np.array([[acquaintances.meetings.get(_pair(*pair), 0) for pair in three] for three in met])
    near = np.array([[acquaintances.near(*pair) for pair in three] for three in met])
    weights = np.array([[acquaintances.weight_added(*pair) for pair in three] for three in met])
    people, helpers = [trio[0] for trio in trios], [trio[1] for trio in trios]
    chances = lasting(np.ones(meetings.shape, dtype=np.bool_), meetings, near)
    together = expected_together(forest, forest.rows(sum(trios, ())).reshape(-1, 3), chances, weights)
    chance_alone = survival(forest, people, helpers, meetings[:, 0].tolist(), near[:, 0].tolist())
    alone = chance_alone * forest.tie_gains(people, helpers, weights[:, 0].tolist())
    return [
        Companionship(
            visit.match_id,
            companion.person_id,
            metres,
            float(chances[row, 0]),
            float(alone[row]),
            float(together[row]),
            "THREE_MEET",
            {"alone": f"{alone[row]:.2f}", "together": f"{together[row]:.2f}"},
        )
        for row, (visit, companion, metres) in enumerate(pairs)
    ]


def _pair(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)
