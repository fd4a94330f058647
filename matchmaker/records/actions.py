"""Writing records, and forgetting a person without breaking the chain."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from matchmaker import news
from matchmaker.records.models import Chain, PersonKey, Record, RecordPerson
from matchmaker.records.sealing import FIRST_HASH, Fact, commitment_of, fault_of_fact, hash_of

KEY_BYTES: Final = 32
FORGOTTEN: Final = ""


@dataclass(frozen=True)
class Entry:
    """What is to be recorded: facts are ids, whole numbers and codes; the persons stand apart, by pk."""

    kind: str
    facts: Mapping[str, Fact]
    persons: Sequence[int] = field(default_factory=tuple)


def commit(*, chain: str, kind: str, facts: Mapping[str, Fact], persons: Sequence[int], now: datetime) -> Record:
    """One more record at the end of the chain, if the caller's transaction commits."""
    return commit_many(chain=chain, entries=[Entry(kind=kind, facts=facts, persons=persons)], now=now)[0]


def commit_many(*, chain: str, entries: Sequence[Entry], now: datetime) -> list[Record]:
    """The entries stand at the end of the chain in their order. Keys are locked before the head, and the head last."""
    for entry in entries:
        _refuse_free_text(entry)
    if not entries:
        return []
    with transaction.atomic():
        keys = _locked_keys(sorted({person_id for entry in entries for person_id in entry.persons}))
        head = _locked_head(chain)
        records = []
        for entry in entries:
            record = _sealed(entry, head=head, keys=keys, now=now)
            head.head_seq, head.head_hash = record.seq, record.hash
            records.append(record)
        Record.objects.bulk_create(records, batch_size=500)
        RecordPerson.objects.bulk_create(_links(entries, records, keys), batch_size=500)
        head.save(update_fields=["head_seq", "head_hash"])
        news.tell(chain)
    return records


def lock_keys(person_ids: Collection[int]) -> None:
    """Whoever commits more than once in a transaction locks the keys of all whom it is about before the first head."""
    _locked_keys(sorted(set(person_ids)))


def forget_person(*, person_id: int, now: datetime) -> None:
    """No record can be traced to the person any more: their key is destroyed, and every chain still verifies."""
    with transaction.atomic():
        key = _locked_keys([person_id])[person_id]
        if key.forgotten_at is None:
            RecordPerson.objects.filter(person_key=key).delete()
            key.key = None
            key.forgotten_at = now
            key.save(update_fields=["key", "forgotten_at"])


def _refuse_free_text(entry: Entry) -> None:
    faults = [fault for name, value in entry.facts.items() if (fault := fault_of_fact(name, value))]
    if faults:
        raise ValueError(f"{entry.kind}: {'; '.join(faults)}")


def _locked_keys(person_ids: Sequence[int]) -> dict[int, PersonKey]:
    """The key of each person by pk, locked in the order of the pks.

    Missing ones are made before any is locked: who held one and waited for the maker of another, while that maker
    waited for the one, would wait for ever.
    """
    wanted = PersonKey.objects.filter(person_id__in=person_ids)
    known = set(wanted.values_list("person_id", flat=True))
    missing = [person_id for person_id in person_ids if person_id not in known]
    if missing:
        fresh = [PersonKey(person_id=person_id, key=secrets.token_bytes(KEY_BYTES)) for person_id in missing]
        PersonKey.objects.bulk_create(fresh, ignore_conflicts=True)
    return {key.person_id: key for key in wanted.select_for_update(no_key=True).order_by("person_id")}


def _locked_head(chain: str) -> Chain:
    """The chain's row, made where it is missing, locked."""
    locked = Chain.objects.select_for_update(no_key=True).filter(key=chain)
    head = locked.first()
    if head is None:
        Chain.objects.bulk_create([Chain(key=chain, head_hash=FIRST_HASH)], ignore_conflicts=True)
        head = locked.get()
    return head


def _sealed(entry: Entry, *, head: Chain, keys: Mapping[int, PersonKey], now: datetime) -> Record:
    seq = head.head_seq + 1
    body = {name: list(value) if isinstance(value, tuple) else value for name, value in entry.facts.items()}
    commitments = [
        _commitment(keys[person_id], position, chain_key=head.key, seq=seq, body=body)
        for position, person_id in enumerate(entry.persons)
    ]
    sealed: dict[str, Any] = {
        "seq": seq,
        "kind": entry.kind,
        "at": now,
        "body": body,
        "commitments": commitments,
        "prev_hash": head.head_hash,
    }
    return Record(chain=head, hash=hash_of(chain_key=head.key, **sealed), **sealed)


def _commitment(key: PersonKey, position: int, *, chain_key: str, seq: int, body: Mapping[str, Any]) -> str:
    if key.key is None:
        return FORGOTTEN
    return commitment_of(
        key=bytes(key.key), person_id=key.person_id, position=position, chain_key=chain_key, seq=seq, body=body
    )


def _links(entries: Sequence[Entry], records: Sequence[Record], keys: Mapping[int, PersonKey]) -> list[RecordPerson]:
    return [
        RecordPerson(record=record, person_key=keys[person_id], position=position)
        for entry, record in zip(entries, records, strict=True)
        for position, person_id in enumerate(entry.persons)
        if keys[person_id].key is not None
    ]
