"""A helper fell out: the search goes on; called by the matches room inside its own transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.needs.actions.alarms import ring_if_urgent
from matchmaker.needs.actions.due import due_at_of
from matchmaker.needs.actions.particulars import search_ends_at
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import windows_of


def release_helper(*, need_id: int, now: datetime) -> Need:
    """One helper fewer; a need that was met is open again, and due anew while a visit can still begin."""
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need_id)
        need.helpers_found -= 1
        if need.state == NeedState.MET:
            need.state, need.closed_at = NeedState.OPEN, None
            need.answer_by = max(need.answer_by, _due_again(need, now))
            need.due_at = due_at_of(need.service_type, need.urgency, starts=now, ends=need.answer_by)
            ring_if_urgent(need, now=now)
        need.save(update_fields=["helpers_found", "state", "closed_at", "answer_by", "due_at"])
    return need


def _due_again(need: Need, now: datetime) -> datetime:
    return search_ends_at(need, windows_of(need), zone=ZoneInfo(need.community.time_zone), now=now)
