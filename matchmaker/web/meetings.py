"""The meetings that needs have led to: which matches stand, and whether they are over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from matchmaker.columns import narrow
from matchmaker.community.viewers import Viewer
from matchmaker.matches import queries

STANDING: Final = ("AGREED", "SUSPENDED", "DONE")
SHOWN: Final = ("public_id", "state", "need__repeat", "need__community__time_zone")


def meetings_of(viewer: Viewer, needs: Iterable[Any]) -> Mapping[int, Sequence[Any]]:
    """By the need's key, the matches of it that stand and that the viewer may see: no more queries for more needs."""
    found: dict[int, list[Any]] = defaultdict(list)
    asked = [need.pk for need in needs if need.helpers_found]
    if not asked:
        return found
    rows = queries.matches_for(viewer).filter(need_id__in=asked, state__in=STANDING)
    shown = narrow(rows.prefetch_related(None).prefetch_related("visits"), *SHOWN)
    for match in shown:
        found[match.need_id].append(match)
    return found


def are_over(meetings: Sequence[Any], *, now: datetime) -> bool:
    """There were some, and no visit of them is ahead; a weekly one goes on until it is closed."""
    return bool(meetings) and all(_is_over(match, now) for match in meetings)


def took_place(meetings: Sequence[Any]) -> bool:
    """Both sides said of a visit that it happened."""
    return any(visit.state == "DONE" for match in meetings for visit in match.visits.all())


def are_paused(meetings: Sequence[Any]) -> bool:
    """One of them waits for a worker's look."""
    return any(match.state == "SUSPENDED" for match in meetings)


def coming_visit(match: Any, now: datetime) -> Any:
    """The visit that is on or comes next, else the last there was: a weekly match has many."""
    visits = sorted(match.visits.all(), key=lambda visit: visit.starts_at)
    ahead = (visit for visit in visits if visit.state == "PLANNED" and visit.ends_at > now)
    return next(ahead, visits[-1] if visits else None)


def _is_over(match: Any, now: datetime) -> bool:
    if match.state == "SUSPENDED":
        return False
    if match.state != "AGREED":
        return True
    if match.need.repeat == "WEEKLY":
        return False
    return all(visit.ends_at <= now for visit in match.visits.all() if visit.state == "PLANNED")
