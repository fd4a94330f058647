"""Two who are not to meet again: silent, at once for all that comes, and calmly for what is under way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from matchmaker.community import actions as community
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import Person, PersonBlock
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches.actions import agreements, locks
from matchmaker.matches.actions.closing import STANDING, call_off, visits_ahead
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.models import LIVE_STATES, Match, MatchState, Proposal
from matchmaker.needs import actions as needs
from matchmaker.records import actions as records


class BlockOfOneself(DomainError):
    code = "BLOCK_OF_ONESELF"
    message = "Please choose somebody else: this is the same person."
    message_zh = "请选择另一个人，这是同一位居民。"


def block_person(*, viewer: Viewer, person_id: UUID, now: datetime, for_person_id: UUID | None = None) -> Person:
    """Neither is ever brought to the other again, in either direction; the other is never told.

    What is under way between them is taken back as if it had fallen through. A worker says for whom, after a call.
    """
    wishing = _wishing(viewer, for_person_id)
    other = _other(viewer, wishing, person_id)
    with transaction.atomic():
        block = community.keep_apart(person_id=wishing.pk, blocked_id=other.pk, now=now)
        enqueue(names.PART_PEOPLE, {"block_id": block.pk}, now=now)
    return other


def unblock_person(*, viewer: Viewer, person_id: UUID, for_person_id: UUID | None = None) -> Person:
    """They may be brought together again, unless the other does not wish it: that is not told here either."""
    wishing = _wishing(viewer, for_person_id)
    other = _other(viewer, wishing, person_id)
    community.lift_block(person_id=wishing.pk, blocked_id=other.pk)
    return other


def part_people(*, block_id: int, now: datetime) -> None:
    """No live proposal is left between the two and no match that stands; safe to run twice."""
    pair = PersonBlock.objects.filter(pk=block_id).values_list("person_id", "blocked_id").first()
    if pair is None:
        return
    for need_id in _needs_proposed(*pair):
        _withdraw_between(need_id, pair, now)
    _end_company(pair, now)
    standing = Match.objects.filter(_between(*pair, asker="person_id"), state__in=STANDING)
    for match_id in list(standing.order_by("need_id", "pk").values_list("pk", flat=True)):
        _end_quietly(match_id, now)


def _wishing(viewer: Viewer, for_person_id: UUID | None) -> Person:
    own_id = viewer.require_person()
    people = Person.objects.select_related("community", "household").filter(left_at__isnull=True)
    if for_person_id is None:
        return people.get(pk=own_id)
    person = people.filter(public_id=for_person_id).first()
    if person is None or not (person.pk == own_id or is_cared_for(viewer, person)):
        raise NotFound(field="for_person_id")
    return person


def _other(viewer: Viewer, wishing: Person, person_id: UUID) -> Person:
    """Someone of the same community, or whom the two have a match in common with."""
    other = Person.objects.filter(public_id=person_id).first()
    if other is None or not _may_know_of(wishing, other):
        raise NotFound(field="person_id")
    if other.pk == wishing.pk:
        raise BlockOfOneself(field="person_id")
    if viewer.person_id == other.pk:
        raise NotFound(field="for_person_id")  # nobody enters, or learns of, a wish that concerns themself
    return other


def _may_know_of(wishing: Person, other: Person) -> bool:
    if other.community_id == wishing.community_id:
        return True
    return Match.objects.filter(_between(wishing.pk, other.pk, asker="person_id")).exists()


def _between(one_id: int, other_id: int, *, asker: str) -> Q:
    """Rows in which one of the two would help the other."""
    found = Q()
    for helper_id, helped_id in ((one_id, other_id), (other_id, one_id)):
        helps = Q(helper_id=helper_id) | Q(helper__isnull=True, offer__person_id=helper_id)
        found |= helps & Q(**{asker: helped_id})
    return found


def _needs_proposed(one_id: int, other_id: int) -> list[int]:
    live = Proposal.objects.filter(_between(one_id, other_id, asker="need__for_person_id"), state__in=LIVE_STATES)
    return sorted(set(live.values_list("need_id", flat=True)))


def _withdraw_between(need_id: int, pair: tuple[int, int], now: datetime) -> None:
    with transaction.atomic():
        need = locks.lock_need(need_id)
        live = [
            proposal
            for proposal in locks.lock_live_proposals(need)
            if need.for_person_id in pair and {proposal.helper_id, proposal.offer.person_id} & set(pair)
        ]
        agreements.withdraw(live, now=now)
        agreements.tell_no_longer_needed(live, now=now)
        enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now)


def _end_company(pair: tuple[int, int], now: datetime) -> None:
    """Neither comes along where they would meet the other."""
    with transaction.atomic():
        homes = Person.objects.filter(pk__in=pair).values_list("community_id", flat=True)
        for community_id in sorted(set(homes)):
            locks.lock_community(community_id)
        endings.part(pair, now=now)


def _end_quietly(match_id: int, now: datetime) -> None:
    """Called off like any other where visits lie ahead; where all have begun it is simply over, contacts with it."""
    with transaction.atomic():
        match = locks.lock_match(match_id)
        if match.state not in STANDING:
            return
        ahead = visits_ahead(match, now)
        if not ahead:
            match.state, match.closed_at, match.suspended_at = MatchState.DONE, now, None
            match.save(update_fields=["state", "closed_at", "suspended_at"])
            return
        entry = call_off(match, ahead, now)
        needs.release_helper(need_id=match.need_id, now=now)
        enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@cancelled:{match.pk}")
        records.commit_many(chain=agreements.chain_of(match.need), entries=[entry], now=now)
