"""Alarms as workers see them, and the duty phone as everybody does."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When

from matchmaker.community.area_paths import keys_of_path, region_of_path
from matchmaker.community.models import Area, AreaLevel, Person, PostKind
from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.errors import NotFound
from matchmaker.notices.models import FOR_COORDINATORS, AlarmKind, DutyAlarm, DutyCall, DutyPhone

KEPT_IN_SIGHT: Final = timedelta(days=7)
"""A closed alarm stays on the list this long."""

CAN_WAIT: Final = Case(When(kind__in=(AlarmKind.NEED_OVERDUE, *sorted(FOR_COORDINATORS)), then=1), default=0)
"""No alarm about a person who may be in trouble is below one of these."""


def alarms_for(viewer: Viewer, *, loud: bool | None = None) -> QuerySet[DutyAlarm]:
    """Alarms of the viewer's areas, those that nobody took first, closed ones last; never one they are part of, nor
    as a deputy one of which the holder is.

    A request that waited too long stands below whatever may be about somebody's safety. Second looks are shown to
    coordinators alone.

    Alarms of a place above which nobody holds a post are shown to the coordinators of the region.
    """
    if viewer.person_id is None or not viewer.worker_paths:
        return DutyAlarm.objects.none()
    rows = DutyAlarm.objects.filter(_in_the_care_of(viewer)).exclude(not_for=viewer.person_id)
    if loud is not None:
        is_loud = Q(taken_at__isnull=True, closed_at__isnull=True)
        rows = rows.filter(is_loud if loud else ~is_loud)
    shown_since = Q(closed_at__isnull=True) | Q(closed_at__date__gte=viewer.today - KEPT_IN_SIGHT)
    calls = DutyCall.objects.select_related("person", "area").order_by("ring", "pk")
    return (
        rows.filter(shown_since)
        .select_related("area__parent__parent__parent", "rings_at", "taken_by", "closed_by")
        .prefetch_related(Prefetch("calls", queryset=calls))
        .order_by(
            F("closed_at").asc(nulls_first=True), F("taken_at").asc(nulls_first=True), CAN_WAIT, "raised_at", "pk"
        )
    )


def open_alarms_for(viewer: Viewer) -> QuerySet[DutyAlarm]:
    """Those of them that are not closed."""
    return alarms_for(viewer).filter(closed_at__isnull=True)


def alarm_by_id(viewer: Viewer, public_id: UUID) -> DutyAlarm:
    """The alarm, or NotFound where the viewer may not know of it."""
    found = alarms_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="alarm_id")
    return found


def rung_lately(alarm: DutyAlarm) -> list[DutyCall]:
    """Whom the latest ring was for; the calls were read with the alarm."""
    return [call for call in alarm.calls.all() if call.ring == alarm.rings]


def duty_phone_at(path: str) -> DutyPhone | None:
    """The duty phone of an area, or the nearest one above it."""
    phones = DutyPhone.objects.filter(area_id__in=keys_of_path(path))
    return phones.select_related("area").order_by("-area__level").first()


def duty_phone_for(viewer: Viewer) -> DutyPhone | None:
    """The duty phone where the viewer lives; None for visitors and where none is set."""
    if viewer.person_id is None:
        return None
    home = Person.objects.filter(pk=viewer.person_id).values_list("household__path", "community__path").first()
    return duty_phone_at(home[0] or home[1]) if home else None


def duty_phones_for(viewer: Viewer) -> list[tuple[Area, str]]:
    """The areas whose duty phone the viewer may set, each with its number or an empty text."""
    rows = Area.objects.filter(_coordinated_by(viewer), level__lte=AreaLevel.GRID)
    areas = rows.select_related("duty_phone").order_by("path")[:100]
    return [(area, area.duty_phone.phone if hasattr(area, "duty_phone") else "") for area in areas]


def communities_without_duty_phone(viewer: Viewer, path: str = "") -> QuerySet[Area]:
    """Those whose duty phone the viewer may set, below `path`, and that have none of their own."""
    none = Q(duty_phone__isnull=True) | Q(duty_phone__phone="")
    rows = Area.objects.filter(_coordinated_by(viewer), none, level=AreaLevel.COMMUNITY, path__startswith=path)
    return rows.order_by("path")


def _coordinated_by(viewer: Viewer) -> Q:
    """Areas at or below one at which the viewer is the coordinator."""
    found = Q(pk__in=())
    for post in viewer.posts:
        if post.kind == PostKind.COORDINATOR:
            found |= Q(path__startswith=post.area_path)
    return found


def _in_the_care_of(viewer: Viewer) -> Q:
    found = Q(pk__in=())
    part = DutyAlarm.not_for.through.objects.filter(dutyalarm=OuterRef("pk"))
    for post in viewer.posts:
        seen = Q(pk__in=())
        if post.kind == PostKind.COORDINATOR:
            seen |= Q(area__path__startswith=post.area_path)
            seen |= Q(rings_at__isnull=True, area__path__startswith=region_of_path(post.area_path))
        elif post.kind in WORKER_POSTS:
            seen |= Q(area__path__startswith=post.area_path) & ~Q(kind__in=FOR_COORDINATORS)
        if post.holder_id is not None:
            seen &= ~Q(Exists(part.filter(person=post.holder_id)))
        found |= seen
    return found
