"""Alarms of the duty post: raised, rung, climbing from area to area until somebody takes them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.timezone import localdate

from matchmaker.community.area_paths import keys_of_path, region_of_path
from matchmaker.community.in_post import InPost, people_in_posts
from matchmaker.community.models import Area, AreaLevel, Deputy, PostKind, PostTerm
from matchmaker.community.texts import check_length, check_paragraphs
from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.errors import DomainError
from matchmaker.notices import queries
from matchmaker.notices.actions.inbox import notify
from matchmaker.notices.models import FOR_COORDINATORS, AlarmKind, DutyAlarm, DutyCall, NoticeKind
from matchmaker.records.actions import commit

CLIMBS_AFTER: Final = timedelta(minutes=5)
"""How long the person who was rung has, before the next one is."""
CALM_CLIMBS_AFTER: Final = timedelta(days=1)
"""The same for what is calm, such as a need that is overdue: it climbs a level a day, and rings each once."""
NEVER_LET_LIE: Final = frozenset({AlarmKind.CONCERN, AlarmKind.MONEY_ASKED})
"""What ends when somebody takes the matter itself in hand: as long as it is open, nobody has."""
LOUD_FOR: Final = timedelta(hours=1)
RARER: Final = timedelta(minutes=30)
"""An alarm that is older than an hour and stands at the top rings every half hour: it never falls silent."""
HANDED_BACK_FOR: Final = timedelta(days=7)
"""What was taken longer ago stays on the list of the duty post; of that a concern alone rings when its taker goes."""
WORDS_LENGTH: Final = 500
CALM: Final = frozenset({AlarmKind.NEED_OVERDUE, *FOR_COORDINATORS})
TOLD_AS: Final = {
    AlarmKind.NEED_OVERDUE: NoticeKind.DUTY_OVERDUE,
    AlarmKind.SECOND_LOOK: NoticeKind.DUTY_SECOND_LOOK,
    AlarmKind.SECOND_LOOK_LATE: NoticeKind.DUTY_SECOND_LOOK,
}
"""As what a calm alarm is told; any other is told as an alarm."""
CLIMBED_AT_ONCE: Final = 500


class AlarmTakenAlready(DomainError):
    code = "ALARM_TAKEN_ALREADY"
    message = "A colleague has taken this already."
    message_zh = "这件事已经有同事接手了。"


class AlarmClosed(DomainError):
    code = "ALARM_CLOSED"
    message = "This alarm is over."
    message_zh = "这条值班提醒已经处理完了。"


def raise_alarm(
    *, area_id: int, kind: str, about: UUID, key: str, now: datetime, not_person_ids: Collection[int] = ()
) -> bool:
    """The duty post of the area has one alarm of this key and was rung at once; inside the caller's transaction.

    False where it had that one already. Whoever is part of the matter is named in `not_person_ids` and is neither rung
    nor shown it.
    """
    with transaction.atomic():
        alarm, is_new = DutyAlarm.objects.get_or_create(
            key=key, defaults={"kind": AlarmKind(kind), "area_id": area_id, "about": about, "raised_at": now}
        )
        if is_new:
            alarm.not_for.set(sorted(set(not_person_ids)))
            _ring_next(alarm, now)
    return is_new


def climb_alarms(*, now: datetime) -> int:
    """Every alarm that nobody took in time has rung the next post, or the topmost ones again; how many there were.

    What somebody took who holds no post there any more is nobody's again, and rings from the lowest post.
    """
    _hand_back(now)
    due = DutyAlarm.objects.filter(climbs_at__lte=now).order_by("climbs_at", "pk")
    return sum(_climb(alarm_id, now) for alarm_id in list(due.values_list("pk", flat=True)[:CLIMBED_AT_ONCE]))


def take_alarm(*, viewer: Viewer, alarm_id: UUID, now: datetime) -> DutyAlarm:
    """The viewer sees to it, and it climbs no further."""
    person_id = viewer.require_person()
    with transaction.atomic():
        alarm = _locked(viewer, alarm_id)
        if alarm.closed_at is not None:
            raise AlarmClosed
        if alarm.taken_at is not None:
            if alarm.taken_by_id == person_id:
                return alarm
            raise AlarmTakenAlready
        alarm.taken_at, alarm.taken_by_id, alarm.climbs_at = now, person_id, None
        alarm.save(update_fields=["taken_at", "taken_by", "climbs_at"])
        _record("duty.taken", alarm, person_id, now)
    return queries.alarm_by_id(viewer, alarm_id)


def close_alarm(*, viewer: Viewer, alarm_id: UUID, now: datetime, words: str = "") -> DutyAlarm:
    """The matter is over, with a word on how where there is one; a worker who had not taken it has now."""
    person_id = viewer.require_person()
    check_paragraphs(words, "words")
    check_length(words, "words", longest=WORDS_LENGTH)
    with transaction.atomic():
        alarm = _locked(viewer, alarm_id)
        if alarm.closed_at is not None:
            raise AlarmClosed
        if alarm.taken_at is None:
            alarm.taken_at, alarm.taken_by_id = now, person_id
        alarm.closed_at, alarm.closed_by_id = now, person_id
        alarm.words, alarm.climbs_at = words.strip(), None
        alarm.save(update_fields=["taken_at", "taken_by", "closed_at", "closed_by", "words", "climbs_at"])
        _record("duty.closed", alarm, person_id, now)
    return queries.alarm_by_id(viewer, alarm_id)


def settle_alarms(*, about: UUID, kinds: Collection[str], now: datetime) -> int:
    """What these alarms rang for has come right by itself: they are over; how many there were."""
    return DutyAlarm.objects.filter(about=about, kind__in=kinds, closed_at__isnull=True).update(
        closed_at=now, climbs_at=None
    )


def _hand_back(now: datetime) -> None:
    place = ExpressionWrapper(OuterRef("area__path"), output_field=CharField())
    today, there, elsewhere = localdate(now), Q(), Q()
    for rows, post in ((PostTerm.objects.current(today), "post__"), (Deputy.objects.current(today), "term__post__")):
        taken_by = rows.filter(person_id=OuterRef("taken_by_id"), person__left_at__isnull=True)
        at_work = taken_by.annotate(place=place).filter(place__startswith=F(f"{post}area__path"))
        there |= Q(Exists(at_work.filter(**{f"{post}kind__in": WORKER_POSTS})))
        elsewhere |= Q(Exists(taken_by.filter(**{f"{post}kind": PostKind.COORDINATOR})))
    rings_again = Q(taken_at__gt=now - HANDED_BACK_FOR) | Q(taken_at__isnull=False, kind__in=NEVER_LET_LIE)
    taken = DutyAlarm.objects.filter(rings_again, closed_at__isnull=True).exclude(there)
    left = taken.exclude(elsewhere, rings_at__isnull=True)
    left.update(taken_at=None, taken_by=None, rings_at=None, climbs_at=now)


def _climb(alarm_id: int, now: datetime) -> int:
    """1 where it rang; one that was forgotten meanwhile, or taken, does not."""
    with transaction.atomic():
        alarm = DutyAlarm.objects.select_for_update(no_key=True).filter(pk=alarm_id, climbs_at__lte=now).first()
        if alarm is None:
            return 0
        _ring_next(alarm, now)
    return 1


def _ring_next(alarm: DutyAlarm, now: datetime) -> None:
    """The lowest posts above the last ring that somebody holds; at the top everybody above the place, once more.

    Where nobody above the place holds a post, the coordinators nearest to it are rung: an alarm ends in nobody never.
    """
    chain = _holders_above(alarm, now)
    last = alarm.rings_at.path if alarm.rings_at is not None else None
    higher = [held for held in chain if last is None or len(held.area_path) < len(last)]
    if higher:
        lowest = higher[0].area_path
        rung = [held for held in higher if held.area_path == lowest]
        alarm.rings_at_id = rung[0].area_id
    else:
        rung = chain or _nearest_coordinators(alarm, now)
        alarm.rings_at_id = chain[-1].area_id if chain else None
    alarm.rings += 1
    alarm.climbs_at = _rings_again_at(alarm, at_top=not higher or rung[-1] is chain[-1], now=now)
    alarm.save(update_fields=["rings_at", "rings", "climbs_at"])
    _call(alarm, rung, now)


def _rings_again_at(alarm: DutyAlarm, *, at_top: bool, now: datetime) -> datetime | None:
    if alarm.kind in CALM:
        return None if at_top else now + CALM_CLIMBS_AFTER
    is_old = at_top and now - alarm.raised_at >= LOUD_FOR
    return now + (RARER if is_old else CLIMBS_AFTER)


def _call(alarm: DutyAlarm, rung: Sequence[InPost], now: datetime) -> None:
    kind = TOLD_AS.get(AlarmKind(alarm.kind), NoticeKind.DUTY_ALARM)
    first_of = {held.person_id: held for held in reversed(rung)}
    DutyCall.objects.bulk_create(
        [
            DutyCall(alarm=alarm, person_id=person_id, area_id=held.area_id, ring=alarm.rings, rung_at=now)
            for person_id, held in sorted(first_of.items())
        ]
    )
    for person_id in sorted(first_of):
        key = f"duty:{alarm.pk}:{alarm.rings}:{person_id}"
        notify(person_id=person_id, kind=kind, about=alarm.public_id, key=key, now=now)


def _holders_above(alarm: DutyAlarm, now: datetime) -> list[InPost]:
    """Whom it may ring, in term at the place and above it, the lowest first, who are no part of the matter.

    Nor is a deputy rung of what the holder has a part in, for the holder chose them. Otherwise a holder is rung beside
    whoever stands in: that somebody is away is what others count on, not what is known.
    """
    keys = keys_of_path(alarm.area.path)
    kinds = (PostKind.COORDINATOR,) if alarm.kind in FOR_COORDINATORS else WORKER_POSTS
    return _held(alarm, now, area_id__in=keys, kind__in=kinds)


def _nearest_coordinators(alarm: DutyAlarm, now: datetime) -> list[InPost]:
    """The coordinators in the smallest area around the place that has any."""
    region = region_of_path(alarm.area.path)
    found = _held(alarm, now, area__path__startswith=region, kind=PostKind.COORDINATOR)
    for end in range(len(alarm.area.path), 0, -1):
        around = alarm.area.path[:end]
        if around.endswith("/") and (near := [held for held in found if held.area_path.startswith(around)]):
            return near
    return []


def _held(alarm: DutyAlarm, now: datetime, **post: object) -> list[InPost]:
    part_of_it = set(alarm.not_for.values_list("pk", flat=True))
    found = people_in_posts(localdate(now), post)
    return [held for held in found if part_of_it.isdisjoint((held.person_id, held.holder_id))]


def _locked(viewer: Viewer, alarm_id: UUID) -> DutyAlarm:
    """The alarm, locked and read afresh; NotFound for who may not know of it."""
    pk = queries.alarm_by_id(viewer, alarm_id).pk
    return DutyAlarm.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=pk)


def _record(kind: str, alarm: DutyAlarm, person_id: int, now: datetime) -> None:
    """In the chain of the community that the place lies in, or of the place itself where it is greater than one."""
    keys = keys_of_path(alarm.area.path)
    community = Area.objects.filter(pk__in=keys, level=AreaLevel.COMMUNITY).values_list("pk", flat=True).first()
    chain = f"community:{community or alarm.area_id}"
    commit(chain=chain, kind=kind, facts={"alarm": alarm.pk}, persons=[person_id], now=now)
