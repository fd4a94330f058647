"""Which words count: what was given, holds, and was not set aside after a second look.

Every reader of words and outcomes for the engine begins here, so that what is set aside is out of all of them at once.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from matchmaker.community.models import Person, Vouch
from matchmaker.matches.models import Outcome, OutcomeSide, SetAside, VisitState


def counted_vouches(*, now: datetime) -> QuerySet[Vouch]:
    """Words for somebody that were neither taken back nor ran out."""
    aside = SetAside.objects.filter(vouch=OuterRef("pk"), lifted_at__isnull=True)
    return Vouch.objects.filter(~Exists(aside), revoked_at__isnull=True, expires_at__gt=now)


def counted_outcomes() -> QuerySet[Outcome]:
    """What people who were helped said of visits that both sides confirmed."""
    aside = SetAside.objects.filter(outcome=OuterRef("pk"), lifted_at__isnull=True)
    return Outcome.objects.filter(~Exists(aside), side=OutcomeSide.ASKER, visit__state=VisitState.DONE)


def vouches_counted_for(person: Person, *, now: datetime) -> QuerySet[Vouch]:
    """Those that the person's own town counts for them, the oldest first."""
    return counted_vouches(now=now).filter(_seen("voucher", person), person=person).order_by("made_at", "pk")


def outcomes_counted_for(person: Person) -> QuerySet[Outcome]:
    """The same of what was said of visits at which the person helped."""
    rows = counted_outcomes().filter(_seen("visit__match__person", person), visit__match__helper=person)
    rows = rows.filter(visit__match__community_id=person.community_id, went_well__isnull=False)
    return rows.order_by("visit__starts_at", "pk")


def _seen(speaker: str, person: Person) -> Q:
    """Whoever speaks is of the same town, is there, and did not opt out of ties and trust."""
    here = {f"{speaker}__community_id": person.community_id, f"{speaker}__left_at__isnull": True}
    return Q(**here, **{f"{speaker}__without_graph": False})
