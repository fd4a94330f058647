"""Changing a need while nobody has agreed to help with it."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED, PROPOSE_NEXT
from matchmaker.needs.actions.alarms import ring_if_urgent, settle
from matchmaker.needs.actions.asking import Word, consent_for, word_for
from matchmaker.needs.actions.emergencies import as_of_now, check_emergency, refuse_another_urgency
from matchmaker.needs.actions.locking import locked_need_to_change
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.actions.particulars import columns_of, spot_of_need, store_windows, type_of_need
from matchmaker.needs.drafts import NeedDraft, check_need_draft
from matchmaker.needs.models import Need, Urgency

# What a worker looked at: a change of any of these wants a new look.
_VERIFIED_FIELDS = ("details", "risks", "risk_class", "service_type")


class HelpAgreedAlready(DomainError):
    code = "HELP_AGREED_ALREADY"
    message = "Help has been agreed for this request. Cancel that first, or open a new one."
    message_zh = "这条需求已经约好了帮助。请先取消约定，或另提一条新需求。"


def change_need(*, viewer: Viewer, need_id: UUID, draft: NeedDraft, now: datetime) -> Need:
    """The need says what the draft says; proposals made on the old words are closed, and it may want verifying anew."""
    changed_by_id = viewer.require_person()
    with transaction.atomic():
        need = locked_need_to_change(viewer, need_id)
        if need.helpers_found > 0:
            raise HelpAgreedAlready
        _refuse_another_person(need, draft)
        refuse_another_urgency(need, draft)
        person = need.for_person
        zone = ZoneInfo(need.community.time_zone)
        draft = as_of_now(draft, now=now, zone=zone)
        check_need_draft(draft, now=now, zone=zone)
        check_emergency(draft, now=now, zone=zone)
        kind = type_of_need(draft.service_type)
        word = word_for(viewer, person, kind, now=now)
        spot = spot_of_need(draft, person)
        need.consent = consent_for(
            word,
            person,
            kind,
            manner=draft.consent,
            heard_by_id=changed_by_id,
            now=now,
            given=need.consent,
            at_once=draft.urgency == Urgency.EMERGENCY,
            paper_kept_at=draft.paper_kept_at,
        )
        was_urgency = need.urgency
        _rewrite(need, columns_of(draft, kind, spot, zone=zone, now=now), word, by=changed_by_id, now=now)
        store_windows(need, draft.windows)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        if need.verified_at is not None:
            enqueue(PROPOSE_NEXT, {"need_id": need.pk}, now=now)
        if need.urgency != was_urgency:
            settle(need, now=now)
            ring_if_urgent(need, now=now)
        record_need("need.changed", need, by=changed_by_id, now=now)
    return need


def _rewrite(need: Need, columns: dict[str, Any], word: Word, *, by: int, now: datetime) -> None:
    """The row says what the columns say; other words for the same help buy no time, and may want a new look."""
    before = {name: getattr(need, name) for name in _VERIFIED_FIELDS}
    is_same_help = (need.urgency, need.service_type_id) == (columns["urgency"], columns["service_type"].pk)
    if is_same_help and need.due_at is not None:
        columns["due_at"] = min(need.due_at, columns["due_at"])
    for name, value in (columns | {"external_id": need.external_id}).items():
        setattr(need, name, value)
    need.changed_at = now
    if any(getattr(need, name) != value for name, value in before.items()):
        begins = word.counts_as_verified or need.urgency == Urgency.EMERGENCY
        need.verified_at = now if begins else None
        need.verified_by_id = by if word.counts_as_verified else None
    need.save()


def _refuse_another_person(need: Need, draft: NeedDraft) -> None:
    if draft.for_person is not None and draft.for_person != need.for_person.public_id:
        raise InvalidInput(
            "A request stays with the person it was made for.", message_zh="需求不能改给另一个人。", field="for_person"
        )
