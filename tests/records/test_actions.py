"""Writing records, and forgetting."""

from datetime import UTC, datetime

import pytest

from matchmaker.records.actions import Entry, commit, commit_many, forget_person
from matchmaker.records.models import Chain, PersonKey, Record, RecordPerson
from matchmaker.records.queries import records_about, verify_chain
from matchmaker.records.sealing import FIRST_HASH

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHAIN = "community:1"
ASKER, HELPER = 11, 12


class TestCommit:
    def test_starts_a_chain_and_moves_its_head(self) -> None:
        record = commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[ASKER, HELPER], now=NOW)

        assert (record.seq, record.prev_hash, record.body) == (1, FIRST_HASH, {"match": 5})
        head = Chain.objects.get(key=CHAIN)
        assert (head.head_seq, head.head_hash) == (1, record.hash)

    def test_follows_from_the_record_before(self) -> None:
        first = commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[ASKER], now=NOW)

        second = commit(chain=CHAIN, kind="visit.done", facts={"visit": 9, "minutes": 45}, persons=[HELPER], now=NOW)

        assert (second.seq, second.prev_hash) == (2, first.hash)
        assert verify_chain(CHAIN) == []

    def test_names_nobody_in_the_record_itself(self) -> None:
        record = commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[ASKER, HELPER], now=NOW)

        assert len(record.commitments) == 2
        assert all(len(commitment) == 64 for commitment in record.commitments)
        assert str(ASKER) not in record.body

    @pytest.mark.parametrize("value", ["王阿姨", "needs a wheelchair", 1.5, {"name": 1}, ["a"], "x" * 65])
    def test_refuses_free_text_and_writes_nothing(self, value: object) -> None:
        with pytest.raises(ValueError, match=r"match\.agreed: note is"):
            commit(chain=CHAIN, kind="match.agreed", facts={"note": value}, persons=[ASKER], now=NOW)  # type: ignore[dict-item]  # the fault under test

        assert (Record.objects.count(), PersonKey.objects.count(), Chain.objects.count()) == (0, 0, 0)


class TestCommitMany:
    def test_keeps_the_order_of_the_entries(self) -> None:
        entries = [Entry(kind="proposal.made", facts={"proposal": n}, persons=[ASKER]) for n in (7, 3, 5)]

        records = commit_many(chain=CHAIN, entries=entries, now=NOW)

        assert [record.body["proposal"] for record in records] == [7, 3, 5]
        assert [record.seq for record in records] == [1, 2, 3]
        assert verify_chain(CHAIN) == []

    def test_of_nothing_writes_nothing(self) -> None:
        assert commit_many(chain=CHAIN, entries=[], now=NOW) == []
        assert Chain.objects.count() == 0


class TestForgetPerson:
    def test_leaves_a_chain_that_verifies_and_no_trace(self) -> None:
        commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[ASKER, HELPER], now=NOW)

        forget_person(person_id=ASKER, now=NOW)

        assert verify_chain(CHAIN) == []
        assert list(records_about(ASKER)) == []
        assert RecordPerson.objects.count() == 1
        key = PersonKey.objects.get(person_id=ASKER)
        assert (key.key, key.forgotten_at) == (None, NOW)

    def test_leaves_the_other_person_their_record(self) -> None:
        record = commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[ASKER, HELPER], now=NOW)

        forget_person(person_id=ASKER, now=NOW)

        assert list(records_about(HELPER)) == [record]

    def test_done_twice_keeps_the_first_date(self) -> None:
        forget_person(person_id=ASKER, now=NOW)

        forget_person(person_id=ASKER, now=NOW.replace(year=2027))

        assert PersonKey.objects.get(person_id=ASKER).forgotten_at == NOW

    def test_holds_for_records_written_later(self) -> None:
        forget_person(person_id=ASKER, now=NOW)

        record = commit(chain=CHAIN, kind="need.expired", facts={"need": 4}, persons=[ASKER], now=NOW)

        assert record.commitments == [""]
        assert RecordPerson.objects.count() == 0
        assert verify_chain(CHAIN) == []
