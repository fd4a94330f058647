"""Somebody else instead of a helper who is absent; called by the matches room inside its own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.needs.actions.alarms import ring_if_urgent
from matchmaker.needs.actions.due import due_at_of
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.actions.particulars import search_ends_at, store_windows
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, NeedRepeat, Urgency
from matchmaker.needs.queries import windows_of

_AS_ASKED: Final = (
    "for_person_id",
    "asked_by_id",
    "mandate_id",
    "consent_id",
    "community_id",
    "service_type_id",
    "details",
    "at_home",
    "place_id",
    "latitude",
    "longitude",
    "minutes",
    "skills",
    "languages",
    "forms_accepted",
    "channel",
    "risk_class",
    "risks",
    "nobody_from_building",
    "helper_sex",
    "verified_at",
    "verified_by_id",
)
"""What the one occurrence has in common with its series: a worker has looked at these words before."""


def open_replacement(*, need_id: int, windows: Sequence[Window], urgency: Urgency, now: datetime) -> Need:
    """A need of its own stands for one occurrence of a weekly need: one helper, once, within these windows."""
    with transaction.atomic():
        series = Need.objects.select_related("community").get(pk=need_id)
        need = Need(
            **{name: getattr(series, name) for name in _AS_ASKED},
            instead_of=series,
            helpers_wanted=1,
            repeat=NeedRepeat.ONCE,
            urgency=urgency,
            answer_by=now,
            opened_at=now,
            changed_at=now,
        )
        _search_anew(need, windows, now)
        need.save()
        store_windows(need, tuple(windows))
        ring_if_urgent(need, now=now)
        record_need("need.replacing", need, by=None, now=now)
    return need


def hurry(*, need_id: int, windows: Sequence[Window], now: datetime) -> Need:
    """The open need is urgent and rings the duty post; it may be met in these windows too, while a visit can begin."""
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need_id)
        asked = tuple({*windows_of(need), *windows})
        store_windows(need, asked)
        was_urgent = need.urgency >= Urgency.URGENT
        need.urgency = max(need.urgency, Urgency.URGENT)
        _search_anew(need, asked, now)
        need.save(update_fields=["urgency", "answer_by", "due_at"])
        if not was_urgent:
            ring_if_urgent(need, now=now)
    return need


def _search_anew(need: Need, windows: Sequence[Window], now: datetime) -> None:
    """The search ends, and is due, as if it had been asked for now."""
    need.answer_by = search_ends_at(need, tuple(windows), zone=ZoneInfo(need.community.time_zone), now=now)
    need.due_at = due_at_of(need.service_type, need.urgency, starts=now, ends=need.answer_by)
