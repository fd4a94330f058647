"""Putting a notice into a person's inbox, and reading it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.notices.actions.mandates import hear_of_mandate
from matchmaker.notices.actions.reaching import mark_reached
from matchmaker.notices.models import Notice, NoticeKind
from matchmaker.notices.rules import rule_of


def notify(
    *,
    person_id: int,
    kind: str,
    about: UUID,
    key: str,
    now: datetime,
    urgent: bool = False,
    not_person_ids: Collection[int] = (),
) -> None:
    """The person has one notice of this key, however often it was asked for; the next sweep chooses its way to them.

    An urgent one waits for no sweep and for no morning. Whoever is part of the matter is named in `not_person_ids`:
    where the person is told by call, it is not by them.
    """
    urgent = urgent or rule_of(kind).urgent
    notice = Notice(person_id=person_id, kind=kind, about=about, key=key, made_at=now, urgent=urgent)
    with transaction.atomic(savepoint=False):
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        if not_person_ids:
            Notice.objects.get(key=key).not_for.add(*sorted(set(not_person_ids)))
        if urgent:
            enqueue(names.PLAN_DELIVERIES, {}, now=now, key=f"plan@{key}")


def read_notice(*, viewer: Viewer, notice_id: UUID, now: datetime) -> Notice:
    """The viewer's notice counts as read; the first reading stays."""
    person_id = viewer.require_person()
    with transaction.atomic():
        mine = Notice.objects.select_for_update(no_key=True).filter(public_id=notice_id, person_id=person_id)
        notice = mine.first()
        if notice is None:
            raise NotFound(field="notice_id")
        if notice.read_at is None:
            _read(viewer, [notice], now)
            notice.refresh_from_db(fields=["read_at", "reached_at"])
    return notice


def read_notices(
    *, viewer: Viewer, now: datetime, notice_ids: Collection[UUID] | None = None, about: UUID | None = None
) -> int:
    """The viewer's unread notices were opened: all, those named, or those about one thing; how many there were."""
    person_id = viewer.require_person()
    mine = Notice.objects.filter(person_id=person_id, read_at__isnull=True, made_at__lte=now)
    if notice_ids is not None:
        mine = mine.filter(public_id__in=notice_ids)
    if about is not None:
        mine = mine.filter(about=about)
    if not mine.exists():
        return 0
    with transaction.atomic():
        notices = list(mine.select_for_update(no_key=True).order_by("pk"))
        _read(viewer, notices, now)
    return len(notices)


def _read(viewer: Viewer, notices: Collection[Notice], now: datetime) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(read_at=now)
    mark_reached(notices, now=now)
    for notice in notices:
        if notice.kind == NoticeKind.MANDATE_GIVEN:
            hear_of_mandate(viewer=viewer, mandate_id=notice.about, now=now)
