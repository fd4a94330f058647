"""Needs as each viewer may see them.

That a need exists is known to the asker, the person it is for, their live proxies, the workers, the auditor and, for
public safety, the police contact of its area. Helpers with a live proposal are known to the matches room alone: it
hands their needs in as `also_need_ids`, and those of agreed matches as `agreed_need_ids`.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.care import cared_for, is_cared_for, worked_by
from matchmaker.community.models import Area, PostKind
from matchmaker.community.queries import grid_of
from matchmaker.community.searching import in_any, words_of
from matchmaker.community.viewers import Viewer, holds_workers_post
from matchmaker.errors import NotFound
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, NeedState, NeedWindow
from matchmaker.needs.queries.service_types import PUBLIC_SAFETY
from matchmaker.prepared import Prepared

NUMBER: Final = re.compile("[0-9a-f]{8}")
"""What pages show of an id; people read it out."""
NEWEST: Final = "NEWEST"
ORDERS: Final[Mapping[str, tuple[str, str]]] = {
    NEWEST: ("-opened_at", "-pk"),
    "OLDEST": ("opened_at", "pk"),
    "ANSWER_BY": ("answer_by", "pk"),
}
"""In which orders needs may be listed: only by what everybody reads who may know of them."""
WORDS: Final = ("details", "risks")
KIND_OF_HELP: Final = (
    "service_type__name_zh",
    "service_type__name_en",
    "service_type__parent__name_zh",
    "service_type__parent__name_en",
)

READ_BY_RULES: Final = (
    "for_person_id",
    "asked_by_id",
    "mandate_id",
    "verified_at",
    "place__path",
    "service_type__code",
    "service_type__sensitive",
    "service_type__parent__code",
)
"""What the rules below read of a need to tell who may see, change or speak on it."""
READ_BY_ASKER_SIDE: Final = (*READ_BY_RULES, "for_person__household__path", "for_person__community__path")
"""The same for `is_asker_side`, which also asks where the person lives."""

NeedIds = Collection[int] | QuerySet[Need, int] | QuerySet[Need]


def needs_for(
    viewer: Viewer,
    *,
    state: str | None = None,
    service_type: str | None = None,
    area_id: UUID | None = None,
    verified: bool | None = None,
    own: bool | None = None,
    external_id: str | None = None,
    search: str | None = None,
    order: str = NEWEST,
    also_need_ids: NeedIds = (),
) -> QuerySet[Need]:
    """The needs the viewer may know of, newest first; a type stands for its children, an area for all in it.

    `own` are those the viewer asked for, is helped by or speaks on as a proxy. A search looks at somebody's words only
    where the viewer may read them: nobody learns of them by what is found.
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
    if external_id is not None:
        rows = rows.filter(asker_side_of(viewer) | worked_by(viewer, "place__path"), external_id=external_id)
    for word in words_of(search or ""):
        readable = (spoken_on_by(viewer) | worked_by(viewer, "place__path")) & in_any(word, *WORDS)
        rows = rows.filter(readable | in_any(word, *KIND_OF_HELP))
    return rows.order_by(*ORDERS[order])


def needs_to_verify(viewer: Viewer) -> QuerySet[Need]:
    """Open needs of the viewer's areas that a colleague of the asker has to look at, the first asked first."""
    if not viewer.worker_paths:
        return Need.objects.none()
    waiting = Need.objects.filter(worked_by(viewer, "place__path"), state=NeedState.OPEN, verified_at__isnull=True)
    waiting = waiting.exclude(asker_side_of(viewer) | Q(asked_by_id=viewer.person_id))
    return with_details(waiting).order_by("opened_at", "pk")


def need_by_id(viewer: Viewer, public_id: UUID, *, also_need_ids: NeedIds = ()) -> Need:
    """The need, or NotFound where the viewer may not know of it."""
    found = needs_for(viewer, also_need_ids=also_need_ids).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def needs_with_number(viewer: Viewer, number: str) -> QuerySet[Need]:
    """Those of the viewer's areas whose number, as pages show it, is this one: `D04E-629C`, or without the hyphen."""
    digits = number.strip().replace("-", "").lower()
    if not NUMBER.fullmatch(digits) or not viewer.worker_paths:
        return Need.objects.none()
    first, last = (UUID(digits + 24 * end) for end in "0f")
    found = Need.objects.filter(worked_by(viewer, "place__path"), public_id__gte=first, public_id__lte=last)
    return with_details(found).order_by("pk")


def need_to_answer(viewer: Viewer, public_id: UUID) -> Need | None:
    """The need for its asker's side and the workers of its area, with what an answer at once reads of it; else None.

    One query, whoever looks: it is told from the row whether they may.
    """
    found = next(iter(_TO_ANSWER(public_id=public_id)), None)
    if found is None or not (is_asker_side(viewer, found) or is_worker_for(viewer, found)):
        return None
    return found


def with_details(rows: QuerySet[Need]) -> QuerySet[Need]:
    """The rows with all that doors and predicates read of them: two queries, however many rows."""
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
    ).prefetch_related(windows_of_needs())


def windows_of_needs() -> Prefetch:
    """When visits may take place, in order."""
    return Prefetch("windows", queryset=NeedWindow.objects.order_by("date", "starts", "pk"))


def windows_of(need: Need) -> tuple[Window, ...]:
    """When a visit may take place, in the order of time."""
    return tuple(Window(row.date, row.starts, row.ends) for row in need.windows.all())


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
    return grid_of(need.place)


def asker_side_of(viewer: Viewer, needs: str = "") -> Q:
    """Rows whose need the viewer asked for, is helped by, or may speak for; `needs` is the way to the need."""
    own = spoken_on_by(viewer, needs)
    # Who asked under a mandate knows of the need through that mandate alone: a revoked one shows nothing.
    asked = Q(**{f"{needs}asked_by_id": viewer.person_id})
    # Who took it down at the desk knows of it while they work where the person lives.
    if viewer.worker_paths:
        own |= asked & Q(**{f"{needs}mandate_id__isnull": True}) & cared_for(viewer, f"{needs}for_person__")
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
    """The same of one need: the person it is for, a live proxy, and whoever took it down and still works there."""
    if viewer.person_id is None:
        return False
    return speaks_on(viewer, need) or _took_as_agent(viewer, need) or _took_at_desk(viewer, need)


def people_asking(need: Need, *, now: datetime) -> frozenset[int]:
    """Who hears how it goes on: the person it is for, and whoever asked, while their mandate or their post holds."""
    return frozenset({need.for_person_id} | ({need.asked_by_id} if _still_asks(need, localdate(now)) else set()))


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


def _still_asks(need: Need, today: date) -> bool:
    if need.asked_by_id == need.for_person_id:
        return True
    mandate = need.mandate
    if mandate is not None:
        return mandate.revoked_at is None and mandate.ends_date >= today
    return holds_workers_post(need.asked_by_id, today=today)


def _took_at_desk(viewer: Viewer, need: Need) -> bool:
    """Took it down as a worker of the area where the person lives, and still is one."""
    took = viewer.person_id == need.asked_by_id and need.mandate_id is None
    return took and bool(viewer.worker_paths) and is_cared_for(viewer, need.for_person)


def _is_police_for(viewer: Viewer, need: Need) -> bool:
    kind = need.service_type
    about_safety = PUBLIC_SAFETY in (kind.code, kind.parent.code if kind.parent else "")
    return about_safety and viewer.holds(PostKind.POLICE_CONTACT, need.place.path)


def _visible(viewer: Viewer) -> Q:
    visible = asker_side_of(viewer) | worked_by(viewer, "place__path")
    for post in viewer.posts:
        if post.kind == PostKind.AUDITOR:
            visible |= Q(place__path__startswith=post.area_path)
        if post.kind == PostKind.POLICE_CONTACT:
            safety = Q(service_type__code=PUBLIC_SAFETY) | Q(service_type__parent__code=PUBLIC_SAFETY)
            visible |= Q(place__path__startswith=post.area_path) & safety
    return visible


_TO_ANSWER: Final = Prepared(
    lambda public_id: Need.objects.filter(public_id=public_id).select_related(
        "service_type", "place", "community", "for_person__household", "for_person__community"
    )
)
