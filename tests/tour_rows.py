"""Tours of a small town, announced by the real action."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from matchmaker.community.models import Person
from matchmaker.needs.actions import announce_tour
from matchmaker.needs.drafts import StopDraft, TourDraft
from matchmaker.needs.models import Tour
from tests.towns import NOW, ZONE, SmallTown, load_service_types_once, viewer_of

NOW_AT_THE_STOP: Final = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
"""An hour after a usual stop begins, where the town is of `NOW`."""


def stop_draft(town: SmallTown, *, days: int = 1, now: datetime | None = None, **fields: Any) -> StopDraft:
    """A stop at the first building, on the next day from nine to twelve, with eight places."""
    day = ((now or NOW) + timedelta(days=days)).astimezone(ZoneInfo(ZONE)).date()
    usual: dict[str, Any] = {"date": day, "starts": time(9), "ends": time(12), "capacity": 8}
    return StopDraft(**usual | {"place": town.corridors[0].public_id} | fields)


def tour_draft(town: SmallTown, *, now: datetime | None = None, **fields: Any) -> TourDraft:
    """A van of the organization with shopping, at one such stop."""
    usual: dict[str, Any] = {"title": "流动医疗车", "service_types": ("SHOPPING",)}
    if "stops" not in fields:
        usual["stops"] = (stop_draft(town, now=now),)
    return TourDraft(organization=town.organization.public_id, **usual | fields)


def announced(town: SmallTown, *, by: Person | None = None, now: datetime | None = None, **fields: Any) -> Tour:
    """Announced by the clerk, or by somebody else."""
    load_service_types_once()
    at = now or NOW
    return announce_tour(viewer=viewer_of(by or town.clerk, now=at), draft=tour_draft(town, now=at, **fields), now=at)
