"""Opening a need: for oneself, for someone who gave a mandate, or at the desk."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import HEARD, Channel
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import PROPOSE_NEXT
from matchmaker.needs.actions.alarms import ring_if_urgent
from matchmaker.needs.actions.asking import Word, consent_for, person_asked_for, word_for
from matchmaker.needs.actions.emergencies import as_of_now, check_emergency, note_emergency, refuse_second
from matchmaker.needs.actions.particulars import columns_of, spot_of_need, store_windows, type_of_need
from matchmaker.needs.drafts import NeedDraft, check_need_draft
from matchmaker.needs.models import Need, Urgency
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact


class ExternalIdTaken(DomainError):
    code = "EXTERNAL_ID_TAKEN"
    message = "Something with this number was entered before."
    message_zh = "这个编号已经登记过了。"


def open_need(*, viewer: Viewer, draft: NeedDraft, now: datetime) -> Need:
    """The need stands with its windows and consent; entered at the desk it counts as verified and the search begins.

    The search for an emergency begins at once too, and whoever is on duty is rung for what cannot wait.
    """
    asked_by_id = viewer.require_person()
    with transaction.atomic():
        person = person_asked_for(viewer, draft)
        zone = ZoneInfo(person.community.time_zone)
        draft = as_of_now(draft, now=now, zone=zone)
        check_need_draft(draft, now=now, zone=zone)
        check_emergency(draft, now=now, zone=zone)
        refuse_second(person, draft, now=now)
        kind = type_of_need(draft.service_type)
        word = word_for(viewer, person, kind, now=now)
        spot = spot_of_need(draft, person)
        channel = _channel_of(draft, word)
        consent = consent_for(
            word,
            person,
            kind,
            manner=draft.consent,
            heard_by_id=asked_by_id,
            now=now,
            at_once=draft.urgency == Urgency.EMERGENCY,
            paper_kept_at=draft.paper_kept_at,
        )
        begins = word.counts_as_verified or draft.urgency == Urgency.EMERGENCY
        need = _stored(
            columns_of(draft, kind, spot, zone=zone, now=now),
            for_person=person,
            asked_by_id=asked_by_id,
            mandate=word.mandate,
            consent=consent,
            channel=channel,
            community=person.community,
            opened_at=now,
            changed_at=now,
            verified_at=now if begins else None,
            verified_by_id=asked_by_id if word.counts_as_verified else None,
        )
        store_windows(need, draft.windows)
        note_emergency(need, at_desk=word.at_desk)
        if begins:
            enqueue(PROPOSE_NEXT, {"need_id": need.pk}, now=now)
        ring_if_urgent(need, now=now)
        record_need("need.opened", need, by=asked_by_id, now=now, also=_how_it_came(need, word))
    return need


def record_need(
    kind: str, need: Need, *, by: int | None, now: datetime, also: Mapping[str, Fact] = MappingProxyType({})
) -> None:
    """The act stands in the chain of the need's community, with ids and numbers only."""
    persons = list(dict.fromkeys(pk for pk in (need.for_person_id, need.asked_by_id, by) if pk is not None))
    facts = {
        "need": need.pk,
        "service_type": need.service_type_id,
        "helpers_wanted": need.helpers_wanted,
        "minutes": need.minutes,
        **also,
    }
    commit(chain=chain_of(need.community_id), kind=kind, facts=facts, persons=persons, now=now)


def _channel_of(draft: NeedDraft, word: Word) -> str:
    """How the need came: here, unless somebody else took the person's word."""
    channel = draft.channel or (Channel.DESK if word.is_heard else Channel.APP)
    if (channel in HEARD) != word.is_heard:
        raise InvalidInput(
            "Please choose how this request came.", message_zh="请选择这条需求是怎么提出的。", field="channel"
        )
    return channel


def _how_it_came(need: Need, word: Word) -> dict[str, Fact]:
    """Of a need that somebody else entered: by which way, and for which station."""
    if not word.is_heard:
        return {}
    station = {"station": word.mandate.station_id} if word.mandate is not None else {}
    return {"channel": need.channel, **station}


def _stored(columns: dict[str, Any], **others: Any) -> Need:
    try:
        with transaction.atomic():
            return Need.objects.create(**columns, **others)
    except IntegrityError as error:
        if columns["external_id"] and "external_id" in str(error):
            raise ExternalIdTaken(field="external_id") from error
        raise
