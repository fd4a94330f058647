"""Plan all communities of an area: a round for each joint community, then one across their borders."""

import contextlib
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matchmaker.community.models import Area
from matchmaker.errors import DomainError
from matchmaker.matches import actions
from matchmaker.matches.models import CityPlan, Round, RoundState

LOOK_EVERY_SECONDS: Final = 1.0


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("area", help="Its name, in either language, or its id.")
        parser.add_argument("--seed", type=int, help="The root of all tie-breaks: the same seed gives the same plans.")
        parser.add_argument("--policy", default="identity", help="Which score card (identity).")
        parser.add_argument("--here", action="store_true", help="Plan in this process, one round after the other.")

    def handle(self, *args: Any, **options: Any) -> None:
        area = _area(options["area"])
        try:
            plan = actions.plan_city(area, now=timezone.now(), seed=options["seed"], policy=options["policy"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        shown = _Shown(self)
        try:
            while not shown.is_over(plan):
                if options["here"]:
                    _go_on(plan, shown)
                else:
                    time.sleep(LOOK_EVERY_SECONDS)
        except KeyboardInterrupt:
            self.stdout.write("No longer looking on. Rounds that workers have in hand go on.")
            return
        self._say_what_came_of_it(plan)

    def _say_what_came_of_it(self, plan: CityPlan) -> None:
        rows = list(plan.rounds.exclude(is_between=True))
        between = plan.rounds.filter(is_between=True).first()
        needs, proposals = sum(row.needs_count for row in rows), sum(row.proposals_count for row in rows)
        more = between.proposals_count if between is not None else 0
        self.stdout.write(
            f"Planned: {needs} needs, {proposals} proposals within joint communities and {more} between them."
        )
        if any(row.state != RoundState.DONE for row in plan.rounds.all()):
            raise CommandError("Not every round was done. See above which; the others hold.")


class _Shown:
    """What was said of each round last, so that only news is said."""

    def __init__(self, command: BaseCommand) -> None:
        self.command, self.said = command, dict[int, str]()

    def is_over(self, plan: CityPlan) -> bool:
        for row in plan.rounds.select_related("community").order_by("is_between", "pk"):
            self.show(row)
        return CityPlan.objects.get(pk=plan.pk).finished_at is not None

    def show(self, row: Round) -> None:
        name = f"{row.community.name}, between its parts" if row.is_between else row.community.name
        line = f"{name}: {_how_far(row)}"
        if self.said.get(row.pk) != line:
            self.said[row.pk] = line
            self.command.stdout.write(line)
            self.command.stdout.flush()


def _how_far(row: Round) -> str:
    if row.state == RoundState.QUEUED:
        return "waits for a worker"
    if row.state == RoundState.RUNNING:
        return f"{row.progress_percent} %, {row.phase.lower()}"
    if row.state == RoundState.DONE:
        return f"done, {row.needs_count} needs, {row.proposals_count} proposals"
    return f"{row.state.lower()} {row.failure_code}".rstrip()


def _go_on(plan: CityPlan, shown: _Shown) -> None:
    """The next round that waits is run here; where none does, the plan looks what follows."""
    row = plan.rounds.filter(state__in=(RoundState.QUEUED, RoundState.RUNNING)).order_by("pk").first()
    if row is None:
        actions.settle_city(city_plan_id=plan.pk, now=timezone.now())
        return

    def progress(_done: int, _total: int, _what: str) -> None:
        shown.show(Round.objects.select_related("community").get(pk=row.pk))

    actions.run_round(round_id=row.pk, now=timezone.now(), clock=timezone.now, progress=progress)


def _area(named: str) -> Area:
    found = Area.objects.filter(name=named) | Area.objects.filter(name_en=named)
    with contextlib.suppress(ValidationError, ValueError):  # it is a name
        found = found | Area.objects.filter(public_id=named)
    areas = list(found.order_by("level", "pk")[:2])
    if not areas:
        raise CommandError(f"No area is called {named}.")
    if len(areas) > 1:
        raise CommandError(f"Several areas are called {named}. Give the id of one.")
    return areas[0]
