"""A simulated month in a throw-away database: what one policy would have changed."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matchmaker.needs.queries import service_types
from matchmaker.simulation.month import DAYS, Month, live_month, month_before
from matchmaker.simulation.progress import ProgressDisplay
from matchmaker.simulation.sample import DEFAULT_SEED, POLICIES, load_sample
from matchmaker.simulation.stopping import stopped_with
from matchmaker.simulation.table import month_table
from matchmaker.simulation.throwaway import throwaway_database


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # nothing of the doors is used here, and loading them takes a second
    help = "Lives through a month of the sample community in a throw-away database and prints what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--policy", choices=POLICIES, default="identity")
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument(
            "--start-date", type=date.fromisoformat, help="First day; default: so that the month ends today."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.", returncode=2)
        month = month_before(timezone.now(), days=options["days"], policy=options["policy"])
        if options["start_date"]:
            month = Month(options["start_date"], options["days"], options["policy"])
        with (
            stopped_with("Stopped: nothing was kept."),
            ProgressDisplay(options["policy"]) as progress,
            throwaway_database(),
        ):
            sample = load_sample(seed=options["seed"], now=month.starts_at, progress=progress)
            figures = live_month(sample, month, progress=progress)
            names = {kind.code: kind.name_en for kind in service_types()}
        if options["json"]:
            self.stdout.write(json.dumps(figures.as_json()))
        else:
            self.stdout.write(month_table([figures], names_of_types=names))
