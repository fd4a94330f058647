"""`manage.py backup DIR`: a copy of all rows in a folder of its own, while the service runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from matchmaker.privacy.backups import BackupFault, back_up


class Command(BaseCommand):
    help = "Copies all rows into a new folder, with a checksum and the migrations they stand at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="A folder that does not exist yet.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = back_up(folder.absolute(), now=timezone.now())
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{manifest.file}: {manifest.bytes} bytes, sha256 {manifest.sha256}")
        self.stdout.write("No setting is in it. Keep SECRET_KEY and the shred list apart from it, and safe.")
