"""`manage.py import_streets FILE`: the streets of a map are kept as a network to walk on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matchmaker.community.actions.streets import OPENSTREETMAP, put_street_map, remove_street_map
from matchmaker.community.street_files import NotAStreetMap, read_street_file


class Command(BaseCommand):
    help = "Imports the streets of an OpenStreetMap extract as the network that helpers walk on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="an extract: .osm.pbf or .osm")
        parser.add_argument(
            "--name", help="what the map is called here; a map of that name is replaced (default: the file's)"
        )
        parser.add_argument("--attribution", default=OPENSTREETMAP, help="whom to name wherever a walk is shown")
        parser.add_argument("--remove", metavar="NAME", help="take the map of this name out again, and import nothing")

    def handle(
        self, *args: Any, file: Path | None, name: str | None, attribution: str, remove: str | None, **options: Any
    ) -> None:
        if (file is None) == (remove is None):
            raise CommandError("Name one file to import, or one map with --remove.")
        if remove is not None:
            self._remove(remove)
        elif file is not None:
            self._import(file, name or file.name.partition(".")[0], attribution)

    def _remove(self, name: str) -> None:
        if not remove_street_map(name=name):
            raise CommandError(f"No street map is called {name}.")
        self.stdout.write(f"The streets of {name} are gone.")

    def _import(self, file: Path, name: str, attribution: str) -> None:
        if not 1 <= len(name) <= 80 or not 1 <= len(attribution) <= 200:
            raise CommandError("A name has 1 to 80 characters, an attribution 1 to 200.")
        try:
            found = read_street_file(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except NotAStreetMap as error:
            raise CommandError(
                f"{file} is no street map of OpenStreetMap (.osm.pbf or .osm), or holds no street to walk on."
            ) from error
        if not put_street_map(name=name, file=found, attribution=attribution, now=timezone.now()):
            self.stdout.write(f"{name} is this very map already; nothing was changed.")
            return
        self.stdout.write(f"{name}: {len(found.node_ids):,} points and {len(found.tails):,} stretches to walk on.")
