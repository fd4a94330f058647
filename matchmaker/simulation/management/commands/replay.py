"""Real ties and real requests, replayed through the service's own actions in a throw-away database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaker.simulation.progress import ProgressDisplay
from matchmaker.simulation.replay import rules
from matchmaker.simulation.replay.reading import ReplayFileError, read_replay
from matchmaker.simulation.replay.run import ReplayFigures, ReplaySettings, replay
from matchmaker.simulation.sample import POLICIES
from matchmaker.simulation.stopping import stopped_with
from matchmaker.simulation.throwaway import throwaway_database

SHOWN: tuple[tuple[str, str], ...] = (
    ("villages", "villages"),
    ("households", "households"),
    ("ties", "ties"),
    ("rows left out", "rows_skipped"),
    ("requests", "requests"),
    ("helpers they ask for", "helpers_requested"),
    ("  cut by the cap", "helpers_cut_by_cap"),
    ("  requests left out by --max-needs", "needs_cut"),
    ("needs opened", "needs"),
    ("helpers wanted", "helpers_wanted"),
    ("matched", "matched"),
    ("needs met", "needs_met"),
    ("mean walk, m", "mean_walk_m"),
    ("minutes booked", "minutes_booked"),
    ("visits held", "visits_held"),
    ("new ties", "new_ties"),
    ("stranger index before", "stranger_index_before"),
    ("  after", "stranger_index_after"),
    ("islands before", "islands_before"),
    ("  after", "islands_after"),
)


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # nothing of the doors is used here, and loading them takes a second
    help = "Replays real ties and real requests for helpers in a throw-away database and prints what came of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ties", type=Path, required=True, help="CSV: household_a, household_b.")
        parser.add_argument("--households", type=Path, required=True, help="CSV: household, village, leader.")
        parser.add_argument("--demand", type=Path, required=True, help="CSV of requests for helpers.")
        parser.add_argument("--policy", choices=POLICIES, default="identity")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--helpers-cap", type=int, default=rules.HELPERS_CAP, help="Helpers per request at most.")
        parser.add_argument("--max-needs", type=int, default=None, help="Requests at most; default: all.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")

    def handle(self, *args: Any, **options: Any) -> None:
        settings = _settings(options)
        with stopped_with("Stopped: the throw-away database is gone, nothing was kept."):
            try:
                data = read_replay(ties=options["ties"], households=options["households"], demand=options["demand"])
            except ReplayFileError as error:
                raise CommandError(str(error), returncode=2) from error
            for fault in data.faults:
                self.stderr.write(str(fault))
            with ProgressDisplay("replay") as progress, throwaway_database():
                figures = replay(data, settings, progress=progress)
        if options["json"]:
            self.stdout.write(json.dumps(figures.as_json()))
        else:
            self._print(figures)

    def _print(self, figures: ReplayFigures) -> None:
        self.stdout.write(
            f"Replay, policy {figures.policy}, seed {figures.seed}. What the files lack is filled by rules:\n"
        )
        for rule in figures.rules:
            self.stdout.write(f"- {rule}")
        self.stdout.write("")
        for label, name in SHOWN:
            value = getattr(figures, name)
            self.stdout.write(f"{label:<36}{value:>12.4f}" if isinstance(value, float) else f"{label:<36}{value:>12}")


def _settings(options: dict[str, Any]) -> ReplaySettings:
    if not 1 <= options["helpers_cap"] <= 50:
        raise CommandError("--helpers-cap must be from 1 to 50.", returncode=2)
    if options["max_needs"] is not None and options["max_needs"] < 1:
        raise CommandError("--max-needs must be 1 or more.", returncode=2)
    return ReplaySettings(options["policy"], options["seed"], options["helpers_cap"], options["max_needs"])
