"""The database itself refuses to change a record."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from matchmaker.records import guards
from matchmaker.records.actions import commit
from matchmaker.records.checks import guards_are_there
from matchmaker.records.models import Chain, Record
from matchmaker.records.queries import verify_chain

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHAIN = "community:1"


@pytest.fixture
def record(guarded_records: None) -> Record:
    return commit(chain=CHAIN, kind="match.agreed", facts={"match": 5}, persons=[], now=NOW)


ATTACKS: dict[str, Callable[[], object]] = {
    "change a record": lambda: Record.objects.update(kind="match.refused"),
    "delete a record": lambda: Record.objects.all()._raw_delete("default"),
    "set a head back": lambda: Chain.objects.update(head_seq=0),
    "rename a chain": lambda: Chain.objects.update(key="community:2", head_seq=9),
    "delete a chain": lambda: Chain.objects.all()._raw_delete("default"),
}


class TestGuards:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_refuse_to(self, record: Record, attack: str) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            ATTACKS[attack]()

        assert verify_chain(CHAIN) == []
        assert Record.objects.get().kind == "match.agreed"

    def test_let_the_chain_grow(self, record: Record) -> None:
        commit(chain=CHAIN, kind="visit.done", facts={"visit": 1}, persons=[], now=NOW)

        assert Record.objects.count() == 2

    @pytest.mark.postgres
    @pytest.mark.parametrize("table", [guards.RECORDS, f"{guards.RECORDS}, {guards.CHAINS}"])
    def test_refuse_to_truncate(self, record: Record, table: str) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")

        assert Record.objects.count() == 1

    @pytest.mark.postgres
    def test_count_as_missing_once_switched_off(self, guarded_records: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {guards.RECORDS} DISABLE TRIGGER records_refuse_change")

        assert guards.missing(connection) == ["records_refuse_change"]

    @pytest.mark.sqlite
    @pytest.mark.django_db(transaction=True)
    def test_count_as_missing_once_a_migration_remade_the_table(self, record: Record) -> None:
        with connection.schema_editor() as editor:
            editor._remake_table(Record)

        assert guards.missing(connection) == ["records_refuse_update", "records_refuse_delete"]


class TestGuardsAreThere:
    def test_finds_nothing_amiss_with_all_in_place(self, guarded_records: None) -> None:
        assert guards_are_there(databases=["default"]) == []

    def test_names_what_is_missing(self, db: None) -> None:
        errors = guards_are_there(databases=["default"])

        assert [error.id for error in errors] == ["records.E001"]


class TestGuardRecordsCommand:
    def test_puts_back_what_is_missing_and_no_more(self, db: None) -> None:
        out = StringIO()

        call_command("guard_records", stdout=out)
        call_command("guard_records", stdout=out)

        assert out.getvalue().splitlines()[1] == "Every guard was there"
        assert guards.missing(connection) == []
