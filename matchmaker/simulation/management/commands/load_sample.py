"""Loads the sample community, and with --month what thirty days made of it."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from matchmaker.needs.queries import service_types
from matchmaker.simulation.copies import Copies
from matchmaker.simulation.figures import MonthFigures
from matchmaker.simulation.models import GeneratedCommunity
from matchmaker.simulation.month import DAYS, Month, live_month, month_before
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
    help = "Loads a community that is generated from a seed: its people do not exist. Loads it once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument(
            "--month", action="store_true", help="Live through the last days, and compare policies on copies."
        )
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The sample community is for looking around and is not loaded in production.", returncode=2
            )
        if options["days"] < 1:
            raise CommandError("--days must be 1 or more.", returncode=2)
        generated = loaded_sample(options["seed"])
        if generated is not None:
            self.stderr.write(f"The sample community of seed {options['seed']} is loaded already.")
        else:
            with stopped_with("Stopped: nothing was loaded."):
                generated = _load(options["seed"], options["days"], lives=options["month"])
        self._print(generated, as_json=options["json"])

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


def _load(seed: int, days: int, *, lives: bool) -> GeneratedCommunity:
    """The community of this seed is stored, with its month where one is wanted; or nothing of it is."""
    month = month_before(timezone.now(), days=days, policy=KEPT_POLICY)
    with transaction.atomic():
        if not lives:
            with ProgressDisplay("sample") as progress:
                return load_sample(seed=seed, now=timezone.now(), progress=progress).generated
        with (
            ProgressDisplay("sample") as progress,
            Copies(OTHER_POLICIES, seed=seed, start_date=month.start_date, days=days) as copies,
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
