"""Signing up for a stop of a tour, and what becomes of what was agreed there when the tour is late, moved or off."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import queries
from matchmaker.matches.actions import agreements, closing, locks
from matchmaker.matches.models import Match, Visit
from matchmaker.needs import actions as needs
from matchmaker.needs.actions.locking import NeedNotOpen
from matchmaker.needs.actions.tours import StopIsOver, TourCalledOff
from matchmaker.needs.models import Need, NeedState, Offer, TourSignUp, TourState, TourStop
from matchmaker.needs.queries import is_over, may_change_need, may_sign_up, need_by_id, stop_by_id
from matchmaker.notices import actions as notices
from matchmaker.notices.models import Notice, NoticeKind
from matchmaker.records import actions as records


class StopIsFull(DomainError):
    code = "STOP_IS_FULL"
    message = "All places at this stop are taken. Another stop may have room."
    message_zh = "这一站的名额已满，请看看别的停靠点。"


class AlreadySignedUp(DomainError):
    code = "ALREADY_SIGNED_UP"
    message = "This person is signed up for this stop already."
    message_zh = "已经报过这一站了。"


def sign_up(
    *, viewer: Viewer, stop_id: UUID, now: datetime, person_id: UUID | None = None, need_id: UUID | None = None
) -> TourSignUp:
    """Somebody will come to the stop. With a request it may be met there, and is looked at again at once; without one
    a place is kept."""
    signed_up_by_id = viewer.require_person()
    with transaction.atomic():
        stop = stop_by_id(viewer, stop_id)
        locks.lock_community(stop.offer.community_id)
        stop = stop_by_id(viewer, stop_id)
        _refuse_if_it_never_comes(stop, now)
        need = None if need_id is None else _need_of(viewer, need_id, stop)
        person = need.for_person if need is not None else _person_of(viewer, person_id)
        if TourSignUp.objects.filter(stop=stop, person=person, withdrawn_at__isnull=True).exists():
            raise AlreadySignedUp
        if queries.places_left(stop) == 0:
            raise StopIsFull
        made = TourSignUp.objects.create(
            stop=stop, person=person, need=need, signed_up_by_id=signed_up_by_id, signed_up_at=now
        )
        _note_places(stop)
        if need is not None:
            enqueue(names.PROPOSE_NEXT, {"need_id": need.pk}, now=now)
        _record("tour.signed_up", made, by=signed_up_by_id, now=now)
    return made


def take_back_sign_up(*, viewer: Viewer, stop_id: UUID, now: datetime, person_id: UUID | None = None) -> TourSignUp:
    """They will not come; it costs nothing. Who has an agreement at the stop calls that off by itself."""
    taken_back_by_id = viewer.require_person()
    with transaction.atomic():
        stop = stop_by_id(viewer, stop_id)
        person = _person_of(viewer, person_id)
        rows = TourSignUp.objects.select_for_update(of=("self",), no_key=True).select_related("stop__offer", "person")
        found = rows.filter(stop=stop, person=person, withdrawn_at__isnull=True).first()
        if found is None:
            raise NotFound(field="stop_id")
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        _note_places(stop)
        if found.need_id is not None:
            enqueue(names.PROPOSE_NEXT, {"need_id": found.need_id}, now=now)
        _record("tour.sign_up_taken_back", found, by=taken_back_by_id, now=now)
    return found


def look_at_stop(*, stop_id: int, now: datetime) -> int:
    """Agreements at a stop that was called off, or that no longer holds their hour, end, and their needs are looked at;
    of a stop that was moved, is late, or is in time again both sides are told. How many agreements ended."""
    stop = TourStop.objects.select_related("tour", "offer__community").get(pk=stop_id)
    ended = 0
    agreed = Match.objects.filter(offer__stop=stop, state__in=closing.STANDING).order_by("need_id", "pk")
    for match_id in agreed.values_list("pk", flat=True):
        with transaction.atomic():
            match = locks.lock_match(match_id)
            ahead = [visit for visit in closing.visits_ahead(match, now) if not _still_stands(stop, visit)]
            if match.state in closing.STANDING and ahead:
                _end(match, ahead, now)
                ended += 1
            else:
                _tell_moved(stop, match, now)
                _tell_late(stop, match, now)
    return ended


def _refuse_if_it_never_comes(stop: TourStop, now: datetime) -> None:
    if stop.tour.state == TourState.CALLED_OFF:
        raise TourCalledOff
    if is_over(stop, now):
        raise StopIsOver


def _person_of(viewer: Viewer, person_id: UUID | None) -> Person:
    people = Person.objects.select_related("household", "community").filter(left_at__isnull=True)
    if person_id is None:
        return people.get(pk=viewer.require_person())
    person = people.filter(public_id=person_id).first()
    if person is None or not may_sign_up(viewer, person):
        raise NotFound(field="person_id")
    return person


def _need_of(viewer: Viewer, need_id: UUID, stop: TourStop) -> Need:
    """An open need of a type that the tour brings along."""
    need = need_by_id(viewer, need_id)
    if not may_change_need(viewer, need):
        raise NotAllowed(field="need_id")
    if need.state != NeedState.OPEN:
        raise NeedNotOpen(field="need_id")
    brought = set(stop.tour.service_types.values_list("pk", flat=True))
    if not {need.service_type_id, need.service_type.parent_id} & brought:
        raise InvalidInput(
            "This tour does not bring this kind of help.", message_zh="这次巡回服务不包含这类帮助。", field="need_id"
        )
    return need


def _note_places(stop: TourStop) -> None:
    """The offer of the stop counts as written: places that are kept are no longer, or again, on offer."""
    Offer.objects.filter(stop=stop).update(visits_per_week=stop.capacity)


def _still_stands(stop: TourStop, visit: Visit) -> bool:
    """The tour comes, and the visit lies within the hours of the stop."""
    zone = ZoneInfo(stop.offer.community.time_zone)
    starts, ends = visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
    comes = stop.tour.state != TourState.CALLED_OFF and starts.date() == stop.date
    return comes and stop.starts <= starts.time() and ends.time() <= stop.ends


def _end(match: Match, ahead: list[Visit], now: datetime) -> None:
    called_off = closing.call_off(match, ahead, now)
    needs.release_helper(need_id=match.need_id, now=now)
    enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@cancelled:{match.pk}")
    records.commit_many(chain=agreements.chain_of(match.need), entries=[called_off], now=now)


def _tell_moved(stop: TourStop, match: Match, now: datetime) -> None:
    """Whoever agreed to come before it was moved would go where it no longer is; who signed up was told then."""
    if stop.moved_at is None or stop.moved_at < match.agreed_at:
        return
    told = TourSignUp.objects.filter(stop=stop, withdrawn_at__isnull=True).values_list("person_id", flat=True)
    for person_id in sorted({match.helper_id, *agreements.askers_to_tell(match.need, now)} - set(told)):
        key = f"agreed_moved:{stop.pk}:{stop.moved_at:%Y%m%dT%H%M%S}:{match.pk}:{person_id}"
        notices.notify(person_id=person_id, kind=NoticeKind.TOUR_CHANGED, about=stop.tour.public_id, key=key, now=now)


def _tell_late(stop: TourStop, match: Match, now: datetime) -> None:
    """Whoever was told last of as many minutes, or of none yet and there are none, is told nothing."""
    for person_id in sorted({match.helper_id, *agreements.askers_to_tell(match.need, now)}):
        start = f"agreed_late:{stop.pk}:{match.pk}:{person_id}:"
        told = Notice.objects.filter(person_id=person_id, key__startswith=start).order_by("pk")
        last = told.values_list("key", flat=True).last()
        known_minutes = 0 if last is None else int(last.rpartition(":")[2])
        if known_minutes != stop.late_minutes:
            key = f"{start}{told.count()}:{stop.late_minutes}"
            notices.notify(person_id=person_id, kind=NoticeKind.TOUR_LATE, about=stop.tour.public_id, key=key, now=now)


def _record(kind: str, made: TourSignUp, *, by: int, now: datetime) -> None:
    chain = chain_of(made.stop.offer.community_id)
    facts = {"stop": made.stop_id, "tour": made.stop.tour_id}
    persons = list(dict.fromkeys((made.person_id, by)))
    records.commit(chain=chain, kind=kind, facts=facts, persons=persons, now=now)
