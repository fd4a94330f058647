"""From a notice in the inbox to the way on which it reaches its person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from matchmaker.community.models import Person
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.notices.actions.calling import put_on_call_list
from matchmaker.notices.models import Channel, Delivery, DeliveryState, Notice
from matchmaker.notices.quiet import after_quiet
from matchmaker.notices.rules import MERGED_WITHIN, REST, confirmed_within, rule_of
from matchmaker.notices.ways import Way, way_to

PLANNED_AT_ONCE: Final = 500


def plan_deliveries(*, now: datetime) -> int:
    """Every notice that has waited for company long enough is on its way; for how many persons.

    What came for one person meanwhile goes out as one message. Urgent notices do not wait, and take the others along.
    """
    waited = Q(urgent=True) | Q(made_at__lte=now - MERGED_WITHIN)
    ready = Notice.objects.filter(waited, planned_at__isnull=True, made_at__lte=now)
    person_ids = ready.order_by("person_id").values_list("person_id", flat=True).distinct()
    return sum(_plan_for(person_id, now) for person_id in list(person_ids[:PLANNED_AT_ONCE]))


def _plan_for(person_id: int, now: datetime) -> int:
    with transaction.atomic():
        rows = Notice.objects.select_for_update(no_key=True)
        notices = list(rows.filter(person_id=person_id, planned_at__isnull=True, made_at__lte=now).order_by("pk"))
        if not notices:
            return 0
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(planned_at=now)
        wanted = [notice for notice in notices if _is_wanted(notice)]
        people = Person.objects.select_related("account", "contact_wish", "community")
        person = people.get(pk=person_id)
        if wanted and person.left_at is None:
            _send_on(person, wanted, now)
    return 1


def _is_wanted(notice: Notice) -> bool:
    """Somebody is still to be told; of a thing taken back only who had heard of it before."""
    if notice.reached_at is not None or notice.settled_at is not None:
        return False
    if not rule_of(notice.kind).settles:
        return True
    earlier = Notice.objects.filter(person_id=notice.person_id, about=notice.about, pk__lt=notice.pk)
    told = Q(reached_at__isnull=False) | Q(deliveries__sent_at__isnull=False)
    return earlier.filter(told).exists()


def _send_on(person: Person, notices: Sequence[Notice], now: datetime) -> None:
    way = way_to(person)
    if way.channel == Channel.CALL:
        put_on_call_list(person, [notice for notice in notices if rule_of(notice.kind).worth_a_call], now=now)
        return
    urgent = any(notice.urgent for notice in notices)
    due_at = now if urgent else _due_at(person, way, now)
    if way.channel == Channel.APP:
        _show_in_inbox(person, notices, due_at=due_at, urgent=urgent, now=now)
    else:
        _send_message(person, way, notices, due_at=due_at, urgent=urgent, now=now)


def _due_at(person: Person, way: Way, now: datetime) -> datetime:
    """Not in quiet hours, and not on the heels of the message before."""
    starts, ends = way.quiet
    if way.channel == Channel.APP:
        return after_quiet(now, starts=starts, ends=ends, zone=way.zone)
    sent = Delivery.objects.filter(person=person, channel=way.channel, sent_at__gt=now - REST).order_by("-sent_at")
    latest = sent.values_list("sent_at", flat=True).first()
    rested = now if latest is None else max(now, latest + REST)
    return after_quiet(rested, starts=starts, ends=ends, zone=way.zone)


def _show_in_inbox(person: Person, notices: Sequence[Notice], *, due_at: datetime, urgent: bool, now: datetime) -> None:
    """Nothing is sent: the notices stand in the inbox already, and are waited for until they are opened."""
    delivery = Delivery.objects.create(
        person=person,
        channel=Channel.APP,
        state=DeliveryState.SENT,
        urgent=urgent,
        made_at=now,
        due_at=due_at,
        sent_at=now,
        confirm_by=due_at + confirmed_within(Channel.APP, urgent=urgent),
    )
    delivery.notices.set(notices)


def _send_message(
    person: Person, way: Way, notices: Sequence[Notice], *, due_at: datetime, urgent: bool, now: datetime
) -> None:
    """The notices go with the message that waits for this person, or with one of their own."""
    confirm_by = due_at + confirmed_within(way.channel, urgent=urgent)
    fresh = Delivery(
        person=person,
        channel=way.channel,
        state=DeliveryState.WAITING,
        urgent=urgent,
        made_at=now,
        due_at=due_at,
        confirm_by=confirm_by,
    )
    delivery = _waiting_message(fresh)
    if urgent and not delivery.urgent:
        delivery.urgent, delivery.due_at, delivery.confirm_by = True, due_at, confirm_by
        delivery.save(update_fields=["urgent", "due_at", "confirm_by"])
    delivery.notices.add(*notices)
    key = f"send@{delivery.pk}:{int(delivery.due_at.timestamp())}"
    enqueue(names.SEND_DELIVERY, {"delivery_id": delivery.pk}, now=now, due_at=delivery.due_at, key=key)


def _waiting_message(fresh: Delivery) -> Delivery:
    """The message that waits for this person on this channel, locked: `fresh` where there is none.

    One that goes out while its lock is waited for waits no more; then there is room for the fresh one.
    """
    waiting = Delivery.objects.select_for_update(no_key=True).filter(
        person_id=fresh.person_id, channel=fresh.channel, state=DeliveryState.WAITING
    )
    while True:
        Delivery.objects.bulk_create([fresh], ignore_conflicts=True)
        found = waiting.first()
        if found is not None:
            return found
