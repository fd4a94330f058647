"""Who is to be read again: the database itself notes whoever is written, for what processes keep of them in memory."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Now

EVENTS: Final = ("INSERT", "UPDATE", "DELETE")
_CREATE_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION community_note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN before := (to_jsonb(OLD) ->> TG_ARGV[1])::bigint; END IF;
    IF TG_OP <> 'DELETE' THEN after := (to_jsonb(NEW) ->> TG_ARGV[1])::bigint; END IF;
    IF before IS NOT NULL THEN
        INSERT INTO community_moved (kind, key) VALUES (TG_ARGV[0], before);
    END IF;
    IF after IS NOT NULL AND after IS DISTINCT FROM before THEN
        INSERT INTO community_moved (kind, key) VALUES (TG_ARGV[0], after);
    END IF;
    RETURN NULL;
END $$;"""


class MovedKind(models.TextChoices):
    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"
    OFFER = "OFFER"


class Moved(models.Model):
    """A row of this key was written. Keys of people and offers are kept for two days, and go with whoever is forgotten.

    Whoever keeps something in memory reads what came since it read, and once a day reads everything again.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=MovedKind.choices)
    key = models.BigIntegerField()
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["noted_at"], name="moved_by_age"),
            models.Index(fields=["key"], name="moved_key"),
        ]


class NotesMoved(BaseConstraint):
    """Each row that is written leaves a `Moved` of this kind, with the key in this column; nothing where it is empty.

    It stands among the constraints so that a table which SQLite makes anew has its triggers again.
    """

    def __init__(self, *, name: str, kind: str, column: str = "id", events: tuple[str, ...] = EVENTS) -> None:
        super().__init__(name=name)
        self.kind, self.column, self.events = kind, column, tuple(events)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Nothing within CREATE TABLE: the triggers follow once the table has its name."""
        if model is not None and schema_editor is not None:
            schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return ""

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """All statements as one: they are for a table that stands already."""
        if model is None or schema_editor is None:
            return ""
        return "; ".join(str(statement) for statement in self._statements(model, schema_editor))

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        if model is None or schema_editor is None:
            return ""
        on = f" ON {model._meta.db_table}" if schema_editor.connection.vendor == "postgresql" else ""
        return "; ".join(f"DROP TRIGGER IF EXISTS {self._trigger(event)}{on}" for event in self.events)

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing can break it."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "kind": str(self.kind), "column": self.column, "events": self.events}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotesMoved) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def _statements(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        is_postgres = schema_editor.connection.vendor == "postgresql"
        made = self._on_postgres if is_postgres else self._on_sqlite
        return [Statement(made(event), table=table) for event in self.events]

    def _trigger(self, event: str) -> str:
        return f"{self.name}_{event.lower()}"

    def _on_postgres(self, event: str) -> str:
        return (
            f"{_CREATE_FUNCTION} CREATE TRIGGER {self._trigger(event)} AFTER {event} ON %(table)s "
            f"FOR EACH ROW EXECUTE FUNCTION community_note_moved('{self.kind}', '{self.column}')"
        )

    def _on_sqlite(self, event: str) -> str:
        before, after = f"OLD.{self.column}", f"NEW.{self.column}"
        rows = {
            "INSERT": [(after, f"{after} IS NOT NULL")],
            "DELETE": [(before, f"{before} IS NOT NULL")],
            "UPDATE": [
                (before, f"{before} IS NOT NULL"),
                (after, f"{after} IS NOT NULL AND {after} IS NOT {before}"),
            ],
        }[event]
        notes = " ".join(
            f"INSERT INTO community_moved (kind, key) SELECT '{self.kind}', {key} WHERE {held};" for key, held in rows
        )
        return f"CREATE TRIGGER {self._trigger(event)} AFTER {event} ON %(table)s BEGIN {notes} END"
