"""Notices on their way, for the tests of every step: told, planned, and carried by the real outbox."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import time_machine
from django.utils import timezone

from matchmaker.community.models import Person
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.relay import run_due
from matchmaker.notices.actions import notify, plan_deliveries
from matchmaker.notices.models import Notice, NoticeKind
from tests.towns import NOW

ABOUT = UUID(int=7)
SOON = timedelta(minutes=2)
"""So long a notice waits for company."""
PHONE_NAME = "+8613900000001"


def tell(
    person: Person,
    kind: str = NoticeKind.PROPOSAL_TO_HELP,
    *,
    about: UUID = ABOUT,
    now: datetime = NOW,
    urgent: bool = False,
) -> Notice:
    """One more notice for this person."""
    key = f"{kind}:{person.pk}:{uuid4()}"
    notify(person_id=person.pk, kind=kind, about=about, key=key, now=now, urgent=urgent)
    return Notice.objects.get(key=key)


def told(person: Person, *kinds: str, now: datetime = NOW) -> list[Notice]:
    """Notices for this person, whose way is chosen; the moment is two minutes later."""
    notices = [tell(person, kind, now=now) for kind in kinds or (NoticeKind.PROPOSAL_TO_HELP,)]
    plan_deliveries(now=now + SOON)
    for notice in notices:
        notice.refresh_from_db()
    return notices


def carry(now: datetime) -> int:
    """The worker has attempted what is due at this moment, through the real tasks; how many jobs."""
    with time_machine.travel(now, tick=False):
        return run_due(clock=timezone.now)


def waiting_jobs() -> list[tuple[str, datetime]]:
    rows = OutboxJob.objects.filter(done_at__isnull=True, dead_at__isnull=True).order_by("pk")
    return list(rows.values_list("name", "due_at"))
