"""A simulated month in a throw-away database: what one policy would have changed."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matchmaker.needs.queries import service_types
from matchmaker.simulation.month import DAYS, HOURS_AT_MOST, live_month, month_before
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
        parser.add_argument(
            "--companion-hours", type=int, default=0, help="Hours a week for companions; 0: nobody comes along."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.", returncode=2)
        if not 0 <= options["companion_hours"] <= HOURS_AT_MOST:
            raise CommandError(f"--companion-hours must be 0 to {HOURS_AT_MOST}.", returncode=2)
        month = month_before(timezone.now(), days=options["days"], policy=options["policy"])
        month = replace(month, companion_hours=options["companion_hours"])
        if options["start_date"]:
            month = replace(month, start_date=options["start_date"])
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
