"""Street maps come in through an operator at the machine."""

from datetime import datetime

from django.db import transaction

from matchmaker.community.models import StreetMap
from matchmaker.community.street_files import StreetFile

OPENSTREETMAP = "© OpenStreetMap contributors, ODbL"


def put_street_map(*, name: str, file: StreetFile, attribution: str = OPENSTREETMAP, now: datetime) -> bool:
    """The map stands under its name in place of the one before; False where the very same file stood there."""
    with transaction.atomic():
        before = StreetMap.objects.select_for_update().filter(name=name).first()
        if before is not None and (before.checksum, before.attribution) == (file.checksum, attribution):
            return False
        columns = {
            "checksum": file.checksum,
            "attribution": attribution,
            "points": len(file.node_ids),
            "stretches": len(file.tails),
            "packed": file.packed(),
            "imported_at": now,
        }
        StreetMap.objects.update_or_create(name=name, defaults=columns)
    return True


def remove_street_map(*, name: str) -> bool:
    """The map is gone; False where none had this name."""
    return StreetMap.objects.filter(name=name).delete()[0] > 0
