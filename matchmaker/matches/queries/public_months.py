"""What everybody may read of a community, month by month; and for its workers the month that is next, exactly."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.queries import community_by_id, vacant_posts_in
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches import calendar, month_page, months
from matchmaker.matches.inputs.month import month_seen
from matchmaker.matches.models import PublicMonth
from matchmaker.matches.month_page import MonthFigures


@dataclass(frozen=True, slots=True)
class NextMonth:
    """A month of which nothing is told yet, in exact counts, and when it will be told; and the others like it."""

    community: Area
    month: date
    told_at: datetime
    figures: MonthFigures
    others: tuple[date, ...]


def public_months(community_id: UUID | None = None) -> QuerySet[PublicMonth]:
    """Every month that was told of any community, or of this one, the latest first; they are public."""
    rows = PublicMonth.objects.select_related("community", "score_card").order_by("-month", "community__path")
    return rows if community_id is None else rows.filter(community__public_id=community_id)


def public_month(community_id: UUID, month: date | None = None) -> PublicMonth:
    """One month of a community, the latest without one, or NotFound."""
    rows = public_months(community_id)
    found = rows.first() if month is None else rows.filter(month=month).first()
    if found is None:
        raise NotFound
    return found


def communities_told() -> QuerySet[Area]:
    """The communities of which a month was told, by name."""
    told = PublicMonth.objects.filter(community=OuterRef("pk"))
    return Area.objects.filter(Exists(told), level=AreaLevel.COMMUNITY).order_by("name", "pk")


def figures_of(row: PublicMonth) -> MonthFigures:
    return month_page.read(row.figures)


def next_month_for(viewer: Viewer, community_id: UUID, *, now: datetime, month: date | None = None) -> NextMonth:
    """For workers of the whole community; NotFound for everybody else, and for a month that is told or yet to begin.

    Without a month it is the one that will be told first. In the week before that, the month under way is open, too.
    """
    community = community_by_id(community_id)
    if not viewer.works_at(community.path):
        raise NotFound
    zone = calendar.zone_of(community)
    still_open = months.still_open(now, zone)
    chosen = month or still_open[0]
    if chosen not in still_open:
        raise NotFound
    figures = month_page.exact_figures(month_seen(community, chosen), vacant_posts_in(community, now=now))
    others = tuple(one for one in still_open if one != chosen)
    return NextMonth(community, chosen, months.closes_at(chosen, zone), figures, others)
