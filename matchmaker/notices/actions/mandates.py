"""Who is told of a mandate: the person it is for, apart from the proxy; the proxy once it holds; and both in time."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community import actions as community
from matchmaker.community.actions.mandates import MandateOver
from matchmaker.community.models import Channel, Mandate
from matchmaker.community.viewers import Viewer
from matchmaker.notices.models import Notice, NoticeKind

ENDS_SOON: Final = timedelta(days=14)
REMINDED_AT_ONCE: Final = 500


def tell_of_mandate(*, mandate_id: int, now: datetime) -> None:
    """The person has a notice of who is to speak for them, once; who reads none is rung up or visited."""
    mandate = Mandate.objects.filter(pk=mandate_id, told_at__isnull=True, revoked_at__isnull=True).first()
    if mandate is None or mandate.for_person_id is None:
        return
    with transaction.atomic():
        _store([_notice(mandate, mandate.for_person_id, NoticeKind.MANDATE_GIVEN, now)])


def tell_of_holding_mandate(*, mandate_id: int, now: datetime) -> None:
    """The holder has a notice that the mandate holds, once; nothing where it was taken back in the meantime."""
    mandate = Mandate.objects.filter(pk=mandate_id, told_at__isnull=False, revoked_at__isnull=True).first()
    if mandate is None:
        return
    with transaction.atomic():
        _store([_notice(mandate, mandate.holder_id, NoticeKind.MANDATE_HOLDS, now)])


def hear_of_mandate(*, viewer: Viewer, mandate_id: UUID, now: datetime, channel: str = Channel.APP) -> None:
    """Whoever read their notice of a mandate, or heard it from a worker, was told; nothing where it has ended since."""
    with suppress(MandateOver):
        community.tell_of_mandate(viewer=viewer, mandate_id=mandate_id, channel=channel, now=now)


def tell_of_ending_mandates(*, now: datetime) -> int:
    """Holder and person of every mandate that ends within a fortnight have been told, once; how many there were."""
    today = localdate(now)
    with transaction.atomic():
        rows = Mandate.objects.select_for_update(no_key=True).filter(
            revoked_at__isnull=True, reminded_at__isnull=True, ends_date__gte=today, ends_date__lte=today + ENDS_SOON
        )
        ending = list(rows.order_by("pk")[:REMINDED_AT_ONCE])
        _store(
            [
                _notice(mandate, person_id, NoticeKind.MANDATE_ENDING, now)
                for mandate in ending
                for person_id in (mandate.holder_id, mandate.for_person_id)
                if person_id is not None
            ]
        )
        Mandate.objects.filter(pk__in=[mandate.pk for mandate in ending]).update(reminded_at=now)
    return len(ending)


def _notice(mandate: Mandate, person_id: int, kind: NoticeKind, now: datetime) -> Notice:
    key = f"{kind.lower()}:{mandate.pk}:{person_id}"
    return Notice(person_id=person_id, kind=kind, about=mandate.public_id, key=key, made_at=now)


def _store(notices: list[Notice]) -> None:
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
