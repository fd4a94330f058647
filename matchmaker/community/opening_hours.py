"""When a station is open, on the clocks of its community."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch in which a station is open, as local moments."""

    opens_at: datetime
    closes_at: datetime


def next_opening(hours: Sequence[Mapping[str, Any]], zone: ZoneInfo, *, now: datetime) -> Opening | None:
    """The stretch that is running, else the next within a week; None for a station without hours."""
    today = now.astimezone(zone).date()
    found = []
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        for part in hours:
            if part["weekday"] == day.weekday():
                opens, closes = (
                    datetime.combine(day, time.fromisoformat(part[end]), tzinfo=zone) for end in ("opens", "closes")
                )
                if closes > now:
                    found.append(Opening(opens, closes))
    return min(found, key=lambda opening: opening.opens_at, default=None)
