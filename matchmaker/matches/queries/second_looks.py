"""Second looks: for who asked, and for coordinators of the area who have no part in what the sentence rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from matchmaker.community.area_paths import region_of_path
from matchmaker.community.care import cared_for
from matchmaker.community.models import Mandate, MandateKind, Person, PersonBlock, PostKind, Tie, Vouch, live_ties
from matchmaker.community.viewers import Viewer
from matchmaker.engine.due import DueStatus, status_of
from matchmaker.errors import NotFound
from matchmaker.matches import calendar, inputs
from matchmaker.matches.models import (
    LookState,
    Match,
    Outcome,
    OutcomeSide,
    OwnQuestion,
    SecondLook,
    SetAside,
    Visit,
)
from matchmaker.matches.queries.own_sentences import OwnSentence, sentences_about
from matchmaker.notices.models import FOR_COORDINATORS, AlarmKind, DutyAlarm

EVIDENCE_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word for somebody, or what was said of one visit: when, and of which. Never by whom, nor what was said."""

    about: UUID
    """public_id of the vouch or of the visit."""
    date: date
    row: Vouch | Outcome

    @property
    def visit(self) -> Visit | None:
        """The visit of which something was said; None for a word for somebody."""
        return None if isinstance(self.row, Vouch) else self.row.visit


def second_looks_for(viewer: Viewer) -> QuerySet[SecondLook]:
    """What the viewer asked for, and what was asked in the areas they coordinate; those that wait first."""
    if viewer.is_visitor:
        return SecondLook.objects.none()
    return _those(Q(person_id=viewer.person_id) | _handled_by(viewer))


def _those(seen: Q) -> QuerySet[SecondLook]:
    rows = SecondLook.objects.filter(seen, person__left_at__isnull=True)
    kept = SetAside.objects.select_related("vouch", "outcome__visit").order_by("pk")
    rows = rows.select_related("person__community", "taken_by").prefetch_related(Prefetch("set_aside", queryset=kept))
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_at", "pk")


def set_aside_for(viewer: Viewer) -> QuerySet[SetAside]:
    """What counts no more, or counts again, by looks that the viewer reads."""
    return SetAside.objects.filter(look__in=second_looks_for(viewer).order_by())


def second_looks_to_answer(viewer: Viewer) -> QuerySet[SecondLook]:
    """What waits for a coordinator, or is in somebody's hands; the first due first."""
    if viewer.is_visitor:
        return SecondLook.objects.none()
    return _those(_handled_by(viewer)).exclude(state=LookState.ANSWERED)


def second_look_by_id(viewer: Viewer, public_id: UUID) -> SecondLook:
    found = second_looks_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def look_as_heard(viewer: Viewer, public_id: UUID, *, now: datetime) -> SecondLook:
    """What a worker reads of a look that they logged for somebody in their care: that it was asked, and nothing since.

    Nor whether somebody else had asked it before them.
    """
    rows = SecondLook.objects.filter(person__in=Person.objects.filter(cared_for(viewer)), person__left_at__isnull=True)
    rows = rows.select_related("person__community").prefetch_related(
        Prefetch("set_aside", queryset=SetAside.objects.none())
    )
    look = rows.filter(public_id=public_id).first()
    if look is None:
        raise NotFound
    if look.heard_by_id != viewer.person_id:
        look.asked_at, look.due_at = now, now + (look.due_at - look.asked_at)
        look.heard_by, look.words = None, ""
    look.state, look.answer, look.reason, look.answered_at = LookState.OPEN, "", "", None
    look.taken_by, look.taken_at = None, None
    return look


def own_looks(viewer: Viewer) -> dict[str, SecondLook]:
    """The viewer's latest second look at each question: three rows at most."""
    rows = SecondLook.objects.filter(person_id=viewer.require_person())
    same = SecondLook.objects.filter(person=OuterRef("person"), question=OuterRef("question"))
    latest = same.order_by("-asked_at", "-pk").values("pk")[:1]
    return {look.question: look for look in rows.filter(pk=Subquery(latest))}


def may_handle_look(viewer: Viewer, look: SecondLook) -> bool:
    """A coordinator of the area, or of one nearby where it has none that is free, who took no part in the matter."""
    if viewer.person_id is None or viewer.person_id in taking_part(look):
        return False
    return SecondLook.objects.filter(_handled_by(viewer), pk=look.pk).exists()


def has_look_in_hand(viewer: Viewer, look: SecondLook) -> bool:
    """Who may read the doubted sentence, what it rests on and the words: as long as they may still look."""
    is_theirs = viewer.person_id is not None and look.taken_by_id == viewer.person_id
    return is_theirs and look.state == LookState.IN_HAND and may_handle_look(viewer, look)


def may_read_look(viewer: Viewer, look: SecondLook) -> bool:
    """Who asked, and the coordinator who has it in hand, or answered it."""
    if viewer.person_id is None:
        return False
    has_answered = look.state == LookState.ANSWERED and look.taken_by_id == viewer.person_id
    return look.person_id == viewer.person_id or has_answered or has_look_in_hand(viewer, look)


def is_late(look: SecondLook, *, now: datetime) -> bool:
    return status_of(target=look.due_at, closed=look.answered_at, as_of=now) is DueStatus.OVERDUE


def doubted_sentence(viewer: Viewer, look: SecondLook, language: str, *, now: datetime) -> OwnSentence:
    """The sentence as the person reads it, for whoever has the look in hand; NotFound for anybody else."""
    if not has_look_in_hand(viewer, look):
        raise NotFound
    told = sentences_about(look.person, language, now=now)
    return next(sentence for sentence in told if sentence.kind == look.question)


def evidence_of(viewer: Viewer, look: SecondLook, *, now: datetime) -> list[Evidence]:
    """What counts and can be set aside, the latest hundred, in order, for who has the look in hand; else NotFound."""
    if not has_look_in_hand(viewer, look):
        raise NotFound
    return evidence_for(look, now=now)


def evidence_for(look: SecondLook, *, now: datetime, about: Collection[UUID] | None = None) -> list[Evidence]:
    """Words received where being known is doubted, else what was said of visits. Ties are ended by their two ends.

    The latest hundred, in order; or those alone that `about` names.
    """
    zone = calendar.zone_of(look.person.community)
    if look.question == OwnQuestion.KNOWN_HERE:
        words = inputs.vouches_counted_for(look.person, now=now)
        words = words if about is None else words.filter(public_id__in=about)
        latest = words.reverse()[:EVIDENCE_SHOWN]
        return [Evidence(one.public_id, one.made_at.astimezone(zone).date(), one) for one in reversed(latest)]
    said = inputs.outcomes_counted_for(look.person).select_related("visit__match__need__service_type")
    said = said if about is None else said.filter(visit__public_id__in=about)
    found = reversed(said.reverse()[:EVIDENCE_SHOWN])
    return [Evidence(one.visit.public_id, one.visit.starts_at.astimezone(zone).date(), one) for one in found]


def taking_part(look: SecondLook) -> frozenset[int]:
    """Whoever gave or wrote down what the sentence may rest on, is close to the person or at odds, or looked before.

    Also who logged that it was asked: nobody opens a look for somebody else and then reads what it shows.
    """
    who = look.person_id
    proxies = Mandate.objects.filter(kind=MandateKind.PROXY, revoked_at__isnull=True)
    before = SecondLook.objects.filter(person_id=who, question=look.question, asked_at__lt=look.asked_at)
    heard = Outcome.objects.filter(side=OutcomeSide.ASKER, visit__match__helper_id=who)
    columns: list[Any] = [
        Vouch.objects.filter(person_id=who).values_list("voucher_id"),
        Vouch.objects.filter(voucher_id=who).values_list("person_id"),
        Match.objects.filter(helper_id=who).values_list("person_id"),
        Match.objects.filter(person_id=who).values_list("helper_id"),
        heard.values_list("given_by_id"),
        Tie.objects.filter(live_ties(), low_id=who).values_list("high_id"),
        Tie.objects.filter(live_ties(), high_id=who).values_list("low_id"),
        PersonBlock.objects.filter(person_id=who).values_list("blocked_id"),
        PersonBlock.objects.filter(blocked_id=who).values_list("person_id"),
        proxies.filter(for_person_id=who).values_list("holder_id"),
        proxies.filter(holder_id=who).values_list("for_person_id"),
        before.values_list("taken_by_id"),
        SecondLook.objects.filter(pk=look.pk).values_list("heard_by_id"),
    ]
    found = columns[0].union(*columns[1:])
    return frozenset({who, *(person_id for (person_id,) in found if person_id is not None)})


def _handled_by(viewer: Viewer) -> Q:
    """Rows of the areas that the viewer coordinates, and of the region where nobody else is free; never their own,
    nor as a deputy what the holder took part in.

    Those of the region until somebody takes them in hand; then of that one alone.
    """
    found = Q(pk__in=())
    alone = DutyAlarm.objects.filter(about=OuterRef("public_id"), kind__in=FOR_COORDINATORS, rings_at__isnull=True)
    # What a coordinator closed by hand without taking the look still waits for one.
    waits = ~Q(state=LookState.ANSWERED) & Exists(alone.filter(Q(closed_at=None) | Q(closed_by__isnull=False)))
    is_nearby = waits | Q(taken_by=viewer.person_id) & Exists(alone)
    part = DutyAlarm.objects.filter(about=OuterRef("public_id"), kind=AlarmKind.SECOND_LOOK)
    for post in viewer.posts:
        if post.kind == PostKind.COORDINATOR:
            here = Q(person__community__path__startswith=post.area_path)
            nearby = Q(person__community__path__startswith=region_of_path(post.area_path))
            seen = here | is_nearby & nearby
            found |= seen if post.holder_id is None else seen & ~Q(Exists(part.filter(not_for=post.holder_id)))
    return found & ~Q(person_id=viewer.person_id) & ~Q(Exists(part.filter(not_for=viewer.person_id)))
