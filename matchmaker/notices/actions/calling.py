"""The call list: whom a worker rings or visits, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Person
from matchmaker.community.texts import check_length, check_line
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.notices import queries
from matchmaker.notices.actions.mandates import hear_of_mandate
from matchmaker.notices.actions.reaching import lock_notices, mark_reached
from matchmaker.notices.models import Call, CallManner, CallResult, CallState, Notice, NoticeKind
from matchmaker.notices.quiet import next_morning
from matchmaker.notices.ways import phone_of
from matchmaker.records import actions as records

RINGS: Final = 3
"""So many times the phone is tried; then somebody goes to the door."""
AGAIN_SOON: Final = timedelta(hours=1)
MORNING: Final = time(9)
NOTE_LENGTH: Final = 200


class CallAlreadyLogged(DomainError):
    code = "CALL_ALREADY_LOGGED"
    message = "This person was reached already, or need not be told any more."
    message_zh = "这位居民已经联系到了，或者不用再联系了。"


def put_on_call_list(person: Person, notices: Sequence[Notice], *, now: datetime) -> None:
    """One open call of this person tells all of these; who has no phone is visited."""
    if not notices:
        return
    urgent = any(notice.urgent for notice in notices)
    manner = CallManner.PHONE if phone_of(person) else CallManner.DOORSTEP
    fresh = Call(person=person, manner=manner, urgent=urgent, made_at=now, due_at=now)
    Call.objects.bulk_create([fresh], ignore_conflicts=True)
    call = Call.objects.select_for_update(no_key=True).get(person=person, state=CallState.OPEN)
    if urgent and not call.urgent:
        call.urgent, call.due_at = True, min(call.due_at, now)
        call.save(update_fields=["urgent", "due_at"])
    call.notices.add(*notices)


def log_call(*, viewer: Viewer, call_id: UUID, result: str, now: datetime, note: str = "") -> Call:
    """What came of a call or a visit stands in the records; who was reached has been told, the others come again."""
    note = _checked(result, note)
    seen = queries.call_by_id(viewer, call_id)
    with transaction.atomic():
        notices = lock_notices(list(seen.notices.values_list("pk", flat=True)))
        call = (
            Call.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person__community")
            .get(pk=seen.pk)
        )
        if call.state != CallState.OPEN:
            raise CallAlreadyLogged
        call.tries += 1
        call.result, call.note = result, note
        call.logged_by_id, call.logged_at = viewer.require_person(), now
        manner = call.manner
        if result == CallResult.REACHED:
            call.state = CallState.DONE
        else:
            _come_again(call, now)
        call.save()
        if call.state == CallState.DONE:
            mark_reached(notices, now=now)
            _tell_of_mandates(viewer, notices, manner, now)
        _record(call, viewer.require_person(), manner, now)
    return call


def _checked(result: str, note: str) -> str:
    if result not in CallResult.values:
        raise InvalidInput(field="result")
    note = note.strip()
    check_line(note, "note")
    check_length(note, "note", longest=NOTE_LENGTH)
    return note


def _come_again(call: Call, now: datetime) -> None:
    """On the list again: at the door where the phone does not do, soon where it is urgent or was asked for."""
    if call.result == CallResult.WRONG_NUMBER or (call.result == CallResult.NOT_REACHED and call.tries >= RINGS):
        call.manner = CallManner.DOORSTEP
    if call.urgent or call.result in (CallResult.CALL_BACK, CallResult.WRONG_NUMBER):
        call.due_at = now + AGAIN_SOON
    else:
        zone = call.person.community.time_zone or settings.TIME_ZONE
        call.due_at = next_morning(now, at=MORNING, zone=zone)


def _tell_of_mandates(viewer: Viewer, notices: Sequence[Notice], manner: str, now: datetime) -> None:
    """A mandate holds from the moment at which its person was told of it; its holder cannot be who tells them."""
    for notice in notices:
        if notice.kind == NoticeKind.MANDATE_GIVEN and notice.reached_at is None and notice.settled_at is None:
            hear_of_mandate(viewer=viewer, mandate_id=notice.about, now=now, channel=manner)


def _record(call: Call, worker_id: int, manner: str, now: datetime) -> None:
    records.commit(
        chain=chain_of(call.person.community_id),
        kind="call.logged",
        facts={"call": call.pk, "result": call.result, "manner": manner, "tries": call.tries},
        persons=[call.person_id, worker_id],
        now=now,
    )
