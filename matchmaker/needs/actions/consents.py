"""Needs whose consent was withdrawn: nobody is looked for any more, and what was agreed is called off."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from matchmaker.community.models import Consent
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED
from matchmaker.needs.actions.alarms import settle
from matchmaker.needs.actions.asking import consents_beside
from matchmaker.needs.actions.closing import goes_on
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.models import Need, NeedState


def close_without_consent(*, consent_id: int, now: datetime) -> int:
    """Every need that rests on this withdrawn consent and is not over yet is withdrawn; how many there were.

    What was written for it is erased, of needs that are over too: nothing may be done with it any more (PIPL 47).
    """
    consent = Consent.objects.filter(pk=consent_id, withdrawn_at__isnull=False).first()
    if consent is None:
        return 0
    resting = list(Need.objects.filter(_rests_on(consent)).order_by("pk").values_list("pk", flat=True))
    rows = Need.objects.filter(pk__in=resting, state__in=(NeedState.OPEN, NeedState.MET)).order_by("pk")
    withdrawn = sum(_withdraw(need_id, now) for need_id in list(rows.values_list("pk", flat=True)))
    Need.objects.filter(pk__in=resting).update(details="", risks="")
    return withdrawn


def _rests_on(consent: Consent) -> Q:
    """Needs that point to it, and those for which it was given in the same moment as the one they point to."""
    together = Q(consent__person_id=consent.person_id, consent__given_at=consent.given_at)
    beside = consents_beside(consent.kind)
    return Q(consent=consent) | (together & Q(consent__kind__in=beside))


def _withdraw(need_id: int, now: datetime) -> int:
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need_id)
        if not goes_on(need, now):
            return 0
        need.state, need.closed_at = NeedState.WITHDRAWN, now
        need.save(update_fields=["state", "closed_at"])
        settle(need, now=now)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        record_need("need.withdrawn", need, by=None, now=now)
    return 1
