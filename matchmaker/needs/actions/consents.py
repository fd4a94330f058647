"""Needs whose consent was withdrawn: nobody is looked for any more, and what was agreed is called off."""

from datetime import datetime

from django.db import transaction

from matchmaker.community.models import Consent
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED
from matchmaker.needs.actions.alarms import settle
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.models import Need, NeedRepeat, NeedState


def close_without_consent(*, consent_id: int, now: datetime) -> int:
    """Every need that rests on this withdrawn consent and is not over yet is withdrawn; how many there were.

    What was written for it is erased, of needs that are over too: nothing may be done with it any more (PIPL 47).
    """
    if not Consent.objects.filter(pk=consent_id, withdrawn_at__isnull=False).exists():
        return 0
    rows = Need.objects.filter(consent_id=consent_id, state__in=(NeedState.OPEN, NeedState.MET)).order_by("pk")
    withdrawn = sum(_withdraw(need_id, now) for need_id in list(rows.values_list("pk", flat=True)))
    Need.objects.filter(consent_id=consent_id).update(details="", risks="")
    return withdrawn


def _withdraw(need_id: int, now: datetime) -> int:
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need_id)
        if not _goes_on(need, now):
            return 0
        need.state, need.closed_at = NeedState.WITHDRAWN, now
        need.save(update_fields=["state", "closed_at"])
        settle(need, now=now)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        record_need("need.withdrawn", need, by=None, now=now)
    return 1


def _goes_on(need: Need, now: datetime) -> bool:
    """Helpers are looked for, or a visit may still be ahead: the search never ends after the last of a single need."""
    if need.state == NeedState.OPEN:
        return True
    if need.state != NeedState.MET:
        return False
    if need.repeat == NeedRepeat.WEEKLY:
        return need.repeat_until_date is None or need.repeat_until_date >= now.date()
    last = max(window.date for window in need.windows.all())
    return last >= now.date()
