"""Organizations and posts: both are public, vacancies too."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from matchmaker.community.models import Organization, Post, PostTerm
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def organizations_for(_viewer: Viewer) -> QuerySet[Organization]:
    """Every organization that is not closed, by name."""
    return Organization.objects.filter(closed_at__isnull=True).select_related("area").order_by("name", "pk")


def organizations_by_pk(pks: Iterable[int]) -> dict[int, Organization]:
    """These organizations by key, with their area."""
    return Organization.objects.select_related("area").in_bulk(sorted(set(pks)))


def posts_for(viewer: Viewer) -> QuerySet[Post]:
    """Every post in the order of the tree, with `vacant`, `holder_name` and `ends_date` as of the viewer's day."""
    today = viewer.today
    term = PostTerm.objects.filter(
        post=OuterRef("pk"), starts_date__lte=today, ends_date__gte=today, ended_at__isnull=True
    )
    return (
        Post.objects.select_related("area")
        .annotate(
            vacant=~Exists(term),
            holder_name=Subquery(term.values("person__name")[:1]),
            ends_date=Subquery(term.values("ends_date")[:1]),
        )
        .order_by("area__path", "kind")
    )


def post_by_id(viewer: Viewer, public_id: UUID) -> Post:
    found = posts_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="post_id")
    return found


def present_term(post: Post) -> PostTerm:
    """The term that has not ended, or NotFound for a vacant post."""
    found = PostTerm.objects.filter(post=post, ended_at__isnull=True).select_related("post__area", "person").first()
    if found is None:
        raise NotFound(field="post_id")
    return found
