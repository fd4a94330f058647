"""A copy of all rows in a folder, and bringing it back without bringing back who was forgotten."""

from matchmaker.privacy.backups.making import back_up
from matchmaker.privacy.backups.manifest import BackupFault, Manifest
from matchmaker.privacy.backups.restoring import Restored, restore

__all__ = ["BackupFault", "Manifest", "Restored", "back_up", "restore"]
