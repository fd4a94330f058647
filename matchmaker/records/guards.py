"""The database itself refuses to change a record: triggers on PostgreSQL and on SQLite.

SQLite drops a table's triggers without a word when a migration remakes it, so `missing` is asked by readiness, by
`manage.py check --database default` and by `manage.py verify_records`.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

RECORDS: Final = "records_record"
CHAINS: Final = "records_chain"

SQLITE: Final[dict[str, str]] = {
    "records_refuse_update": f"""
        CREATE TRIGGER records_refuse_update BEFORE UPDATE ON {RECORDS}
        BEGIN SELECT RAISE(ABORT, 'records are never changed'); END""",
    "records_refuse_delete": f"""
        CREATE TRIGGER records_refuse_delete BEFORE DELETE ON {RECORDS}
        BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END""",
    "records_head_moves_forward": f"""
        CREATE TRIGGER records_head_moves_forward BEFORE UPDATE ON {CHAINS}
        WHEN NEW.key <> OLD.key OR NEW.head_seq <= OLD.head_seq
        BEGIN SELECT RAISE(ABORT, 'the head of a chain moves forward'); END""",
    "records_head_stays": f"""
        CREATE TRIGGER records_head_stays BEFORE DELETE ON {CHAINS}
        BEGIN SELECT RAISE(ABORT, 'a chain is never deleted'); END""",
}

POSTGRES_FUNCTION: Final = "records_refuse"
POSTGRES: Final[dict[str, str]] = {
    "records_refuse_change": f"""
        CREATE TRIGGER records_refuse_change BEFORE UPDATE OR DELETE ON {RECORDS}
        FOR EACH ROW EXECUTE FUNCTION {POSTGRES_FUNCTION}('records are never changed')""",
    "records_refuse_truncate": f"""
        CREATE TRIGGER records_refuse_truncate BEFORE TRUNCATE ON {RECORDS}
        FOR EACH STATEMENT EXECUTE FUNCTION {POSTGRES_FUNCTION}('records are never deleted')""",
    "records_head_moves_forward": f"""
        CREATE TRIGGER records_head_moves_forward BEFORE UPDATE ON {CHAINS}
        FOR EACH ROW WHEN (NEW.key <> OLD.key OR NEW.head_seq <= OLD.head_seq)
        EXECUTE FUNCTION {POSTGRES_FUNCTION}('the head of a chain moves forward')""",
    "records_head_stays": f"""
        CREATE TRIGGER records_head_stays BEFORE DELETE ON {CHAINS}
        FOR EACH ROW EXECUTE FUNCTION {POSTGRES_FUNCTION}('a chain is never deleted')""",
    "records_heads_stay": f"""
        CREATE TRIGGER records_heads_stay BEFORE TRUNCATE ON {CHAINS}
        FOR EACH STATEMENT EXECUTE FUNCTION {POSTGRES_FUNCTION}('a chain is never deleted')""",
}
CREATE_POSTGRES_FUNCTION: Final = f"""
    CREATE OR REPLACE FUNCTION {POSTGRES_FUNCTION}() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Every guard is in place, also where some were before."""
    absent = missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(CREATE_POSTGRES_FUNCTION)
        for name in absent:
            cursor.execute(_guards(connection)[name])


def remove(connection: BaseDatabaseWrapper) -> None:
    """No guard is left: for the tests, which empty their tables, and for undoing the migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {POSTGRES_FUNCTION}() CASCADE")
            return
        for name in SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the guards that are not there or are switched off."""
    if connection.vendor == "postgresql":
        present = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        present = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(present)
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in _guards(connection) if name not in found]


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    return {RECORDS, CHAINS} <= set(connection.introspection.table_names())


def _guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRES if connection.vendor == "postgresql" else SQLITE
