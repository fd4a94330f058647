"""Being forgotten: no row, no job, no session and no key leads to the person any more; every chain still verifies."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.actions.moved import forget_moved
from matchmaker.community.models import Person, User
from matchmaker.jobs.actions import forget_work
from matchmaker.matches import actions as matches
from matchmaker.matches.models import (
    Concern,
    ConcernState,
    LedgerEntry,
    Match,
    OutcomeSide,
    Proposal,
    SecondLook,
    Visit,
)
from matchmaker.matches.queries import said_yes_to_coming
from matchmaker.needs.models import Need, Offer
from matchmaker.privacy import shred_list
from matchmaker.privacy.actions.leaving import end_all_under_way
from matchmaker.privacy.actions.lists import forget_lists
from matchmaker.privacy.actions.sessions import end_sessions_of
from matchmaker.privacy.holdings import HOLDINGS, WORK_LEADS_TO, Fate
from matchmaker.privacy.models import Farewell
from matchmaker.records import actions as records

READ_AT_ONCE: Final = 1_000
WAITS_FOR_CONCERNS: Final = timedelta(days=90)
"""Who leaves while a concern about a match of theirs is looked into is forgotten once it is answered, or then."""


def forget_due(*, now: datetime) -> int:
    """Everybody whose days to come back are over is forgotten; how many there were. One transaction each.

    Whoever stands on the shred list and is in the rows all the same goes with them: a restore may have broken off, or
    the rows were brought back by other means than ours.
    """
    again = forget_again(now=now)
    due = _due(now).order_by("forget_at", "pk")
    return again + sum(_forget_if_due(person_id, now) for person_id in list(due.values_list("person_id", flat=True)))


def forget_again(*, now: datetime) -> int:
    """After a restore: whoever stands on the shred list and is in the rows again is forgotten; how many there were."""
    listed = shred_list.read()
    if not listed.hashes:
        return 0
    people = Person.objects.order_by("pk").values_list("pk", "public_id").iterator(chunk_size=READ_AT_ONCE)
    again = [person_id for person_id, public_id in people if listed.names(public_id)]
    for person_id in again:
        with suppress(Person.DoesNotExist), transaction.atomic():  # another worker may be at the same
            if Person.objects.get(pk=person_id).left_at is None:
                end_all_under_way(person_id=person_id, now=now)
            _forget(person_id, now)
    return len(again)


def _forget_if_due(person_id: int, now: datetime) -> int:
    """1 where the person did not come back in the meantime. They are on the list before the first row goes."""
    with transaction.atomic():
        rows = Farewell.objects.select_for_update(of=("self",), no_key=True).select_related("person")
        farewell = rows.filter(pk__in=_due(now).filter(person_id=person_id).values("pk")).first()
        if farewell is None:
            return 0
        shred_list.add([farewell.person.public_id], now=now)
        _forget(person_id, now)
    return 1


def _due(now: datetime) -> QuerySet[Farewell]:
    """Whose days are over; not in the middle of a visit, for the row of it is what rings when nobody leaves."""
    either = Q(match__helper_id=OuterRef("person_id")) | Q(match__person_id=OuterRef("person_id"))
    came = said_yes_to_coming().filter(companion_id=OuterRef(OuterRef("person_id")), visit__match=OuterRef("match"))
    about = Concern.objects.filter(either | Q(Exists(came)))
    asked = about.exclude(state=ConcernState.RESOLVED).exclude(said_by=OuterRef("person_id"))
    over = Q(forget_at__lte=now - WAITS_FOR_CONCERNS)
    going_on = matches.visits_going_on(now=now).filter(either)
    return Farewell.objects.filter(over | ~Exists(asked), ~Exists(going_on), forget_at__lte=now)


def _forget(person_id: int, now: datetime) -> None:
    matches.lock_all_of(person_id)
    # Before the rows and, against whoever reads them meanwhile, after them.
    matches.forget_snapshots()
    # The whole row is locked, against new rows that point at it: nothing may be added about a person who goes.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    _forget_sessions_and_work(person)
    _forget_what_names(_ids_that_go(person))
    # Whoever asked for others goes without them: the need is asked by the person it is for.
    spoken = Need.objects.filter(Q(asked_by=person) | Q(mandate__holder=person)).exclude(for_person=person)
    spoken.update(asked_by=F("for_person"), mandate=None)
    forget_lists(person, now=now)
    _hand_concerns_over(person)
    Match.objects.filter(Q(helper=person) | Q(person=person)).delete()
    Proposal.objects.filter(Q(helper=person) | Q(offer__person=person) | Q(need__for_person=person)).delete()
    Need.objects.filter(for_person=person).delete()
    offer_ids = list(Offer.objects.filter(person=person).values_list("pk", flat=True))
    Offer.objects.filter(person=person).delete()
    person.delete()
    forget_moved(person_id=person_id, offer_ids=offer_ids)
    LedgerEntry.objects.filter(giver=None, receiver=None, organization=None).delete()
    transaction.on_commit(matches.forget_measured_towns)
    transaction.on_commit(matches.forget_snapshots)
    records.forget_person(person_id=person_id, now=now)
    records.commit(chain=chain_of(person.community_id), kind="person.forgotten", facts={}, persons=[], now=now)


def _hand_concerns_over(person: Person) -> None:
    """What the person said about a match of others is that of the side for which it was said.

    What a worker said in their own name goes to the colleague who has it in hand; where there is none, neither side
    reads the worker's words: they go, and the pause stays.
    """
    others = Concern.objects.filter(said_by=person).exclude(Q(match__helper=person) | Q(match__person=person))
    for concern in others.select_related("match"):
        match = concern.match
        in_hand_id = None if concern.side or concern.taken_by_id == person.pk else concern.taken_by_id
        side_id = match.helper_id if concern.side == OutcomeSide.HELPER else match.person_id
        concern.said_by_id = in_hand_id or side_id
        if not concern.side and in_hand_id is None:
            concern.words = ""
        concern.save(update_fields=["said_by", "words"])


def _ids_that_go(person: Person) -> set[UUID]:
    """The public ids by which rows elsewhere may name the person or what goes with them."""
    helps = Q(helper=person) | Q(offer__person=person)
    found = {person.public_id}
    for rows in (
        Need.objects.filter(for_person=person),
        Offer.objects.filter(person=person),
        Proposal.objects.filter(helps | Q(need__for_person=person)),
        Match.objects.filter(Q(helper=person) | Q(person=person)),
        Visit.objects.filter(Q(match__helper=person) | Q(match__person=person)),
        SecondLook.objects.filter(person=person),
    ):
        found.update(rows.values_list("public_id", flat=True))
    return found


def _forget_what_names(ids: set[UUID]) -> None:
    """No row is left in a column of ids that the table of holdings does not keep."""
    for name, held in HOLDINGS.items():
        label, _, column = name.rpartition(".")
        model = apps.get_model(label)
        if held.fate == Fate.DELETED and isinstance(model._meta.get_field(column), UUIDField):
            model._default_manager.filter(**{f"{column}__in": ids}).delete()


def _forget_sessions_and_work(person: Person) -> None:
    user = User.objects.filter(person=person).first()
    if user is not None:
        end_sessions_of(user.pk)
    for argument, told in WORK_LEADS_TO.items():
        if told:
            forget_work(argument=argument, ids=set(_rows_of(person, *told)))


def _rows_of(person: Person, label: str, *links: str) -> Iterator[int]:
    model = apps.get_model(label)
    about = Q()
    for link in links:
        about |= Q(**{link: person})
    yield from model._default_manager.filter(about).values_list("pk", flat=True)
