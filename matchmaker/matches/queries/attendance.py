"""Who of an organization's members went to which agreed visit, for its clerks; nothing of whoever was helped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from matchmaker.community.models import Area, Membership
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import MatchState, Visit, VisitState
from matchmaker.needs.models import ServiceType


class Attended(Enum):
    """How it stands with a visit that was agreed; paused and called off also where that is so of its match."""

    AHEAD = "AHEAD"
    NOT_SAID_YET = "NOT_SAID_YET"
    HELD = "HELD"
    NOBODY_CAME = "NOBODY_CAME"
    UNCONFIRMED = "UNCONFIRMED"
    CANCELLED = "CANCELLED"
    PAUSED = "PAUSED"


_VISIT_STANDS: Final = {
    VisitState.DONE: Attended.HELD,
    VisitState.NOT_HELD: Attended.NOBODY_CAME,
    VisitState.UNCONFIRMED: Attended.UNCONFIRMED,
    VisitState.CANCELLED: Attended.CANCELLED,
}
_MATCH_STANDS: Final = {MatchState.SUSPENDED: Attended.PAUSED, MatchState.CANCELLED: Attended.CANCELLED}


@dataclass  # not frozen: the API notes on each row the page that it came with
class AttendedVisit:
    """One visit, without whoever is helped.

    `member_id` and `member_name` of members of today whom the organization knows by name and who said yes to it;
    `service_type` where the kind of help is not sensitive; `minutes` where both sides confirmed them; `is_own` where
    the viewer is who goes.
    """

    visit_id: UUID
    stands: Attended
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    left_at: datetime | None
    minutes: int | None
    service_type: ServiceType | None
    community: Area
    member_id: int | None
    member_name: str
    is_own: bool


class Attendance(Sequence[AttendedVisit]):
    """Visits in the order of time; only those of a page are read, in one query."""

    def __init__(self, viewer: Viewer, visits: QuerySet[Visit], now: datetime) -> None:
        self._viewer, self._visits, self._now = viewer, visits, now

    def __len__(self) -> int:
        return self._visits.count()

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [_line(self._viewer, visit, self._now) for visit in self._visits[place]]
        return _line(self._viewer, self._visits[place], self._now)

    def __iter__(self) -> Iterator[AttendedVisit]:
        return iter(self[:])


def attendance_for(
    viewer: Viewer,
    organization_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
) -> Attendance:
    """The visits that were agreed with an organization and begin from `since` on and before `until`, for its clerks;
    of an organization that the viewer does not speak for there are none."""
    offered = {"match__offer__organization__public_id": organization_id}
    rows = Visit.objects.filter(match__offer__organization__in=viewer.clerk_of, **offered)
    if since is not None:
        rows = rows.filter(starts_at__gte=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    known = Membership.objects.current(viewer.today).filter(
        organization=OuterRef("match__offer__organization"),
        person=OuterRef("match__helper"),
        person__left_at__isnull=True,
        named=True,
    )
    rows = rows.annotate(knows_member=Exists(known), confirmed_minutes=F("ledger_entry__minutes"))
    rows = rows.select_related("match__helper", "match__need__service_type", "match__community")
    return Attendance(viewer, rows.order_by("starts_at", "pk"), now)


def _line(viewer: Viewer, visit: Any, now: datetime) -> AttendedVisit:
    match, kind = visit.match, visit.match.need.service_type
    return AttendedVisit(
        visit_id=visit.public_id,
        stands=_stands(visit, now),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        arrived_at=visit.arrived_at,
        left_at=visit.left_at,
        minutes=visit.confirmed_minutes,
        service_type=None if kind.sensitive else kind,
        community=match.community,
        member_id=match.helper_id if visit.knows_member else None,
        member_name=match.helper.name if visit.knows_member else "",
        is_own=match.helper_id == viewer.person_id,
    )


def _stands(visit: Visit, now: datetime) -> Attended:
    if visit.state != VisitState.PLANNED:
        return _VISIT_STANDS[VisitState(visit.state)]
    of_match = _MATCH_STANDS.get(MatchState(visit.match.state))
    if of_match is not None:
        return of_match
    return Attended.AHEAD if visit.starts_at > now else Attended.NOT_SAID_YET
