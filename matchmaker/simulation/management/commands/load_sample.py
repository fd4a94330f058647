"""Loads the sample community, and with --month what thirty days made of it.

Ends with 0 where the community is there as it was asked for, loaded now or before; with 1 where it was loaded before
without the days that are asked for now; with 2 where it may not be loaded; with 130 where it was stopped.
"""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from matchmaker.needs.queries import service_types
from matchmaker.simulation.copies import Copies
from matchmaker.simulation.figures import MonthFigures
from matchmaker.simulation.models import GeneratedCommunity
from matchmaker.simulation.month import DAYS, HOURS_AT_MOST, Month, live_month, month_before
from matchmaker.simulation.progress import ProgressDisplay
from matchmaker.simulation.sample import (
    DEFAULT_SEED,
    KEPT_POLICY,
    OTHER_POLICIES,
    load_sample,
    loaded_sample,
    sample_logins,
)
from matchmaker.simulation.stopping import stopped_with
from matchmaker.simulation.table import month_table
from matchmaker.simulation.today import begin_today


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # nothing of the doors is used here, and loading them takes a second
    help = (
        "Loads a community that is generated from a seed: its people do not exist. Loads it once. "
        "Ends with 0 where it is there as asked for, with 1 where it was loaded before without those days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument(
            "--month", action="store_true", help="Live through the last days, and compare policies on copies."
        )
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument(
            "--companion-hours", type=int, default=0, help="Hours a week for companions; 0: nobody comes along."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The sample community is for looking around and is not loaded in production.", returncode=2
            )
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.", returncode=2)
        if not 0 <= options["companion_hours"] <= HOURS_AT_MOST:
            raise CommandError(f"--companion-hours must be 0 to {HOURS_AT_MOST}.", returncode=2)
        generated = loaded_sample(options["seed"])
        if generated is not None:
            self._say_of(generated, days_wanted=options["days"] if options["month"] else 0)
        else:
            with stopped_with("Stopped: nothing was loaded."):
                generated = _load(
                    options["seed"],
                    options["days"],
                    lives=options["month"],
                    companion_hours=options["companion_hours"],
                )
        self._print(generated, as_json=options["json"])

    def _say_of(self, generated: GeneratedCommunity, *, days_wanted: int) -> None:
        """One sentence on what was there before; a refusal where it is not what is asked for."""
        days = f"with {generated.month_days} days from {generated.month_from_date}" if generated.month_days else ""
        sentence = (
            f"Nothing was changed: the sample community of seed {generated.seed} was loaded before"
            f"{', ' + days if days else ', without a month'}; to start anew, {_way_to_start_anew()}."
        )
        if days_wanted not in (0, generated.month_days):
            raise CommandError(f"{sentence} To look at it as it is, run manage.py serve.", returncode=1)
        self.stderr.write(sentence)

    def _print(self, generated: GeneratedCommunity, *, as_json: bool) -> None:
        logins = {
            login.role: login.user.sign_in_name for login in sample_logins() if login.generated_id == generated.pk
        }
        if as_json:
            self.stdout.write(json.dumps({"seed": generated.seed, "figures": generated.figures, "logins": logins}))
            return
        self.stdout.write(f"The sample community is generated from seed {generated.seed}: nobody in it exists.")
        if generated.figures:
            figures = [MonthFigures.from_json(values) for values in generated.figures.values()]
            self.stdout.write(f"{generated.month_days} days from {generated.month_from_date}, by policy:\n")
            names = {kind.code: kind.name_en for kind in service_types()}
            self.stdout.write(month_table(figures, names_of_types=names))
        self.stdout.write("\nOne account for each role:")
        for role, name in logins.items():
            self.stdout.write(f"  {role.lower():<12}{name}")


def _way_to_start_anew() -> str:
    name = connection.settings_dict["NAME"]
    first = f"delete {name}" if connection.vendor == "sqlite" else f"drop the database {name} and create it"
    return f"{first}, then run manage.py migrate and this command again"


def _load(seed: int, days: int, *, lives: bool, companion_hours: int) -> GeneratedCommunity:
    """The community of this seed is stored, with its month where one is wanted; or nothing of it is."""
    month = month_before(timezone.now(), days=days, policy=KEPT_POLICY, companion_hours=companion_hours)
    with transaction.atomic():
        if not lives:
            with ProgressDisplay("sample") as progress:
                return load_sample(seed=seed, now=timezone.now(), progress=progress).generated
        with (
            ProgressDisplay("sample") as progress,
            Copies(
                OTHER_POLICIES, seed=seed, start_date=month.start_date, days=days, companion_hours=companion_hours
            ) as copies,
        ):
            sample = load_sample(seed=seed, now=month.starts_at, progress=progress)
            figures = [live_month(sample, month, progress=progress), *copies.figures(progress=progress)]
            begin_today(sample, month, now=timezone.now())
        return _keep(sample.generated, month, figures)


def _keep(generated: GeneratedCommunity, month: Month, figures: list[MonthFigures]) -> GeneratedCommunity:
    generated.month_from_date, generated.month_days = month.start_date, month.days
    generated.figures = {one.policy: one.as_json() for one in figures}
    generated.save(update_fields=["month_from_date", "month_days", "figures"])
    return generated
