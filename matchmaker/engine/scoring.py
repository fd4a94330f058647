"""How well a candidate suits: a sum of whole points, each with its reason, by a published score card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.cards import CARDS, FEWEST_TIES, IDENTITY, NEAREST, ScoreCard
from matchmaker.engine.columns import Types, columns_of
from matchmaker.engine.eligibility import Candidate, Pairs, pairs_at
from matchmaker.engine.knowledge import BridgesOf, Knowledge, knowledge_of
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import Ring
from matchmaker.engine.streets import Streets
from matchmaker.engine.terms import TERMS, Evidence, Points, Term, fit

__all__ = [
    "CARDS",
    "FEWEST_TIES",
    "IDENTITY",
    "NEAREST",
    "Knowledge",
    "ScoreCard",
    "Scored",
    "Scores",
    "Term",
    "knowledge_of",
    "ranked",
    "recompute",
    "score",
    "score_pairs",
    "within_rings",
]

RING_REASONS: Final = (
    "NEAREST_RING",
    "TOO_FEW_NEARER",
    "FURTHER_FOR_CONTINUITY",
    "FURTHER_FOR_IDENTITY",
    "NEARER_TAKEN",
)
_WAITS: Final = len(RING_REASONS) - 1


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score; `ring_reason` says why it entered from where it is, empty before rings were drawn."""

    candidate: Candidate
    terms: tuple[Term, ...]
    total: int
    fit: int
    card: str
    ring_reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of many pairs; all arrays have one entry for each pair.

    Attributes
    ----------
    pairs : Pairs
    totals : ndarray of int
    fits : ndarray of int
        Points of fit, which say whether an offer is adequate, whatever the card weighs.
    terms : tuple of Points
        Those that the card weighs.
    card : ScoreCard
    ring_reasons : ndarray of int, or None before rings were drawn
        Positions in `RING_REASONS`.
    """

    pairs: Pairs
    totals: Ints
    fits: Ints
    terms: tuple[Points, ...]
    card: ScoreCard
    ring_reasons: NDArray[np.int8] | None = None

    def __len__(self) -> int:
        return len(self.totals)

    def scored(self, row: int, starts: int) -> Scored:
        """One pair with its terms and reasons, where its starts are known already."""
        reason = "" if self.ring_reasons is None else RING_REASONS[self.ring_reasons[row]]
        terms = tuple(points.term(row) for points in self.terms)
        total, suits = int(self.totals[row]), int(self.fits[row])
        return Scored(self.pairs.candidate(row, starts), terms, total, suits, self.card.version, reason)

    @property
    def waiting(self) -> Ints:
        """Rows of pairs that wait in case the nearer ones are given to others; none before rings were drawn."""
        return np.flatnonzero(self._waits())

    @property
    def entering(self) -> Ints:
        """Rows of pairs that enter now."""
        return np.flatnonzero(~self._waits())

    def _waits(self) -> NDArray[np.bool_]:
        if self.ring_reasons is None:
            return np.zeros(len(self), dtype=np.bool_)
        return np.asarray(self.ring_reasons == _WAITS)


def score(
    candidates: Sequence[Candidate],
    types: Types,
    knowledge: Knowledge,
    card: ScoreCard = IDENTITY,
    *,
    streets: Streets | None = None,
) -> tuple[Scored, ...]:
    """Score candidates by a card.

    Parameters
    ----------
    candidates : sequence of Candidate
    types : mapping of code to ServiceTypeFacts
    knowledge : Knowledge
    card : ScoreCard
    streets : Streets, optional
        Those that the candidates were looked for on.

    Returns
    -------
    tuple of Scored
        In the order of the candidates. Terms the card does not weigh are left out. Where the person opted out
        of ties and trust, all terms but the walk are neutral: nearest first.
    """
    found = score_pairs(_pairs(candidates, types, streets), knowledge, card)
    return tuple(replace(found.scored(row, one.starts), candidate=one) for row, one in enumerate(candidates))


def score_pairs(
    pairs: Pairs, knowledge: Knowledge, card: ScoreCard = IDENTITY, bridges_of: BridgesOf | None = None
) -> Scores:
    """The same as `score`, in columns: what a city is planned from.

    Parameters
    ----------
    pairs : Pairs
    knowledge : Knowledge
    card : ScoreCard
    bridges_of : callable, optional
        Stands in for the forest of `knowledge`.
    """
    evidence = Evidence(knowledge, knowledge.bridges if bridges_of is None else bridges_of)
    opted_out = pairs.columns.needs.without_graph[pairs.needs]
    suits = fit(pairs, evidence)
    terms = []
    totals = np.full(len(pairs), card.base_points, dtype=np.int64)
    for name, function in TERMS.items():
        if card.weights[name]:
            points = suits if name == "fit" else function(pairs, evidence)
            terms.append(points if name == "walk" else points.left_out(opted_out))
            totals += card.weights[name] * terms[-1].points
    return Scores(pairs, totals, suits.points, tuple(terms), card)


def recompute(terms: Iterable[Term], card: ScoreCard) -> int:
    """The total that these terms have by this card.

    Examples
    --------
    >>> recompute([Term("walk", 90, 134.0, "m", "WALK")], NEAREST)
    19000
    """
    return card.base_points + sum(card.weights[term.name] * term.points for term in terms)


def ranked(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    """Best first; the smaller offer id first among equals."""
    return tuple(sorted(scored, key=lambda one: (-one.total, one.candidate.offer.offer_id)))


def within_rings(scored: Iterable[Scored], card: ScoreCard) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """Draw each need's rings: who enters now, and who waits in case the nearer ones are given to others.

    Returns
    -------
    entering, waiting : tuples of Scored
        Each with its `ring_reason`, need after need.
    """
    by_need: dict[int, list[Scored]] = {}
    for one in scored:
        by_need.setdefault(one.candidate.need.need_id, []).append(one)
    listed = [one for of_need in by_need.values() for one in of_need]
    points = [{term.name: term.points for term in one.terms} for one in listed]
    reasons = _ring_reasons(
        np.repeat(np.arange(len(by_need)), [len(of_need) for of_need in by_need.values()]),
        np.asarray([one.candidate.ring for one in listed], dtype=np.int8),
        np.asarray([one.fit for one in listed], dtype=np.int64),
        {name: np.asarray([told.get(name, 0) for told in points], dtype=np.int64) for name in _FURTHER},
        card,
    )
    told = [replace(one, ring_reason=RING_REASONS[why]) for one, why in zip(listed, reasons.tolist(), strict=True)]
    waits = [why == _WAITS for why in reasons.tolist()]
    entering = tuple(one for one, later in zip(told, waits, strict=True) if not later)
    return entering, tuple(one for one, later in zip(told, waits, strict=True) if later)


def with_rings(scores: Scores) -> Scores:
    """The same as `within_rings`, in columns."""
    points = {term.name: term.points for term in scores.terms}
    none = np.zeros(len(scores), dtype=np.int64)
    further = {name: points.get(name, none) for name in _FURTHER}
    reasons = _ring_reasons(scores.pairs.needs, scores.pairs.rings, scores.fits, further, scores.card)
    return replace(scores, ring_reasons=reasons)


def _ring_reasons(
    needs: Ints, rings: NDArray[np.int8], fits: Ints, further: dict[str, Ints], card: ScoreCard
) -> NDArray[np.int8]:
    """Why each pair enters or waits, as positions in `RING_REASONS`; `needs` are numbers from 0 on."""
    if not len(needs):
        return np.zeros(0, dtype=np.int8)
    levels = int(Ring.REGION) + 1
    cells, shape = needs * levels + rings, (int(needs.max()) + 1, levels)
    here = np.bincount(cells, minlength=shape[0] * levels).reshape(shape) > 0
    adequate = np.bincount(cells[fits >= card.minimum_fit], minlength=shape[0] * levels).reshape(shape)
    enough = adequate.cumsum(axis=1) >= card.ring_k
    nearest = here.argmax(axis=1)
    last = np.where(enough.any(axis=1), enough.argmax(axis=1), int(Ring.REGION))
    cases = [rings <= nearest[needs], rings <= last[needs]]
    cases += [(points >= card.ring_threshold) & bool(card.weights[name]) for name, points in further.items()]
    return np.asarray(np.select(cases, range(_WAITS), default=_WAITS), dtype=np.int8)


def _pairs(candidates: Sequence[Candidate], types: Types, streets: Streets | None) -> Pairs:
    """The candidates in columns, a row for each need and each offer among them."""
    needs = {id(one.need): one.need for one in candidates}
    offers = {id(one.offer): one.offer for one in candidates}
    columns = columns_of(tuple(needs.values()), tuple(offers.values()), types, streets)
    need_rows = {key: row for row, key in enumerate(needs)}
    offer_rows = {key: row for row, key in enumerate(offers)}
    asked = np.asarray([need_rows[id(one.need)] for one in candidates], dtype=np.int64)
    offered = np.asarray([offer_rows[id(one.offer)] for one in candidates], dtype=np.int64)
    return pairs_at(columns, asked, offered)


_FURTHER: Final = ("continuity", "identity_gain")
"""Terms that let a candidate in from further away; in the order of `RING_REASONS`."""
