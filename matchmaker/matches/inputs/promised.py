"""What people and offers have promised within one horizon: booked quarters, visits, and blocks of live proposals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from matchmaker.community.models import Area
from matchmaker.engine.problem import HORIZON_WEEKS
from matchmaker.matches import calendar
from matchmaker.matches.models import LIVE_STATES, BookedQuarter, Proposal, Visit, VisitState
from matchmaker.needs.availability import bits_of_numbers, quarter_number
from matchmaker.needs.queries import Promised

Bits = int


class _Count:
    """The promises of a community while they are read."""

    def __init__(self, start: datetime, zone: ZoneInfo) -> None:
        self.start, self.zone = start, zone
        self.persons: dict[int, Bits] = defaultdict(int)
        self.needs_booked: dict[int, Bits] = defaultdict(int)
        self.needs_proposed: dict[int, Bits] = defaultdict(int)
        self.blocks_of_offers: dict[int, list[Bits]] = defaultdict(list)
        self.parallel: dict[int, int] = {}
        self.visits_of_offers: dict[int, list[int]] = defaultdict(lambda: [0] * HORIZON_WEEKS)
        self.visits_of_persons: dict[int, list[int]] = defaultdict(lambda: [0] * HORIZON_WEEKS)
        self.helpers_asked: dict[int, int] = defaultdict(int)

    def add_visit(self, offer_id: int, parallel: int, helper_id: int | None, bits: Bits, weeks: Iterable[int]) -> None:
        self.blocks_of_offers[offer_id].append(bits)
        self.parallel[offer_id] = parallel
        for week in weeks:
            self.visits_of_offers[offer_id][week] += 1
            if helper_id is not None:
                self.visits_of_persons[helper_id][week] += 1

    def promised(self) -> Promised:
        return Promised(
            quarters_of_persons=dict(self.persons),
            quarters_of_needs=self.needs_proposed | self.needs_booked,
            full_quarters_of_offers={
                offer_id: _full(blocks, self.parallel[offer_id]) for offer_id, blocks in self.blocks_of_offers.items()
            },
            visits_of_offers={pk: tuple(visits) for pk, visits in self.visits_of_offers.items()},
            visits_of_persons={pk: tuple(visits) for pk, visits in self.visits_of_persons.items()},
            helpers_asked=dict(self.helpers_asked),
        )


def promised_around(community: Area, *, start: datetime, except_asked_for: int | None = None) -> Promised:
    """All that is promised in the joint community from `start` on, or waits for an answer: three queries.

    `except_asked_for` is a need whose own questions do not count.
    """
    count = _Count(start, calendar.zone_of(community))
    around = _neighbours_path(community)
    _add_booked(count, BookedQuarter.objects.filter(need__community__path__startswith=around))
    visits = Visit.objects.filter(match__community__path__startswith=around)
    _add_visits(count, visits)
    live = Proposal.objects.filter(need__community__path__startswith=around, state__in=LIVE_STATES)
    live = live.exclude(need_id=except_asked_for or 0)
    _add_proposals(count, live)
    return count.promised()


def promised_by_pair(proposal: Proposal, helper_id: int, *, start: datetime) -> Promised:
    """What was agreed (never only proposed) with the two people and the offer of one proposal: two queries."""
    count = _Count(start, calendar.zone_of(proposal.need.community))
    people = (helper_id, proposal.need.for_person_id)
    _add_booked(count, BookedQuarter.objects.filter(person_id__in=people))
    _add_visits(count, Visit.objects.filter(Q(match__helper_id=helper_id) | Q(match__offer_id=proposal.offer_id)))
    return count.promised()


def series_bits(
    starts_at: datetime, ends_at: datetime, weeks: int, *, start: datetime, zone: ZoneInfo
) -> tuple[Bits, tuple[int, ...]]:
    """The quarters of a weekly series as bits of the horizon, and the weeks of the horizon it touches.

    A visit keeps its hour on the wall, as it is booked, where clocks change between two weeks.
    """
    bits = 0
    found: list[int] = []
    for begins_at in calendar.occurrences(starts_at, weeks, zone):
        quarters = calendar.quarters_of(begins_at, begins_at + (ends_at - starts_at))
        bits |= bits_of_numbers(quarters, horizon_start=start)
        number = calendar.week_of_horizon(begins_at, start)
        if number is not None:
            found.append(number)
    return bits, tuple(found)


def _neighbours_path(community: Area) -> str:
    """The path of the area above the community: helpers may live in a neighbouring one."""
    parts = [part for part in community.path.split("/") if part]
    return "".join(f"{part}/" for part in parts[:-1]) or community.path


def _add_booked(count: _Count, rows: QuerySet[BookedQuarter]) -> None:
    numbers: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
    in_horizon = rows.filter(
        quarter__gte=quarter_number(count.start), quarter__lt=quarter_number(count.start + calendar.HORIZON)
    ).values_list("person_id", "need_id", "need__for_person_id", "quarter")
    for person_id, need_id, for_person_id, quarter in in_horizon:
        numbers[person_id, need_id, person_id == for_person_id].append(quarter)
    for (person_id, need_id, is_helped), listed in numbers.items():
        bits = bits_of_numbers(listed, horizon_start=count.start)
        count.persons[person_id] |= bits
        if is_helped:
            count.needs_booked[need_id] |= bits


def _add_visits(count: _Count, rows: QuerySet[Visit]) -> None:
    in_horizon = rows.filter(
        state__in=(VisitState.PLANNED, VisitState.DONE),
        starts_at__gte=count.start,
        starts_at__lt=count.start + calendar.HORIZON,
    ).values_list("match__offer_id", "match__offer__parallel_visits", "match__helper_id", "starts_at", "ends_at")
    for offer_id, parallel, helper_id, starts_at, ends_at in in_horizon:
        count.add_visit(
            offer_id, parallel, helper_id, *series_bits(starts_at, ends_at, 1, start=count.start, zone=count.zone)
        )


def _add_proposals(count: _Count, rows: QuerySet[Proposal]) -> None:
    values = rows.values_list(
        "need_id",
        "need__for_person_id",
        "offer_id",
        "offer__parallel_visits",
        "helper_id",
        "starts_at",
        "ends_at",
        "weeks",
    )
    for need_id, for_person_id, offer_id, parallel, helper_id, starts_at, ends_at, weeks in values:
        bits, touched = series_bits(starts_at, ends_at, weeks, start=count.start, zone=count.zone)
        count.helpers_asked[need_id] += 1
        count.needs_proposed[need_id] |= bits
        count.persons[for_person_id] |= bits
        if helper_id is not None:
            count.persons[helper_id] |= bits
        count.add_visit(offer_id, parallel, helper_id, bits, touched)


def _full(blocks: Sequence[Bits], parallel: int) -> Bits:
    """Quarters in which as many visits run as can run side by side."""
    layers = [0] * max(1, parallel)
    for block in blocks:
        for depth in range(len(layers) - 1, 0, -1):
            layers[depth] |= layers[depth - 1] & block
        layers[0] |= block
    return layers[-1]
