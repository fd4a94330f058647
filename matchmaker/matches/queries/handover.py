"""What whoever takes over a worker's areas has before them: the visits of the coming week."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import MatchState, Visit, VisitState
from matchmaker.matches.queries.matches import visits_for

AHEAD: Final = timedelta(days=7)


def visits_ahead_for(viewer: Viewer, *, now: datetime) -> QuerySet[Visit]:
    """Visits of the viewer's areas that are still to end and begin within a week; the first first."""
    rows = visits_for(viewer).filter(worked_by(viewer, "match__need__place__path"))
    return rows.filter(
        state=VisitState.PLANNED, match__state=MatchState.AGREED, ends_at__gt=now, starts_at__lte=now + AHEAD
    )
