"""An offer that nobody made yet, as the engine would be told of it."""

from datetime import datetime, time
from typing import Any, Final

from django.db.models import Avg

from matchmaker.community.models import Area
from matchmaker.engine.batch import Batch
from matchmaker.engine.columns import CLEARANCE_FOR_MINORS
from matchmaker.engine.problem import HORIZON_WEEKS, OfferFacts
from matchmaker.errors import InvalidInput
from matchmaker.matches import calendar
from matchmaker.needs.availability import Hours, hours_quarters
from matchmaker.needs.queries.places import Point, places_of

SUPPOSED_ID: Final = 1 << 40
"""Of the offer and the helper who are not there: above every key of a row, and nobody in the town."""
SUPPOSED_AGE: Final = 40


def supposed_offer(asked: dict[str, Any], batch: Batch, community: Area, start: datetime) -> OfferFacts:
    """A grown volunteer who knows, speaks and holds whatever needs of this kind ask for, and sets out from the area."""
    area = Area.objects.get(pk=asked["area"])
    zone = calendar.zone_of(community)
    hours = [
        Hours(weekday=day, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends))
        for day, starts, ends in asked["hours"]
    ]
    kind, point = batch.types[asked["service_type"]], _point_of(area)
    visits = (asked["visits_per_week"],) * HORIZON_WEEKS
    return OfferFacts(
        offer_id=SUPPOSED_ID,
        person_id=SUPPOSED_ID,
        service_types=frozenset({kind.code}),
        place=places_of([point])[point],
        free_quarters=hours_quarters(hours, zone=zone, horizon_start=start),
        reach_m=asked["reach_m"],
        skills=frozenset(skill for need in batch.needs for skill in need.skills),
        languages=frozenset(language for need in batch.needs for language in need.languages),
        age=SUPPOSED_AGE,
        trainings=kind.required_training,
        licences=kind.required_licence,
        clearances=kind.required_clearance | {CLEARANCE_FOR_MINORS},
        insured=True,
        visits_left_by_week=visits,
        person_visits_left_by_week=visits,
        person_visits_cap=asked["visits_per_week"],
    )


def _point_of(area: Area) -> Point:
    """Its own, or the middle of all that lies in it."""
    if area.latitude is not None and area.longitude is not None:
        return Point(area.path, area.level, area.latitude, area.longitude)
    inside = Area.objects.filter(path__startswith=area.path, latitude__isnull=False, longitude__isnull=False)
    middle = inside.aggregate(north=Avg("latitude"), east=Avg("longitude"))
    if middle["north"] is None:
        raise InvalidInput("We do not know where this place is.", message_zh="这个地点没有位置。", field="offer")
    return Point(area.path, area.level, middle["north"], middle["east"])
