"""Posts: who holds which role at an area, from when until when."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, community_of, locked_person
from matchmaker.community.actions.standing_in import end_with_them
from matchmaker.community.appointing import may_appoint
from matchmaker.community.models import Area, AreaLevel, Deputy, Person, Post, PostKind, PostTerm
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.records.actions import commit

LONGEST_TERM: Final = timedelta(days=6 * 366)
"""A residents' committee is elected for five years; the sixth leaves room for an election that comes late."""
BEGINS_WITHIN: Final = timedelta(days=366)
"""A term is entered near its beginning: a year back for one that runs already, a year ahead for one that is decided."""


class PostIsHeld(DomainError):
    code = "POST_IS_HELD"
    message = "Somebody holds this post. End their term first."
    message_zh = "这个岗位现在有人，请先结束现任的任期。"


class OwnPost(DomainError):
    code = "OWN_POST"
    message = "Nobody gives a post to themselves."
    message_zh = "不能给自己安排岗位。"


class AuditorHoldsNoOtherPost(DomainError):
    code = "AUDITOR_HOLDS_NO_OTHER_POST"
    message = "An auditor holds no other post, so that nobody looks over their own work."
    message_zh = "监督员不能同时担任其他岗位。"


def appoint(
    *, viewer: Viewer | None, post: Post, person: Person, starts_date: date, ends_date: date, now: datetime
) -> PostTerm:
    """The person holds the post for the term. `viewer` is None for an operator at the machine itself."""
    _check_term(starts_date, ends_date, today=localdate(now))
    with transaction.atomic():
        require_power(viewer, post)
        if viewer is not None and viewer.person_id == person.pk:
            raise OwnPost(field="person_id")
        keep_powers_apart(locked_person(person.pk), post, now)
        _end_expired_terms(post, now)
        try:
            with transaction.atomic():
                term = PostTerm.objects.create(post=post, person=person, starts_date=starts_date, ends_date=ends_date)
        except IntegrityError as error:
            raise PostIsHeld(field="post") from error
        _record("post.given", term, now)
    return term


def end_term(*, viewer: Viewer | None, term: PostTerm, now: datetime) -> PostTerm:
    """The term ended now; the post is vacant, and whoever stood in is told that they no longer do."""
    with transaction.atomic():
        locked = (
            PostTerm.objects.select_for_update(of=("self",), no_key=True)
            .select_related("post__area", "person")
            .get(pk=term.pk)
        )
        require_power(viewer, locked.post)
        if locked.ended_at is None:
            doer_id = viewer.person_id if viewer is not None else None
            end_with_them(locked.deputies.all(), not_to=(locked.person_id, doer_id), now=now)
            locked.ended_at = now
            locked.save(update_fields=["ended_at"])
            _record("post.ended", locked, now)
    return locked


def require_power(viewer: Viewer | None, post: Post) -> None:
    """NotAllowed for who may not give this post, SignInRequired for a visitor; None is an operator at the machine."""
    if viewer is None or may_appoint(viewer, post):
        return
    viewer.require_person()
    raise NotAllowed(field="post")


def keep_powers_apart(person: Person, post: Post, now: datetime) -> None:
    """AuditorHoldsNoOtherPost where the person would look over their own work in this post; the person is locked."""
    today = localdate(now)
    others = PostTerm.objects.filter(person=person, ended_at__isnull=True, ends_date__gte=today).exclude(post=post)
    stands_in = Deputy.objects.not_over(today).filter(person=person)
    if post.kind != PostKind.AUDITOR:
        others, stands_in = others.filter(post__kind=PostKind.AUDITOR), stands_in.none()
    if others.exists() or stands_in.exists():
        raise AuditorHoldsNoOtherPost(field="person_id")


def chain_at(area: Area) -> str:
    """The chain of the community an area lies in, or of the area itself where it is greater than one."""
    return chain_of(community_of(area).pk if area.level >= AreaLevel.COMMUNITY else area.pk)


def _check_term(starts_date: date, ends_date: date, *, today: date) -> None:
    if ends_date < starts_date:
        raise InvalidInput("The term ends before it begins.", message_zh="任期的结束早于开始。", field="ends_date")
    if ends_date < today:
        raise InvalidInput("This term is over already.", message_zh="这个任期已经过去了。", field="ends_date")
    if ends_date - starts_date > LONGEST_TERM:
        raise InvalidInput("A term is at most six years.", message_zh="任期最长六年。", field="ends_date")
    if abs(starts_date - today) > BEGINS_WITHIN:
        raise InvalidInput(
            "A term begins at most a year ago or a year from now.",
            message_zh="任期的开始不能早于一年前，也不能晚于一年后。",
            field="starts_date",
        )


def _end_expired_terms(post: Post, now: datetime) -> None:
    PostTerm.objects.filter(post=post, ended_at__isnull=True, ends_date__lt=localdate(now)).update(ended_at=now)


def _record(kind: str, term: PostTerm, now: datetime) -> None:
    facts = {"post": term.post_id}
    commit(chain=chain_at(term.post.area), kind=kind, facts=facts, persons=[term.person_id], now=now)
