"""Storing the good rows of a list of needs, as the desk would: few queries, inside the importer's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Area, Channel, Consent, ConsentKind
from matchmaker.jobs.actions import enqueue_many
from matchmaker.jobs.names import CLOSE_NEED, PROPOSE_NEXT
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, NeedWindow
from matchmaker.records.actions import Entry, commit_many
from matchmaker.records.sealing import Fact

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What the person agreed to, how, and where the paper lies; the kind that the need rests on comes first."""

    kinds: tuple[ConsentKind, ...]
    manner: str
    given_at: datetime
    heard_by_id: int | None
    paper_kept_at: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need to be opened, or (with a pk) what one says from now on; `consent` only where a new one is wanted."""

    for_person_id: int
    columns: Mapping[str, Any]
    windows: tuple[Window, ...]
    consent: ConsentRow | None = None
    channel: str = Channel.DESK
    pk: int | None = None


def lock_needs(community: Area) -> None:
    """Nobody else changes a need of the community that has a number until the caller's transaction ends."""
    rows = Need.objects.select_for_update(no_key=True).filter(community=community).exclude(external_id="")
    list(rows.order_by("pk").values_list("pk"))


def put_needs(
    *, community: Area, importer_id: int, added: Sequence[NeedRow], changed: Sequence[NeedRow], now: datetime
) -> None:
    """The needs stand, verified by the importer, and the search begins; for changed ones it begins anew."""
    with transaction.atomic():
        opened = _opened(community, importer_id, added, now)
        moved = _changed(importer_id, changed, now)
        _store_windows(opened, added)
        _store_windows(moved, changed)
        enqueue_many(CLOSE_NEED, [{"need_id": need.pk} for need in moved], now=now)
        enqueue_many(PROPOSE_NEXT, [{"need_id": need.pk} for need in (*opened, *moved)], now=now)
        entries = [_entry("need.opened", need, importer_id) for need in opened]
        entries += [_entry("need.changed", need, importer_id) for need in moved]
        commit_many(chain=chain_of(community.pk), entries=entries, now=now)


def _opened(community: Area, importer_id: int, rows: Sequence[NeedRow], now: datetime) -> list[Need]:
    needs = [
        Need(
            for_person_id=row.for_person_id,
            asked_by_id=importer_id,
            community=community,
            channel=row.channel,
            consent_id=consent_id,
            opened_at=now,
            changed_at=now,
            verified_at=now,
            verified_by_id=importer_id,
            **row.columns,
        )
        for row, consent_id in zip(rows, _consents(rows), strict=True)
    ]
    return Need.objects.bulk_create(needs, batch_size=AT_ONCE)


def _changed(importer_id: int, rows: Sequence[NeedRow], now: datetime) -> list[Need]:
    """The stored needs in the order of the rows."""
    known: dict[Any, Need] = {}
    for start in range(0, len(rows), AT_ONCE):
        known |= Need.objects.in_bulk([row.pk for row in rows[start : start + AT_ONCE]])
    touched = {"changed_at", "verified_at", "verified_by", "consent"}
    needs = []
    for row, consent_id in zip(rows, _consents(rows), strict=True):
        need = known[row.pk]
        due_at = need.due_at
        is_same_help = (need.urgency, need.service_type_id) == (row.columns["urgency"], row.columns["service_type_id"])
        for column, value in row.columns.items():
            setattr(need, column, value)
        if is_same_help and due_at is not None and need.due_at is not None:
            need.due_at = min(due_at, need.due_at)  # other words for the same help buy no time
        need.changed_at, need.verified_at, need.verified_by_id = now, now, importer_id
        need.consent_id = consent_id or need.consent_id
        touched |= {column.removesuffix("_id") if column != "external_id" else column for column in row.columns}
        needs.append(need)
    Need.objects.bulk_create(
        needs, update_conflicts=True, unique_fields=["id"], update_fields=sorted(touched), batch_size=AT_ONCE
    )
    return needs


def _consents(rows: Sequence[NeedRow]) -> list[int | None]:
    """For each row that brings a consent, the pk of the stored one that its need points to."""
    made = [
        [
            Consent(
                person_id=row.for_person_id,
                kind=kind,
                manner=row.consent.manner,
                heard_by_id=row.consent.heard_by_id,
                given_at=row.consent.given_at,
                paper_kept_at=row.consent.paper_kept_at,
            )
            for kind in row.consent.kinds
        ]
        if row.consent
        else []
        for row in rows
    ]
    Consent.objects.bulk_create([consent for of_row in made for consent in of_row], batch_size=AT_ONCE)
    return [of_row[0].pk if of_row else None for of_row in made]


def _store_windows(needs: Sequence[Need], rows: Sequence[NeedRow]) -> None:
    """Each need has exactly the windows of its row."""
    pks = [need.pk for need, row in zip(needs, rows, strict=True) if row.pk is not None]
    for start in range(0, len(pks), AT_ONCE):
        NeedWindow.objects.filter(need_id__in=pks[start : start + AT_ONCE]).delete()
    NeedWindow.objects.bulk_create(
        [
            NeedWindow(need=need, date=window.date, starts=window.starts, ends=window.ends)
            for need, row in zip(needs, rows, strict=True)
            for window in sorted(set(row.windows))
        ],
        batch_size=AT_ONCE,
    )


def _entry(kind: str, need: Need, importer_id: int) -> Entry:
    """What `record_need` records of one need."""
    facts: dict[str, Fact] = {
        "need": need.pk,
        "service_type": need.service_type_id,
        "helpers_wanted": need.helpers_wanted,
        "minutes": need.minutes,
        "channel": need.channel,
    }
    persons = tuple(dict.fromkeys((need.for_person_id, need.asked_by_id, importer_id)))
    return Entry(kind=kind, facts=facts, persons=persons)
