"""The day on which somebody looks around: something waits for each role, and nobody has answered yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from matchmaker.community.models import Person, User
from matchmaker.matches.models import Match, MatchState, Proposal, ProposalState, VisitState
from matchmaker.needs.actions import open_need
from matchmaker.simulation.demand import plan_needs
from matchmaker.simulation.living import quiet_logs
from matchmaker.simulation.models import GeneratedCommunity, SampleRole
from matchmaker.simulation.month import Month, living_of
from matchmaker.simulation.sample import Sample

DAYS_OF_NEEDS: Final = 3
"""So many days' needs are asked this morning."""


def begin_today(sample: Sample, month: Month, *, now: datetime) -> None:
    """New needs, a round that nobody answered yet, and accounts of people whom something of it concerns.

    It comes after the month and its figures, and changes none of them.
    """
    with quiet_logs(), transaction.atomic():
        living = living_of(sample, month)
        living.sweep(now)
        plan = plan_needs(sample, days=month.days + DAYS_OF_NEEDS, start_date=month.start_date)
        for need in (need for day in plan[month.days :] for need in day):
            open_need(viewer=living.viewer(need.asked_by_id, now), draft=need.draft, now=now)
        living.verify_needs(now)
        living.hold_round(sample.places.community, now=now, seed=sample.generated.seed + month.days)
        newcomers = [person.pk for person in sample.residents if person.newcomer]
        _hand_out_accounts(sample.generated, newcomers, now)


def _hand_out_accounts(generated: GeneratedCommunity, newcomers: Sequence[int], now: datetime) -> None:
    """Asker, helper and newcomer are people who have something to answer or to look forward to, where there are any."""
    wanted = (
        (SampleRole.HELPER, _helpers_asked(), "offer__person_id"),
        (SampleRole.ASKER, _askers_agreed(now), "person_id"),
        (SampleRole.NEWCOMER, _askers_agreed(now).filter(person_id__in=newcomers), "person_id"),
    )
    taken = set(generated.logins.exclude(user__person=None).values_list("user__person_id", flat=True))
    for role, rows, column in wanted:
        found = [pk for pk in rows.values_list(column, flat=True) if pk not in taken]
        if found:
            taken.add(found[0])
            _give_account(generated.logins.get(role=role).user, Person.objects.get(pk=found[0]))


def _helpers_asked() -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(state=ProposalState.AWAITING_HELPER, offer__person__isnull=False)
    return rows.order_by("pk")


def _askers_agreed(now: datetime) -> QuerySet[Match]:
    """Matches with a visit ahead, of people who asked for themselves."""
    ahead = Q(visits__state=VisitState.PLANNED, visits__starts_at__gt=now)
    rows = Match.objects.filter(ahead, state=MatchState.AGREED, need__asked_by=F("person"))
    return rows.order_by("pk").distinct()


def _give_account(user: User, person: Person) -> None:
    """The account is this person's; who had it takes the account that the person had, if any."""
    other, before = User.objects.filter(person=person).first(), user.person
    if other is not None:
        other.person = None
        other.save(update_fields=["person"])
    user.person = person
    user.save(update_fields=["person"])
    if other is not None:
        other.person = before
        other.save(update_fields=["person"])
