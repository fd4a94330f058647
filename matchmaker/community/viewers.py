"""Who is looking: one immutable value per request, made from memberships and posts with terms."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.models import (
    Mandate,
    MandateKind,
    Membership,
    MembershipRole,
    Person,
    PostKind,
    PostTerm,
    User,
)
from matchmaker.errors import SignInRequired

WORKER_POSTS = frozenset({PostKind.GRID_HEAD, PostKind.FULL_TIME_MEMBER, PostKind.COORDINATOR})


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post in term: its kind and the path of its area."""

    kind: str
    area_id: int
    area_path: str


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """A live mandate to speak for a person who was told of it; an empty scope means all types but sensitive ones."""

    for_person_id: int
    scope: tuple[str, ...] = ()

    def covers(self, service_type_code: str, *, sensitive: bool) -> bool:
        return service_type_code in self.scope if self.scope else not sensitive


@dataclass(frozen=True, slots=True)
class HeldAgency:
    """A live mandate to act for a station, in its area and in these types of service."""

    mandate_id: int
    area_path: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Viewer:
    """What queries and actions need to know about who asks. A visitor has no person."""

    person_id: int | None = None
    user_id: int | None = None
    community_id: int | None = None
    language: str = "zh-hans"
    posts: tuple[HeldPost, ...] = ()
    member_of: frozenset[int] = field(default_factory=frozenset)
    clerk_of: frozenset[int] = field(default_factory=frozenset)
    mandates: tuple[HeldMandate, ...] = ()
    agencies: tuple[HeldAgency, ...] = ()
    is_operator: bool = False
    today: date = date.min
    """The day of the request: what is in term is asked of it."""

    @property
    def is_visitor(self) -> bool:
        return self.person_id is None

    def require_person(self) -> int:
        """The viewer's person pk; SignInRequired for a visitor."""
        if self.person_id is None:
            raise SignInRequired
        return self.person_id

    def works_at(self, area_path: str) -> bool:
        """Holds a worker's post at this area or above it."""
        return any(post.kind in WORKER_POSTS and area_path.startswith(post.area_path) for post in self.posts)

    def holds(self, kind: str, area_path: str) -> bool:
        """Holds a post of this kind at this area or above it."""
        return any(post.kind == kind and area_path.startswith(post.area_path) for post in self.posts)

    def speaks_for(self, person_id: int, *, service_type_code: str, sensitive: bool) -> bool:
        """Holds a live mandate of this person that covers this type of service."""
        held = (mandate for mandate in self.mandates if mandate.for_person_id == person_id)
        return any(mandate.covers(service_type_code, sensitive=sensitive) for mandate in held)

    @property
    def worker_paths(self) -> tuple[str, ...]:
        """Paths of the areas in which the viewer is a worker."""
        return tuple(sorted(post.area_path for post in self.posts if post.kind in WORKER_POSTS))


VISITOR = Viewer()
NOBODY: Final = 0
"""The person as whom an organization's system reads: no row names them, so nothing of a clerk's own is found."""


def within_organization(viewer: Viewer, organization_id: int, *, as_nobody: bool = False) -> Viewer:
    """The clerk with what this organization opens to them and nothing else; for reading not even who they are."""
    only = frozenset({organization_id})
    narrowed = Viewer(
        person_id=viewer.person_id,
        user_id=viewer.user_id,
        community_id=viewer.community_id,
        language=viewer.language,
        member_of=only,
        clerk_of=only,
        today=viewer.today,
    )
    return replace(narrowed, person_id=NOBODY, user_id=None) if as_nobody else narrowed


def viewer_for_person(person_id: int, *, now: datetime, language: str = "zh-hans") -> Viewer:
    """The viewer for a person, with the posts, memberships and mandates in term at `now`."""
    person = Person.objects.only("pk", "community_id", "left_at").get(pk=person_id)
    if person.left_at is not None:
        return VISITOR
    today = localdate(now)
    mandates, agencies = _mandates_of(person.pk, today)
    memberships = _memberships_of(person.pk, today)
    return Viewer(
        person_id=person.pk,
        community_id=person.community_id,
        language=language,
        posts=_posts_in_term(person.pk, today),
        member_of=frozenset(organization_id for organization_id, _ in memberships),
        clerk_of=frozenset(organization_id for organization_id, role in memberships if role == MembershipRole.CLERK),
        mandates=mandates,
        agencies=agencies,
        today=today,
    )


def viewer_for_user(user: User, *, now: datetime) -> Viewer:
    """The viewer for an account; an account without a person is an operator or a visitor."""
    if not user.is_active:
        return VISITOR
    if user.person_id is None:
        return Viewer(user_id=user.pk, language=user.language, is_operator=user.is_staff, today=localdate(now))
    seen = viewer_for_person(user.person_id, now=now, language=user.language)
    if seen.is_visitor:
        return VISITOR
    return replace(seen, user_id=user.pk, is_operator=user.is_staff)


def holds_workers_post(person_id: int, *, today: date) -> bool:
    """Whether the person is a worker of some area today."""
    terms = PostTerm.objects.current(today).filter(person_id=person_id, post__kind__in=WORKER_POSTS)
    return terms.filter(person__left_at__isnull=True).exists()


def _posts_in_term(person_id: int, today: date) -> tuple[HeldPost, ...]:
    terms = PostTerm.objects.current(today).filter(person_id=person_id)
    found = terms.values_list("post__kind", "post__area_id", "post__area__path")
    return tuple(HeldPost(kind, area_id, path) for kind, area_id, path in sorted(found))


def _memberships_of(person_id: int, today: date) -> list[tuple[int, str]]:
    """The organizations of the person, each with their part in it."""
    return list(Membership.objects.current(today).filter(person_id=person_id).values_list("organization_id", "role"))


def _mandates_of(person_id: int, today: date) -> tuple[tuple[HeldMandate, ...], tuple[HeldAgency, ...]]:
    """What the person holds today: mandates of people who were told of them, and of stations."""
    rows = Mandate.objects.current(today).filter(holder_id=person_id)
    told = rows.filter(Q(kind=MandateKind.AGENT) | Q(told_at__isnull=False)).order_by("pk")
    found = list(told.values_list("pk", "for_person_id", "station__area__path", "scope"))
    mandates = [HeldMandate(person, tuple(scope)) for _pk, person, _path, scope in found if person]
    agencies = [HeldAgency(pk, path, tuple(scope)) for pk, _person, path, scope in found if path]
    return tuple(mandates), tuple(agencies)
