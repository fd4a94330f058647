"""Why nobody: which rule took the last offers of a need, and the smallest change that would bring somebody.

All needs are looked at together, in columns: first who has candidates at all, by nearness; for the rest each rule in
turn over the offers of their kind of help, and of those that one rule alone keeps away the smallest change.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matchmaker.engine.columns import Columns, Types, columns_of
from matchmaker.engine.eligibility import RULE_CODES, RULES, offers_the_type, pairs_in, refusals_of
from matchmaker.engine.hours import block_starts, visit_quarters
from matchmaker.engine.lifts import LIFTS, Around, Lifted
from matchmaker.engine.places import Bools, Ints
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.streets import Streets
from matchmaker.engine.trust import Params
from matchmaker.engine.ways import ways_m

PAIRS_AT_ONCE: Final = 1_000_000
TRIED_AT_MOST: Final = 500
"""Offers of one need that one rule keeps away, whose change is looked for; of those too far away the nearest."""
NEAREST_TRIED: Final = 64
FURTHER: Final = frozenset({"REACH", "DRIVE"})
"""Rules that a wider reach lifts."""
ASKED_AGAIN: Final = 32
"""Of the offers that one change would bring, so many are put to all rules again."""


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one rule's facts after which `offers` pass every rule."""

    rule: str
    offers: int
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why a need has nobody: the rule that took the last offers, and what would help.

    `survivors` are the offers left after each rule; empty where some passed them all and the plan gave them to others.
    """

    survivors: tuple[tuple[str, int], ...]
    rule: str
    changes: tuple[Change, ...]


ONE_MORE_OFFER: Final = Change("ONE_MORE_OFFER", 1)
"""Somebody else who offers this kind of help within reach and at these hours."""
PUBLIC_HELP: Final = Change("PUBLIC_HELP", 1)
"""The authorities, where it is their duty: nobody else may offer it."""
OTHER_HOURS: Final = Change("OTHER_HOURS", 0)
"""Hours that are still to come and hold a whole visit: in those that were asked for nobody could."""
GIVEN_TO_OTHERS: Final = frozenset({"ALL_TAKEN", "SOME_FOUND", "TEAM_NOT_WHOLE"})
"""There were candidates, and the plan did not give them to this need."""


def why_nobody(
    need: NeedFacts, offers: Sequence[OfferFacts], types: Types, found: int = 0, streets: Streets | None = None
) -> Nobody:
    """`why_nobody_of_each` for one need, of whose helpers the plan found so many."""
    return why_nobody_of_each([need], offers, types, {need.need_id: found}, streets)[0]


def why_nobody_of_each(
    needs: Sequence[NeedFacts],
    offers: Sequence[OfferFacts],
    types: Types,
    found: Mapping[int, int] | None = None,
    streets: Streets | None = None,
    still: Callable[[], None] = lambda: None,
) -> list[Nobody]:
    """Which rule removed the last offers of each need, and the smallest changes that would each bring someone.

    Every change but the last resort was tried: the facts were changed and all rules asked again. Where offers are left
    after the last rule the need has candidates, and the rule is ``ALL_TAKEN``, ``SOME_FOUND`` where the plan found some
    of its helpers, or ``TEAM_NOT_WHOLE`` where they come all or not at all: then nothing is promised of those, since
    hours, caps and other needs hold them together. There is always a change: ``ONE_MORE_OFFER`` where no other helps,
    ``PUBLIC_HELP`` where that could only be the authorities', ``OTHER_HOURS`` where no visit fits into the need's own.

    Parameters
    ----------
    needs : sequence of NeedFacts
        One row for each id.
    offers : sequence of OfferFacts
    types : mapping of code to ServiceTypeFacts
    found : mapping of need id to int
        Helpers that the plan found for a need; none where it is left out.
    streets : Streets, optional
        Those that the candidates were looked for on.
    still : callable
        Called again and again while this goes on.

    Returns
    -------
    list of Nobody
        In the order of the needs.
    """
    if not needs:
        return []
    columns = columns_of(needs, offers, types, streets)
    pairs = pairs_in(columns, lambda _share: still())
    suiting = np.bincount(pairs.needs, minlength=len(needs))
    told = {
        row: _given_to_others(needs[row], int(suiting[row]), (found or {}).get(needs[row].need_id, 0))
        for row in np.flatnonzero(suiting).tolist()
    }
    for rows, covering in _by_kind(columns, np.flatnonzero(suiting == 0)):
        told |= _without_candidates(columns, rows, covering, Around(types, streets))
        still()
    return [told[row] for row in range(len(needs))]


def _given_to_others(need: NeedFacts, offers: int, found: int) -> Nobody:
    if found:
        return Nobody((), "SOME_FOUND", (ONE_MORE_OFFER,))
    if need.all_or_none and need.helpers_wanted > 1:
        changes = (Change("COME_IN_PART", min(offers, need.helpers_wanted - 1)), ONE_MORE_OFFER)
        return Nobody((), "TEAM_NOT_WHOLE", changes)
    return Nobody((), "ALL_TAKEN", (Change("ALL_TAKEN", offers), ONE_MORE_OFFER))


def _by_kind(columns: Columns, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Needs of one kind of help, not too many at once, with the offers that cover it."""
    every = np.arange(len(columns.offers.ids))
    kinds = columns.needs.kinds[rows]
    for kind in np.unique(kinds).tolist():
        asked = rows[kinds == kind]
        covering = np.flatnonzero(offers_the_type(columns, np.full(len(every), asked[0]), every))
        at_once = max(1, PAIRS_AT_ONCE // max(1, len(covering)))
        for begin in range(0, len(asked), at_once):
            yield asked[begin : begin + at_once], covering


def _without_candidates(columns: Columns, rows: Ints, covering: Ints, around: Around) -> dict[int, Nobody]:
    at, other = np.repeat(rows, len(covering)), np.tile(covering, len(rows))
    first, alone = _broken(columns, at, other)
    kept_away = _offers_by_rule(columns, at, other, np.where(alone, first, -1))
    changes = _changes(columns.needs.facts, kept_away, around)
    broken = first.reshape(len(rows), len(covering))
    needs = columns.needs
    return {
        row: _nobody(
            broken[position],
            changes.get(row) or (_last_resort(needs.facts[row], is_public_duty=bool(needs.public_duty[row])),),
        )
        for position, row in enumerate(rows.tolist())
    }


def _last_resort(need: NeedFacts, *, is_public_duty: bool) -> Change:
    """What would help where no change of what is there does."""
    if not block_starts(need.open_quarters, visit_quarters(need), need.weeks):
        return OTHER_HOURS
    return PUBLIC_HELP if is_public_duty else ONE_MORE_OFFER


def _nobody(first: Ints, changes: tuple[Change, ...]) -> Nobody:
    """Of one need: `first` is the position of the first rule that each covering offer breaks."""
    gone = np.bincount(first, minlength=len(RULES))
    left = len(first) - np.cumsum(gone)
    survivors = tuple(zip(RULE_CODES, left.tolist(), strict=True))
    last = RULE_CODES[int(first.max())] if len(first) else RULE_CODES[0]
    return Nobody(survivors, last, changes)


def _broken(columns: Columns, at: Ints, other: Ints) -> tuple[Ints, Bools]:
    """The position of the first rule that each pair breaks, and whether it is the only one.

    The pairs cover the kind of help, and each breaks some rule; what breaks two is not looked at further.
    """
    first = np.full(len(at), -1, dtype=np.int64)
    again = np.zeros(len(at), dtype=np.bool_)
    live = np.arange(len(at))
    for position, rule in enumerate(RULES[1:], start=1):
        fallen = live[~rule.holds(columns, at[live], other[live])]
        again[fallen] = first[fallen] >= 0
        first[fallen] = np.where(again[fallen], first[fallen], position)
        live = live[~again[live]]
    return first, ~again


def _offers_by_rule(columns: Columns, at: Ints, other: Ints, only: Ints) -> dict[int, dict[str, list[OfferFacts]]]:
    """By row of a need the offers that one rule that may be lifted keeps away; the nearest where it is reach."""
    kept: dict[int, dict[str, list[OfferFacts]]] = defaultdict(dict)
    facts = columns.offers.facts
    for code in LIFTS:
        pairs = np.flatnonzero(only == RULE_CODES.index(code))
        if code in FURTHER:
            pairs = _nearest_first(columns, at, other, pairs)
        most = NEAREST_TRIED if code in FURTHER else TRIED_AT_MOST
        order = pairs[np.argsort(at[pairs], kind="stable")]
        begins = np.searchsorted(at[order], np.unique(at[order]))
        for some in np.split(order, begins[1:]) if len(order) else ():
            kept[int(at[some[0]])][code] = [facts[row] for row in other[some[:most]].tolist()]
    return kept


def _nearest_first(columns: Columns, at: Ints, other: Ints, pairs: Ints) -> Ints:
    """Pairs that a wider reach might bring, the fewest metres first; not those that an area alone keeps away."""
    missing = ways_m(columns, at[pairs], other[pairs]) - columns.offers.furthest_m[other[pairs]]
    order = np.argsort(missing, kind="stable")
    return pairs[order[missing[order] > 0]]


def _changes(
    needs: Sequence[NeedFacts], kept_away: Mapping[int, Mapping[str, Sequence[OfferFacts]]], around: Around
) -> dict[int, tuple[Change, ...]]:
    """For each need and rule the smallest change after which all rules hold, and the offers that it brings."""
    open_still = {
        (row, code): iter(LIFTS[code](needs[row], offers, around))
        for row, by_rule in kept_away.items()
        for code, offers in by_rule.items()
    }
    found: dict[tuple[int, str], Change] = {}
    while open_still:
        tried = {key: change for key, changes in open_still.items() if (change := next(changes, None)) is not None}
        brought = _brought(tried, around)
        found |= {key: Change(key[1], count, tried[key].params) for key, count in brought.items() if count}
        open_still = {key: open_still[key] for key in tried if not brought[key]}
    return {row: tuple(found[row, code] for code in LIFTS if (row, code) in found) for row in kept_away}


def _brought(tried: Mapping[tuple[int, str], Lifted], around: Around) -> dict[tuple[int, str], int]:
    """How many offers each change brings: all of them where all those that were asked again pass."""
    samples = {key: change.pairs[:ASKED_AGAIN] for key, change in tried.items()}
    refused = iter(refusals_of([pair for sample in samples.values() for pair in sample], around.types, around.streets))
    brought = {}
    for key, sample in samples.items():
        passed = sum(1 for _ in sample if not next(refused))
        brought[key] = len(tried[key].pairs) if passed == len(sample) else passed
    return brought
