"""The call list, for the workers of each person's area alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import make_aware

from matchmaker.community.care import cared_for
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.notices import texts
from matchmaker.notices.models import Call, CallState, Channel, Notice

FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Nobody is to be rung up outside of these, where a midnight fits into no other zone's clock."""
_LIVE = Q(reached_at__isnull=True, settled_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to say in a call: what it is about, and the sentence."""

    kind: str
    about: UUID
    sentence: str


def calls_for(viewer: Viewer, day: date) -> QuerySet[Call]:
    """Whom to ring or visit by the end of this day in the viewer's areas: urgent ones, then who waits longest."""
    until = min(max(day, FIRST_DAY), LAST_DAY)
    ends_at = make_aware(datetime.combine(until + timedelta(days=1), time()))
    links = Call.notices.through.objects.filter(call_id=OuterRef("pk"))
    to_tell = links.filter(notice__reached_at__isnull=True, notice__settled_at__isnull=True)
    rows = seen_calls_for(viewer).filter(Exists(to_tell), state=CallState.OPEN, due_at__lt=ends_at)
    return rows.order_by("-urgent", "made_at", "pk")


def seen_calls_for(viewer: Viewer) -> QuerySet[Call]:
    """Every call of the viewer's areas, done ones too, the latest first.

    Nobody logs a call to themselves, nor one that tells of something they are part of: a colleague makes it.
    """
    if viewer.person_id is None:
        return Call.objects.none()
    live = Prefetch("notices", queryset=Notice.objects.filter(_LIVE).order_by("made_at", "pk"), to_attr="to_tell")
    rows = Call.objects.filter(cared_for(viewer, "person__"), person__left_at__isnull=True)
    not_theirs = Notice.objects.filter(_LIVE, calls=OuterRef("pk"), not_for=viewer.person_id)
    rows = rows.filter(~Exists(not_theirs)).exclude(person_id=viewer.person_id)
    people = ("person__household__parent__parent", "person__community", "person__account")
    return rows.select_related(*people).prefetch_related(live).order_by("-made_at", "-pk")


def call_by_id(viewer: Viewer, public_id: UUID) -> Call:
    found = seen_calls_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="call_id")
    return found


def told_in(call: Call, language: str) -> Sequence[Told]:
    """What is to be said, in the order in which it came; `to_tell` is read with the row."""
    return [
        Told(notice.kind, notice.about, texts.sentence_of(notice.kind, Channel.CALL, language))
        for notice in getattr(call, "to_tell", ())
    ]
