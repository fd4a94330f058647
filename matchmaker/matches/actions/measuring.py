"""How well each community knows itself, measured once on each of its days and kept as numbers."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
import structlog
from django.db import transaction
from django.db.models import Count, F

from matchmaker.community.models import Area, AreaLevel, Tie, TieKind, live_ties
from matchmaker.engine.measuring import CommunityDay, measure
from matchmaker.engine.strangers import AreaIndex
from matchmaker.matches import calendar, inputs
from matchmaker.matches.models import AreaReading, BetweenReading, GroupWatch

AT_ONCE = 1_000

log = structlog.get_logger("matchmaker.matches")

TieCounts = dict[str, int]


def measure_communities(*, now: datetime) -> int:
    """How many communities were measured now; a community whose day is measured already is left alone.

    The city is read once for all that are due, and each community is written in one transaction: stopped anywhere, or
    run twice at once, what is missing is measured by the next run and nothing stands there twice.
    """
    due = dict(_due(now))
    if not due:
        return 0
    city = inputs.city_day(now=now)
    rng = np.random.default_rng(min(due.values()).toordinal())
    figures = measure(city, np.array([community.pk for community in due]), rng=rng)
    ties = _ties_by_kind()
    for community, day in due.items():
        found = figures[community.pk]
        with transaction.atomic():
            _write_areas(community, day, found, ties[community.pk], now)
            if found.whole is not None:
                _write_groups(community, day, found)
                _write_watch(community, day, now)
        log.info("strangers.measured", community=community.pk, people=found.people, exact=found.exact)
    return len(due)


def _due(now: datetime) -> Iterator[tuple[Area, date]]:
    """Communities of whose local day nothing stands there yet."""
    communities = list(Area.objects.filter(level=AreaLevel.COMMUNITY).order_by("pk"))
    days = {community: now.astimezone(calendar.zone_of(community)).date() for community in communities}
    done = set(
        AreaReading.objects.filter(area_id=F("community_id"), date__in=set(days.values())).values_list(
            "area_id", "date"
        )
    )
    return ((community, day) for community, day in days.items() if (community.pk, day) not in done)


def _ties_by_kind() -> dict[int, TieCounts]:
    """Of each community how many ties both its people say yes to, by kind; nobody who left or opted out."""
    rows = Tie.objects.filter(live_ties(), low__community=F("high__community"))
    here = {f"{side}__{column}": value for side in ("low", "high") for column, value in _HERE.items()}
    counted = rows.filter(**here).order_by().values_list("low__community", "kind").annotate(count=Count("pk"))
    found: dict[int, TieCounts] = defaultdict(lambda: dict.fromkeys(TieKind.values, 0))
    for community, kind, count in counted:
        found[community][kind] = count
    return found


_HERE = {"left_at__isnull": True, "without_graph": False}


def _write_areas(community: Area, day: date, found: CommunityDay, ties: TieCounts, now: datetime) -> None:
    row = AreaReading(community=community, area=community, date=day, measured_at=now, people=found.people)
    rows = [row]
    if found.whole is not None:
        _fill(row, found.whole)
        row.kin_ties, row.friend_ties = ties[TieKind.KIN], ties[TieKind.FRIEND]
        row.helped_ties, row.met_ties = ties[TieKind.HELPED], ties[TieKind.MET]
    for area_id, index in found.areas.items():
        part = AreaReading(community=community, area_id=area_id, date=day, measured_at=now, people=index.people)
        _fill(part, index)
        rows.append(part)
    AreaReading.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _fill(row: AreaReading, index: AreaIndex) -> None:
    row.islands, row.islands_error = index.alone.islands, index.alone.islands_error
    row.share, row.share_error = index.share, index.share_error


def _write_groups(community: Area, day: date, found: CommunityDay) -> None:
    rows = [
        BetweenReading(
            community=community,
            date=day,
            kind=kind,
            one=pair.one,
            other=pair.other,
            people_of_one=found.sizes[kind][pair.one],
            people_of_other=found.sizes[kind][pair.other],
            resistance=pair.resistance,
            share=pair.share,
            fair_share=pair.fair_share,
        )
        for kind, pairs in found.between.items()
        for pair in pairs
    ]
    BetweenReading.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _write_watch(community: Area, day: date, now: datetime) -> None:
    rows = [
        GroupWatch(
            community=community,
            date=day,
            kind=told.kind,
            group=told.group,
            service_code=told.service_code,
            needs=told.needs,
            met=told.met,
            others_needs=told.others_needs,
            others_met=told.others_met,
            wait_hours=told.wait_hours,
            others_wait_hours=told.others_wait_hours,
        )
        for told in inputs.watched_groups(community, now=now, today=day)
    ]
    GroupWatch.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
