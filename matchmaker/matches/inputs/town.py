"""The people of a community and all that is known between them.

Ages of evidence are counted to the beginning of the local day: within a day the same rows give the same values.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Final, TypeVar

from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import (
    Area,
    AreaLevel,
    Membership,
    Organization,
    Person,
    PostTerm,
    Tie,
    Vouch,
    live_ties,
)
from matchmaker.community.viewers import WORKER_POSTS
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.matches import calendar
from matchmaker.matches.inputs.counted import counted_outcomes, counted_vouches
from matchmaker.matches.models import Outcome

DAY_SECONDS: Final = 86_400.0

Facts = TypeVar("Facts")


def town_of(area: Area, *, now: datetime, also: Collection[int] = ()) -> Town:
    """The town of a community, with some people from elsewhere who may meet its people: seven queries.

    `area` may also stand above communities: then the people of them all are one town.

    Whoever asked to be matched without ties and trust is left out, with every tie, word and outcome of theirs: they
    are nobody's stranger, and no figure of the town counts them.
    """
    zone = calendar.zone_of(area)
    day = now.astimezone(zone).date()
    morning = datetime.combine(day, time(), tzinfo=zone)
    shown = _people(area, also)
    return Town(
        people=tuple(sorted(shown)),
        ties=tuple(_ties(area, shown, morning)),
        vouches=tuple(_vouches(area, shown, morning, now)),
        memberships=tuple(_memberships(area, shown, now)),
        seeds=frozenset(_seeds(area, now)) & shown,
        seed_organization_ids=frozenset(_seed_organizations(area)),
        outcomes=tuple(_outcomes(area, shown, morning)),
    )


def town_without(town: Town, piece: Vouch | Outcome, *, area: Area, now: datetime) -> Town:
    """The same town of this area and moment, as if one word for somebody, or what was said of one visit, did not count.

    No query, where an outcome comes with its match.
    """
    zone = calendar.zone_of(area)
    morning = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)
    if isinstance(piece, Vouch):
        word = VouchFacts(piece.voucher_id, piece.person_id, _age_days(piece.made_at, morning))
        return replace(town, vouches=_but_one(town.vouches, word))
    match = piece.visit.match
    said = _said(match.helper_id, match.person_id, piece.went_well, piece.given_at, morning)
    return replace(town, outcomes=_but_one(town.outcomes, said))


def _but_one(facts: tuple[Facts, ...], one: Facts) -> tuple[Facts, ...]:
    """Without this one, once; ValueError where it is not there."""
    place = facts.index(one)
    return facts[:place] + facts[place + 1 :]


def in_area(area: Area, link: str) -> Q:
    """Rows whose community, by this link, is the area, or lies under it."""
    if area.level == AreaLevel.COMMUNITY:
        return Q(**{link: area})
    return Q(**{f"{link}__path__startswith": area.path})


def _people(area: Area, also: Collection[int]) -> frozenset[int]:
    """All but those who opted out of the graph."""
    rows = Person.objects.filter(in_area(area, "community") | Q(pk__in=list(also)), left_at__isnull=True)
    return frozenset(rows.filter(without_graph=False).values_list("pk", flat=True))


def _ties(area: Area, people: Collection[int], morning: datetime) -> Iterable[TieFacts]:
    """Ties that both said yes to; from a meeting they are made with both words in hand."""
    rows = Tie.objects.filter(live_ties())
    rows = rows.filter(in_area(area, "low__community") | in_area(area, "high__community"))
    values = rows.order_by("low_id", "high_id", "kind").values_list(
        "low_id", "high_id", "kind", "weight", "renewed_at", "meetings"
    )
    for low, high, kind, weight, renewed_at, meetings in values:
        if low in people and high in people:
            yield TieFacts(low, high, TieKind(kind), weight, _age_days(renewed_at, morning), meetings)


def _vouches(area: Area, people: Collection[int], morning: datetime, now: datetime) -> Iterable[VouchFacts]:
    rows = counted_vouches(now=now)
    rows = rows.filter(in_area(area, "voucher__community") | in_area(area, "person__community"))
    for voucher, person, made_at in rows.order_by("voucher_id", "person_id").values_list(
        "voucher_id", "person_id", "made_at"
    ):
        if voucher in people and person in people:
            yield VouchFacts(voucher, person, _age_days(made_at, morning))


def _memberships(area: Area, people: Collection[int], now: datetime) -> Iterable[MembershipFacts]:
    rows = Membership.objects.current(localdate(now)).filter(in_area(area, "person__community"), named=True)
    for person, organization in (
        rows.order_by("person_id", "organization_id").values_list("person_id", "organization_id").distinct()
    ):
        if person in people:
            yield MembershipFacts(person, organization)


def _seeds(area: Area, now: datetime) -> Iterable[int]:
    """Holders of workers' posts in this community, or in the areas above it."""
    above = Q(post__area_id__in=keys_of_path(area.path))
    within = Q(post__area__path__startswith=area.path)
    terms = PostTerm.objects.current(localdate(now)).filter(above | within, post__kind__in=WORKER_POSTS)
    return terms.values_list("person_id", flat=True)


def _seed_organizations(area: Area) -> Iterable[int]:
    rows = Organization.objects.filter(verified_at__isnull=False, closed_at__isnull=True)
    return rows.filter(area__path__startswith=area.path).values_list("pk", flat=True)


def _outcomes(area: Area, people: Collection[int], morning: datetime) -> Iterable[OutcomeFacts]:
    """What people who were helped said of visits that both sides confirmed."""
    rows = counted_outcomes().filter(in_area(area, "visit__match__community"), went_well__isnull=False)
    values = rows.order_by("pk").values_list(
        "visit__match__helper_id", "visit__match__person_id", "went_well", "given_at"
    )
    for helper, person, went_well, given_at in values:
        if helper in people and person in people:
            yield _said(helper, person, went_well, given_at, morning)


def _said(helper: int, person: int, went_well: int | None, given_at: datetime, morning: datetime) -> OutcomeFacts:
    return OutcomeFacts(helper, person, ((went_well or 0) + 1) / 2, _age_days(given_at, morning))


def _age_days(moment: datetime, morning: datetime) -> float:
    return max(0.0, (morning - moment).total_seconds() / DAY_SECONDS)
