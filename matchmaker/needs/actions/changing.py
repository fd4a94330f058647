"""Changing a need while nobody has agreed to help with it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED, PROPOSE_NEXT
from matchmaker.needs.actions.asking import consent_for, word_for
from matchmaker.needs.actions.locking import locked_need_to_change
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.actions.particulars import columns_of, spot_of_need, store_windows, type_of_need
from matchmaker.needs.drafts import NeedDraft, check_need_draft
from matchmaker.needs.models import Need

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
        person = need.for_person
        zone = ZoneInfo(need.community.time_zone)
        check_need_draft(draft, now=now, zone=zone)
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
            paper_kept_at=draft.paper_kept_at,
        )
        before = {name: getattr(need, name) for name in _VERIFIED_FIELDS}
        columns = columns_of(draft, kind, spot, zone=zone, now=now) | {"external_id": need.external_id}
        for name, value in columns.items():
            setattr(need, name, value)
        need.changed_at = now
        if any(getattr(need, name) != value for name, value in before.items()):
            need.verified_at = now if word.counts_as_verified else None
            need.verified_by_id = changed_by_id if word.counts_as_verified else None
        need.save()
        store_windows(need, draft.windows)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        if need.verified_at is not None:
            enqueue(PROPOSE_NEXT, {"need_id": need.pk}, now=now)
        record_need("need.changed", need, by=changed_by_id, now=now)
    return need


def _refuse_another_person(need: Need, draft: NeedDraft) -> None:
    if draft.for_person is not None and draft.for_person != need.for_person.public_id:
        raise InvalidInput(
            "A request stays with the person it was made for.", message_zh="需求不能改给另一个人。", field="for_person"
        )
