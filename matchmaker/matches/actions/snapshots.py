"""The tie graph of the city in files: written daily where a folder is named, gone when somebody is forgotten."""

from datetime import datetime

import structlog
from django.db import transaction

from matchmaker.matches import inputs
from matchmaker.matches.snapshots import snapshot_store

log = structlog.get_logger("matchmaker.matches")


def keep_snapshot(*, now: datetime) -> int | None:
    """The number of the new version; None where none is kept here, or somebody was forgotten while rows were read."""
    store = snapshot_store()
    if store is None:
        return None
    turn = store.turn()
    with transaction.atomic():
        city = inputs.city_of(now=now)
    version = store.write(city.arrays(), turn=turn)
    log.info("snapshot.kept", version=version, people=len(city), entries=city.entries)
    return version


def forget_snapshots() -> None:
    """No version is left that somebody may stand in."""
    store = snapshot_store()
    if store is not None:
        store.forget()
