"""Emergencies: what is asked for now, and waits for no look, no round and no second yes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.community.actions.locking import locked_person
from matchmaker.community.models import Person
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.needs.availability import Window
from matchmaker.needs.drafts import NeedDraft
from matchmaker.needs.models import Emergency, Need, NeedRepeat, NeedState, Skipped, Urgency

BEGINS_WITHIN: Final = timedelta(hours=1)
LASTS: Final = timedelta(hours=4)
"""How long somebody may still come, where no hours are given."""
SKIPPED_ALWAYS: Final = (Skipped.ROUND, Skipped.PRICES, Skipped.TRUST, Skipped.ASKERS_ANSWER)


class EmergencyStaysOne(DomainError):
    code = "EMERGENCY_STAYS_ONE"
    message = "An emergency is asked for anew, and stays one. Take this request back and open another."
    message_zh = "紧急求助要另外提出，也不能改成普通需求。请撤回这一条，再提一条新的。"


class EmergencyOpenAlready(DomainError):
    code = "EMERGENCY_OPEN_ALREADY"
    message = (
        "Somebody is being looked for in an emergency of this person already. If it cannot wait, call 120, 110 or 119, "
        "or the duty phone. If something has changed, change that request or take it back."
    )
    message_zh = (
        "这位居民已有一条紧急求助，正在找人。等不及请马上打120、110、119或值班电话；情况有变，请修改或撤回那一条。"
    )


def as_of_now(draft: NeedDraft, *, now: datetime, zone: ZoneInfo) -> NeedDraft:
    """An emergency without hours is for now and the hours to come; every other draft is as it was."""
    if draft.urgency != Urgency.EMERGENCY or draft.windows:
        return draft
    starts = now.astimezone(zone).replace(second=0, microsecond=0)
    starts = starts.replace(minute=starts.minute - starts.minute % 15)
    ends = (now + LASTS).astimezone(zone).replace(second=0, microsecond=0)
    ends = ends.replace(minute=ends.minute - ends.minute % 15)
    return replace(draft, windows=(Window(starts.date(), starts.time(), ends.time()),))


def check_emergency(draft: NeedDraft, *, now: datetime, zone: ZoneInfo) -> None:
    """What calls itself an emergency is for now, and once."""
    if draft.urgency != Urgency.EMERGENCY:
        return
    if draft.repeat != NeedRepeat.ONCE:
        raise InvalidInput("An emergency is once.", message_zh="紧急求助只能是一次性的。", field="repeat")
    starts = min(datetime.combine(window.date, window.starts, tzinfo=zone) for window in draft.windows)
    if starts > now + BEGINS_WITHIN:
        raise InvalidInput(
            "An emergency is for now. For later, please ask as usual.",
            message_zh="紧急求助是马上要人。以后的事，请按普通需求提出。",
            field="windows",
        )


def refuse_second(person: Person, draft: NeedDraft, *, now: datetime) -> None:
    """One search at a time for one person, also where two ask at once: whoever asks first holds the person's row.

    An emergency for which somebody is on the way keeps nobody from another one. Where that helper falls out its search
    begins again beside the other; that is why no constraint of the database stands here.
    """
    if draft.urgency != Urgency.EMERGENCY:
        return
    locked_person(person.pk)
    searched = Need.objects.filter(for_person=person, urgency=Urgency.EMERGENCY, state=NeedState.OPEN)
    if number := draft.external_id.strip():
        searched = searched.exclude(external_id=number)  # the same one, sent twice, is told so
    if searched.filter(answer_by__gt=now).exists():
        raise EmergencyOpenAlready(field="urgency")


def refuse_another_urgency(need: Need, draft: NeedDraft) -> None:
    """Nobody's yes was taken in advance for what was no emergency when it was asked."""
    if Urgency.EMERGENCY in (need.urgency, draft.urgency) and need.urgency != draft.urgency:
        raise EmergencyStaysOne(field="urgency")


def note_emergency(need: Need, *, at_desk: bool) -> None:
    """The need has its row of what was skipped, where it is an emergency."""
    if need.urgency != Urgency.EMERGENCY:
        return
    skipped = SKIPPED_ALWAYS if at_desk else (Skipped.VERIFICATION, *SKIPPED_ALWAYS)
    Emergency.objects.create(need=need, skipped=[str(code) for code in skipped])
