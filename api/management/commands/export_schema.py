"""Writes the schema to api/schema.graphql, or says whether the file is what the code gives."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from graphql import lexicographic_sort_schema, print_schema

from api.schema import schema


class Command(BaseCommand):
    help = "Writes the GraphQL schema to schema.graphql; with --check, fails where the file differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where the file differs.")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        path = snapshot_path()
        text = schema_text()
        if not check:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {path.name}.")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{path.name} is not what the code gives: run `manage.py export_schema`.")
        else:
            self.stdout.write(f"{path.name} is what the code gives.")


def snapshot_path() -> Path:
    return Path(__file__).resolve().parents[2] / "schema.graphql"


def schema_text() -> str:
    """The schema in one fixed order, so that a change shows as its own lines."""
    return print_schema(lexicographic_sort_schema(schema.graphql_schema)) + "\n"
