"""A word of worry: the match is paused at once, the duty post is called, and a worker answers with a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.models import Mandate, MandateKind
from matchmaker.community.texts import check_length, check_paragraphs
from matchmaker.community.viewers import Viewer, viewer_for_person
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.matches import queries
from matchmaker.matches.actions import agreements, locks, suspending
from matchmaker.matches.models import Concern, ConcernKind, ConcernState, Match, OutcomeSide, Resolution, Visit
from matchmaker.matches.queries import sides
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind, NoticeKind
from matchmaker.records import actions as records

LONGEST_WORDS: Final = 2000
LONGEST_REASON: Final = 500
ALARMS: Final = {ConcernKind.WORRY: AlarmKind.CONCERN, ConcernKind.MONEY: AlarmKind.MONEY_ASKED}


class ConcernInHand(DomainError):
    code = "CONCERN_IN_HAND"
    message = "A colleague looks into this already."
    message_zh = "已经有同事在处理这件事了。"


class ConcernNotInHand(DomainError):
    code = "CONCERN_NOT_IN_HAND"
    message = "Please take this in hand first; then you can answer it."
    message_zh = "请先接手这件事，再答复。"


class ConcernAnswered(DomainError):
    code = "CONCERN_ANSWERED"
    message = "This was looked into and answered already."
    message_zh = "这件事已经处理完了。"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """Whose word it is, for which side, and which worker wrote it down."""

    said_by_id: int
    side: str
    heard_by_id: int | None = None


def report_concern(
    *,
    viewer: Viewer,
    match_id: UUID,
    now: datetime,
    kind: str = ConcernKind.WORRY,
    words: str = "",
    visit_id: UUID | None = None,
    side: str | None = None,
) -> Concern:
    """The match is suspended and the duty post called before this returns; said twice it is one concern.

    It costs the one who says it nothing, now or later. A worker who logs a call names the `side` that rang. Of a match
    that is over the concern stands all the same.
    """
    _refuse_bad(kind, words, side)
    seen = queries.match_by_id(viewer, match_id)
    with transaction.atomic():
        match = locks.lock_match(seen.pk)
        voice = _voice(viewer, match, side)
        visit = _visit_of(match, visit_id)
        known = _same_word(match, voice, kind, words)
        if known is not None:
            return known
        concern = Concern.objects.create(
            match=match,
            visit=visit,
            kind=kind,
            words=words.strip(),
            said_by_id=voice.said_by_id,
            side=voice.side,
            heard_by_id=voice.heard_by_id,
            said_at=now,
        )
        suspending.suspend(match, occasion=f"concern:{concern.pk}", now=now)
        _call_duty_post(concern, now)
        _record("concern.reported", concern, now)
    return concern


def take_concern(*, viewer: Viewer, concern_id: UUID, now: datetime) -> Concern:
    """The viewer looks into it and may read it from now on; nobody else of the area does."""
    person_id = viewer.require_person()
    with transaction.atomic():
        concern = _locked(viewer, concern_id)
        if concern.state == ConcernState.RESOLVED:
            raise ConcernAnswered
        if concern.taken_by_id == person_id:
            return concern
        if concern.taken_by_id is not None and _still_works_there(concern, now):
            raise ConcernInHand
        concern.state, concern.taken_by_id, concern.taken_at = ConcernState.IN_HAND, person_id, now
        concern.save(update_fields=["state", "taken_by", "taken_at"])
        _settle(concern, now)
        _record("concern.taken", concern, now)
    return concern


def resolve_concern(*, viewer: Viewer, concern_id: UUID, resolution: str, reason: str, now: datetime) -> Concern:
    """Answered with a reason: the match goes on once no other concern is open, or it has ended."""
    if resolution not in Resolution.values:
        raise InvalidInput(field="resolution")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput("Please say why, in a few words.", message_zh="请写明原因，简短即可。", field="reason")
    check_paragraphs(reason, "reason")
    with transaction.atomic():
        concern = _locked(viewer, concern_id)
        if concern.state == ConcernState.RESOLVED:
            raise ConcernAnswered
        if concern.taken_by_id != viewer.person_id:
            raise ConcernNotInHand
        concern.state, concern.resolution, concern.reason = ConcernState.RESOLVED, resolution, reason.strip()
        concern.resolved_at = now
        concern.save(update_fields=["state", "resolution", "reason", "resolved_at"])
        entries = _carry_out(concern, now)
        _settle(concern, now)
        notices.notify(
            person_id=concern.said_by_id,
            kind=NoticeKind.CONCERN_ANSWERED,
            about=concern.public_id,
            key=f"concern_answered:{concern.pk}",
            now=now,
            not_person_ids=_not_for(concern, now) - {concern.said_by_id},
        )
        chain = agreements.chain_of(concern.match.need)
        records.commit_many(chain=chain, entries=[*entries, _entry("concern.resolved", concern)], now=now)
    return concern


def return_concerns(*, now: datetime) -> int:
    """What is in the hands of somebody who no longer works there waits for a worker and rings again; how many."""
    in_hand = Concern.objects.filter(state=ConcernState.IN_HAND).select_related("match__need__place")
    left = [concern.pk for concern in in_hand.order_by("pk") if not _still_works_there(concern, now)]
    return sum(_return(concern_id, now) for concern_id in left)


def parties_of(match: Match) -> frozenset[int]:
    """Whoever stands on a side of it, in their own name or for another: never rung about it, nor its judge.

    A worker who took the need down at the desk is no part of it.
    """
    need, offer = match.need, match.offer
    asked_by_id = need.asked_by_id if need.mandate_id is not None else None
    found = {match.helper_id, match.person_id, asked_by_id, offer.person_id}
    return frozenset(person_id for person_id in found if person_id is not None)


def all_part_of(match: Match, now: datetime) -> frozenset[int]:
    """The same, all who may speak for one of the sides, and whoever comes along: none of them is rung about it."""
    proxies = Mandate.objects.filter(
        kind=MandateKind.PROXY, for_person_id=match.person_id, revoked_at__isnull=True, ends_date__gte=localdate(now)
    ).values_list("holder_id", flat=True)
    spoken_for = parties_of(match) | set(agreements.helpers_to_tell(match.offer, now)) | set(proxies)
    return spoken_for | queries.company_of(match)


def _refuse_bad(kind: str, words: str, side: str | None) -> None:
    if kind not in ConcernKind.values:
        raise InvalidInput(field="kind")
    if side not in (None, *OutcomeSide.values):
        raise InvalidInput(field="side")
    check_paragraphs(words, "words")
    check_length(words, "words", longest=LONGEST_WORDS)


def _voice(viewer: Viewer, match: Match, side: str | None) -> _Voice:
    """A side speaks for itself and for no other; a worker of the area for whoever rang, or in their own name."""
    person_id = viewer.require_person()
    own = queries.side_in_own_name(viewer, match)
    if own is not None and side in (None, own):
        return _Voice(said_by_id=person_id, side=own)
    if own is not None or not sides.is_worker(viewer, match.need) or person_id in parties_of(match):
        raise NotAllowed
    if side is None:
        return _Voice(said_by_id=person_id, side="")
    rang = match.helper_id if side == OutcomeSide.HELPER else match.person_id
    return _Voice(said_by_id=rang, side=side, heard_by_id=person_id)


def _visit_of(match: Match, visit_id: UUID | None) -> Visit | None:
    if visit_id is None:
        return None
    visit = Visit.objects.filter(match=match, public_id=visit_id).first()
    if visit is None:
        raise NotFound(field="visit_id")
    return visit


def _same_word(match: Match, voice: _Voice, kind: str, words: str) -> Concern | None:
    rows = Concern.objects.filter(match=match, said_by_id=voice.said_by_id, kind=kind, words=words.strip())
    return rows.exclude(state=ConcernState.RESOLVED).order_by("pk").first()


def _not_for(concern: Concern, now: datetime) -> frozenset[int]:
    """Whoever is neither rung about it nor tells somebody of it."""
    spoke = {concern.said_by_id} if concern.side else set()
    return all_part_of(concern.match, now) | spoke


def _return(concern_id: int, now: datetime) -> int:
    """1 where nobody has it now: the duty post is rung as on the first day, and whoever had it reads it no more."""
    with transaction.atomic():
        match = locks.lock_match(Concern.objects.values_list("match_id", flat=True).get(pk=concern_id))
        rows = Concern.objects.select_for_update(no_key=True).filter(pk=concern_id, state=ConcernState.IN_HAND)
        concern = rows.first()
        if concern is None:
            return 0
        concern.match = match
        if _still_works_there(concern, now):
            return 0
        concern.state, concern.taken_by_id, concern.taken_at = ConcernState.OPEN, None, None
        concern.save(update_fields=["state", "taken_by", "taken_at"])
        _call_duty_post(concern, now, again=f":{now.isoformat()}")
        _record("concern.returned", concern, now)
    return 1


def _call_duty_post(concern: Concern, now: datetime, *, again: str = "") -> None:
    notices.raise_alarm(
        area_id=concern.match.need.place_id,
        kind=ALARMS[ConcernKind(concern.kind)],
        about=concern.match.public_id,
        key=f"concern:{concern.pk}{again}",
        now=now,
        not_person_ids=_not_for(concern, now),
    )


def _locked(viewer: Viewer, concern_id: UUID) -> Concern:
    """The concern with its match and need locked before it; only for workers of the area who are no part of it."""
    seen = queries.concern_by_id(viewer, concern_id)
    match = locks.lock_match(seen.match_id)
    concern = Concern.objects.select_for_update(no_key=True).get(pk=seen.pk)
    concern.match = match
    if not queries.may_handle_concern(viewer, concern):
        raise NotAllowed
    return concern


def _still_works_there(concern: Concern, now: datetime) -> bool:
    if concern.taken_by_id is None:
        return False
    return sides.is_worker(viewer_for_person(concern.taken_by_id, now=now), concern.match.need)


def _carry_out(concern: Concern, now: datetime) -> list[records.Entry]:
    match = concern.match
    if concern.resolution == Resolution.END:
        return suspending.end(match, now=now)
    if Concern.objects.filter(match=match).exclude(state=ConcernState.RESOLVED).exists():
        return []
    return suspending.resume(match, occasion=f"concern:{concern.pk}", now=now)


def _settle(concern: Concern, now: datetime) -> None:
    """The phone rings no more once nobody is left to take a concern of this kind in hand."""
    waiting = Concern.objects.filter(match=concern.match, kind=concern.kind, state=ConcernState.OPEN)
    if not waiting.exists():
        kind = ALARMS[ConcernKind(concern.kind)]
        notices.settle_alarms(about=concern.match.public_id, kinds=[kind], now=now)


def _record(kind: str, concern: Concern, now: datetime) -> None:
    chain = agreements.chain_of(concern.match.need)
    records.commit_many(chain=chain, entries=[_entry(kind, concern)], now=now)


def _entry(kind: str, concern: Concern) -> records.Entry:
    """Ids alone: never a word of it, nor who said it."""
    facts = {"concern": concern.pk, "match": concern.match_id}
    return records.Entry(kind=kind, facts=facts, persons=[concern.match.helper_id, concern.match.person_id])
