"""`manage.py restore DIR`: a backup brought back into an empty database; whoever was forgotten stays so."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matchmaker.privacy.backups import BackupFault, restore
from matchmaker.privacy.shred_list import list_path


class Command(BaseCommand):
    help = "Loads a backup into an empty database, obeys the shred list, and verifies every chain of records."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="The folder that `manage.py backup` made.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            restored = restore(folder.absolute(), now=timezone.now())
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Made at {restored.manifest.made_at}; {restored.persons} persons are here.")
        if not list_path().exists():
            self.stdout.write("There is no shred list here: if there was one, bring it back and restore anew.")
        self.stdout.write(f"Forgotten again: {restored.forgotten_again}.")
        for broken in restored.faults:
            self.stdout.write(str(broken))
        for number in restored.damaged_lines:
            self.stdout.write(f"Line {number} of the shred list cannot be read: somebody may be missing from it.")
        if restored.missing_lines:
            self.stdout.write(
                f"The shred list lacks {restored.missing_lines} who were forgotten before this backup was made: it is "
                "not the whole list, and others may be here who asked to be forgotten. Bring it back and restore anew."
            )
        if not restored.is_well:
            raise CommandError("The rows are here, and something is wrong with them: see above.")
        self.stdout.write(f"Chains of records: {restored.chains}, all as they were written.")
