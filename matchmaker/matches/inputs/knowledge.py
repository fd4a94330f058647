"""What a community knows of itself, measured once a day and again when a row it rests on changed."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils.timezone import localdate

from matchmaker.community.models import Area, Membership, Organization, Person, PostTerm, Tie, Vouch
from matchmaker.engine.problem import Town
from matchmaker.engine.scoring import Knowledge, knowledge_of
from matchmaker.matches import calendar
from matchmaker.matches.inputs.town import town_of
from matchmaker.matches.models import Outcome, OutcomeSide, VisitState
from matchmaker.needs.queries import helpers_from_elsewhere

KEPT_TOWNS: Final = 4
"""Each holds a dense matrix of its people, some 70 MB for three thousand."""

_kept: "OrderedDict[tuple[Any, ...], tuple[Town, Knowledge]]" = OrderedDict()
_guard: Final = Lock()


def knowledge_in(community: Area, *, now: datetime) -> tuple[Town, Knowledge]:
    """The town, with those from elsewhere whose offers may reach it, and what is known of it.

    While no row changed that it rests on, it is measured once a day here.
    """
    outsiders = helpers_from_elsewhere(community)
    rows = Person.objects.filter(pk__in=outsiders).order_by("pk").values_list("pk", "without_graph")
    strangers = tuple(rows) if outsiders else ()
    key = (community.pk, now.astimezone(calendar.zone_of(community)).date(), strangers, *_marks(community, now))
    with _guard:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    town = town_of(community, now=now, also=[pk for pk, _ in strangers])
    measured = (town, knowledge_of(town))
    with _guard:
        for old in [kept for kept in _kept if kept[0] == community.pk]:
            del _kept[old]  # the town as it was, perhaps with somebody who asked to be forgotten
        _kept[key] = measured
        while len(_kept) > KEPT_TOWNS:
            _kept.popitem(last=False)
    return measured


def town_in(community: Area, *, now: datetime) -> Town:
    """The same town, not measured: for whoever measures it elsewhere."""
    return town_of(community, now=now, also=helpers_from_elsewhere(community))


def forget_measured() -> None:
    """This process knows nothing of any town until it measures it again."""
    with _guard:
        _kept.clear()


def _marks(community: Area, now: datetime) -> list[tuple[Any, ...]]:
    """Counts, sums and latest moments of the rows a town is made of: they move with every change. Seven queries."""
    today = localdate(now)
    ties = Tie.objects.filter(Q(low__community=community) | Q(high__community=community), ended_at__isnull=True)
    said = Outcome.objects.filter(
        side=OutcomeSide.ASKER, visit__state=VisitState.DONE, visit__match__community=community
    )
    terms = PostTerm.objects.filter(starts_date__lte=today, ends_date__gte=today, ended_at__isnull=True)
    vouches = Vouch.objects.filter(revoked_at__isnull=True, expires_at__gt=now)
    members = Membership.objects.current(today).filter(person__community=community, named=True)
    verified = Organization.objects.filter(
        verified_at__isnull=False, closed_at__isnull=True, area__path__startswith=community.path
    )
    return [
        _mark(
            Person.objects.filter(community=community, left_at__isnull=True),
            Sum("pk"),
            Sum(F("pk") * F("pk")),
            Sum("pk", filter=Q(without_graph=True)),
        ),
        _mark(
            ties,
            Sum(F("low_id") * F("high_id")),
            Sum("low_id"),
            Sum("meetings"),
            Sum("weight"),
            Max("renewed_at"),
            Count("low_confirmed_at"),
            Count("high_confirmed_at"),
        ),
        _mark(vouches, Sum(F("voucher_id") * F("person_id")), Sum("person_id"), Max("made_at")),
        _mark(members, Sum(F("person_id") * F("organization_id")), Sum("person_id")),
        _mark(terms, Sum(F("person_id") * F("post_id")), Sum("person_id")),
        _mark(verified, Sum("pk")),
        _mark(said, Sum("pk"), Sum("went_well"), Max("given_at")),
    ]


def _mark(rows: QuerySet[Any], *sums: Any) -> tuple[Any, ...]:
    named = {f"mark_{number}": expression for number, expression in enumerate((Count("pk"), *sums))}
    return tuple(rows.aggregate(**named).values())
