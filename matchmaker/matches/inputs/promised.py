"""What people and offers have promised within one horizon: booked quarters, visits, and blocks of live proposals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.engine.problem import HORIZON_WEEKS, WEEK_QUARTERS, OfferFacts
from matchmaker.matches import calendar
from matchmaker.matches.inputs.stand_ins import weeks_taken
from matchmaker.matches.models import LIVE_STATES, BookedQuarter, MatchState, Proposal, Visit, VisitState
from matchmaker.needs.availability import bits_of_numbers, quarter_number
from matchmaker.needs.models import Need, NeedRepeat, NeedState, Offer, TourSignUp
from matchmaker.needs.queries import Promised
from matchmaker.prepared import Prepared

Bits = int
Booked = tuple[int, int, int, int, str, int]
Visited = tuple[int, int, int | None, datetime, datetime, bool]
Asked = tuple[int, int, int, int, int | None, datetime, datetime, int, bool]


class _Count:
    """The promises of a community while they are read."""

    def __init__(self, start: datetime, zone: ZoneInfo) -> None:
        self.start, self.zone = start, zone
        self.persons: dict[int, Bits] = defaultdict(int)
        self.needs_booked: dict[int, Bits] = defaultdict(int)
        self.series_booked: dict[int, Bits] = defaultdict(int)
        self.weeks_taken: dict[int, frozenset[int | None]] = {}
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

    def leave_to_sign_up(self, offer_id: int, weeks: Iterable[int]) -> None:
        """The place of this visit is kept by a sign-up, and counted there."""
        for week in weeks:
            self.visits_of_offers[offer_id][week] -= 1

    def promised(self) -> Promised:
        return Promised(
            quarters_of_persons=dict(self.persons),
            quarters_of_needs=self.needs_proposed | self.needs_booked,
            quarters_of_series=self.needs_proposed | self.series_booked,
            quarters_of_stand_ins={need_id: _bits_of_weeks(weeks) for need_id, weeks in self.weeks_taken.items()},
            full_quarters_of_offers={
                offer_id: _full(blocks, self.parallel[offer_id]) for offer_id, blocks in self.blocks_of_offers.items()
            },
            visits_of_offers={pk: tuple(visits) for pk, visits in self.visits_of_offers.items()},
            visits_of_persons={pk: tuple(visits) for pk, visits in self.visits_of_persons.items()},
            helpers_asked=dict(self.helpers_asked),
        )


def promised_around(
    area: Area, *, start: datetime, except_asked_for: int | None = None, except_of_round: int | None = None
) -> Promised:
    """All that is promised in the joint community from `start` on, or waits for an answer; with those from elsewhere
    whose offers name the area, and wherever the people of the joint community help.

    Four queries; five where somebody stands in for a series that looks for its helper.

    `area` is a community, or one above communities: then all that is promised under it.
    `except_asked_for` is a need whose own questions do not count, `except_of_round` a round whose proposals do not.
    """
    count = _Count(start, calendar.zone_of(area))
    around = _neighbours_path(area)
    guests = Offer.reach_areas.through.objects.filter(area_id__in=keys_of_path(area.path)).values("offer_id")
    of_guests = Offer.objects.filter(pk__in=guests, person__isnull=False).values("person_id")
    booked = Q(need__community__path__startswith=around) | Q(person__community__path__startswith=around)
    _add_booked(count, BookedQuarter.objects.filter(booked | Q(person_id__in=of_guests)))
    met = Q(match__community__path__startswith=around) | Q(match__offer__community__path__startswith=around)
    visits = Visit.objects.filter(met | Q(match__offer_id__in=guests))
    _add_visits(count, visits)
    asked = Q(need__community__path__startswith=around) | Q(offer__community__path__startswith=around)
    live = Proposal.objects.filter(asked | Q(offer_id__in=guests), state__in=LIVE_STATES)
    live = live.exclude(need_id=except_asked_for or 0)
    if except_of_round is not None:
        live = live.exclude(round_id=except_of_round)
    _add_proposals(count, live)
    _add_stand_ins(count, visits)
    return count.promised()


def promised_of_few(need: Need, offers: Collection[OfferFacts], *, start: datetime) -> Promised:
    """What the person of one need, the need itself and a few offers promised, or are asked for: three queries, or four.

    For these it says what `promised_around` says.
    """
    count = _Count(start, calendar.zone_of(need.community))
    offer_ids = [offer.offer_id for offer in offers]
    helpers = [offer.person_id for offer in offers if offer.person_id is not None]
    people = [need.for_person_id, *helpers]
    ends = start + calendar.HORIZON
    quarters = {"first": quarter_number(start), "end": quarter_number(ends)}
    _count_booked(count, _BOOKED_OF_FEW(people=people, **quarters))
    _count_visits(count, _VISITS_OF_FEW(offers=offer_ids, helpers=helpers, start=start, ends=ends))
    _count_proposals(count, _ASKED_OF_FEW(need_id=need.pk, people=people, offers=offer_ids))
    if need.repeat == NeedRepeat.WEEKLY:
        _add_stand_ins(count, Visit.objects.filter(match__need_id=need.pk))
    return count.promised()


def promised_by_pair(proposal: Proposal, helper_id: int, *, start: datetime) -> Promised:
    """What was agreed, never only proposed, with both people and the offer of one proposal: three queries, or four."""
    count = _Count(start, calendar.zone_of(proposal.need.community))
    people = (helper_id, proposal.need.for_person_id)
    _add_booked(count, BookedQuarter.objects.filter(person_id__in=people))
    _add_visits(count, Visit.objects.filter(Q(match__helper_id=helper_id) | Q(match__offer_id=proposal.offer_id)))
    _add_stand_ins(count, Visit.objects.filter(match__need_id=proposal.need_id))
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


def _neighbours_path(area: Area) -> str:
    """The path of the area above a community, as helpers may live in a neighbouring one; else the area's own."""
    parts = [part for part in area.path.split("/") if part]
    return "".join(f"{part}/" for part in parts[:-1]) if area.level == AreaLevel.COMMUNITY else area.path


def _add_booked(count: _Count, rows: QuerySet[BookedQuarter]) -> None:
    ends = count.start + calendar.HORIZON
    _count_booked(count, _booked(rows, quarter_number(count.start), quarter_number(ends)))


def _booked(rows: QuerySet[BookedQuarter], first: int, end: int) -> QuerySet[BookedQuarter, Booked]:
    return rows.filter(quarter__gte=first, quarter__lt=end).values_list(
        "person_id", "need_id", "need__for_person_id", "visit__match__need_id", "visit__match__state", "quarter"
    )


def _count_booked(count: _Count, rows: Iterable[Booked]) -> None:
    numbers: dict[tuple[int, int, bool, bool], list[int]] = defaultdict(list)
    for person_id, need_id, for_person_id, booked_for_id, state, quarter in rows:
        goes_on = booked_for_id == need_id and state != MatchState.CANCELLED
        numbers[person_id, need_id, person_id == for_person_id, goes_on].append(quarter)
    for (person_id, need_id, is_helped, goes_on), listed in numbers.items():
        bits = bits_of_numbers(listed, horizon_start=count.start)
        count.persons[person_id] |= bits
        if is_helped:
            count.series_booked[need_id] |= bits
        if is_helped and goes_on:
            count.needs_booked[need_id] |= bits


def _add_stand_ins(count: _Count, visits: QuerySet[Visit]) -> None:
    """Of series that look for a helper the weeks that belong to whoever stands in."""
    absences = visits.filter(match__need__state=NeedState.OPEN, starts_at__gte=count.start)
    count.weeks_taken = weeks_taken(absences, week_of=lambda moment: calendar.week_of_horizon(moment, count.start))


def _bits_of_weeks(weeks: Iterable[int | None]) -> Bits:
    """All quarters of these weeks of the horizon; None is a week after it."""
    whole = (1 << WEEK_QUARTERS) - 1
    return sum(whole << WEEK_QUARTERS * week for week in weeks if week is not None)


def _add_visits(count: _Count, rows: QuerySet[Visit]) -> None:
    _count_visits(count, _visits(rows, count.start, count.start + calendar.HORIZON))


def _visits(rows: QuerySet[Visit], start: datetime, ends: datetime) -> QuerySet[Visit, Visited]:
    planned = rows.filter(state__in=(VisitState.PLANNED, VisitState.DONE), starts_at__gte=start, starts_at__lt=ends)
    return planned.values_list(
        "match__offer_id",
        "match__offer__parallel_visits",
        "match__helper_id",
        "starts_at",
        "ends_at",
        _signed_up(stop="match__offer__stop", person="match__person"),
    )


def _count_visits(count: _Count, rows: Iterable[Visited]) -> None:
    for offer_id, parallel, helper_id, starts_at, ends_at, is_signed_up in rows:
        bits, weeks = series_bits(starts_at, ends_at, 1, start=count.start, zone=count.zone)
        count.add_visit(offer_id, parallel, helper_id, bits, weeks)
        if is_signed_up:
            count.leave_to_sign_up(offer_id, weeks)


def _add_proposals(count: _Count, rows: QuerySet[Proposal]) -> None:
    _count_proposals(count, _asked(rows))


def _asked(rows: QuerySet[Proposal]) -> QuerySet[Proposal, Asked]:
    return rows.values_list(
        "need_id",
        "need__for_person_id",
        "offer_id",
        "offer__parallel_visits",
        "helper_id",
        "starts_at",
        "ends_at",
        "weeks",
        _signed_up(stop="offer__stop", person="need__for_person"),
    )


def _count_proposals(count: _Count, rows: Iterable[Asked]) -> None:
    for need_id, for_person_id, offer_id, parallel, helper_id, starts_at, ends_at, weeks, is_signed_up in rows:
        bits, touched = series_bits(starts_at, ends_at, weeks, start=count.start, zone=count.zone)
        count.helpers_asked[need_id] += 1
        count.needs_proposed[need_id] |= bits
        count.persons[for_person_id] |= bits
        if helper_id is not None:
            count.persons[helper_id] |= bits
        count.add_visit(offer_id, parallel, helper_id, bits, touched)
        if is_signed_up:
            count.leave_to_sign_up(offer_id, touched)


def _signed_up(*, stop: str, person: str) -> Exists:
    """Whether whoever is helped keeps a place at the stop of a tour by having signed up."""
    return Exists(TourSignUp.objects.filter(stop=OuterRef(stop), person=OuterRef(person), withdrawn_at__isnull=True))


def _asked_of_few(need_id: int, people: list[int], offers: list[int]) -> QuerySet[Proposal, Asked]:
    asked = Q(need_id=need_id) | Q(need__for_person_id__in=people) | Q(helper_id__in=people) | Q(offer_id__in=offers)
    return _asked(Proposal.objects.filter(asked, state__in=LIVE_STATES))


_BOOKED_OF_FEW: Final = Prepared(
    lambda people, first, end: _booked(BookedQuarter.objects.filter(person_id__in=people), first, end)
)
_VISITS_OF_FEW: Final = Prepared(
    lambda offers, helpers, start, ends: _visits(
        Visit.objects.filter(Q(match__offer_id__in=offers) | Q(match__helper_id__in=helpers)), start, ends
    )
)
_ASKED_OF_FEW: Final = Prepared(_asked_of_few)


def _full(blocks: Sequence[Bits], parallel: int) -> Bits:
    """Quarters in which as many visits run as can run side by side."""
    layers = [0] * max(1, parallel)
    for block in blocks:
        for depth in range(len(layers) - 1, 0, -1):
            layers[depth] |= layers[depth - 1] & block
        layers[0] |= block
    return layers[-1]
