"""Rounds, score cards and needs that found nobody, as each viewer may see them."""

from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.care import worked_by
from matchmaker.community.models import Area, AreaLevel, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.matches.models import LIVE_STATES, CityPlan, Proposal, Round, RoundState, ScoreCard, UnmetNeed
from matchmaker.needs.models import NeedState, NeedWindow
from matchmaker.needs.queries import asker_side_of


def rounds_for(viewer: Viewer) -> QuerySet[Round]:
    """Rounds of the communities the viewer works in or audits, the latest first."""
    rows = Round.objects.filter(_of_areas(viewer, "community"))
    rows = rows.select_related("community", "score_card", "requested_by")
    return rows.order_by("-requested_at", "-pk")


def _of_areas(viewer: Viewer, link: str) -> Q:
    """Where the viewer works or audits, and above: a grid's workers see the rounds of their community too."""
    visible = Q(pk__in=())
    for post in viewer.posts:
        if post.area_path in viewer.worker_paths or post.kind == PostKind.AUDITOR:
            visible |= Q(**{f"{link}__path__startswith": post.area_path})
            visible |= Q(**{f"{link}_id__in": keys_of_path(post.area_path)})
    return visible


def round_by_id(viewer: Viewer, public_id: UUID) -> Round:
    found = rounds_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def rounds_under_way(viewer: Viewer) -> QuerySet[Round]:
    """Rounds that wait or run in the communities the viewer works in, the longest waiting first."""
    states = (RoundState.QUEUED, RoundState.RUNNING)
    return rounds_for(viewer).filter(state__in=states).order_by("requested_at", "pk")


def city_plans_for(viewer: Viewer) -> QuerySet[CityPlan]:
    """Plans of cities the viewer works in or audits, or a part of them, with those rounds that they may see."""
    rows = CityPlan.objects.filter(_of_areas(viewer, "area")).select_related("area")
    rounds = rounds_for(viewer).order_by("is_between", "pk")
    rows = rows.prefetch_related(Prefetch("rounds", queryset=rounds, to_attr="rounds_seen"))
    return rows.order_by("-requested_at", "-pk")


def city_plan_by_id(viewer: Viewer, public_id: UUID) -> CityPlan:
    found = city_plans_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def rounds_of_city(viewer: Viewer, plan: CityPlan) -> list[Round]:
    """Those of its rounds that the viewer may see, the one across borders last; read already with the plan or now."""
    seen: list[Round] | None = getattr(plan, "rounds_seen", None)
    return list(rounds_for(viewer).filter(city_plan=plan).order_by("is_between", "pk")) if seen is None else seen


def communities_to_plan(viewer: Viewer) -> QuerySet[Area]:
    """The communities for which the viewer may ask for a round, in the order of the tree."""
    communities = Area.objects.filter(worked_by(viewer, "path"), level=AreaLevel.COMMUNITY)
    return communities.exclude(time_zone="").order_by("path")


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
    visible = asker_side_of(viewer, "need__") | worked_by(viewer, "need__place__path")
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


def still_unmet_for(viewer: Viewer) -> QuerySet[UnmetNeed]:
    """What the latest search said of each open need that still misses helpers, in the areas the viewer works for.

    Whoever waits longest comes first. A need that was never searched for has no row.
    """
    latest = UnmetNeed.objects.filter(need=OuterRef("need")).order_by("-pk").values("pk")[:1]
    asked = Proposal.objects.filter(need=OuterRef("need"), state__in=LIVE_STATES).order_by().values("need")
    rows = (
        UnmetNeed.objects.filter(worked_by(viewer, "need__place__path"), need__state=NeedState.OPEN)
        .alias(latest=Subquery(latest), asked=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0))
        .filter(pk=F("latest"), need__helpers_wanted__gt=F("need__helpers_found") + F("asked"))
    )
    return rows.select_related("need__service_type", "need__for_person", "need__place__parent__parent").order_by(
        "need__opened_at", "need_id"
    )


def score_cards() -> QuerySet[ScoreCard]:
    """All published score cards, newest version first; they are public."""
    return ScoreCard.objects.order_by("name", "-version")
