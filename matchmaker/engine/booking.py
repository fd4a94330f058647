"""Who is booked when while a plan is made: what each helper, offer and asker still has room for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matchmaker.engine.choices import Helper, helper_of, side_by_side, value_of
from matchmaker.engine.hours import block_mask, block_starts, starts_in_open_weeks, visit_quarters
from matchmaker.engine.problem import ALWAYS, HORIZON_WEEKS, WEEK_QUARTERS, NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate of the plan and its block: first quarter, length in quarters, number of weeks."""

    scored: Scored
    start: int
    quarters: int
    weeks: int

    @property
    def mask(self) -> int:
        """The quarters it takes up, as bits."""
        return block_mask(self.start, self.quarters, self.weeks)

    @property
    def key(self) -> tuple[int, int, int]:
        """Need, offer, start: what makes two plans the same plan."""
        return self.scored.candidate.need.need_id, self.scored.candidate.offer.offer_id, self.start


@dataclass(slots=True)
class _Booked:
    """What one person or organization has taken on in this plan; of a person also the visits they receive."""

    need_ids: list[int] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    by_week: list[int] = field(default_factory=lambda: [0] * HORIZON_WEEKS)

    def add(self, one: Chosen) -> None:
        self.need_ids.append(one.key[0])
        self.masks.append(one.mask)

    def remove(self, one: Chosen) -> None:
        self.need_ids.remove(one.key[0])
        self.masks.remove(one.mask)

    def full_quarters(self, parallel: int) -> int:
        """Quarters in which as many visits are booked as can run side by side."""
        if len(self.masks) < parallel:
            return 0
        layers = [0] * parallel
        for mask in self.masks:
            for depth in range(parallel - 1, 0, -1):
                layers[depth] |= layers[depth - 1] & mask
            layers[0] |= mask
        return layers[-1]


class Bookings:
    """A plan in the making: choices are taken and released, and no hard limit is ever crossed."""

    def __init__(self, needs: Sequence[NeedFacts]) -> None:
        self.missing = {need.need_id: need.helpers_wanted for need in needs}
        self.by_need: dict[int, list[Chosen]] = {}
        self.worth = 0
        self._booked: dict[Helper, _Booked] = {}
        self._offer_weeks: dict[int, list[int]] = {}

    def chosen(self) -> tuple[Chosen, ...]:
        """All choices, sorted by need, then offer."""
        return tuple(sorted((one for listed in self.by_need.values() for one in listed), key=lambda one: one.key))

    def worth_of(self, need_id: int) -> int:
        """What the choices of one need are worth."""
        return sum(value_of(one.scored) for one in self.by_need.get(need_id, ()))

    def busy(self) -> frozenset[Helper]:
        """Who has anything booked, as a helper or as the one who is helped."""
        return frozenset(helper for helper, booked in self._booked.items() if booked.need_ids)

    def visits_by_week(self) -> Iterator[tuple[Helper, list[int]]]:
        """Visits that each helper took on, week by week."""
        return ((helper, booked.by_week) for helper, booked in self._booked.items() if booked.need_ids)

    def needs_of(self, helper: Helper) -> list[int]:
        """Needs in which someone helps, or is helped."""
        return list(self._of(helper).need_ids)

    def starts(self, scored: Scored) -> int:
        """Where this candidate could still begin, as bits."""
        need, offer = scored.candidate.need, scored.candidate.offer
        helper = helper_of(offer)
        mine = self.by_need.get(need.need_id, ())
        if self.missing.get(need.need_id, 0) <= 0 or any(
            helper_of(one.scored.candidate.offer) == helper for one in mine
        ):
            return 0
        starts = scored.candidate.starts
        booked = self._booked.get(helper)
        if booked is not None:
            free = offer.free_quarters & ~booked.full_quarters(side_by_side(offer))
            starts &= block_starts(free, visit_quarters(need), need.weeks) & self._weeks_left(need, offer, booked)
        if mine:
            return starts & (1 << mine[0].start)
        asker = self._booked.get(("person", need.person_id))
        if asker is not None:
            starts &= block_starts(~asker.full_quarters(1) & ALWAYS, visit_quarters(need), need.weeks)
        return starts

    def room(self, scored: Scored, week: int) -> int:
        """Visits that the helper, all offers together, can still begin in a week."""
        booked = self._booked.get(helper_of(scored.candidate.offer))
        taken = booked.by_week[week] if booked is not None else 0
        return max(0, scored.candidate.offer.person_visits_left_by_week[week] - taken)

    def take(self, scored: Scored, start: int) -> bool:
        """Add this choice if nothing forbids it by now."""
        if not self.starts(scored) >> start & 1:
            return False
        need = scored.candidate.need
        one = Chosen(scored, start, visit_quarters(need), need.weeks)
        if not self.by_need.get(need.need_id):
            self._of(("person", need.person_id)).add(one)
        self._of(helper_of(scored.candidate.offer)).add(one)
        self._count(one, 1)
        self.by_need.setdefault(need.need_id, []).append(one)
        return True

    def release(self, need_id: int) -> list[Chosen]:
        """Take all choices of a need out again, and say which these were."""
        released = self.by_need.pop(need_id, [])
        for one in released:
            self._of(helper_of(one.scored.candidate.offer)).remove(one)
            self._count(one, -1)
        for one in released[:1]:
            self._of(("person", one.scored.candidate.need.person_id)).remove(one)
        return released

    def _of(self, helper: Helper) -> _Booked:
        booked = self._booked.get(helper)
        if booked is None:
            booked = self._booked[helper] = _Booked()
        return booked

    def _count(self, one: Chosen, visits: int) -> None:
        need, offer = one.scored.candidate.need, one.scored.candidate.offer
        booked = self._of(helper_of(offer))
        offered = self._offer_weeks.setdefault(offer.offer_id, [0] * HORIZON_WEEKS)
        first = one.start // WEEK_QUARTERS
        for week in range(first, first + one.weeks):
            booked.by_week[week] += visits
            offered[week] += visits
        self.missing[need.need_id] -= visits
        self.worth += visits * value_of(one.scored)

    def _weeks_left(self, need: NeedFacts, offer: OfferFacts, booked: _Booked) -> int:
        offered = self._offer_weeks.get(offer.offer_id, [0] * HORIZON_WEEKS)
        left = [
            min(offer.visits_left_by_week[week] - offered[week], offer.person_visits_left_by_week[week] - taken)
            for week, taken in enumerate(booked.by_week)
        ]
        return starts_in_open_weeks(tuple(left), need.weeks)
