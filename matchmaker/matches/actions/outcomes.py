"""What both sides say of a visit, apart; the second word closes it and leaves minutes and, where both wish, a tie."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community import actions as community
from matchmaker.community.models import HEARD, TieKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import queries
from matchmaker.matches.actions import agreements, booking, hearing, locks, replacing
from matchmaker.matches.actions.series import is_ended
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    LedgerEntry,
    Match,
    MatchState,
    Outcome,
    OutcomeSide,
    Visit,
    VisitState,
)
from matchmaker.matches.queries import minutes_to_propose, sides
from matchmaker.needs import actions as needs
from matchmaker.needs.models import NeedRepeat
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind, WebhookEvent
from matchmaker.records import actions as records
from matchmaker.records.sealing import Fact

LONGEST_MINUTES: Final = 24 * 60
LONGEST_COMMENT: Final = 500


class VisitNotBegun(DomainError):
    code = "VISIT_NOT_BEGUN"
    message = "You can say how it went once the visit has begun."
    message_zh = "见面开始以后才能填写反馈。"


class VisitClosed(DomainError):
    code = "VISIT_CLOSED"
    message = "This visit is closed already."
    message_zh = "这次见面的反馈已经结束。"


class OutcomeAlreadyGiven(DomainError):
    code = "OUTCOME_ALREADY_GIVEN"
    message = "Your side has said how it went already."
    message_zh = "您这一方已经填写过反馈了。"


class MatchPaused(DomainError):
    code = "MATCH_PAUSED"
    message = "This is paused while a worker looks into it. You can say how it went afterwards."
    message_zh = "这次约定暂停中，工作人员正在了解情况，之后再填写反馈。"


class OneVoiceForBothSides(DomainError):
    code = "ONE_VOICE_FOR_BOTH_SIDES"
    message = "You spoke for the other side of this visit; someone else has to speak for this one."
    message_zh = "您已经代表对方填写过反馈，这一方需要由别人来填写。"


def record_outcome(*, viewer: Viewer, visit_id: UUID, draft: OutcomeDraft, now: datetime) -> Visit:
    """One side has spoken, or a worker took its words; with the second word the visit is DONE or NOT_HELD."""
    _refuse_bad(draft)
    visible = queries.visits_for(viewer).select_related(None).prefetch_related(None)
    seen = visible.filter(public_id=visit_id).values_list("pk", "match_id").first()
    if seen is None:
        raise NotFound
    visit_pk, match_id = seen
    with transaction.atomic():
        match = locks.lock_match(match_id)
        visit = Visit.objects.select_for_update(no_key=True).get(pk=visit_pk)
        visit.match = match
        own_side = queries.side_of(viewer, match)
        channel = hearing.outcome_channel(viewer, match, own_side, draft.side, draft.channel)
        side = str(own_side or draft.side)
        said = {outcome.side: outcome for outcome in visit.outcomes.all()}
        _refuse_if_too_soon_or_late(visit, side, said, now)
        heard_apart = _is_heard_apart(viewer, said, channel, draft)
        said[side] = _write(viewer, visit, side, draft, now, channel=channel, heard_apart=heard_apart)
        notices.settle_alarms(about=visit.public_id, kinds=[AlarmKind.VISIT_OVERDUE], now=now)
        notices.settle(about=visit.public_id, person_ids=_who_was_asked(match, side), now=now)
        entries = _heard(viewer, said[side], match)
        if len(said) == len(OutcomeSide) and visit.state != VisitState.NOT_HELD:
            records.lock_keys({viewer.require_person(), match.helper_id, match.person_id, match.need.asked_by_id})
            entries += _close(visit, said[OutcomeSide.HELPER], said[OutcomeSide.ASKER], now)
        records.commit_many(chain=agreements.chain_of(match.need), entries=entries, now=now)
    return visit


def finish_match_after(visit: Visit, now: datetime) -> None:
    """The match is done, and its contacts closed, with the last visit there will be."""
    match = visit.match
    if match.state != MatchState.AGREED or not is_ended(match):
        return
    if not Visit.objects.filter(match=match, state=VisitState.PLANNED).exists():
        match.state, match.closed_at = MatchState.DONE, now
        match.save(update_fields=["state", "closed_at"])


def who_is_asked(match: Match, side: str, now: datetime) -> list[int]:
    """Who is asked how it went, and may say it, on this side."""
    return [match.helper_id] if side == OutcomeSide.HELPER else agreements.askers_to_tell(match.need, now)


def _who_was_asked(match: Match, side: str) -> list[int]:
    """Whoever need not be asked any more how it went, now that this side has spoken."""
    return [match.helper_id] if side == OutcomeSide.HELPER else agreements.askers_ever_told(match.need)


def _refuse_bad(draft: OutcomeDraft) -> None:
    if draft.went_well not in (None, -1, 0, 1):
        raise InvalidInput(field="went_well")
    if draft.minutes is not None and not (draft.happened and 1 <= draft.minutes <= LONGEST_MINUTES):
        raise InvalidInput(field="minutes")
    if len(draft.comment) > LONGEST_COMMENT:
        raise InvalidInput(field="comment")
    if draft.side not in (None, *OutcomeSide.values):
        raise InvalidInput(field="side")


def _refuse_if_too_soon_or_late(visit: Visit, side: str, said: dict[str, Outcome], now: datetime) -> None:
    if visit.state == VisitState.CANCELLED:
        raise VisitClosed
    if visit.match.state == MatchState.SUSPENDED:
        raise MatchPaused
    if side in said:
        raise OutcomeAlreadyGiven
    if visit.starts_at > now:
        raise VisitNotBegun
    if visit.state not in (VisitState.PLANNED, VisitState.UNCONFIRMED, VisitState.NOT_HELD):
        raise VisitClosed


def _is_heard_apart(viewer: Viewer, said: dict[str, Outcome], channel: str, draft: OutcomeDraft) -> bool:
    """Whether this worker took the other side's words too, and each alone; a refusal where one voice tells both."""
    others = [outcome for outcome in said.values() if outcome.given_by_id == viewer.person_id]
    if not others:
        return False
    if channel not in HEARD or any(outcome.channel not in HEARD for outcome in others):
        raise OneVoiceForBothSides
    if not draft.heard_apart:
        raise OneVoiceForBothSides(
            "You took the other side's words too. Please confirm that you heard each of them alone.",
            message_zh="另一方的话也是您听取的，请确认两方是分开、单独说的。",
            field="heard_apart",
        )
    return True


def _write(
    viewer: Viewer, visit: Visit, side: str, draft: OutcomeDraft, now: datetime, *, channel: str, heard_apart: bool
) -> Outcome:
    """A proxy speaks of the visit; whether the person would greet the helper again only the person can say."""
    by_proxy = (
        side == OutcomeSide.ASKER
        and viewer.person_id != visit.match.person_id
        and sides.is_proxy(viewer, visit.match.need)
    )
    return Outcome.objects.create(
        visit=visit,
        side=side,
        given_by_id=viewer.require_person(),
        channel=channel,
        heard_apart=heard_apart,
        happened=draft.happened,
        went_well=draft.went_well,
        greet_again=None if by_proxy else draft.greet_again,
        minutes=draft.minutes,
        comment=draft.comment,
        given_at=now,
    )


def _heard(viewer: Viewer, outcome: Outcome, match: Match) -> list[records.Entry]:
    """What the chain keeps of words that a worker took: whose, by whom, how; not what they were."""
    if outcome.channel not in HEARD:
        return []
    person_id = match.helper_id if outcome.side == OutcomeSide.HELPER else match.person_id
    facts: dict[str, Fact] = {
        "visit": outcome.visit_id,
        "match": match.pk,
        "side": outcome.side,
        "channel": outcome.channel,
        "heard_apart": int(outcome.heard_apart),
    }
    return [records.Entry(kind="outcome.heard", facts=facts, persons=[person_id, viewer.require_person()])]


def _close(visit: Visit, helper_said: Outcome, asker_said: Outcome, now: datetime) -> list[records.Entry]:
    """The visit is over with all that follows; what is to be recorded of it, last of all."""
    match = visit.match
    held = helper_said.happened and asker_said.happened
    visit.state, visit.closed_at = (VisitState.DONE if held else VisitState.NOT_HELD), now
    visit.save(update_fields=["state", "closed_at"])
    event = WebhookEvent.VISIT_HELD if held else WebhookEvent.VISIT_NOT_HELD
    agreements.tell_systems_of_match(match, event, now, visit=visit)
    facts = {"visit": visit.pk, "match": match.pk, "need": match.need_id, "held": int(held), "minutes": 0}
    if held:
        facts["minutes"] = _enter_minutes(visit, helper_said, asker_said, now)
        if helper_said.greet_again and asker_said.greet_again:
            community.make_or_renew_tie(
                person_id=match.person_id, other_id=match.helper_id, kind=TieKind.HELPED, now=now
            )
    else:
        booking.free_quarters([visit], now=now)
        _look_for_another(visit, now)
    finish_match_after(visit, now)
    persons = [match.helper_id, match.person_id]
    return [records.Entry(kind="visit.closed", facts=facts, persons=persons)]


def _enter_minutes(visit: Visit, helper_said: Outcome, asker_said: Outcome, now: datetime) -> int:
    """The smaller of the two stated; where neither stated any, the time between coming and leaving, or the planned."""
    stated = [outcome.minutes for outcome in (helper_said, asker_said) if outcome.minutes is not None]
    entry = LedgerEntry.objects.create(
        giver_id=visit.match.helper_id,
        receiver_id=visit.match.person_id,
        organization_id=visit.match.offer.organization_id,
        visit=visit,
        minutes=min(stated, default=minutes_to_propose(visit)),
        at=now,
    )
    return entry.minutes


def _look_for_another(visit: Visit, now: datetime) -> None:
    """Help that did not come is still wanted: the need looks for the next helper while a visit can still begin.

    Of a weekly need this one visit fell out, not the helper.
    """
    match = visit.match
    if match.state != MatchState.AGREED:
        return
    if match.need.repeat == NeedRepeat.WEEKLY:
        replacing.look_for_another(visit, now=now)
        return
    needs.release_helper(need_id=match.need_id, now=now)
    enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@not_held:{match.pk}")
