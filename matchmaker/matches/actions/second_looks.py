"""A second look: somebody doubts a sentence about themself, and a coordinator looks again and answers with a reason.

Asking costs nothing, whatever is answered. Evidence that is set aside counts in nobody's reading any more
(`inputs/counted.py`) until it is lifted, with a reason; what speaks for the person cannot be set aside.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.texts import check_length, check_paragraphs
from matchmaker.community.viewers import Viewer, viewer_for_person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.matches import queries
from matchmaker.matches.actions.setting_aside import SpeaksForThem, put_aside
from matchmaker.matches.models import LookAnswer, LookState, OwnQuestion, SecondLook, SetAside
from matchmaker.notices import actions as notices
from matchmaker.notices.models import FOR_COORDINATORS, AlarmKind, DutyAlarm, NoticeKind
from matchmaker.records import actions as records

ANSWERED_WITHIN: Final = timedelta(days=7)
"""From asking to the answer; then the coordinators above are told too, and any of them may take it over."""
TOLD_LATE_AT_ONCE: Final = 500
"""So many late ones are told at one watch; the next hour tells the others."""
LONGEST_WORDS: Final = 1000
LONGEST_REASON: Final = 500


class NothingIsSaid(DomainError):
    code = "NOTHING_IS_SAID"
    message = "You asked to be matched without ties and feedback: nothing is worked out that could be looked at again."
    message_zh = "您要求不看往来和反馈，这里什么也不算，没有可以再看的。"


class LookInHand(DomainError):
    code = "LOOK_IN_HAND"
    message = "A colleague looks at this already."
    message_zh = "已经有同事在看这件事了。"


class LookNotInHand(DomainError):
    code = "LOOK_NOT_IN_HAND"
    message = "Please take this in hand first; then you can answer it."
    message_zh = "请先接手这件事，再答复。"


class LookAnswered(DomainError):
    code = "LOOK_ANSWERED"
    message = "This was looked at again and answered already."
    message_zh = "这件事已经再看过，也答复了。"


def ask_second_look(
    *, viewer: Viewer, question: str, now: datetime, words: str = "", for_person_id: UUID | None = None
) -> SecondLook:
    """A coordinator looks again at one sentence; asked twice while it waits, it is one. Costs the person nothing.

    A worker of the area asks for somebody who told them so.
    """
    if question not in OwnQuestion.values:
        raise InvalidInput(field="question")
    check_paragraphs(words, "words")
    check_length(words, "words", longest=LONGEST_WORDS)
    asking_id = viewer.require_person()
    person_id = asking_id if for_person_id is None else person_in_care_of(viewer, for_person_id).pk
    with transaction.atomic():
        person = locked_person(person_id)
        if person.without_graph:
            raise NothingIsSaid
        waiting = SecondLook.objects.filter(person=person, question=question).exclude(state=LookState.ANSWERED)
        known = waiting.first()
        if known is not None:
            is_own = person_id == asking_id
            return known if is_own else queries.look_as_heard(viewer, known.public_id, now=now)
        look = SecondLook.objects.create(
            person=person,
            question=question,
            words=words.strip(),
            heard_by_id=None if person_id == asking_id else asking_id,
            asked_at=now,
            due_at=now + ANSWERED_WITHIN,
        )
        _tell_coordinators(look, AlarmKind.SECOND_LOOK, now)
        _record(look, now, "look.asked")
    return look


def take_second_look(*, viewer: Viewer, look_id: UUID, now: datetime) -> SecondLook:
    """The viewer looks again, and reads the sentence and what it rests on; nobody else does.

    What is late, or lies with somebody who may not look any more, goes over to the viewer.
    """
    person_id = viewer.require_person()
    with transaction.atomic():
        look = _locked(viewer, look_id)
        if look.state == LookState.ANSWERED:
            raise LookAnswered
        if look.taken_by_id == person_id:
            return look
        if _is_held(look, now) and not queries.is_late(look, now=now):
            raise LookInHand
        look.state, look.taken_by_id, look.taken_at = LookState.IN_HAND, person_id, now
        look.save(update_fields=["state", "taken_by", "taken_at"])
        notices.settle_alarms(about=look.public_id, kinds=[AlarmKind.SECOND_LOOK], now=now)
        _record(look, now, "look.taken")
    return look


def answer_second_look(
    *, viewer: Viewer, look_id: UUID, answer: str, reason: str, now: datetime, set_aside: Sequence[UUID] = ()
) -> SecondLook:
    """The sentence stands, is explained, or rests no more on what is named in `set_aside`; the person reads why."""
    _refuse_bad_answer(answer, set_aside)
    _check_reason(reason)
    speaks_for = None
    with transaction.atomic():
        look = _locked(viewer, look_id)
        if look.state == LookState.ANSWERED:
            raise LookAnswered
        if look.taken_by_id != viewer.person_id:
            raise LookNotInHand
        try:
            made = put_aside(look, set_aside, now=now)
        except SpeaksForThem as refusal:
            speaks_for = refusal
            _count_refused(look, now)
        else:
            _close(look, answer, reason, made, now)
    if speaks_for is not None:
        # Raised after the transaction: a refusal inside it would forget the try.
        raise speaks_for
    return look


def count_again(*, viewer: Viewer, set_aside_id: UUID, reason: str, now: datetime) -> SetAside:
    """What was set aside counts again, and the person reads why; lifted twice, it was lifted once."""
    _check_reason(reason)
    found = queries.set_aside_for(viewer).select_related("look").filter(public_id=set_aside_id).first()
    if found is None:
        raise NotFound(field="set_aside_id")
    with transaction.atomic():
        look = _locked(viewer, found.look.public_id)
        aside = SetAside.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
        aside.look = look
        if aside.lifted_at is not None:
            return aside
        aside.lifted_at, aside.lifted_by_id, aside.lift_reason = now, viewer.person_id, reason.strip()
        aside.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        _tell_person(look, NoticeKind.COUNTS_AGAIN, f"counts_again:{aside.pk}", now)
        _record(look, now, "look.lifted", set_aside=aside.pk)
    return aside


def watch_second_looks(*, now: datetime) -> int:
    """What lies with somebody who may not look any more waits again; what is late was told further up. How many."""
    in_hand = SecondLook.objects.filter(state=LookState.IN_HAND).select_related("person__community").order_by("pk")
    left = [look.pk for look in in_hand if not _is_held(look, now)]
    returned = sum(_return(look_id, now) for look_id in left)
    return returned + sum(_say_late(look_id, now) for look_id in list(_late_untold(now)[:TOLD_LATE_AT_ONCE]))


def _late_untold(now: datetime) -> QuerySet[SecondLook, int]:
    """The longest late first. What was told once is left alone: nobody waits for its lock every hour."""
    told = DutyAlarm.objects.filter(about=OuterRef("public_id"), kind=AlarmKind.SECOND_LOOK_LATE)
    rows = SecondLook.objects.exclude(state=LookState.ANSWERED).filter(due_at__lt=now, person__left_at__isnull=True)
    return rows.exclude(Exists(told)).order_by("due_at", "pk").values_list("pk", flat=True)


def _refuse_bad_answer(answer: str, set_aside: Collection[UUID]) -> None:
    if answer not in LookAnswer.values:
        raise InvalidInput(field="answer")
    if (answer == LookAnswer.SET_ASIDE) != bool(set_aside):
        raise InvalidInput(
            "Please choose what is set aside; with another answer nothing is.",
            message_zh="请选择哪些不再算；选别的答复时不用选。",
            field="set_aside",
        )


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput("Please say why, in a few words.", message_zh="请写明原因，简短即可。", field="reason")
    check_paragraphs(reason, "reason")


def _close(look: SecondLook, answer: str, reason: str, set_aside: Sequence[SetAside], now: datetime) -> None:
    look.state, look.answer, look.reason, look.answered_at = LookState.ANSWERED, answer, reason.strip(), now
    look.save(update_fields=["state", "answer", "reason", "answered_at"])
    notices.settle_alarms(about=look.public_id, kinds=FOR_COORDINATORS, now=now)
    _tell_person(look, NoticeKind.SECOND_LOOK_ANSWERED, f"second_look_answered:{look.pk}", now)
    entries = [_entry(look, "look.set_aside", set_aside=row.pk) for row in set_aside]
    entries = [_entry(look, "look.answered", answer=answer), *entries]
    records.commit_many(chain=chain_of(look.person.community_id), entries=entries, now=now)


def _count_refused(look: SecondLook, now: datetime) -> None:
    """A try that told that something speaks for the person is written down, and they are few."""
    look.tries_refused += 1
    look.save(update_fields=["tries_refused"])
    _record(look, now, "look.try_refused", tries=look.tries_refused)


def _return(look_id: int, now: datetime) -> int:
    """1 where nobody has it now, and the coordinators were told as on the first day."""
    with transaction.atomic():
        look = _read_locked(look_id)
        if look is None or look.state != LookState.IN_HAND or _is_held(look, now):
            return 0
        look.state, look.taken_by_id, look.taken_at = LookState.OPEN, None, None
        look.save(update_fields=["state", "taken_by", "taken_at"])
        _tell_coordinators(look, AlarmKind.SECOND_LOOK, now, again=f":{now.isoformat()}")
        _record(look, now, "look.returned")
    return 1


def _say_late(look_id: int, now: datetime) -> int:
    """1 where somebody is told, once: first those at whose level nobody has it, then further up."""
    with transaction.atomic():
        look = _read_locked(look_id, skip_locked=connection.features.has_select_for_update_skip_locked)
        if look is None or look.state == LookState.ANSWERED:
            return 0
        not_for = frozenset({look.taken_by_id} if look.taken_by_id is not None else ())
        return int(_tell_coordinators(look, AlarmKind.SECOND_LOOK_LATE, now, not_for=not_for))


def _tell_coordinators(
    look: SecondLook, kind: AlarmKind, now: datetime, *, again: str = "", not_for: frozenset[int] = frozenset()
) -> bool:
    return notices.raise_alarm(
        area_id=look.person.community_id,
        kind=kind,
        about=look.public_id,
        key=f"{kind.lower()}:{look.pk}{again}",
        now=now,
        not_person_ids=queries.taking_part(look) | not_for,
    )


def _tell_person(look: SecondLook, kind: NoticeKind, key: str, now: datetime) -> None:
    notices.notify(person_id=look.person_id, kind=kind, about=look.public_id, key=key, now=now)


def _locked(viewer: Viewer, look_id: UUID) -> SecondLook:
    """The person and then the look locked and read afresh; only for a coordinator who has no part in it."""
    seen = queries.second_look_by_id(viewer, look_id)
    locked_person(seen.person_id)
    look = _read_locked(seen.pk)
    if look is None or not queries.may_handle_look(viewer, look):
        raise NotAllowed
    return look


def _read_locked(look_id: int, *, skip_locked: bool = False) -> SecondLook | None:
    """None too where somebody else has it locked and it is not waited for."""
    rows = SecondLook.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    rows = rows.select_related("person__community")
    return rows.filter(pk=look_id).first()


def _is_held(look: SecondLook, now: datetime) -> bool:
    """Somebody has it in hand who may still look."""
    if look.taken_by_id is None:
        return False
    return queries.may_handle_look(viewer_for_person(look.taken_by_id, now=now), look)


def _record(look: SecondLook, now: datetime, kind: str, **facts: int) -> None:
    chain = chain_of(look.person.community_id)
    records.commit_many(chain=chain, entries=[_entry(look, kind, **facts)], now=now)


def _entry(look: SecondLook, kind: str, **facts: int | str) -> records.Entry:
    """Ids and codes alone: never a word of it, nor whose evidence it is."""
    who = [look.person_id] if look.taken_by_id is None else [look.person_id, look.taken_by_id]
    return records.Entry(kind=kind, facts={"second_look": look.pk, **facts}, persons=who)
