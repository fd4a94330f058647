"""What a monitor may know of rounds: how old, how far behind, how strange the town; by a community's id alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery

from matchmaker.community.models import Area
from matchmaker.matches.models import Round, RoundState
from matchmaker.needs.models import Need, NeedState


@dataclass(frozen=True)
class RoundFigures:
    """Of one community; None where there was no round yet, or nothing waits for one."""

    community_id: UUID
    last_round_age_seconds: float | None
    oldest_need_seconds: float | None
    """How long the oldest open need has waited that no finished round has looked at."""
    running_seconds: float | None
    stranger_index: float | None


def round_figures(*, now: datetime) -> Iterator[RoundFigures]:
    """One line for each community, in a stable order; three values come from its last finished round."""
    for row in _communities():
        yield RoundFigures(
            community_id=row["public_id"],
            last_round_age_seconds=_seconds(now, row["last_finished_at"]),
            oldest_need_seconds=_seconds(now, row["oldest_unseen_at"]),
            running_seconds=_seconds(now, row["running_since"]),
            stranger_index=row["last_stranger_index"],
        )


def _communities() -> QuerySet[Area, dict[str, Any]]:
    done = Round.objects.filter(community=OuterRef("pk"), state=RoundState.DONE).order_by("-finished_at", "-pk")
    running = Round.objects.filter(community=OuterRef("pk"), state=RoundState.RUNNING)
    last = {
        "last_finished_at": Subquery(done.values("finished_at")[:1], output_field=DateTimeField()),
        "last_stranger_index": Subquery(done.values("stranger_index")[:1], output_field=FloatField()),
        "running_since": Subquery(running.values("started_at")[:1], output_field=DateTimeField()),
    }
    found = Area.objects.exclude(time_zone="").annotate(**last, oldest_unseen_at=_oldest_unseen()).order_by("pk")
    return found.values("public_id", "oldest_unseen_at", *last)


def _oldest_unseen() -> Subquery:
    """The opening of the oldest open need that came after the last finished round had begun."""
    done = Round.objects.filter(community=OuterRef("community"), state=RoundState.DONE)
    began = Subquery(done.order_by("-finished_at", "-pk").values("started_at")[:1])
    needs = Need.objects.filter(community=OuterRef("pk"), state=NeedState.OPEN).annotate(began=began)
    unseen = needs.filter(Q(began__isnull=True) | Q(opened_at__gt=F("began")))
    oldest = unseen.order_by().values("community").annotate(oldest=Min("opened_at")).values("oldest")
    return Subquery(oldest, output_field=DateTimeField())


def _seconds(now: datetime, then: datetime | None) -> float | None:
    return None if then is None else max(0.0, (now - then).total_seconds())
