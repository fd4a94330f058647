"""What follows once a person has a notice, or need not have it any more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from matchmaker.notices.models import Call, CallState, Delivery, DeliveryState, Notice

LIVE = Q(reached_at__isnull=True, settled_at__isnull=True)
"""Notices that somebody still has to be told of."""
UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.UNCONFIRMED, DeliveryState.FAILED)


def lock_notices(notice_ids: Collection[int]) -> list[Notice]:
    """These notices, locked by pk; notices are locked before deliveries, and those before calls."""
    rows = Notice.objects.select_for_update(no_key=True).filter(pk__in=notice_ids)
    return list(rows.order_by("pk"))


def mark_reached(notices: Collection[Notice], *, now: datetime) -> None:
    """The persons have these locked notices; messages and calls about nothing else are at their end."""
    ids = [notice.pk for notice in notices if notice.reached_at is None]
    if not ids:
        return
    Notice.objects.filter(pk__in=ids).update(reached_at=now)
    _close_finished(ids, now)


def settle(*, about: UUID, now: datetime, person_ids: Collection[int] | None = None) -> None:
    """Nobody, or none of these, needs to be told any more of what was said about this: answered, or taken back."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(no_key=True).filter(LIVE, about=about)
        if person_ids is not None:
            rows = rows.filter(person_id__in=person_ids)
        ids = [notice.pk for notice in rows.order_by("pk")]
        if not ids:
            return
        Notice.objects.filter(pk__in=ids).update(settled_at=now)
        _close_finished(ids, now)


def _close_finished(notice_ids: Collection[int], now: datetime) -> None:
    """Messages and calls with nothing left to tell end; a message counts as confirmed where one of its notices is."""
    deliveries = _without_live(Delivery.objects.filter(state__in=UNDER_WAY), Delivery, notice_ids)
    for delivery in deliveries:
        reached = delivery.notices.filter(reached_at__isnull=False).exists()
        delivery.state = DeliveryState.CONFIRMED if reached else DeliveryState.SETTLED
        delivery.confirmed_at = now if reached else None
        delivery.save(update_fields=["state", "confirmed_at"])
    calls = _without_live(Call.objects.filter(state=CallState.OPEN), Call, notice_ids)
    Call.objects.filter(pk__in=[call.pk for call in calls]).update(state=CallState.SETTLED)


def _without_live(rows, model, notice_ids):  # type: ignore[no-untyped-def]  # two models, one rule
    links = model.notices.through
    column = f"{model._meta.model_name}_id"
    of_row = links.objects.filter(**{column: OuterRef("pk")})
    named = Exists(of_row.filter(notice_id__in=list(notice_ids)))
    live = Exists(of_row.filter(notice__reached_at__isnull=True, notice__settled_at__isnull=True))
    return list(rows.select_for_update(of=("self",), no_key=True).filter(named, ~live).order_by("pk"))
