"""Who is looking: one immutable value per request, made from memberships and posts with terms."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from matchmaker.community.models import (
    Deputy,
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
PERSON, POST, DEPUTY, MEMBERSHIP, MANDATE = HELD = ("person", "post", "deputy", "membership", "mandate")
"""What the lines tell of that `viewer_for_person` reads."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post in term, one's own or one in which one stands in: its kind and the path of its area."""

    kind: str
    area_id: int
    area_path: str
    holder_id: int | None = None
    """For whom one stands in. Then it gives the same power but two: a deputy gives nobody a post, and sees to no
    concern, alarm, second look or emergency in which the holder has a part, for the holder chose them."""

    @property
    def as_deputy(self) -> bool:
        return self.holder_id is not None


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
        """Holds a worker's post at this area or above it, or stands in for whoever does."""
        return any(post.kind in WORKER_POSTS and area_path.startswith(post.area_path) for post in self.posts)

    def holds(self, kind: str, area_path: str) -> bool:
        """Holds a post of this kind at this area or above it, or stands in for whoever does."""
        return bool(self.posts_of(kind, area_path))

    def posts_of(self, kind: str, area_path: str) -> tuple[HeldPost, ...]:
        """The posts of this kind at this area or above it."""
        return tuple(post for post in self.posts if post.kind == kind and area_path.startswith(post.area_path))

    def holds_oneself(self, kind: str, area_path: str) -> bool:
        """The same of posts of one's own alone."""
        return any(not post.as_deputy for post in self.posts_of(kind, area_path))

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
    """The viewer for a person, with the posts, memberships and mandates in term at `now`; read anew, in one query."""
    today = localdate(now)
    held = _held_by(person_id, today)
    if not held[PERSON]:
        return VISITOR
    memberships = held[MEMBERSHIP]
    return Viewer(
        person_id=person_id,
        community_id=held[PERSON][0].key,
        language=language,
        posts=(*_posts(held[POST]), *_posts(held[DEPUTY])),
        member_of=frozenset(row.key for row in memberships),
        clerk_of=frozenset(row.key for row in memberships if row.text == MembershipRole.CLERK),
        mandates=tuple(HeldMandate(row.for_person_id, _scope(row)) for row in held[MANDATE] if row.for_person_id),
        agencies=tuple(HeldAgency(row.key, row.path, _scope(row)) for row in held[MANDATE] if row.path),
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
    """Whether the person is a worker of some area today, in a post of their own or standing in."""
    held = _held_by(person_id, today)
    return bool(held[PERSON]) and any(row.text in WORKER_POSTS for row in (*held[POST], *held[DEPUTY]))


class _Line(NamedTuple):
    """One thing that somebody is or holds: what, its key or that of its place, for whom, the path of its area."""

    what: str
    key: int
    text: str
    for_person_id: int | None
    path: str | None


def _posts(rows: list[_Line]) -> tuple[HeldPost, ...]:
    """Of one's own the lines name nobody for whom one holds it."""
    ordered = sorted(rows, key=lambda row: row.text)
    return tuple(HeldPost(row.text, row.key, str(row.path), row.for_person_id or None) for row in ordered)


def _held_by(person_id: int, today: date) -> dict[str, list[_Line]]:
    """What the person is and holds today: themself unless they left, posts, deputyships, memberships, and mandates.

    A proxy's mandate counts once the person was told of it; that of a station at once.
    """
    mandates = Mandate.objects.current(today).filter(holder_id=person_id)
    told = mandates.filter(Q(kind=MandateKind.AGENT) | Q(told_at__isnull=False))
    lines = _lines(PERSON, Person.objects.filter(pk=person_id, left_at__isnull=True), key="community_id").union(
        _lines(
            POST,
            PostTerm.objects.current(today).filter(person_id=person_id),
            key="post__area_id",
            text="post__kind",
            path="post__area__path",
        ),
        _lines(
            DEPUTY,
            Deputy.objects.current(today).filter(person_id=person_id),
            key="term__post__area_id",
            text="term__post__kind",
            for_person="term__person_id",
            path="term__post__area__path",
        ),
        _lines(
            MEMBERSHIP,
            Membership.objects.current(today).filter(person_id=person_id),
            key="organization_id",
            text="role",
        ),
        _lines(MANDATE, told, key="pk", text="scope", for_person="for_person_id", path="station__area__path"),
        all=True,
    )
    held: dict[str, list[_Line]] = {what: [] for what in HELD}
    for line in sorted(_Line(*line) for line in lines):
        held[line.what].append(line)
    return held


def _lines(
    what: str, rows: QuerySet[Any], *, key: str, text: str = "", for_person: str = "", path: str = ""
) -> QuerySet[Any]:
    return rows.values_list(
        Value(what, TextField()),
        F(key),
        Cast(F(text) if text else Value(""), TextField()),
        F(for_person) if for_person else Value(0, BigIntegerField()),
        F(path) if path else Value("", TextField()),
    )


def _scope(line: _Line) -> tuple[str, ...]:
    return tuple(json.loads(line.text))
