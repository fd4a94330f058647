"""Which needs are late: past their due time, by the clock of the engine."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from matchmaker.community.care import worked_by
from matchmaker.community.viewers import Viewer
from matchmaker.engine.due import DueStatus, status_of
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries.needs import needs_for
from matchmaker.notices.models import AlarmKind, DutyAlarm


def is_overdue(need: Need, *, now: datetime) -> bool:
    """Help was agreed (or the search ended) after the due time, or it is still looked for and that has passed."""
    status = status_of(target=need.due_at, closed=need.closed_at, as_of=now)
    return status is DueStatus.OVERDUE


def only_overdue(rows: QuerySet[Need], overdue: bool, *, now: datetime) -> QuerySet[Need]:
    """The rows that are overdue, or those that are not: the same rule, read by the database."""
    late = Q(due_at__isnull=False) & Q(due_at__lt=Coalesce("closed_at", now))
    return rows.filter(late) if overdue else rows.exclude(late)


def in_the_care_of(viewer: Viewer, rows: QuerySet[Need]) -> QuerySet[Need]:
    """The rows whose place lies where the viewer is a worker: due times of others are not theirs to sift by."""
    return rows.filter(worked_by(viewer, "place__path"))


def needs_promised_by(viewer: Viewer) -> QuerySet[Need]:
    """Open needs of the viewer's areas that were promised a time; the first due first."""
    rows = in_the_care_of(viewer, needs_for(viewer, state=NeedState.OPEN))
    return rows.filter(due_at__isnull=False).order_by("due_at", "pk")


def overdue_and_not_told(*, now: datetime) -> QuerySet[Need]:
    """Open needs past their due time of which the duty post has not heard since, the longest overdue first."""
    told = DutyAlarm.objects.filter(
        about=OuterRef("public_id"), kind=AlarmKind.NEED_OVERDUE, raised_at__gte=OuterRef("due_at")
    )
    late = Need.objects.filter(state=NeedState.OPEN, due_at__lt=now)
    return late.exclude(Exists(told)).order_by("due_at", "pk")
