"""Deputies: who stands in for the holder of a post for some days, named by the holder and free to step down."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import locked_person
from matchmaker.community.actions.posts import OwnPost, chain_at, keep_powers_apart, require_power
from matchmaker.community.actions.standing_in import tell_both
from matchmaker.community.ages import is_minor
from matchmaker.community.appointing import WITH_DEPUTIES, may_end_deputy
from matchmaker.community.models import Deputy, Person, PostTerm
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs.names import DEPUTY_ENDED, DEPUTY_NAMED
from matchmaker.records.actions import commit

LONGEST: Final = timedelta(days=90)
"""From the first day to the last; whoever is away for longer gives the post back."""
BEGINS_WITHIN: Final = timedelta(days=90)
"""A leave is known this long ahead."""


class DeputyNamedAlready(DomainError):
    code = "DEPUTY_NAMED_ALREADY"
    message = "Somebody is named to stand in for this post already. End that first, or wait until it is over."
    message_zh = "这个岗位已经安排了代班人，请先结束，或等代班期满再安排。"


class PostHasNoDeputy(DomainError):
    code = "POST_HAS_NO_DEPUTY"
    message = "Nobody stands in for this post: only coordinators, grid heads and full-time members have deputies."
    message_zh = "这个岗位不能代班，只有协调员、网格长和专职网格员可以。"


class HolderIsNoDeputy(DomainError):
    code = "HOLDER_IS_NO_DEPUTY"
    message = "Whoever holds the post cannot stand in for it. Please choose somebody else."
    message_zh = "任职的人不能给自己代班，请另选一位。"


class DeputyLivesElsewhere(DomainError):
    code = "DEPUTY_LIVES_ELSEWHERE"
    message = "Whoever stands in has to be known in the community of the post."
    message_zh = "代班人要在这个岗位所在的社区登记过。"


class DeputyNotGrownUp(DomainError):
    code = "DEPUTY_NOT_GROWN_UP"
    message = "Whoever stands in has to be eighteen or older."
    message_zh = "代班人要年满十八岁。"


def name_deputy(
    *, viewer: Viewer | None, term: PostTerm, person: Person, starts_date: date, ends_date: date, now: datetime
) -> Deputy:
    """The person stands in for the holder of the post on these days, as long as the holder's term runs.

    Sent twice it is one. `viewer` is None for an operator at the machine itself.

    Raises
    ------
    NotAllowed
        For all but the holder and whoever may give the post; who stands in for it themself is neither.
    DeputyNamedAlready
        While another is named whose days are not over.
    PostHasNoDeputy, HolderIsNoDeputy, OwnPost, DeputyLivesElsewhere, DeputyNotGrownUp, AuditorHoldsNoOtherPost
        Where the post has none, or the person cannot be the one.
    InvalidInput
        For days that cannot be: past, more than ninety, far ahead, or outside the term.
    """
    with transaction.atomic():
        stands_in = locked_person(person.pk)
        held = _locked_term(term)
        _require_say(viewer, held)
        said = {"term": held, "person": stands_in, "starts_date": starts_date, "ends_date": ends_date}
        known = Deputy.objects.filter(**said, ended_at__isnull=True).first()
        if known is not None:
            return known
        _check_days(held, starts_date, ends_date, today=localdate(now))
        _check_person(viewer, held, stands_in, now)
        Deputy.objects.filter(term=held, ended_at__isnull=True, ends_date__lt=localdate(now)).update(ended_at=now)
        try:
            with transaction.atomic():
                deputy = Deputy.objects.create(**said)
        except IntegrityError as error:
            raise DeputyNamedAlready(field="starts_date") from error
        tell_both(DEPUTY_NAMED, deputy, not_to=_doer(viewer), now=now)
        _record("post.deputy_named", deputy, viewer, now)
    return deputy


def end_deputy(*, viewer: Viewer | None, deputy: Deputy, now: datetime) -> Deputy:
    """Nobody stands in any more; ended twice it is ended once, and what ran out is over as it is.

    Raises
    ------
    NotFound
        For all but the deputy, the holder of the post, and whoever may give it; SignInRequired for a visitor.
    """
    with transaction.atomic():
        rows = Deputy.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.select_related("term__post__area", "term__person", "person").get(pk=deputy.pk)
        if viewer is not None and not may_end_deputy(viewer, locked):
            viewer.require_person()
            raise NotFound(field="deputy_id")
        if locked.ended_at is None and locked.ends_date >= localdate(now):
            locked.ended_at = now
            locked.save(update_fields=["ended_at"])
            tell_both(DEPUTY_ENDED, locked, not_to=_doer(viewer), now=now)
            _record("post.deputy_ended", locked, viewer, now)
    return locked


def _locked_term(term: PostTerm) -> PostTerm:
    rows = PostTerm.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("post__area", "person").get(pk=term.pk)


def _require_say(viewer: Viewer | None, term: PostTerm) -> None:
    if viewer is None or viewer.person_id != term.person_id:
        require_power(viewer, term.post)
    if term.post.kind not in WITH_DEPUTIES:
        raise PostHasNoDeputy(field="post_id")


def _check_days(term: PostTerm, starts_date: date, ends_date: date, *, today: date) -> None:
    if term.ended_at is not None or term.ends_date < today:
        raise InvalidInput("This term is over.", message_zh="这个任期已经结束。", field="post_id")
    if ends_date < starts_date:
        raise InvalidInput("It ends before it begins.", message_zh="代班的结束早于开始。", field="ends_date")
    if starts_date < today:
        raise InvalidInput("It begins today or later.", message_zh="代班最早从今天开始。", field="starts_date")
    if starts_date - today > BEGINS_WITHIN:
        raise InvalidInput(
            "It begins within ninety days.", message_zh="代班的开始不能晚于九十天以后。", field="starts_date"
        )
    if ends_date - starts_date >= LONGEST:
        raise InvalidInput("It is ninety days at most.", message_zh="代班最长九十天。", field="ends_date")
    if starts_date < term.starts_date or ends_date > term.ends_date:
        raise InvalidInput(
            "It lies within the term of whoever holds the post.",
            message_zh="代班要在任职的任期以内。",
            field="ends_date" if ends_date > term.ends_date else "starts_date",
        )


def _check_person(viewer: Viewer | None, term: PostTerm, person: Person, now: datetime) -> None:
    if person.pk == term.person_id:
        raise HolderIsNoDeputy(field="person_id")
    if viewer is not None and viewer.person_id == person.pk:
        raise OwnPost(field="person_id")
    here, home = term.post.area.path, person.community.path
    if not (here.startswith(home) or home.startswith(here)):
        raise DeputyLivesElsewhere(field="person_id")
    if is_minor(person.birth_year, today=localdate(now)):
        raise DeputyNotGrownUp(field="person_id")
    keep_powers_apart(person, term.post, now)


def _doer(viewer: Viewer | None) -> tuple[int | None, ...]:
    return (viewer.person_id,) if viewer is not None else ()


def _record(kind: str, deputy: Deputy, viewer: Viewer | None, now: datetime) -> None:
    """Whose power it is, whose post, and who did it."""
    by_id = viewer.person_id if viewer is not None else None
    persons = dict.fromkeys(pk for pk in (deputy.person_id, deputy.term.person_id, by_id) if pk is not None)
    facts = {"post": deputy.term.post_id, "deputy": deputy.pk}
    commit(chain=chain_at(deputy.term.post.area), kind=kind, facts=facts, persons=list(persons), now=now)
