"""What a community knows of itself, measured once a day and again when a row it rests on changed."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any, Final

import structlog
from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils.timezone import localdate

from matchmaker.community.models import Area, AreaLevel, Membership, Organization, Person, PostTerm, Tie
from matchmaker.engine.problem import Town
from matchmaker.engine.scoring import Knowledge, knowledge_of
from matchmaker.matches import calendar
from matchmaker.matches.inputs.counted import counted_outcomes, counted_vouches
from matchmaker.matches.inputs.town import in_area, town_of
from matchmaker.needs.queries import helpers_from_elsewhere

log = structlog.get_logger("matchmaker.knowledge")

KEPT_TOWNS: Final = 4
"""Each holds a dense matrix of its people, some 70 MB for three thousand."""

_kept: "OrderedDict[tuple[Any, ...], tuple[Town, Knowledge]]" = OrderedDict()
_guard: Final = Lock()

LATELY: Final = timedelta(minutes=5)
KNOWN_WITHIN: Final = timedelta(hours=1)
KEPT_LATELY: Final = 256
"""A sketched community of three thousand takes some 3 MB."""
EXACT_LATELY: Final = 500


@dataclass(frozen=True, slots=True)
class _Lately:
    at: datetime
    marks: tuple[Any, ...]
    knowledge: Knowledge
    is_large: bool


_lately: "OrderedDict[int, _Lately]" = OrderedDict()
_under_way: set[int] = set()


class _Forgettings:
    """How often everything was forgotten: what was begun to be read before that is not kept afterwards."""

    count = 0


def beside(work: Callable[[], None]) -> None:
    """The work is done in a thread of its own, with a connection of its own."""

    def done() -> None:
        try:
            work()
        finally:
            connection.close()

    Thread(target=done, name="measuring", daemon=True).start()


def knowledge_in(community: Area, *, now: datetime) -> tuple[Town, Knowledge]:
    """The town, with those from elsewhere whose offers may reach it, and what is known of it.

    An area above communities is one town of all of them, and nobody else.

    While no row changed that it rests on, it is measured once a day here.
    """
    outsiders = _from_elsewhere(community)
    rows = Person.objects.filter(pk__in=outsiders).order_by("pk").values_list("pk", "without_graph")
    strangers = tuple(rows) if outsiders else ()
    key = (community.pk, now.astimezone(calendar.zone_of(community)).date(), strangers, *_marks(community, now))
    with _guard:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    begun = _Forgettings.count
    town = town_of(community, now=now, also=[pk for pk, _ in strangers])
    measured = (town, knowledge_of(town))
    with _guard:
        if begun != _Forgettings.count:
            return measured
        for old in [kept for kept in _kept if kept[0] == community.pk]:
            del _kept[old]  # the town as it was, perhaps with somebody who asked to be forgotten
        _kept[key] = measured
        while len(_kept) > KEPT_TOWNS:
            _kept.popitem(last=False)
    return measured


def knowledge_lately(community: Area, *, now: datetime) -> Knowledge:
    """What was known of the town some minutes ago at most, for answers at once: no query while it is that young.

    A larger town is sketched, so that all communities of a city fit into one process, and nobody waits for it but the
    first who asks: it is measured anew beside the answers, which tell what was known within the hour. Whatever is put
    to people rests on `knowledge_in`.
    """
    with _guard:
        found = _lately.get(community.pk)
        if found is not None:
            _lately.move_to_end(community.pk)
            if timedelta(0) <= now - found.at < LATELY:
                return found.knowledge
            if found.is_large and timedelta(0) <= now - found.at < KNOWN_WITHIN:
                _measure_beside(community, found, now)
                return found.knowledge
    return _measured_lately(community, found, now).knowledge


def _measure_beside(community: Area, found: _Lately, now: datetime) -> None:
    """Begun once; where no thread can be had, whoever asks next tries again."""
    if community.pk in _under_way:
        return

    def work() -> None:
        try:
            _measured_lately(community, found, now)
        finally:
            _under_way.discard(community.pk)

    _under_way.add(community.pk)
    try:
        beside(work)
    except RuntimeError as error:
        _under_way.discard(community.pk)
        log.warning("knowledge.no_thread", community=community.pk, error=type(error).__name__)


def _measured_lately(community: Area, found: _Lately | None, now: datetime) -> _Lately:
    begun = _Forgettings.count
    marks = (now.astimezone(calendar.zone_of(community)).date(), *_marks(community, now))
    if found is None or found.marks != marks:
        town = town_in(community, now=now)
        is_large = len(town.people) > EXACT_LATELY
        found = _Lately(now, marks, knowledge_of(town, exact_up_to=EXACT_LATELY), is_large)
    else:
        found = replace(found, at=now)
    with _guard:
        if begun != _Forgettings.count:
            return found
        _lately[community.pk] = found
        while len(_lately) > KEPT_LATELY:
            _lately.popitem(last=False)
    return found


def town_in(community: Area, *, now: datetime) -> Town:
    """The same town, not measured: for whoever measures it elsewhere."""
    return town_of(community, now=now, also=_from_elsewhere(community))


def _from_elsewhere(area: Area) -> list[int]:
    return helpers_from_elsewhere(area) if area.level == AreaLevel.COMMUNITY else []


def forget_measured() -> None:
    """This process knows nothing of any town until it measures it again."""
    with _guard:
        _Forgettings.count += 1
        _kept.clear()
    forget_lately()


def forget_lately() -> None:
    """The same of what answers at once rest on."""
    with _guard:
        _Forgettings.count += 1
        _lately.clear()
        _under_way.clear()


def _marks(community: Area, now: datetime) -> list[tuple[Any, ...]]:
    """Counts, sums and latest moments of the rows a town is made of: they move with every change. Seven queries."""
    today = localdate(now)
    ties = Tie.objects.filter(
        in_area(community, "low__community") | in_area(community, "high__community"), ended_at__isnull=True
    )
    said = counted_outcomes().filter(in_area(community, "visit__match__community"))
    terms = PostTerm.objects.current(today)
    vouches = counted_vouches(now=now)
    members = Membership.objects.current(today).filter(in_area(community, "person__community"), named=True)
    verified = Organization.objects.filter(
        verified_at__isnull=False, closed_at__isnull=True, area__path__startswith=community.path
    )
    return [
        _mark(
            Person.objects.filter(in_area(community, "community"), left_at__isnull=True),
            Sum("pk"),
            Sum(F("pk") * F("pk")),
            Sum("pk", filter=Q(without_graph=True)),
        ),
        _mark(
            ties,
            Sum(F("low_id") * F("high_id")),
            Sum("low_id"),
            Sum("meetings"),
            Sum("weight"),
            Max("renewed_at"),
            Count("low_confirmed_at"),
            Count("high_confirmed_at"),
        ),
        _mark(vouches, Sum(F("voucher_id") * F("person_id")), Sum("person_id"), Max("made_at")),
        _mark(members, Sum(F("person_id") * F("organization_id")), Sum("person_id")),
        _mark(terms, Sum(F("person_id") * F("post_id")), Sum("person_id")),
        _mark(verified, Sum("pk")),
        _mark(said, Sum("pk"), Sum("went_well"), Max("given_at")),
    ]


def _mark(rows: QuerySet[Any], *sums: Any) -> tuple[Any, ...]:
    named = {f"mark_{number}": expression for number, expression in enumerate((Count("pk"), *sums))}
    return tuple(rows.aggregate(**named).values())
