"""How well the communities of a viewer know themselves: the history kept of it, in figures and in a sentence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from matchmaker.community.models import Area, AreaLevel, PostKind, Tie, TieKind, live_ties
from matchmaker.community.viewers import Viewer
from matchmaker.engine.area_sentences import AREA
from matchmaker.engine.neighbourhood import KNOWN_FROM_PEOPLE
from matchmaker.engine.sentences import sentence
from matchmaker.engine.strangers import StrangerIndex, change
from matchmaker.engine.trust import Params
from matchmaker.matches.models import AreaReading, BetweenReading, GroupWatch
from matchmaker.needs import day_words

MONTH_DAYS: Final = 28
LOOKED_BACK_DAYS: Final = 42
"""A month ago is the last day measured at least four weeks before, and at most six."""
POINTS_APART: Final = 5
PERCENT_LONGER: Final = 10
"""A group whose needs are met so many points less often, or wait so much longer, than those of the others is told."""


@dataclass(frozen=True, slots=True)
class MonthSince:
    """What became of an area in about a month; what ties came or were renewed since, by where they come from."""

    earlier: date
    islands_fewer: int
    """Below 0 for more; 0 where no change can be told."""
    by_help: int
    by_going_along: int
    by_word: int

    @property
    def mostly_by_help(self) -> bool:
        """More ties came from help than from people's word and from going along together."""
        return self.by_help > self.by_word + self.by_going_along


def area_readings_for(viewer: Viewer, area_id: UUID | None = None) -> QuerySet[AreaReading]:
    """The history of the areas the viewer works in or audits, the latest day first, the greater area first in it.

    Of one of these areas alone where one is named.
    """
    rows = AreaReading.objects.filter(_looked_after(viewer, "area__path")).select_related("area", "community")
    if area_id is not None:
        rows = rows.filter(area__public_id=area_id)
    return rows.order_by("-date", "area__path")


def latest_readings(viewer: Viewer) -> QuerySet[AreaReading]:
    """Of each of these areas the last day alone; an area that became too small since then is not among them."""
    newest = AreaReading.objects.filter(community=OuterRef("community")).order_by("-date").values("date")[:1]
    return area_readings_for(viewer).filter(date=Subquery(newest)).order_by("area__path")


def reading_of_area(viewer: Viewer, area_id: UUID) -> AreaReading | None:
    """The latest of one of these areas; None where the viewer may not see it, or nothing was measured yet."""
    return latest_readings(viewer).filter(area__public_id=area_id).first()


def readings_below(viewer: Viewer, row: AreaReading) -> QuerySet[AreaReading]:
    """Of the same day, the grids of a community or the corridors of a grid, those where people are strangest first.

    Corridors right below a community, without a grid between, come with the grids.
    """
    below = area_readings_for(viewer).filter(community=row.community_id, date=row.date, area__parent=row.area_id)
    return below.order_by((F("islands") - 1.0) / (F("people") - 1.0) * -1.0, "area__path")


def reading_above(viewer: Viewer, row: AreaReading) -> AreaReading | None:
    """Of the same day, the area that this one lies in, where the viewer may see it."""
    if row.area_id == row.community_id:
        return None
    above = area_readings_for(viewer).filter(community=row.community_id, date=row.date, area=row.area.parent_id)
    return above.first()


def between_groups_for(viewer: Viewer) -> QuerySet[BetweenReading]:
    """How close the groups of communities are that the viewer works for or audits as a whole, the latest day first."""
    rows = BetweenReading.objects.filter(_looked_after(viewer, "community__path")).select_related("community")
    return rows.order_by("-date", "community__path", "kind", "one", "other")


def group_watch_for(viewer: Viewer) -> QuerySet[GroupWatch]:
    """Whether groups of these communities are helped as often and as soon as others, the latest day first."""
    rows = GroupWatch.objects.filter(_looked_after(viewer, "community__path")).select_related("community")
    return rows.order_by("-date", "community__path", "service_code", "kind", "group")


def communities_watched(viewer: Viewer) -> QuerySet[Area]:
    """Those communities, in the order of the tree."""
    found = Area.objects.filter(_looked_after(viewer, "path"), level=AreaLevel.COMMUNITY)
    return found.order_by("path")


def last_day_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of their latest day alone."""
    latest = rows.aggregate(latest=Max("date"))["latest"]
    return rows.none() if latest is None else rows.filter(date=latest)


def index_of(row: AreaReading) -> StrangerIndex | None:
    """The area by itself; None while nothing is known yet."""
    if row.islands is None or row.islands_error is None:
        return None
    return StrangerIndex(row.people, row.islands, row.islands_error)


def is_behind(row: GroupWatch) -> bool:
    """The group is helped less often, or later, than the others by more than the limits."""
    return _share_behind(row) or _wait_behind(row)


def month_since(row: AreaReading) -> MonthSince | None:
    """What became of the area since about a month before this reading: two queries. None where it is not known."""
    now = index_of(row)
    latest = row.date - timedelta(days=MONTH_DAYS)
    earlier = (
        AreaReading.objects.filter(area=row.area_id, islands__isnull=False, date__lte=latest)
        .filter(date__gte=row.date - timedelta(days=LOOKED_BACK_DAYS))
        .order_by("-date")
        .first()
    )
    before = index_of(earlier) if earlier is not None else None
    if now is None or before is None or earlier is None:
        return None
    found = change(before, now)
    told = 0 if found.code == "ISLANDS_AS_BEFORE" else round(found.islands_removed)
    return MonthSince(earlier.date, told, **_new_ties(row, earlier))


def said_of_area(row: AreaReading, language: str) -> list[str]:
    """What a coordinator reads of an area, in sentences: three queries at most."""
    index = index_of(row)
    if index is None:
        return [sentence(AREA, "NOT_KNOWN_YET", {"least": KNOWN_FROM_PEOPLE}, language)]
    counted: Params = {"people": row.people, "islands": round(index.islands)}
    said = [sentence(AREA, "BEHAVES_LIKE", counted, language)]
    since = month_since(row)
    if since is None:
        return [*said, sentence(AREA, "NO_MONTH_YET", {}, language)]
    day = day_words.in_words(since.earlier, zh=language.startswith("zh"))
    code = "AS_BEFORE" if not since.islands_fewer else ("FEWER" if since.islands_fewer > 0 else "MORE")
    said.append(sentence(AREA, code, {"islands": abs(since.islands_fewer), "day": day}, language))
    ties: Params = {"by_help": since.by_help, "by_word": since.by_word, "by_going_along": since.by_going_along}
    said.append(sentence(AREA, "TIES_SINCE", ties, language))
    if since.mostly_by_help:
        said.append(sentence(AREA, "MOST_BY_HELP", {}, language))
    return said


def _new_ties(row: AreaReading, earlier: AreaReading) -> dict[str, int]:
    """Ties among the area's people that were made or renewed between the two readings."""
    homes: dict[str, Any] = {f"{side}__household__path__startswith": row.area.path for side in ("low", "high")}
    if row.area_id == row.community_id:
        homes = {f"{side}__community": row.community_id for side in ("low", "high")}
    rows = Tie.objects.filter(live_ties(), **homes)
    rows = rows.filter(renewed_at__gt=earlier.measured_at, renewed_at__lte=row.measured_at)
    return rows.aggregate(
        by_help=Count("pk", filter=Q(kind=TieKind.HELPED)),
        by_going_along=Count("pk", filter=Q(kind=TieKind.MET)),
        by_word=Count("pk", filter=Q(kind__in=(TieKind.KIN, TieKind.FRIEND))),
    )


def _share_behind(row: GroupWatch) -> bool:
    if not (row.needs and row.others_needs):
        return False
    pairs = row.needs * row.others_needs  # whole numbers, so that exactly five points are no more than five
    return 100 * (row.others_met * row.needs - row.met * row.others_needs) > POINTS_APART * pairs


def _wait_behind(row: GroupWatch) -> bool:
    if row.wait_hours is None or row.others_wait_hours is None:
        return False
    return 100.0 * row.wait_hours > (100.0 + PERCENT_LONGER) * row.others_wait_hours


def _looked_after(viewer: Viewer, place: str) -> Q:
    """Rows whose area lies where the viewer is a worker or an auditor."""
    found = Q(pk__in=())
    for post in viewer.posts:
        if post.area_path in viewer.worker_paths or post.kind == PostKind.AUDITOR:
            found |= Q(**{f"{place}__startswith": post.area_path})
    return found
