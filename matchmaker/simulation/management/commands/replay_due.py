"""A city's own labels against our due clock."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaker.simulation.replay.due import FILE_ENDS_AT, replay_due
from matchmaker.simulation.replay.reading import ReplayFileError

DIFFERING_SHOWN = 10


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # nothing of the doors is used here
    help = "Judges a city's requests by the due clock and counts how often its own labels say the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requests", type=Path, required=True, help="CSV: opened, target, closed, on_time_status.")
        parser.add_argument(
            "--as-of",
            type=datetime.fromisoformat,
            default=FILE_ENDS_AT,
            help="The local moment at which open requests are judged; default: 2016-01-13T00:00.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_of"].tzinfo is not None:
            raise CommandError("--as-of is a local time without a zone, like the times in the file.", returncode=2)
        try:
            figures = replay_due(options["requests"], as_of=options["as_of"])
        except ReplayFileError as error:
            raise CommandError(str(error), returncode=2) from error
        for fault in figures.faults:
            self.stderr.write(str(fault))
        self.stdout.write(f"rows                {figures.rows:>8}")
        self.stdout.write(f"  without a label   {figures.unlabelled:>8}")
        self.stdout.write(f"  with a label      {figures.labelled:>8}")
        self.stdout.write(f"  where both agree  {figures.agreeing:>8}")
        for (theirs, ours), count in sorted(figures.pairs.items()):
            self.stdout.write(f"    city {theirs:<8} clock {ours:<8}{count:>8}")
        for line in figures.differing[:DIFFERING_SHOWN]:
            self.stdout.write(f"differs: line {line}")
