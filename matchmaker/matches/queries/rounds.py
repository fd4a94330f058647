"""Rounds, score cards and needs that found nobody, as each viewer may see them."""

from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from matchmaker.community.models import Area, AreaLevel, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import Round, RoundState, ScoreCard, UnmetNeed
from matchmaker.matches.queries import sides
from matchmaker.needs.models import NeedWindow
from matchmaker.needs.queries import asker_side_of


def rounds_for(viewer: Viewer) -> QuerySet[Round]:
    """Rounds of the communities the viewer works in or audits, the latest first."""
    visible = Q(pk__in=())
    for post in viewer.posts:
        if post.area_path in viewer.worker_paths or post.kind == PostKind.AUDITOR:
            visible |= Q(community__path__startswith=post.area_path) | Q(community_id__in=_pks_of(post.area_path))
    rows = Round.objects.filter(visible).select_related("community", "score_card", "requested_by")
    return rows.order_by("-requested_at", "-pk")


def round_by_id(viewer: Viewer, public_id: UUID) -> Round:
    found = rounds_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def rounds_under_way(viewer: Viewer) -> QuerySet[Round]:
    """Rounds that wait or run in the communities the viewer works in, the longest waiting first."""
    states = (RoundState.QUEUED, RoundState.RUNNING)
    return rounds_for(viewer).filter(state__in=states).order_by("requested_at", "pk")


def communities_to_plan(viewer: Viewer) -> QuerySet[Area]:
    """The communities for which the viewer may ask for a round, in the order of the tree."""
    mine = Q(pk__in=())
    for path in viewer.worker_paths:
        mine |= Q(path__startswith=path)
    return Area.objects.filter(mine, level=AreaLevel.COMMUNITY).exclude(time_zone="").order_by("path")


def gap_of(row: Round) -> float | None:
    """By which share of the bound the plan at hand may be below the best one; None while there is no plan."""
    if row.incumbent_score is None:
        return None
    return (row.score_bound - row.incumbent_score) / row.score_bound if row.score_bound else 0.0


def unmet_needs_for(viewer: Viewer) -> QuerySet[UnmetNeed]:
    """Needs for which too few were found, of the viewer's areas or asked by them.

    The latest round comes first, the instant answers between rounds last.
    """
    if viewer.is_visitor:
        return UnmetNeed.objects.none()
    visible = asker_side_of(viewer, "need__") | sides.worked_by(viewer, "need__place__path")
    windows = NeedWindow.objects.order_by("date", "starts", "pk")
    rows = UnmetNeed.objects.filter(visible).select_related(
        "round",
        "need__service_type__parent",
        "need__place__parent__parent",
        "need__community",
        "need__for_person__household",
        "need__for_person__account",
        "need__asked_by",
    )
    # NULL is the smallest value to SQLite and the largest to PostgreSQL: where it stands is said.
    latest_first = F("round_id").desc(nulls_last=True)
    return rows.prefetch_related(Prefetch("need__windows", queryset=windows)).order_by(latest_first, "need_id", "pk")


def score_cards() -> QuerySet[ScoreCard]:
    """All published score cards, newest version first; they are public."""
    return ScoreCard.objects.order_by("name", "-version")


def _pks_of(path: str) -> list[int]:
    """The areas above a place of work: a grid's workers see the rounds of their community."""
    return [int(part) for part in path.split("/") if part]
