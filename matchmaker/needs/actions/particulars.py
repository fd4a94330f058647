"""From a checked draft to what a need's row says: type, place, windows, when the search ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Person
from matchmaker.errors import InvalidInput
from matchmaker.needs.actions.due import due_at_of
from matchmaker.needs.availability import Window, last_start
from matchmaker.needs.drafts import NeedDraft
from matchmaker.needs.drafts.fields import tidy_languages, tidy_skills
from matchmaker.needs.models import Need, NeedRepeat, NeedWindow, ServiceType, Urgency
from matchmaker.needs.queries import service_types

ANSWER_WITHIN: Final = {
    Urgency.EMERGENCY: timedelta(hours=6),
    Urgency.URGENT: timedelta(days=1),
    Urgency.SOON: timedelta(days=3),
    Urgency.WHENEVER: timedelta(days=14),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """An area with a point to walk to."""

    area: Area
    latitude: float
    longitude: float


def type_of_need(code: str) -> ServiceType:
    """A type of the second level that is in force."""
    kind = service_types().filter(code=code).first()
    if kind is None:
        raise InvalidInput("We do not know this kind of help.", message_zh="没有这种服务类型。", field="service_type")
    if kind.parent_id is None:
        raise InvalidInput(
            "Please choose the kind of help more closely.", message_zh="请选择更具体的服务类型。", field="service_type"
        )
    return kind


def spot_of_need(draft: NeedDraft, person: Person) -> Spot:
    """The person's home, or the place they chose in their region; someone else's home is no such place."""
    if draft.at_home:
        if person.household is None:
            raise InvalidInput(
                "We do not know this home yet.", message_zh="还没有登记住址，请先登记或另选地点。", field="at_home"
            )
        return spot_at(person.household, field="at_home")
    area = Area.objects.filter(public_id=draft.place).first() if draft.place else None
    region = keys_of_path(person.community.path)[0]
    if area is None or keys_of_path(area.path)[0] != region or area.level == AreaLevel.HOUSEHOLD:
        raise InvalidInput("Please choose a place near here.", message_zh="请选择本地的一个地点。", field="place")
    return spot_at(area, field="place")


def spot_at(area: Area, *, field: str) -> Spot:
    """The area with its own point, or with that of the nearest area around it that has one."""
    around = Area.objects.filter(pk__in=keys_of_path(area.path), latitude__isnull=False, longitude__isnull=False)
    for latitude, longitude in around.order_by("-level").values_list("latitude", "longitude")[:1]:
        if latitude is not None and longitude is not None:
            return Spot(area, latitude, longitude)
    raise InvalidInput("This place is not on the map yet.", message_zh="这个地点还没有标在地图上。", field=field)


def area_by_public_id(public_id: UUID, *, field: str) -> Area:
    area = Area.objects.filter(public_id=public_id).first()
    if area is None:
        raise InvalidInput("We do not know this place.", message_zh="没有这个地点。", field=field)
    return area


def columns_of(draft: NeedDraft, kind: ServiceType, spot: Spot, *, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What a need's row takes from its draft."""
    answer_by = _answer_by(draft, zone=zone, now=now)
    return {
        "service_type": kind,
        "details": draft.details.strip(),
        "at_home": draft.at_home,
        "place": spot.area,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "minutes": draft.minutes,
        "helpers_wanted": draft.helpers_wanted,
        "all_or_none": draft.all_or_none and draft.helpers_wanted > 1,
        "repeat": draft.repeat,
        "repeat_until_date": draft.repeat_until_date,
        "skills": tidy_skills(draft.skills),
        "languages": tidy_languages(draft.languages),
        "forms_accepted": sorted(set(draft.forms_accepted)),
        "urgency": draft.urgency,
        "risk_class": draft.risk_class,
        "risks": draft.risks.strip(),
        "nobody_from_building": draft.nobody_from_building,
        "helper_sex": draft.helper_sex,
        "answer_by": answer_by,
        "due_at": due_at_of(kind, draft.urgency, starts=now, ends=answer_by),
        "external_id": draft.external_id.strip(),
    }


def store_windows(need: Need, windows: tuple[Window, ...]) -> None:
    """The need has exactly these windows."""
    NeedWindow.objects.filter(need=need).delete()
    NeedWindow.objects.bulk_create(
        [
            NeedWindow(need=need, date=window.date, starts=window.starts, ends=window.ends)
            for window in sorted(set(windows))
        ]
    )


def search_ends_at(need: Need, windows: tuple[Window, ...], *, zone: ZoneInfo, now: datetime) -> datetime:
    """When a search that begins now ends: by urgency, and never after the last moment a visit can begin."""
    ends_at = now + ANSWER_WITHIN[Urgency(need.urgency)]
    last = last_start_of(need, windows, zone=zone)
    return ends_at if last is None else min(ends_at, last)


def last_start_of(asked: Need | NeedDraft, windows: tuple[Window, ...], *, zone: ZoneInfo) -> datetime | None:
    """The last moment at which a visit can begin; None where weekly visits have no last day."""
    if asked.repeat == NeedRepeat.WEEKLY:
        until = asked.repeat_until_date
        if until is None:
            return None
        weeks = [max(0, (until - window.date).days // 7) for window in windows]
        last_weeks = [
            Window(window.date + timedelta(weeks=number), window.starts, window.ends)
            for window, number in zip(windows, weeks, strict=True)
        ]
        windows = (*windows, *last_weeks)
    starts = [last_start(window, minutes=asked.minutes, zone=zone) for window in windows]
    return max((start for start in starts if start is not None), default=None)


def _answer_by(draft: NeedDraft, *, zone: ZoneInfo, now: datetime) -> datetime:
    wished = draft.answer_by or now + ANSWER_WITHIN[Urgency(draft.urgency)]
    last = last_start_of(draft, draft.windows, zone=zone)
    return wished if last is None else min(wished, last)
