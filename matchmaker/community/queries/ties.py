"""Ties and words for each other: one's own alone."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from matchmaker.community.models import Area, Person, PostTerm, Tie, Vouch
from matchmaker.community.viewers import WORKER_POSTS, Viewer

NEIGHBOURS_WANTED: Final = 2
"""So many neighbours' words open the door to a newcomer; a worker's alone does too."""


def ties_for(viewer: Viewer) -> QuerySet[Tie]:
    """The viewer's own ties, said by either side, that have not ended; the latest renewed first."""
    if viewer.is_visitor:
        return Tie.objects.none()
    rows = Tie.objects.filter(Q(low_id=viewer.person_id) | Q(high_id=viewer.person_id), ended_at__isnull=True)
    return rows.select_related("low", "high").order_by("-renewed_at", "-pk")


def vouches_for(viewer: Viewer) -> QuerySet[Vouch]:
    """The words the viewer gave, newest first."""
    if viewer.is_visitor:
        return Vouch.objects.none()
    rows = Vouch.objects.filter(voucher_id=viewer.person_id).select_related("voucher", "person")
    return rows.order_by("-made_at", "-pk")


def welcomed_ids(community: Area, *, now: datetime, among: Collection[int] | None = None) -> frozenset[int]:
    """Who came in by the newcomers' door: by a worker's word, or two neighbours'. Two queries."""
    rows = Vouch.objects.filter(
        person__community=community, revoked_at__isnull=True, expires_at__gt=now, voucher__left_at__isnull=True
    )
    if among is not None:
        rows = rows.filter(person_id__in=among)
    workers = _workers_of(community, now)
    words: dict[int, int] = {}
    for person_id, voucher_id in rows.values_list("person_id", "voucher_id"):
        words[person_id] = words.get(person_id, 0) + (NEIGHBOURS_WANTED if voucher_id in workers else 1)
    return frozenset(person_id for person_id, count in words.items() if count >= NEIGHBOURS_WANTED)


def is_welcomed(person: Person, *, now: datetime) -> bool:
    """The newcomers' door stands open to this person."""
    return person.pk in welcomed_ids(person.community, now=now, among=[person.pk])


def _workers_of(community: Area, now: datetime) -> frozenset[int]:
    today = now.date()
    terms = PostTerm.objects.filter(
        post__kind__in=WORKER_POSTS,
        post__area__path__startswith=community.path,
        starts_date__lte=today,
        ends_date__gte=today,
        ended_at__isnull=True,
    )
    return frozenset(terms.values_list("person_id", flat=True))
