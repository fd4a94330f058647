"""What the engine is told of the people of a community and of what lies between them: plain values, in bulk."""

from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from matchmaker.community.models import Area, Membership, MembershipRole, Organization, Person, PostTerm, Tie, Vouch
from matchmaker.community.viewers import WORKER_POSTS
from matchmaker.engine.problem import MembershipFacts, TieFacts, TieKind, Town, VouchFacts

DAY_SECONDS: Final = 86_400.0


def town_facts(community: Area, *, now: datetime, also: Collection[int] = ()) -> Town:
    """The town of a community, with some people from elsewhere who may meet its people: seven queries at any size.

    Ages are counted to the beginning of the local day, so that within a day the same rows give the same values. Whoever
    asked to be matched without ties and trust stands here alone: no tie, vouch or membership of theirs is told.
    """
    zone = ZoneInfo(community.time_zone)
    morning = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)
    people = dict(
        Person.objects.filter(Q(community=community) | Q(pk__in=list(also)), left_at__isnull=True).values_list(
            "pk", "without_graph"
        )
    )
    shown = frozenset(pk for pk, without_graph in people.items() if not without_graph)
    verified = _verified_organizations(community)
    return Town(
        people=tuple(sorted(people)),
        ties=tuple(_ties(community, shown, morning)),
        vouches=tuple(_vouches(community, shown, morning, now)),
        memberships=tuple(_memberships(shown, community, now)),
        seeds=(_workers(community, now) | _clerks(verified, now)) & shown,
        seed_organization_ids=verified,
    )


def _ties(community: Area, shown: Collection[int], morning: datetime) -> Iterable[TieFacts]:
    """Ties of which both people said so."""
    rows = Tie.objects.filter(
        Q(low__community=community) | Q(high__community=community),
        ended_at__isnull=True,
        low_confirmed_at__isnull=False,
        high_confirmed_at__isnull=False,
    ).order_by("low_id", "high_id", "kind")
    for low, high, kind, weight, renewed_at, meetings in rows.values_list(
        "low_id", "high_id", "kind", "weight", "renewed_at", "meetings"
    ):
        if low in shown and high in shown:
            yield TieFacts(low, high, TieKind(kind), weight, _age_days(renewed_at, morning), meetings)


def _vouches(community: Area, shown: Collection[int], morning: datetime, now: datetime) -> Iterable[VouchFacts]:
    rows = Vouch.objects.filter(
        Q(voucher__community=community) | Q(person__community=community), revoked_at__isnull=True, expires_at__gt=now
    ).order_by("voucher_id", "person_id")
    for voucher, person, made_at in rows.values_list("voucher_id", "person_id", "made_at"):
        if voucher in shown and person in shown:
            yield VouchFacts(voucher, person, _age_days(made_at, morning))


def _memberships(shown: Collection[int], community: Area, now: datetime) -> Iterable[MembershipFacts]:
    rows = _in_term(Membership.objects.filter(person__community=community), now)
    pairs = rows.order_by("person_id", "organization_id").values_list("person_id", "organization_id").distinct()
    for person, organization in pairs:
        if person in shown:
            yield MembershipFacts(person, organization)


def _verified_organizations(community: Area) -> frozenset[int]:
    rows = Organization.objects.filter(
        verified_at__isnull=False, closed_at__isnull=True, area__path__startswith=community.path
    )
    return frozenset(rows.values_list("pk", flat=True))


def _workers(community: Area, now: datetime) -> frozenset[int]:
    """Holders of a worker's post in the community or in an area above it."""
    keys = [int(part) for part in community.path.split("/") if part]
    terms = PostTerm.objects.filter(
        Q(post__area_id__in=keys) | Q(post__area__path__startswith=community.path),
        post__kind__in=WORKER_POSTS,
        starts_date__lte=now.date(),
        ends_date__gte=now.date(),
        ended_at__isnull=True,
    )
    return frozenset(terms.values_list("person_id", flat=True))


def _clerks(organization_ids: Collection[int], now: datetime) -> frozenset[int]:
    rows = Membership.objects.filter(role=MembershipRole.CLERK, organization_id__in=organization_ids)
    return frozenset(_in_term(rows, now).values_list("person_id", flat=True))


def _in_term(rows: QuerySet[Membership], now: datetime) -> QuerySet[Membership]:
    today = now.date()
    return rows.filter(Q(until_date__isnull=True) | Q(until_date__gte=today), since_date__lte=today)


def _age_days(moment: datetime, morning: datetime) -> float:
    return max(0.0, (morning - moment).total_seconds() / DAY_SECONDS)
