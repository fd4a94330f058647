"""Needs as each viewer may see them.

That a need exists is known to the asker, the person it is for, their live proxies, the workers, the auditor and, for
public safety, the police contact of its area. Helpers with a live proposal are known to the matches room alone: it
hands their needs in as `also_need_ids`, and those of agreed matches as `agreed_need_ids`.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.models import Area, AreaLevel, PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.needs.models import Need, NeedState, NeedWindow
from matchmaker.needs.queries.service_types import PUBLIC_SAFETY

NeedIds = Collection[int] | QuerySet[Need, int] | QuerySet[Need]


def needs_for(
    viewer: Viewer,
    *,
    state: str | None = None,
    service_type: str | None = None,
    area_id: UUID | None = None,
    verified: bool | None = None,
    own: bool | None = None,
    also_need_ids: NeedIds = (),
) -> QuerySet[Need]:
    """The needs the viewer may know of, newest first; a type stands for its children, an area for all in it.

    `own` are those the viewer asked for, is helped by or speaks on as a proxy.
    """
    if viewer.is_visitor:
        return Need.objects.none()
    visible = asker_side_of(viewer) if own else _visible(viewer) | Q(pk__in=also_need_ids)
    rows = with_details(Need.objects.filter(visible))
    if state is not None:
        rows = rows.filter(state=state)
    if service_type is not None:
        rows = rows.filter(Q(service_type__code=service_type) | Q(service_type__parent__code=service_type))
    if area_id is not None:
        path = Area.objects.filter(public_id=area_id).values_list("path", flat=True).first()
        rows = rows.filter(place__path__startswith=path) if path else rows.none()
    if verified is not None:
        rows = rows.filter(verified_at__isnull=not verified)
    return rows.order_by("-opened_at", "-pk")


def needs_to_verify(viewer: Viewer) -> QuerySet[Need]:
    """Open needs of the viewer's areas that a colleague of the asker has to look at, the first asked first."""
    if not viewer.worker_paths:
        return Need.objects.none()
    worked = Q(pk__in=())
    for path in viewer.worker_paths:
        worked |= Q(place__path__startswith=path)
    waiting = Need.objects.filter(worked, state=NeedState.OPEN, verified_at__isnull=True)
    waiting = waiting.exclude(asker_side_of(viewer) | Q(asked_by_id=viewer.person_id))
    return with_details(waiting).order_by("opened_at", "pk")


def need_by_id(viewer: Viewer, public_id: UUID, *, also_need_ids: NeedIds = ()) -> Need:
    """The need, or NotFound where the viewer may not know of it."""
    found = needs_for(viewer, also_need_ids=also_need_ids).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def with_details(rows: QuerySet[Need]) -> QuerySet[Need]:
    """The rows with all that doors and predicates read of them: two queries, however many rows."""
    windows = NeedWindow.objects.order_by("date", "starts", "pk")
    return rows.select_related(
        "service_type__parent",
        "place__parent__parent",
        "community",
        "for_person__household",
        "for_person__account",
        "asked_by",
        "mandate__station",
        "consent",
        "verified_by",
    ).prefetch_related(Prefetch("windows", queryset=windows))


def may_see_need_details(viewer: Viewer, need: Need, *, agreed_need_ids: Collection[int] = ()) -> bool:
    """The words and risks: the person, live proxies, workers of the area; once verified, helpers who agreed and,
    for public safety, the police contact. An auditor and a helper who was only asked do not read them."""
    if speaks_on(viewer, need) or is_worker_for(viewer, need) or _took_as_agent(viewer, need):
        return True
    if need.verified_at is None:
        return False
    return need.pk in agreed_need_ids or _is_police_for(viewer, need)


def may_see_need_place(viewer: Viewer, need: Need, *, agreed_need_ids: Collection[int] = ()) -> bool:
    """The exact place; whoever else may know of the need sees the grid (`coarse_place_of`)."""
    return may_see_need_details(viewer, need, agreed_need_ids=agreed_need_ids)


def may_see_asker(viewer: Viewer, need: Need, *, agreed_need_ids: Collection[int] = ()) -> bool:
    """Whom it is for and who asked, by name: hidden from helpers until both sides agreed, and from auditors."""
    return may_see_need_details(viewer, need, agreed_need_ids=agreed_need_ids)


def may_change_need(viewer: Viewer, need: Need) -> bool:
    """May change or withdraw it: the person, live proxies, workers of the area."""
    return speaks_on(viewer, need) or is_worker_for(viewer, need)


def coarse_place_of(need: Need) -> Area:
    """The grid the place lies in, or the place itself where it is no smaller than a grid."""
    area = need.place
    while area.level > AreaLevel.GRID and area.parent is not None:
        area = area.parent
    return area


def asker_side_of(viewer: Viewer, needs: str = "") -> Q:
    """Rows whose need the viewer asked for, is helped by, or may speak for; `needs` is the way to the need."""
    own = spoken_on_by(viewer, needs)
    # Who asked under a mandate knows of the need through that mandate alone: a revoked one shows nothing.
    asked = Q(**{f"{needs}asked_by_id": viewer.person_id})
    own |= asked & Q(**{f"{needs}mandate_id__isnull": True})
    if viewer.agencies:
        own |= asked & Q(**{f"{needs}mandate_id__in": [agency.mandate_id for agency in viewer.agencies]})
    return own


def spoken_on_by(viewer: Viewer, needs: str = "") -> Q:
    """The same without those that the viewer only took down for somebody: the person's own, and a live proxy's."""
    own = Q(**{f"{needs}for_person_id": viewer.person_id})
    for mandate in viewer.mandates:
        theirs = Q(**{f"{needs}for_person_id": mandate.for_person_id})
        if mandate.scope:
            own |= theirs & Q(**{f"{needs}service_type__code__in": mandate.scope})
        else:
            own |= theirs & Q(**{f"{needs}service_type__sensitive": False})
    return own


def is_asker_side(viewer: Viewer, need: Need) -> bool:
    """The same of one need: the person it is for, a live proxy, and whoever asked with the person's consent."""
    asked = viewer.person_id == need.asked_by_id and need.mandate_id is None
    return viewer.person_id is not None and (asked or speaks_on(viewer, need) or _took_as_agent(viewer, need))


def speaks_on(viewer: Viewer, need: Need) -> bool:
    """The person it is for, or a live proxy whose mandate covers this type."""
    if viewer.person_id is None:
        return False
    return viewer.person_id == need.for_person_id or is_proxy_for(viewer, need)


def is_proxy_for(viewer: Viewer, need: Need) -> bool:
    kind = need.service_type
    return viewer.speaks_for(need.for_person_id, service_type_code=kind.code, sensitive=kind.sensitive)


def is_worker_for(viewer: Viewer, need: Need) -> bool:
    """A worker of the area where the help is needed."""
    return viewer.works_at(need.place.path)


def _took_as_agent(viewer: Viewer, need: Need) -> bool:
    """Took it down for a station whose agent they still are."""
    if viewer.person_id is None or viewer.person_id != need.asked_by_id:
        return False
    return any(agency.mandate_id == need.mandate_id for agency in viewer.agencies)


def _is_police_for(viewer: Viewer, need: Need) -> bool:
    kind = need.service_type
    about_safety = PUBLIC_SAFETY in (kind.code, kind.parent.code if kind.parent else "")
    return about_safety and viewer.holds(PostKind.POLICE_CONTACT, need.place.path)


def _visible(viewer: Viewer) -> Q:
    visible = asker_side_of(viewer)
    for path in viewer.worker_paths:
        visible |= Q(place__path__startswith=path)
    for post in viewer.posts:
        if post.kind == PostKind.AUDITOR:
            visible |= Q(place__path__startswith=post.area_path)
        if post.kind == PostKind.POLICE_CONTACT:
            safety = Q(service_type__code=PUBLIC_SAFETY) | Q(service_type__parent__code=PUBLIC_SAFETY)
            visible |= Q(place__path__startswith=post.area_path) & safety
    return visible
