"""How visits and hours are spread among those who help, in bands and without names; for workers of the community."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Sum

from matchmaker.community.models import Area
from matchmaker.community.viewers import Viewer
from matchmaker.engine.spread import Spread, spread_of
from matchmaker.errors import NotFound
from matchmaker.matches.models import LedgerEntry

WEEKS: Final = 13


@dataclass(frozen=True, slots=True)
class Load:
    """Visits of thirteen weeks, and how their minutes are spread; `spread` is None for fewer than five helpers."""

    visits: int
    spread: Spread | None


def load_for(viewer: Viewer, community: Area, *, now: datetime) -> Load:
    """Of all visits of the community that both sides spoke of. NotFound for whoever does not work for all of it."""
    if not viewer.works_at(community.path):
        raise NotFound
    rows = LedgerEntry.objects.filter(
        visit__match__need__community=community, at__gt=now - timedelta(weeks=WEEKS), giver__isnull=False
    )
    each = list(rows.order_by().values("giver").annotate(carried=Sum("minutes"), visits=Count("pk")))
    return Load(sum(one["visits"] for one in each), spread_of([one["carried"] for one in each]))
