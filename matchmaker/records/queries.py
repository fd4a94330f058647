"""Reading the chains: what they hold about a person, and whether anybody changed them."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Prefetch, QuerySet

from matchmaker.records.models import Chain, PersonKey, Record, RecordPerson
from matchmaker.records.sealing import FIRST_HASH, commitment_of, hash_of

READ_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written."""

    chain: str
    seq: int
    what: str

    def __str__(self) -> str:
        return f"{self.chain}, record {self.seq}: {self.what}"


def chain_keys() -> list[str]:
    return list(Chain.objects.order_by("key").values_list("key", flat=True))


def records_about(person_id: int) -> QuerySet[Record]:
    """The records that commit to this person, oldest first; none once they are forgotten."""
    return Record.objects.filter(persons__person_key__person_id=person_id).select_related("chain").order_by("at", "pk")


def forgotten_persons() -> int:
    """How many persons there are whose key was destroyed."""
    return PersonKey.objects.filter(key=None).count()


def verify_chain(chain_key: str) -> list[Fault]:
    """Every fault of the chain in its order; an empty list where nothing was changed. Writers need not wait."""
    chain = Chain.objects.get(key=chain_key)
    faults: list[Fault] = []
    last_seq, last_hash = 0, FIRST_HASH
    for record in _records_with_persons(chain):
        if record.seq != last_seq + 1:
            faults.append(Fault(chain_key, record.seq, f"records {last_seq + 1} to {record.seq - 1} are missing"))
        faults.extend(_faults_of_record(record, chain_key=chain_key, prev_hash=last_hash))
        last_seq, last_hash = record.seq, record.hash
    if chain.head_seq != last_seq:
        faults.append(Fault(chain_key, chain.head_seq, f"records {last_seq + 1} to {chain.head_seq} are missing"))
    elif chain.head_hash != last_hash:
        faults.append(Fault(chain_key, chain.head_seq, "the head does not hold the last record's hash"))
    return faults + _faults_beyond_head(chain)


def _records_with_persons(chain: Chain) -> Iterator[Record]:
    persons = Prefetch("persons", queryset=RecordPerson.objects.select_related("person_key").order_by("position"))
    records = chain.records.filter(seq__lte=chain.head_seq).order_by("seq")
    return records.prefetch_related(persons).iterator(chunk_size=READ_AT_ONCE)


def _faults_beyond_head(chain: Chain) -> list[Fault]:
    """Asked in one statement, so that a record written meanwhile comes with its head."""
    beyond = Record.objects.filter(chain=chain, seq__gt=F("chain__head_seq")).order_by("seq")
    return [Fault(chain.key, seq, "stands beyond the head") for seq in beyond.values_list("seq", flat=True)]


def _faults_of_record(record: Record, *, chain_key: str, prev_hash: str) -> Iterator[Fault]:
    if record.prev_hash != prev_hash:
        yield Fault(chain_key, record.seq, "does not follow from the record before it")
    expected = hash_of(
        chain_key=chain_key,
        seq=record.seq,
        kind=record.kind,
        at=record.at,
        body=record.body,
        commitments=record.commitments,
        prev_hash=record.prev_hash,
    )
    if record.hash != expected:
        yield Fault(chain_key, record.seq, "was changed: its hash is not that of its content")
    for link in record.persons.all():
        if not _commits_to(record, link, chain_key=chain_key):
            yield Fault(chain_key, record.seq, f"commitment {link.position} is not about the person it is said to be")


def _commits_to(record: Record, link: RecordPerson, *, chain_key: str) -> bool:
    key = link.person_key.key
    if key is None or link.position >= len(record.commitments):
        return False
    expected = commitment_of(
        key=bytes(key),
        person_id=link.person_key.person_id,
        position=link.position,
        chain_key=chain_key,
        seq=record.seq,
        body=record.body,
    )
    return hmac.compare_digest(expected, str(record.commitments[link.position]))
