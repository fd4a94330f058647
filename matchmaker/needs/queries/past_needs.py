"""Needs of the past as if they were asked anew: what a forecast of the coming week is drawn from."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.community.ages import is_minor, youngest_age
from matchmaker.community.models import Area
from matchmaker.engine.problem import CONVENIENCE, PUBLIC, VOLUNTARY, NeedFacts, Place
from matchmaker.needs.availability import Window, quarters_for, weeks_running, window_quarters
from matchmaker.needs.models import Need, NeedRepeat, NeedWindow, Urgency
from matchmaker.needs.queries.places import Point, places_of

WEEK: Final = timedelta(weeks=1)
_ANY_FORM: Final = frozenset({PUBLIC, VOLUNTARY, CONVENIENCE})


def needs_of_last_week(area: Area, *, zone: ZoneInfo, horizon_start: datetime, now: datetime) -> list[NeedFacts]:
    """The verified needs that were opened in the last seven days under an area, a week later: three queries.

    Emergencies are left out, and whatever came of the needs: who was found, and who is not to meet whom.
    """
    rows = Need.objects.filter(
        community__path__startswith=area.path,
        opened_at__gt=now - WEEK,
        opened_at__lte=now,
        verified_at__isnull=False,
        urgency__lt=Urgency.EMERGENCY,
    )
    needs = list(rows.select_related("for_person", "service_type", "place").defer("details", "risks").order_by("pk"))
    windows: dict[int, list[Window]] = defaultdict(list)
    for need_id, window in _windows_of(area, now):
        windows[need_id].append(window)
    points = {need.pk: Point(need.place.path, need.place.level, need.latitude, need.longitude) for need in needs}
    places = places_of(points.values())
    today = now.astimezone(zone).date()
    anew = []
    for need in needs:
        until = need.repeat_until_date
        open_quarters = window_quarters(
            windows[need.pk],
            zone=zone,
            horizon_start=horizon_start,
            weekly=need.repeat == NeedRepeat.WEEKLY,
            until_date=until and until + WEEK,
        )
        if open_quarters:
            anew.append(_facts(need, places[points[need.pk]], open_quarters, today))
    return anew


def _windows_of(area: Area, now: datetime) -> Iterator[tuple[int, Window]]:
    rows = NeedWindow.objects.filter(
        need__community__path__startswith=area.path, need__opened_at__gt=now - WEEK, need__opened_at__lte=now
    )
    for need_id, day, starts, ends in rows.values_list("need_id", "date", "starts", "ends"):
        yield need_id, Window(day + WEEK, starts, ends)


def _facts(need: Need, place: Place, open_quarters: int, today: date) -> NeedFacts:
    person = need.for_person
    weekly = need.repeat == NeedRepeat.WEEKLY
    return NeedFacts(
        need_id=need.pk,
        person_id=person.pk,
        service_type=need.service_type.code,
        place=place,
        minutes=need.minutes,
        open_quarters=open_quarters,
        asked_by_ids=frozenset({need.asked_by_id} - {person.pk}),
        forms_accepted=frozenset(need.forms_accepted) or _ANY_FORM,
        helpers_wanted=need.helpers_wanted,
        weeks=max(1, weeks_running(open_quarters, quarters_for(need.minutes))) if weekly else 1,
        skills=frozenset(need.skills),
        languages=frozenset(need.languages),
        urgency=need.urgency,
        risk_class=need.risk_class,
        person_age=youngest_age(person.birth_year, today=today),
        person_is_minor=is_minor(person.birth_year, today=today),
        nobody_from_building=need.nobody_from_building,
        helper_sex=need.helper_sex or None,
        at_home=need.at_home,
        without_graph=person.without_graph,
    )
