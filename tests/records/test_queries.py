"""Any edit of a chain is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.records.actions import Entry, commit_many
from matchmaker.records.models import Chain, PersonKey, Record, RecordPerson
from matchmaker.records.queries import verify_chain

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHAIN = "community:1"
LENGTH = 6


@pytest.fixture
def chain() -> Chain:
    entries = [
        Entry(kind="visit.done", facts={"visit": n, "minutes": 30 + n, "form": "VOLUNTARY"}, persons=[11, 20 + n])
        for n in range(LENGTH)
    ]
    commit_many(chain=CHAIN, entries=entries, now=NOW)
    return Chain.objects.get(key=CHAIN)


def another(value: str) -> str:
    return ("0" if value[0] != "0" else "1") + value[1:]


EDITS: dict[str, Callable[[Record], object]] = {
    "seq": lambda record: record.seq + LENGTH,
    "kind": lambda record: record.kind + ".",
    "at": lambda record: record.at + timedelta(microseconds=1),
    "body": lambda record: record.body | {"minutes": record.body["minutes"] + 1},
    "commitments": lambda record: [another(record.commitments[0]), record.commitments[1]],
    "prev_hash": lambda record: another(record.prev_hash),
    "hash": lambda record: another(record.hash),
}


class TestVerifyChain:
    def test_finds_nothing_where_nothing_was_changed(self, chain: Chain) -> None:
        assert verify_chain(CHAIN) == []

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seq=st.integers(1, LENGTH), field=st.sampled_from(sorted(EDITS)))
    def test_finds_any_edit_of_any_field(self, chain: Chain, seq: int, field: str) -> None:
        with transaction.atomic():
            record = Record.objects.get(chain=chain, seq=seq)
            Record.objects.filter(pk=record.pk).update(**{field: EDITS[field](record)})

            faults = verify_chain(CHAIN)

            transaction.set_rollback(True)
        assert faults != []
        assert verify_chain(CHAIN) == []

    @pytest.mark.parametrize("seq", [1, 3, LENGTH])
    def test_finds_a_deleted_record(self, chain: Chain, seq: int) -> None:
        RecordPerson.objects.filter(record__seq=seq).delete()
        Record.objects.filter(seq=seq).delete()

        assert any(f"records {seq} to {seq} are missing" in fault.what for fault in verify_chain(CHAIN))

    def test_finds_a_head_set_back(self, chain: Chain) -> None:
        before_last = Record.objects.get(seq=LENGTH - 1)
        Chain.objects.update(head_seq=before_last.seq, head_hash=before_last.hash)

        assert [str(fault) for fault in verify_chain(CHAIN)] == [
            f"community:1, record {LENGTH}: stands beyond the head"
        ]

    def test_finds_a_head_with_another_hash(self, chain: Chain) -> None:
        Chain.objects.update(head_hash=another(chain.head_hash))

        assert [fault.what for fault in verify_chain(CHAIN)] == ["the head does not hold the last record's hash"]

    def test_finds_a_record_said_to_be_about_another_person(self, chain: Chain) -> None:
        somebody_else = PersonKey.objects.get(person_id=25)
        RecordPerson.objects.filter(record__seq=2, position=0).update(person_key=somebody_else)

        assert [str(fault) for fault in verify_chain(CHAIN)] == [
            "community:1, record 2: commitment 0 is not about the person it is said to be"
        ]

    def test_finds_a_changed_key(self, chain: Chain) -> None:
        PersonKey.objects.filter(person_id=11).update(key=b"k" * 32)

        assert [fault.seq for fault in verify_chain(CHAIN)] == [1, 2, 3, 4, 5, 6]

    def test_reads_a_long_chain_in_few_queries(self, chain: Chain, django_assert_num_queries: Callable) -> None:
        commit_many(chain=CHAIN, entries=[Entry(kind="need.opened", facts={"need": n}) for n in range(50)], now=NOW)

        with django_assert_num_queries(4):
            assert verify_chain(CHAIN) == []


class TestVerifyRecordsCommand:
    def test_says_that_all_is_well(self, chain: Chain, guarded_records: None) -> None:
        out = StringIO()

        call_command("verify_records", stdout=out)

        assert out.getvalue() == "1 chains verified, nothing was changed\n"

    def test_prints_a_line_for_each_fault(self, chain: Chain, guarded_records: None) -> None:
        PersonKey.objects.filter(person_id=23).update(key=b"k" * 32)
        out = StringIO()

        with pytest.raises(CommandError, match="1 faults in 1 chains"):
            call_command("verify_records", stdout=out)

        assert out.getvalue() == "community:1, record 4: commitment 1 is not about the person it is said to be\n"

    def test_says_that_guards_are_missing(self, chain: Chain) -> None:
        out = StringIO()

        with pytest.raises(CommandError):
            call_command("verify_records", stdout=out)

        assert "guard records_head_moves_forward is missing: run `manage.py guard_records`\n" in out.getvalue()
