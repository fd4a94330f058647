"""Organizations and posts: both are public, vacancies too."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from matchmaker.community.models import Deputy, Membership, Organization, Post, PostTerm
from matchmaker.community.searching import all_in_any
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed, NotFound

OWN_MEMBERSHIPS_AT_MOST: Final = 100


def organizations_for(_viewer: Viewer, *, kind: str | None = None, search: str | None = None) -> QuerySet[Organization]:
    """Every organization that is not closed, by name."""
    rows = Organization.objects.filter(closed_at__isnull=True)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(all_in_any(search, "name", "name_en"))
    return rows.select_related("area").order_by("name", "pk")


def organizations_by_pk(pks: Iterable[int]) -> dict[int, Organization]:
    """These organizations by key, with their area."""
    return Organization.objects.select_related("area").in_bulk(sorted(set(pks)))


def organization_spoken_for(viewer: Viewer, public_id: UUID) -> Organization:
    """The organization of which the viewer is a clerk; NotFound where it is not, or closed, NotAllowed for others."""
    rows = organizations_for(viewer).select_related("area__parent__parent__parent")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="organization_id")
    if found.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization_id")
    return found


def own_memberships(viewer: Viewer) -> QuerySet[Membership]:
    """The viewer's memberships that have not ended, those that wait for their yes first; one page at most."""
    rows = Membership.objects.filter(person_id=viewer.require_person()).exclude(until_date__lte=viewer.today)
    rows = rows.select_related("organization__area", "person__household", "person__community")
    return rows.order_by(F("accepted_at").asc(nulls_first=True), "pk")[:OWN_MEMBERSHIPS_AT_MOST]


def members_of(viewer: Viewer, organization: Organization) -> QuerySet[Membership]:
    """Memberships that have not ended, for clerks, those who said yes first: of people whom the organization knows."""
    rows = _memberships_of(viewer, organization).filter(named=True)
    rows = rows.select_related("person", "organization")
    return rows.order_by(F("accepted_at").asc(nulls_last=True), "person__name", "pk")


def unnamed_members_of(viewer: Viewer, organization: Organization) -> int:
    """How many came by a code given to many and are not known by name: they are counted and not listed."""
    return _memberships_of(viewer, organization).filter(named=False).count()


def _memberships_of(viewer: Viewer, organization: Organization) -> QuerySet[Membership]:
    if organization.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization_id")
    rows = Membership.objects.filter(organization=organization, person__left_at__isnull=True)
    return rows.exclude(until_date__lte=viewer.today)


def posts_for(viewer: Viewer) -> QuerySet[Post]:
    """Every post in the order of the tree, with `vacant`, `holder_name`, `ends_date` and `deputy_name`.

    All as of the viewer's day; a post whose holder's term is over is vacant, whoever was to stand in.
    """
    term = PostTerm.objects.current(viewer.today).filter(post=OuterRef("pk"))
    stands_in = Deputy.objects.current(viewer.today).filter(term__post=OuterRef("pk"))
    return (
        Post.objects.select_related("area")
        .annotate(
            vacant=~Exists(term),
            holder_name=Subquery(term.values("person__name")[:1]),
            ends_date=Subquery(term.values("ends_date")[:1]),
            deputy_name=Subquery(stands_in.values("person__name")[:1]),
        )
        .order_by("area__path", "kind")
    )


def post_by_id(viewer: Viewer, public_id: UUID) -> Post:
    found = posts_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="post_id")
    return found


def present_term(viewer: Viewer, post: Post) -> PostTerm:
    """The term that has not ended by the viewer's day, or NotFound for a vacant post."""
    rows = PostTerm.objects.filter(post=post, ended_at__isnull=True, ends_date__gte=viewer.today)
    found = rows.select_related("post__area", "person").first()
    if found is None:
        raise NotFound(field="post_id")
    return found
