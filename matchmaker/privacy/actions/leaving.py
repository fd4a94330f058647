"""Leaving: whatever is under way ends kindly, and after some days, or at once, the person is forgotten.

Until then a code that only the person has undoes it; a worker of the area can undo it for whoever rings or comes by.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community import actions as community
from matchmaker.community.actions.locking import person_in_care_of
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import Person, User
from matchmaker.community.viewers import Viewer, viewer_for_person
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import FORGET_DUE
from matchmaker.keyed import keyed_hash, keyed_hashes
from matchmaker.matches import actions as matches
from matchmaker.matches.queries import meets_in_a_match
from matchmaker.needs import actions as needs
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from matchmaker.privacy.actions.sessions import end_sessions_of
from matchmaker.privacy.models import Farewell

DAYS_TO_COME_BACK: Final = 14
CODE_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 12
CODE_SALT: Final = "matchmaker.privacy.return_code"


class ReturnCodeNotValid(DomainError):
    code = "RETURN_CODE_NOT_VALID"
    message = "This code does not fit, or its days are over. The community station can help you."
    message_zh = "这个号码不对，或者已经过期。社区服务站可以帮您。"


class PersonHasAccount(DomainError):
    code = "PERSON_HAS_ACCOUNT"
    message = "This person signs in by themselves and does this on their own page."
    message_zh = "这位居民有自己的账号，请本人在自己的页面上操作。"


@dataclass(frozen=True, slots=True)
class Left:
    """The farewell, and the code that undoes it: shown once and kept as a hash."""

    farewell: Farewell
    return_code: str


def leave(*, viewer: Viewer, now: datetime, at_once: bool = False) -> Left:
    """The viewer has left: needs, offers, proposals and matches have ended, and they will be forgotten."""
    person_id = viewer.require_person()
    with transaction.atomic():
        return _leave(person_id, now=now, forget_at=now if at_once else now + timedelta(days=DAYS_TO_COME_BACK))


def leave_for(*, viewer: Viewer, person_id: UUID, now: datetime) -> Left:
    """A worker of the area entered that a person without an account wishes to leave; never at once, on another's word.

    The days to come back are the second step: the person or their family can still say that it was a mistake. A worker
    who met them in a match leaves it to a colleague: what the person said of it goes with them.
    """
    worker_id = viewer.require_person()
    with transaction.atomic():
        person = person_in_care_of(viewer, person_id)
        if person.pk == worker_id:
            raise NotAllowed(field="person_id")
        if User.objects.filter(person=person).exists():
            raise PersonHasAccount(field="person_id")
        if meets_in_a_match(viewer, person.pk):
            raise NotAllowed(field="person_id")
        forget_at = now + timedelta(days=DAYS_TO_COME_BACK)
        return _leave(person.pk, now=now, forget_at=forget_at, heard_by_id=worker_id)


def come_back(*, return_code: str, now: datetime) -> None:
    """Who has the code belongs again, and is not forgotten."""
    with transaction.atomic():
        rows = Farewell.objects.select_for_update(no_key=True).filter(
            return_code_hash__in=keyed_hashes(CODE_SALT, _spoken(return_code))
        )
        farewell = rows.filter(forget_at__gt=now).first()
        if farewell is None:
            raise ReturnCodeNotValid(field="return_code")
        _undo(farewell, now)


def take_back(*, viewer: Viewer, person_id: UUID, now: datetime) -> Person:
    """A worker of the area entered that the person, or who speaks for them, wishes to stay after all."""
    worker_id = viewer.require_person()
    with transaction.atomic():
        rows = Farewell.objects.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("person__household", "person__community").filter(person__public_id=person_id)
        farewell = found.filter(forget_at__gt=now).first()
        if farewell is None or not is_cared_for(viewer, farewell.person):
            raise NotFound(field="person_id")
        _undo(farewell, now, heard_by_id=worker_id)
        return Person.objects.get(pk=farewell.person_id)


def end_all_under_way(*, person_id: int, now: datetime, heard_by_id: int | None = None) -> None:
    """Nothing is under way with this person: the other sides were told, and their needs look for the next helper."""
    matches.lock_all_of(person_id, recorded_with=() if heard_by_id is None else (heard_by_id,))
    viewer = viewer_for_person(person_id, now=now)
    for match in list(matches.matches_to_cancel_of(person_id, now=now)):
        matches.cancel_match(viewer=viewer, match_id=match.public_id, now=now)
    matches.end_company_of(person_id=person_id, now=now)
    matches.withdraw_proposals_of(person_id=person_id, now=now)
    # The search for a stand-in comes before its series, which would take it along.
    for need in Need.objects.filter(for_person_id=person_id, state=NeedState.OPEN).order_by("-pk"):
        needs.withdraw_need(viewer=viewer, need_id=need.public_id, now=now)
        matches.close_need(need_id=need.pk, now=now)
    for offer in Offer.objects.filter(person_id=person_id).exclude(state=OfferState.CLOSED).order_by("pk"):
        needs.close_offer(viewer=viewer, offer_id=offer.public_id, now=now)
    matches.stop_waiting_for_words_of(person_id=person_id, now=now)


def _leave(person_id: int, *, now: datetime, forget_at: datetime, heard_by_id: int | None = None) -> Left:
    end_all_under_way(person_id=person_id, now=now, heard_by_id=heard_by_id)
    community.end_belonging(person_id=person_id, now=now, heard_by_id=heard_by_id)
    user = User.objects.filter(person_id=person_id).first()
    if user is not None:
        end_sessions_of(user.pk)
        community.revoke_tokens_of(person_id=person_id, now=now)
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    farewell = Farewell.objects.create(
        person_id=person_id,
        asked_at=now,
        forget_at=forget_at,
        heard_by_id=heard_by_id,
        return_code_hash=keyed_hash(CODE_SALT, code),
    )
    enqueue(FORGET_DUE, {}, now=now, due_at=forget_at)
    return Left(farewell, f"{code[:4]}-{code[4:8]}-{code[8:]}")


def _undo(farewell: Farewell, now: datetime, *, heard_by_id: int | None = None) -> None:
    community.come_back(person_id=farewell.person_id, now=now, heard_by_id=heard_by_id)
    farewell.delete()


def _spoken(code: str) -> str:
    return code.strip().upper().replace("-", "").replace(" ", "")
