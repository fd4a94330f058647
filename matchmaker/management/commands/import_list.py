"""Checks a list of people, needs or offers, and imports it where asked to."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matchmaker.community.models import Area, AreaLevel, Organization, User
from matchmaker.community.sign_in_names import normal_sign_in_name
from matchmaker.community.viewers import Viewer, viewer_for_user
from matchmaker.errors import DomainError
from matchmaker.lists import actions, queries
from matchmaker.lists.models import ImportRun, ImportState
from matchmaker.lists.reading.table import BYTES_AT_MOST
from matchmaker.lists.writing import column_name, faults_csv
from matchmaker.simulation.progress import ProgressDisplay

KINDS: Final = ("people", "needs", "offers")
FAULTS_SHOWN: Final = 20
COUNTS: Final = ("rows_count", "new_count", "changed_count", "unchanged_count", "faulty_count")


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # nothing of the doors is used here
    help = "Checks a CSV or XLSX list; without a flag it then waits on the pages for a confirmation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=KINDS, required=True)
        parser.add_argument("--by", required=True, help="Sign-in name of the worker or clerk in whose name it is done.")
        parser.add_argument("--community", default="", help="Its id or name; that of the worker where left out.")
        parser.add_argument("--organization", default="", help="Its id or name, for offers.")
        parser.add_argument("--faults", type=Path, help="Write all faults to this CSV file.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else on stdout.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="Say what it would do, and keep nothing.")
        what.add_argument("--confirm", action="store_true", help="Import the rows without faults, all or none.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        viewer = _viewer(options["by"], now)
        try:
            run = self._checked(viewer, options, now)
            self._report(run, viewer, options)
            if options["dry_run"]:
                run = actions.withdraw_import(viewer=viewer, import_id=run.public_id, now=now)
            elif options["confirm"]:
                run = self._imported(run, viewer, now)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal.sentence('en')}", returncode=2) from refusal
        self._print(run, as_json=options["json"])

    def _checked(self, viewer: Viewer, options: dict[str, Any], now: datetime) -> ImportRun:
        run = actions.upload_list(
            viewer=viewer,
            kind=options["kind"].upper(),
            content=_content(options["file"]),
            now=now,
            community_id=_community_id(options["community"]),
            organization_id=_organization_id(options["organization"]),
        )
        with ProgressDisplay("check") as progress:
            return actions.check_import(import_id=run.pk, now=now, progress=progress)

    def _imported(self, run: ImportRun, viewer: Viewer, now: datetime) -> ImportRun:
        """Stopped with Ctrl-C before it is done, nothing is imported."""
        actions.confirm_import(viewer=viewer, import_id=run.public_id, now=now)
        try:
            with ProgressDisplay("import") as progress:
                return actions.run_import(import_id=run.pk, now=now, progress=progress)
        except KeyboardInterrupt:
            actions.withdraw_import(viewer=viewer, import_id=run.public_id, now=now)
            raise CommandError("Stopped: nothing was imported.", returncode=130) from None

    def _report(self, run: ImportRun, viewer: Viewer, options: dict[str, Any]) -> None:
        """The first faults on stderr, all of them in the file that was asked for."""
        faults = queries.faults_of(viewer, run)
        if options["faults"]:
            options["faults"].write_bytes(faults_csv(run.kind, faults.iterator(), "zh"))
        for fault in faults[:FAULTS_SHOWN]:
            what, advice = queries.fault_words(fault, "en")
            column = column_name(run.kind, fault.column, "en") or "row"
            self.stderr.write(f"row {fault.row_number}, {column}: {what} {advice}")
        left = faults.count() - FAULTS_SHOWN
        if left > 0:
            self.stderr.write(f"and {left} more; --faults FILE writes them all.")

    def _print(self, run: ImportRun, *, as_json: bool) -> None:
        counts = {name: getattr(run, name) for name in COUNTS}
        if as_json:
            said = {"import": str(run.public_id), "state": run.state, "failure_code": run.failure_code} | counts
            self.stdout.write(json.dumps(said))
        else:
            self.stdout.write(f"import {run.public_id}: {run.state}")
            for name, count in counts.items():
                self.stdout.write(f"  {name.removesuffix('_count'):<10}{count:>7}")
        if run.state == ImportState.FAILED or run.difference:
            raise CommandError("Nothing was imported.", returncode=1)


def _viewer(name: str, now: datetime) -> Viewer:
    user = User.objects.filter(sign_in_name=normal_sign_in_name(name) or name).first()
    if user is None:
        raise CommandError("--by: there is no account of this name.", returncode=2)
    return viewer_for_user(user, now=now)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > BYTES_AT_MOST:
            raise CommandError(f"The file has more than {BYTES_AT_MOST} bytes.", returncode=2)
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.", returncode=2) from error


def _community_id(text: str) -> UUID | None:
    if not text:
        return None
    found = Area.objects.filter(level=AreaLevel.COMMUNITY, **_id_or_name(text)).values_list("public_id", flat=True)
    return _only(list(found[:2]), "--community")


def _organization_id(text: str) -> UUID | None:
    if not text:
        return None
    found = Organization.objects.filter(**_id_or_name(text)).values_list("public_id", flat=True)
    return _only(list(found[:2]), "--organization")


def _id_or_name(text: str) -> dict[str, Any]:
    try:
        return {"public_id": UUID(text)}
    except ValueError:
        return {"name": text}


def _only(found: list[UUID], option: str) -> UUID:
    if len(found) != 1:
        raise CommandError(f"{option}: {'none' if not found else 'several'} of this name; give the id.", returncode=2)
    return found[0]
