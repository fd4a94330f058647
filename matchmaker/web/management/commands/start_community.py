"""`manage.py start_community PLAN`: a community stands with its buildings, posts, stations and first workers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from matchmaker.community import actions
from matchmaker.community.actions.starting import PlanNotUsable, Started
from matchmaker.community.plans.checking import faults_of
from matchmaker.community.plans.plan import CommunityPlan, Fault, Faults
from matchmaker.community.plans.toml import EXAMPLE, plan_in
from matchmaker.web.posters import posters_pdf


class Command(BaseCommand):
    help = "Starts a new community from a plan (a TOML file), and prints the posters of its stairwells."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", nargs="?", help="The plan; --example prints one to begin with.")
        parser.add_argument("--example", action="store_true", help="Print a plan with every entry explained, and stop.")
        parser.add_argument("--check", action="store_true", help="Say what the plan would make, and make nothing.")
        parser.add_argument("--posters", metavar="FILE", help="Write the posters of all stairwells to this PDF.")
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="Where the service is reached: it stands on the posters."
        )

    def handle(self, *args: Any, plan: str | None, **options: Any) -> None:
        if options["example"]:
            self.stdout.write(EXAMPLE, ending="")
            return
        if plan is None:
            raise CommandError("Name the plan, or ask for one to begin with: --example.", returncode=2)
        read = _read(plan)
        self.stdout.write(_what_it_makes(read))
        if options["check"]:
            return
        try:
            started = actions.start_community(viewer=None, plan=read, now=timezone.now())
        except PlanNotUsable as refusal:
            raise CommandError(_listed(refusal.faults), returncode=2) from refusal
        self.stdout.write(_what_stands(started))
        if options["posters"]:
            self._print_posters(started, Path(options["posters"]), options["url"].rstrip("/"))

    def _print_posters(self, started: Started, path: Path, url: str) -> None:
        made = actions.make_posters(viewer=None, area_id=started.community.public_id, now=timezone.now())
        path.write_bytes(posters_pdf(made, address_of=lambda code: url + reverse("join", args=[code])))
        self.stdout.write(f"{len(made)} posters in {path}: each is told its code this once.")


def _read(path: str) -> CommunityPlan:
    """The plan in the file, without a fault."""
    today = localdate(timezone.now())
    faults = Faults()
    try:
        plan = plan_in(Path(path).read_text(encoding="utf-8"), faults, today=today)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.", returncode=2) from error
    found = [*faults, *(faults_of(plan, today=today) if plan else [])]
    if plan is None or found:
        raise CommandError(_listed(found), returncode=2)
    return plan


def _listed(faults: list[Fault] | tuple[Fault, ...]) -> str:
    return "Nothing was started:\n" + "\n".join(f"- {fault.sentence('en')}" for fault in faults)


def _what_it_makes(plan: CommunityPlan) -> str:
    text = (
        f"{plan.name}: {len(plan.grids)} grids, {len(plan.buildings)} buildings, {plan.corridors} stairwells, "
        f"{plan.households} households, {len(plan.stations)} stations, {len(plan.workers)} workers."
    )
    if plan.without_place:
        text += (
            f"\n{len(plan.without_place)} buildings have no place of their own and stand in the middle of the "
            "community: walks to them will be wrong."
        )
    return text


def _what_stands(started: Started) -> str:
    return (
        f"It stands. {started.vacant_posts} posts are vacant. Its workers sign in with the phone number or mail "
        "address of the plan."
    )
