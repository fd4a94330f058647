"""Ties: kin and friendship by both people's word, ties of a meeting with both words in hand."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from matchmaker.community.actions.locking import chain_of, locked_person, neighbour_of
from matchmaker.community.models import Person, Tie, TieKind
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.records.actions import commit

CLAIMED_KINDS: Final = (TieKind.KIN, TieKind.FRIEND)
CLAIMS_WAITING: Final = 20
"""So many of one's words may wait for the other's at a time."""


class TieToOneself(DomainError):
    code = "TIE_TO_ONESELF"
    message = "A tie is between two people."
    message_zh = "邻里往来是两个人之间的事。"


class TooManyClaimsWaiting(DomainError):
    code = "TOO_MANY_CLAIMS_WAITING"
    message = f"{CLAIMS_WAITING} neighbours have not answered you yet. Ask them to say so too before you name more."
    message_zh = f"您说过的{CLAIMS_WAITING}位邻居还没有回应。请先请他们也说一声，再继续添加。"


def claim_tie(*, viewer: Viewer, person_id: UUID, kind: str, now: datetime) -> Tie:
    """The viewer's word for the tie stands; it counts once the other says so too."""
    own_id = viewer.require_person()
    if kind not in CLAIMED_KINDS:
        raise InvalidInput("Choose KIN or FRIEND.", message_zh="请选择亲属或朋友。", field="kind")
    with transaction.atomic():
        locked_person(own_id)
        other = neighbour_of(viewer, person_id)
        if other.pk == own_id:
            raise TieToOneself(field="person_id")
        low_id, high_id = sorted((own_id, other.pk))
        tie = _locked_tie(low_id, high_id, kind, now)
        if not _is_awaited(tie, own_id) and _claims_waiting(own_id, tie) >= CLAIMS_WAITING:
            raise TooManyClaimsWaiting(field="person_id")
        if _confirm(tie, own_id, now):
            facts = {"tie": tie.pk}
            persons = [low_id, high_id]
            commit(chain=chain_of(viewer.community_id), kind="tie.made", facts=facts, persons=persons, now=now)
    return tie


def make_or_renew_tie(*, person_id: int, other_id: int, kind: str, now: datetime) -> Tie:
    """Both gave their word after a meeting: the tie stands, fresh from now. Runs in the caller's transaction."""
    low_id, high_id = sorted((person_id, other_id))
    with transaction.atomic():
        tie = _locked_tie(low_id, high_id, kind, now)
        tie.low_confirmed_at = tie.low_confirmed_at or now
        tie.high_confirmed_at = tie.high_confirmed_at or now
        tie.renewed_at = max(now, tie.renewed_at)
        tie.meetings += 1
        tie.ended_at = None
        tie.save(update_fields=["low_confirmed_at", "high_confirmed_at", "renewed_at", "meetings", "ended_at"])
        community_id = Person.objects.values_list("community_id", flat=True).get(pk=person_id)
        facts = {"tie": tie.pk, "meetings": tie.meetings}
        commit(chain=chain_of(community_id), kind="tie.renewed", facts=facts, persons=[low_id, high_id], now=now)
    return tie


def _is_awaited(tie: Tie, person_id: int) -> bool:
    """The other said so already, or both did: this side's word is an answer and no claim."""
    other = tie.high_confirmed_at if tie.low_id == person_id else tie.low_confirmed_at
    return tie.ended_at is None and other is not None


def _claims_waiting(person_id: int, but: Tie) -> int:
    """How many words of this side wait for the other's."""
    waiting = Q(low_id=person_id, low_confirmed_at__isnull=False, high_confirmed_at__isnull=True) | Q(
        high_id=person_id, high_confirmed_at__isnull=False, low_confirmed_at__isnull=True
    )
    return Tie.objects.filter(waiting, kind__in=CLAIMED_KINDS, ended_at__isnull=True).exclude(pk=but.pk).count()


def _locked_tie(low_id: int, high_id: int, kind: str, now: datetime) -> Tie:
    """The one tie of this kind between the two, made where it is missing, locked."""
    rows = Tie.objects.select_for_update(of=("self",), no_key=True).select_related("low", "high")
    tie, _ = rows.get_or_create(low_id=low_id, high_id=high_id, kind=kind, defaults={"made_at": now, "renewed_at": now})
    return tie


def _confirm(tie: Tie, person_id: int, now: datetime) -> bool:
    """This side has said so; whether the tie counts from now on, by the second word.

    One's own word, said again, renews nothing: else one side alone could keep a tie from fading. A tie that ended
    begins with nobody's word.
    """
    if tie.ended_at is not None:
        tie.low_confirmed_at = tie.high_confirmed_at = tie.ended_at = None
        tie.meetings = 0
    side, other = ("low", "high") if tie.low_id == person_id else ("high", "low")
    if getattr(tie, f"{side}_confirmed_at") is not None:
        return False
    setattr(tie, f"{side}_confirmed_at", now)
    counts = getattr(tie, f"{other}_confirmed_at") is not None
    if counts:
        tie.renewed_at = max(now, tie.renewed_at)
    tie.save()
    return counts
