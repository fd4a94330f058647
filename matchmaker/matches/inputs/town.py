"""The people of a community and all that is known between them.

Ages of evidence are counted to the beginning of the local day: within a day the same rows give the same values.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Final

from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.models import Area, Membership, Organization, Person, PostTerm, Tie, Vouch
from matchmaker.community.models import TieKind as TieKindRow
from matchmaker.community.viewers import WORKER_POSTS
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.matches import calendar
from matchmaker.matches.models import Outcome, OutcomeSide, VisitState

DAY_SECONDS: Final = 86_400.0


def town_of(community: Area, *, now: datetime, also: Collection[int] = ()) -> Town:
    """The town of a community, with some people from elsewhere who may meet its people: seven queries.

    Whoever asked to be matched without ties and trust is left out, with every tie, word and outcome of theirs: they
    are nobody's stranger, and no figure of the town counts them.
    """
    day = now.astimezone(calendar.zone_of(community)).date()
    morning = datetime.combine(day, time(), tzinfo=calendar.zone_of(community))
    shown = _people(community, also)
    return Town(
        people=tuple(sorted(shown)),
        ties=tuple(_ties(community, shown, morning)),
        vouches=tuple(_vouches(community, shown, morning, now)),
        memberships=tuple(_memberships(community, shown, now)),
        seeds=frozenset(_seeds(community, now)) & shown,
        seed_organization_ids=frozenset(_seed_organizations(community)),
        outcomes=tuple(_outcomes(community, shown, morning)),
    )


def _people(community: Area, also: Collection[int]) -> frozenset[int]:
    """All but those who opted out of the graph."""
    rows = Person.objects.filter(Q(community=community) | Q(pk__in=list(also)), left_at__isnull=True)
    return frozenset(rows.filter(without_graph=False).values_list("pk", flat=True))


def _ties(community: Area, people: Collection[int], morning: datetime) -> Iterable[TieFacts]:
    """Ties that both said yes to; from a meeting they are made with both words in hand."""
    both = Q(low_confirmed_at__isnull=False, high_confirmed_at__isnull=False) | Q(
        kind__in=(TieKindRow.HELPED, TieKindRow.MET)
    )
    rows = Tie.objects.filter(both, ended_at__isnull=True)
    rows = rows.filter(Q(low__community=community) | Q(high__community=community))
    values = rows.order_by("low_id", "high_id", "kind").values_list(
        "low_id", "high_id", "kind", "weight", "renewed_at", "meetings"
    )
    for low, high, kind, weight, renewed_at, meetings in values:
        if low in people and high in people:
            yield TieFacts(low, high, TieKind(kind), weight, _age_days(renewed_at, morning), meetings)


def _vouches(community: Area, people: Collection[int], morning: datetime, now: datetime) -> Iterable[VouchFacts]:
    rows = Vouch.objects.filter(revoked_at__isnull=True, expires_at__gt=now)
    rows = rows.filter(Q(voucher__community=community) | Q(person__community=community))
    for voucher, person, made_at in rows.order_by("voucher_id", "person_id").values_list(
        "voucher_id", "person_id", "made_at"
    ):
        if voucher in people and person in people:
            yield VouchFacts(voucher, person, _age_days(made_at, morning))


def _memberships(community: Area, people: Collection[int], now: datetime) -> Iterable[MembershipFacts]:
    rows = Membership.objects.current(localdate(now)).filter(person__community=community, named=True)
    for person, organization in (
        rows.order_by("person_id", "organization_id").values_list("person_id", "organization_id").distinct()
    ):
        if person in people:
            yield MembershipFacts(person, organization)


def _seeds(community: Area, now: datetime) -> Iterable[int]:
    """Holders of workers' posts in this community, or in the areas above it."""
    above = Q(post__area__path__in=_paths_down_to(community.path))
    within = Q(post__area__path__startswith=community.path)
    terms = PostTerm.objects.filter(
        above | within,
        post__kind__in=WORKER_POSTS,
        starts_date__lte=localdate(now),
        ends_date__gte=localdate(now),
        ended_at__isnull=True,
    )
    return terms.values_list("person_id", flat=True)


def _seed_organizations(community: Area) -> Iterable[int]:
    rows = Organization.objects.filter(verified_at__isnull=False, closed_at__isnull=True)
    return rows.filter(area__path__startswith=community.path).values_list("pk", flat=True)


def _outcomes(community: Area, people: Collection[int], morning: datetime) -> Iterable[OutcomeFacts]:
    """What people who were helped said of visits that both sides confirmed."""
    rows = Outcome.objects.filter(side=OutcomeSide.ASKER, visit__state=VisitState.DONE, went_well__isnull=False)
    rows = rows.filter(visit__match__community=community)
    values = rows.order_by("pk").values_list(
        "visit__match__helper_id", "visit__match__person_id", "went_well", "given_at"
    )
    for helper, person, went_well, given_at in values:
        if helper in people and person in people:
            yield OutcomeFacts(helper, person, ((went_well or 0) + 1) / 2, _age_days(given_at, morning))


def _paths_down_to(path: str) -> list[str]:
    """The paths of the areas above this one, and its own."""
    parts = [part for part in path.split("/") if part]
    return ["".join(f"{part}/" for part in parts[: count + 1]) for count in range(len(parts))]


def _age_days(moment: datetime, morning: datetime) -> float:
    return max(0.0, (morning - moment).total_seconds() / DAY_SECONDS)
