"""Writes the schema to api/schema.graphql, or says whether the file is what the code gives and breaks no query."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from graphql import build_schema, find_breaking_changes, lexicographic_sort_schema, print_schema

from api.schema import schema


class Command(BaseCommand):
    help = "Writes the GraphQL schema to schema.graphql; with --check, fails where the file differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing; fail where the file differs, or where queries of the last release would break.",
        )
        parser.add_argument("--release", action="store_true", help="Keep the schema as that of the last release.")

    def handle(self, *_args: Any, check: bool, release: bool, **_options: Any) -> None:
        path = snapshot_path()
        text = schema_text()
        if release:
            released_path().write_text(text, encoding="utf-8")
        elif check and (broken := broken_since_release()):
            raise CommandError("Queries of the last release would break:\n" + "\n".join(f"- {one}" for one in broken))
        if not check:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {path.name}.")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{path.name} is not what the code gives: run `manage.py export_schema`.")
        else:
            self.stdout.write(f"{path.name} is what the code gives.")


def snapshot_path() -> Path:
    return Path(__file__).resolve().parents[2] / "schema.graphql"


def released_path() -> Path:
    """The schema as it was last released; there is none before the first release."""
    return snapshot_path().with_name("released.graphql")


def broken_since_release() -> list[str]:
    """What a query that was right at the last release would stumble over now, a sentence each."""
    if not released_path().exists():
        return []
    released = build_schema(released_path().read_text(encoding="utf-8"))
    return sorted(change.description for change in find_breaking_changes(released, build_schema(schema_text())))


def schema_text() -> str:
    """The schema in one fixed order, so that a change shows as its own lines."""
    return print_schema(lexicographic_sort_schema(schema.graphql_schema)) + "\n"
