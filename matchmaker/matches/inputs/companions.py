"""What the second pass is told: visits whose person would like company, who is willing, and what is known of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.ages import is_minor, youngest_age
from matchmaker.community.models import Area, Mandate, MandateKind, Person, PersonBlock, TieKind
from matchmaker.engine.companions import Acquaintances, CompanionFacts, Pair, VisitFacts, forest_around, who_may_come
from matchmaker.engine.graph import decayed
from matchmaker.engine.neighbourhood import Forest
from matchmaker.engine.problem import HORIZON_WEEKS, NeedFacts, OfferFacts, Place, Town
from matchmaker.engine.problem import TieKind as EngineTieKind
from matchmaker.engine.trust import Trust
from matchmaker.matches import calendar
from matchmaker.matches.inputs.knowledge import knowledge_in
from matchmaker.matches.inputs.promised import promised_around
from matchmaker.matches.models import (
    COMPANION_LIVE_STATES,
    CompanionProposal,
    CompanionState,
    CompanionWord,
    MatchState,
    Visit,
    VisitState,
    Willingness,
)
from matchmaker.needs.availability import Hours, bits_of_numbers, hours_quarters
from matchmaker.needs.models import ServiceType, Urgency
from matchmaker.needs.queries import Promised, service_type_facts
from matchmaker.needs.queries.givers import Giver, people_who_give
from matchmaker.needs.queries.places import Point, places_of

NEVER_ACCOMPANIED: Final = frozenset({"HEALTH", "SOCIAL_ASSISTANCE", "SOCIAL_SECURITY", "PUBLIC_SAFETY"})
"""Types, and all below them, on whose visits nobody comes along, whatever the table of types says."""
ASKED_BEFORE: Final = timedelta(hours=12)
"""A visit that begins sooner leaves no time to ask two people."""
ASKED_AHEAD: Final = timedelta(days=14)
MONTH: Final = timedelta(days=30)

Blocks = Mapping[int, frozenset[int]]
NOBODY: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Company:
    """All that the second pass of one community rests on; no forest where too few people are known."""

    visits: tuple[VisitFacts, ...]
    """`match_id` is the visit's own key: of a weekly match each visit stands for itself."""
    willing: tuple[CompanionFacts, ...]
    forest: Forest | None
    acquaintances: Acquaintances
    types: frozenset[str]


def company_in(community: Area, *, now: datetime) -> Company:
    """The visits ahead that may be accompanied, and for each who may come: a fixed number of queries."""
    rows = list(visits_to_accompany(community, now=now))
    willing = list(_willing_in(community))
    town, knowledge = knowledge_in(community, now=now)
    start = calendar.horizon_start(now, calendar.zone_of(community))
    promised = promised_around(community, start=start)
    around = _Around(start=start, now=now, community=community, promised=promised, trust=knowledge.trust)
    known = [row for row in willing if _was_looked_at(row, knowledge.trust)]
    blocks = _blocks_of({row.person_id for row in known})
    offers, facts = _companions(known, blocks, around)
    visits = _visits(rows, offers, blocks, around)
    people = {pk for row in rows for pk in (row.match.person_id, row.match.helper_id)} | {
        row.person_id for row in known
    }
    acquaintances = Acquaintances(
        meetings=knowledge.meetings, helped=_present_weights(town, knowledge.helped), places=_homes_of(people)
    )
    forest = None if knowledge.forest is None else forest_around(knowledge.forest, people)
    return Company(tuple(visits), tuple(facts), forest, acquaintances, accompanied_types())


def accompanied_types() -> frozenset[str]:
    """The types marked so in the table of types, and never one of health, care, assistance or safety."""
    rows = ServiceType.objects.filter(companions_allowed=True, sensitive=False, body_care=False, retired=False)
    rows = rows.exclude(code__in=NEVER_ACCOMPANIED).exclude(parent__code__in=NEVER_ACCOMPANIED)
    return frozenset(rows.values_list("code", flat=True))


def visits_to_accompany(community: Area, *, now: datetime) -> QuerySet[Visit]:
    """Agreed visits ahead whose person wished for company, that nobody is asked for yet; where they would rather not
    have had one neighbour no other is named.

    No first visit to a home: where two are to come then, the second is a helper. Nothing for a minor.
    """
    states = (*COMPANION_LIVE_STATES, CompanionState.REFUSED, CompanionState.TURNED_AWAY)
    settled = CompanionProposal.objects.filter(visit=OuterRef("pk"), state__in=states)
    visited = Visit.objects.filter(
        state=VisitState.DONE,
        match__need__at_home=True,
        match__offer__stop__isnull=True,
        match__person_id=OuterRef("match__person_id"),
    )
    rows = Visit.objects.filter(
        Q(match__need__at_home=False) | Q(match__offer__stop__isnull=False) | Exists(visited),
        ~Exists(settled),
        match__community=community,
        match__state=MatchState.AGREED,
        match__companion_wish__isnull=False,
        match__need__service_type__code__in=accompanied_types(),
        match__need__urgency__lt=Urgency.EMERGENCY,
        state=VisitState.PLANNED,
        starts_at__gte=now + ASKED_BEFORE,
        starts_at__lt=now + ASKED_AHEAD,
    )
    read = ("match__need__service_type", "match__need__place", "match__person", "match__offer__stop__place")
    return rows.select_related(*read).order_by("pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    start: datetime
    now: datetime
    community: Area
    promised: Promised
    trust: Trust

    @property
    def today(self) -> date:
        return self.now.astimezone(calendar.zone_of(self.community)).date()


def _willing_in(community: Area) -> QuerySet[Willingness]:
    rows = Willingness.objects.filter(
        paused_at__isnull=True,
        person__community=community,
        person__left_at__isnull=True,
        person__without_graph=False,
        person__household__latitude__isnull=False,
    )
    return rows.select_related("person__household").prefetch_related("hours").order_by("person_id")


def _was_looked_at(row: Willingness, trust: Trust) -> bool:
    """By a worker, or they are known around here and no worker stopped them since."""
    return row.vetted_at is not None or (not row.stopped_by_worker and trust.is_known(row.person_id))


def _companions(
    rows: Iterable[Willingness], blocks: Blocks, around: _Around
) -> tuple[list[OfferFacts], list[CompanionFacts]]:
    """Each as an offer of their own company, for the rules, and as a companion, for the choice."""
    willing = list(rows)
    points = {row.person_id: _point_of(row.person.household) for row in willing if row.person.household}
    places = places_of(points.values())
    givers = people_who_give(set(points), now=around.now)
    taken, by_week, asked = _visits_taken(points, around)
    offers, facts = [], []
    for row in willing:
        place, pk = places[points[row.person_id]], row.person_id
        free = _free(row, around) & ~asked[row.person_id]
        weeks = around.promised.visits_of_persons.get(pk, (0,) * HORIZON_WEEKS)
        visits = tuple(weeks[week] + by_week[pk, week] for week in range(HORIZON_WEEKS))
        offers.append(_as_offer(row, givers[pk], place, free, visits))
        facts.append(
            CompanionFacts(
                person_id=pk,
                place=place,
                free_quarters=free,
                visits_left=max(0, row.visits_per_month - taken[pk]),
                reach_m=float(row.reach_m),
                excluded_person_ids=blocks.get(pk, NOBODY),
            )
        )
    return offers, facts


def _as_offer(row: Willingness, giver: Giver, place: Place, free: int, visits: tuple[int, ...]) -> OfferFacts:
    return OfferFacts(
        offer_id=row.person_id,
        service_types=frozenset(),
        place=place,
        free_quarters=free,
        person_id=row.person_id,
        reach_m=float(row.reach_m),
        age=giver.age,
        sex=giver.sex,
        clearances=giver.clearances,
        insured=giver.insured,
        guardian_consent=giver.guardian_consent,
        person_visits_left_by_week=tuple(max(0, giver.visits_per_week_cap - count) for count in visits),
        person_visits_cap=giver.visits_per_week_cap,
    )


def _free(row: Willingness, around: _Around) -> int:
    hours = [Hours(one.weekday, one.starts, one.ends) for one in row.hours.all()]
    booked = around.promised.quarters_of_persons.get(row.person_id, 0)
    return hours_quarters(hours, zone=calendar.zone_of(around.community), horizon_start=around.start, booked=booked)


def _visits_taken(
    person_ids: Collection[int], around: _Around
) -> tuple[Mapping[int, int], Mapping[tuple[int, int | None], int], Mapping[int, int]]:
    """How often each came along, or was asked to, in the last thirty days and ahead; that by week of the horizon; and
    the quarters of it for which they are asked."""
    rows = CompanionProposal.objects.filter(
        companion_id__in=person_ids, state__in=COMPANION_LIVE_STATES, visit__starts_at__gt=around.now - MONTH
    )
    taken: Counter[int] = Counter()
    by_week: Counter[tuple[int, int | None]] = Counter()
    asked: dict[int, int] = defaultdict(int)
    for person_id, starts_at, ends_at in rows.values_list("companion_id", "visit__starts_at", "visit__ends_at"):
        taken[person_id] += 1
        by_week[person_id, calendar.week_of_horizon(starts_at, around.start)] += 1
        asked[person_id] |= bits_of_numbers(calendar.quarters_of(starts_at, ends_at), horizon_start=around.start)
    return taken, by_week, asked


def _visits(rows: list[Visit], offers: list[OfferFacts], blocks: Blocks, around: _Around) -> list[VisitFacts]:
    points = {row.pk: _point_of_visit(row) for row in rows}
    places = places_of(points.values())
    out = _not_for(rows, around)
    needs = [
        _as_need(row, places[points[row.pk]], out[row.pk], around)
        for row in rows
        if not is_minor(row.match.person.birth_year, today=around.today)
    ]
    may_come = who_may_come(needs, offers, service_type_facts())
    everybody = frozenset(offer.offer_id for offer in offers)
    by_pk = {row.pk: row for row in rows}
    return [
        VisitFacts(
            match_id=need.need_id,
            person_id=need.person_id,
            helper_id=by_pk[need.need_id].match.helper_id,
            service_type=need.service_type,
            place=need.place,
            quarters=need.open_quarters,
            excluded_person_ids=everybody - may_come[need.need_id],
        )
        for need in needs
    ]


def _as_need(row: Visit, place: Place, out: frozenset[int], around: _Around) -> NeedFacts:
    need, person = row.match.need, row.match.person
    quarters = calendar.quarters_of(row.starts_at, row.ends_at)
    return NeedFacts(
        need_id=row.pk,
        person_id=person.pk,
        service_type=need.service_type.code,
        place=place,
        minutes=row.minutes,
        open_quarters=bits_of_numbers(quarters, horizon_start=around.start),
        asked_by_ids=frozenset({need.asked_by_id} - {person.pk}),
        risk_class=need.risk_class,
        person_age=youngest_age(person.birth_year, today=around.today),
        nobody_from_building=need.nobody_from_building,
        helper_sex=need.helper_sex or None,
        excluded_person_ids=out,
        at_home=need.at_home,
    )


def _not_for(rows: list[Visit], around: _Around) -> dict[int, frozenset[int]]:
    """For each visit who is not brought to it: who speaks for the person, whom they refused or did not welcome, who
    said "not this time" to this match, who was asked for this very visit, however it ended, and blocks either way."""
    askers = {row.match.person_id for row in rows}
    asked = CompanionProposal.objects.all()
    unwished = (CompanionState.REFUSED, CompanionState.TURNED_AWAY)
    refused = asked.filter(visit__match__person_id__in=askers, state__in=unwished)
    unwelcome = CompanionWord.objects.filter(
        Q(welcome=False) | Q(part="ASKER", greet_companion=False), proposal__visit__match__person_id__in=askers
    )
    proxies = Mandate.objects.filter(
        kind=MandateKind.PROXY, for_person_id__in=askers, revoked_at__isnull=True, ends_date__gte=localdate(around.now)
    )
    declined = asked.filter(visit__match_id__in={row.match_id for row in rows}, state=CompanionState.DECLINED)
    of_person = _gathered(
        refused.values_list("visit__match__person_id", "companion_id"),
        unwelcome.values_list("proposal__visit__match__person_id", "proposal__companion_id"),
        proxies.values_list("for_person_id", "holder_id"),
    )
    of_match = _gathered(declined.values_list("visit__match_id", "companion_id"))
    of_visit = _gathered(asked.filter(visit__in=[row.pk for row in rows]).values_list("visit_id", "companion_id"))
    blocks = _blocks_of(askers)
    return {
        row.pk: of_person.get(row.match.person_id, NOBODY)
        | of_match.get(row.match_id, NOBODY)
        | of_visit.get(row.pk, NOBODY)
        | blocks.get(row.match.person_id, NOBODY)
        for row in rows
    }


def _gathered(*pairs: Iterable[tuple[int | None, int]]) -> dict[int, frozenset[int]]:
    """By the first of each pair, all that stand second."""
    found: dict[int, set[int]] = defaultdict(set)
    for key, person_id in chain(*pairs):
        if key is not None:
            found[key].add(person_id)
    return {key: frozenset(person_ids) for key, person_ids in found.items()}


def _blocks_of(person_ids: Collection[int]) -> Blocks:
    """By person: whom they block and who blocks them."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = PersonBlock.objects.filter(Q(person_id__in=person_ids) | Q(blocked_id__in=person_ids))
    for person_id, blocked_id in rows.values_list("person_id", "blocked_id"):
        found[person_id].add(blocked_id)
        found[blocked_id].add(person_id)
    return {pk: frozenset(others) for pk, others in found.items()}


def _present_weights(town: Town, helped: Mapping[Pair, float]) -> dict[Pair, float]:
    """What is left of ties from help or from having met, whichever is more: a visit would only renew that."""
    found = dict(helped)
    for tie in town.ties:
        if tie.kind is EngineTieKind(TieKind.MET):
            pair = (min(tie.u, tie.v), max(tie.u, tie.v))
            found[pair] = max(found.get(pair, 0.0), decayed(tie.weight, tie.age_days, tie.kind))
    return found


def _homes_of(person_ids: Collection[int]) -> dict[int, Place]:
    homes = Person.objects.filter(pk__in=person_ids, household__latitude__isnull=False).select_related("household")
    points = {person.pk: _point_of(person.household) for person in homes if person.household is not None}
    places = places_of(points.values())
    return {pk: places[point] for pk, point in points.items()}


def _point_of(home: Area) -> Point:
    return Point(home.path, home.level, home.latitude or 0.0, home.longitude or 0.0)


def _point_of_visit(row: Visit) -> Point:
    """Where a companion walks to: the stop, where the person is met at a stop of a tour."""
    need, stop = row.match.need, row.match.offer.stop
    if stop is not None:
        return Point(stop.place.path, stop.place.level, stop.latitude, stop.longitude)
    return Point(need.place.path, need.place.level, need.latitude, need.longitude)
