"""Who stands in for whom, and for which posts the viewer names somebody."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from matchmaker.community.appointing import WITH_DEPUTIES, may_name_deputy
from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.care import cared_for, worked_by
from matchmaker.community.in_post import people_in_posts
from matchmaker.community.models import Area, AreaLevel, Deputies, Deputy, Person, PostTerm
from matchmaker.community.queries.desk import people_at_desk
from matchmaker.community.viewers import NOBODY, WORKER_POSTS, Viewer
from matchmaker.errors import NotFound

TERMS_AT_MOST: Final = 100


def deputies_for(viewer: Viewer) -> Deputies:
    """Where the viewer stands in or somebody for them, and those of the areas they work for, the latest first.

    An operator sees all.
    """
    if viewer.is_visitor and not viewer.is_operator:
        return Deputy.objects.none()
    shown = Q(person_id=viewer.person_id) | Q(term__person_id=viewer.person_id)
    shown |= worked_by(viewer, "term__post__area__path")
    rows = Deputy.objects.filter(Q() if viewer.is_operator else shown)
    return rows.select_related("term__post__area", "term__person", "person").order_by("-starts_date", "-pk")


def deputies_not_over(viewer: Viewer) -> QuerySet[Deputy]:
    """Those of them that give power today or will, the first to begin first."""
    return deputies_for(viewer).not_over(viewer.today).order_by("starts_date", "pk")


def stands_in_on(deputy: Deputy, day: date) -> bool:
    """Whether it gives power on this day."""
    running = (deputy, deputy.term)
    return all(one.ended_at is None and one.starts_date <= day <= one.ends_date for one in running)


def deputy_by_id(viewer: Viewer, public_id: UUID) -> Deputy:
    found = deputies_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="deputy_id")
    return found


def terms_to_stand_in_for(viewer: Viewer) -> list[PostTerm]:
    """The terms that run in which the viewer may name a deputy, their own first, then in the order of the tree."""
    if viewer.is_visitor:
        return []
    rows = PostTerm.objects.filter(
        Q(person_id=viewer.person_id) | worked_by(viewer, "post__area__path"),
        post__kind__in=WITH_DEPUTIES,
        ended_at__isnull=True,
        ends_date__gte=viewer.today,
        person__left_at__isnull=True,
    )
    rows = rows.select_related("post__area", "person").order_by("post__area__path", "post__kind")
    named = [term for term in rows if may_name_deputy(viewer, term)]
    return sorted(named, key=lambda term: term.person_id != viewer.person_id)[:TERMS_AT_MOST]


def people_to_stand_in(viewer: Viewer, words: str = "") -> QuerySet[Person]:
    """Whom the viewer may name, by name: the people of their areas, and colleagues of their communities.

    Without words colleagues alone; that they hold a post is public.
    """
    found = _colleagues_of(viewer)
    if words.strip():
        for word in words.split():
            found &= Q(name__icontains=word)
        found |= Q(pk__in=people_at_desk(viewer, words).order_by().values("pk"))
    rows = Person.objects.filter(found, left_at__isnull=True).exclude(pk=viewer.person_id or NOBODY)
    return rows.select_related("household__parent", "community").order_by("name", "pk")


def person_to_stand_in(viewer: Viewer, public_id: UUID) -> Person:
    """One of them or the viewer themself, or NotFound."""
    shown = Q(pk=viewer.person_id or NOBODY) | cared_for(viewer) | _colleagues_of(viewer)
    found = Person.objects.filter(shown, public_id=public_id, left_at__isnull=True).first()
    if found is None:
        raise NotFound(field="person_id")
    return found


def _colleagues_of(viewer: Viewer) -> Q:
    """Workers in the communities in which the viewer is one, or that lie below their area, who are known there."""
    found = Q(pk__in=())
    keys = {key for path in viewer.worker_paths for key in keys_of_path(path)}
    at_work = Q(level=AreaLevel.COMMUNITY) | Q(level__lt=AreaLevel.COMMUNITY, path__in=viewer.worker_paths)
    around = list(Area.objects.filter(at_work, pk__in=keys).values_list("path", flat=True))
    places = ({"area__path__startswith": path, "kind__in": WORKER_POSTS} for path in around)
    workers = people_in_posts(viewer.today, *places)
    for path in around:
        in_it = {row.person_id for row in workers if row.area_path.startswith(path)}
        found |= Q(pk__in=in_it, community__path__startswith=path)
    return found
