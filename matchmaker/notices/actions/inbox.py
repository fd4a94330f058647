"""Putting a notice into a person's inbox, and reading it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.notices.actions.mandates import hear_of_mandate
from matchmaker.notices.models import Notice, NoticeKind


def notify(*, person_id: int, kind: str, about: UUID, key: str, now: datetime) -> None:
    """The person has one notice of this key, however often it was asked for."""
    Notice.objects.bulk_create(
        [Notice(person_id=person_id, kind=kind, about=about, key=key, made_at=now)], ignore_conflicts=True
    )


def read_notice(*, viewer: Viewer, notice_id: UUID, now: datetime) -> Notice:
    """The viewer's notice counts as read; the first reading stays."""
    person_id = viewer.require_person()
    with transaction.atomic():
        mine = Notice.objects.select_for_update(no_key=True).filter(public_id=notice_id, person_id=person_id)
        notice = mine.first()
        if notice is None:
            raise NotFound(field="notice_id")
        if notice.read_at is None:
            notice.read_at = now
            notice.save(update_fields=["read_at"])
            if notice.kind == NoticeKind.MANDATE_GIVEN:
                hear_of_mandate(viewer=viewer, mandate_id=notice.about, now=now)
    return notice
