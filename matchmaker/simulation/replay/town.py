"""Builds the villages of a replay: real households and ties, the rest by the rules."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from matchmaker.community.actions.areas import plant_all
from matchmaker.community.models import (
    Area,
    AreaLevel,
    Membership,
    Organization,
    OrganizationKind,
    Person,
    Post,
    PostKind,
    PostTerm,
    Qualification,
    QualificationKind,
    Tie,
    TieKind,
)
from matchmaker.needs.actions import load_service_types
from matchmaker.needs.models import Offer, OfferHours, OfferReach, ServiceType
from matchmaker.simulation.replay import rules
from matchmaker.simulation.replay.reading import HouseholdRow, ReplayData


@dataclass(frozen=True)
class Village:
    """A stored village: its households in the order of their numbers, and who works for it."""

    number: int
    community: Area
    grid: Area
    homes: tuple[HouseholdRow, ...]
    people: tuple[Person, ...]
    workers: tuple[Person, ...]

    def person_of(self, home: HouseholdRow) -> Person:
        return self.people[self.homes.index(home)]


def build_villages(data: ReplayData, *, seed: int) -> tuple[Village, ...]:
    """The stored villages under one region, with people, ties, workers and offers."""
    load_service_types()
    by_village: dict[int, list[HouseholdRow]] = defaultdict(list)
    for home in data.households:
        by_village[home.village].append(home)
    numbers = sorted(by_village)
    communities, grids = _plant_villages(numbers)
    homes = [
        _home(home, grids[index], rules.place_of(index, position))
        for index, number in enumerate(numbers)
        for position, home in enumerate(by_village[number])
    ]
    plant_all(homes)
    flat = [(index, home) for index, number in enumerate(numbers) for home in by_village[number]]
    people = [_person(home, area, communities[index]) for (index, home), area in zip(flat, homes, strict=True)]
    Person.objects.bulk_create(people, batch_size=1000)
    _tie(data.ties, {home.household: person.pk for (_, home), person in zip(flat, people, strict=True)})
    villages = []
    for index, number in enumerate(numbers):
        own = tuple(person for (at, _), person in zip(flat, people, strict=True) if at == index)
        rows = tuple(by_village[number])
        villages.append(
            Village(number, communities[index], grids[index], rows, own, _appoint(communities[index], rows, own))
        )
    for village in villages:
        _offer(village, seed)
    return tuple(villages)


def _plant_villages(numbers: Sequence[int]) -> tuple[list[Area], list[Area]]:
    (region,) = plant_all([Area(level=AreaLevel.REGION, name="Replay")])
    (sub_district,) = plant_all([_below(region, AreaLevel.SUB_DISTRICT, "Replay")])
    joints = [_below(sub_district, AreaLevel.JOINT_COMMUNITY, f"Around village {number}") for number in numbers]
    plant_all(joints)  # one each: nobody is asked to help in another village
    communities = [
        _below(joint, AreaLevel.COMMUNITY, f"Village {number}") for joint, number in zip(joints, numbers, strict=True)
    ]
    for index, community in enumerate(communities):
        community.time_zone = rules.ZONE
        community.latitude, community.longitude = rules.place_of(index, 0)
    plant_all(communities)
    grids = [_below(community, AreaLevel.GRID, "Grid") for community in communities]
    return communities, plant_all(grids)


def _below(parent: Area, level: AreaLevel, name: str) -> Area:
    return Area(level=level, parent=parent, parent_level=parent.level, name=name)


def _home(home: HouseholdRow, grid: Area, at: tuple[float, float]) -> Area:
    area = _below(grid, AreaLevel.HOUSEHOLD, f"Household {home.household}")
    area.latitude, area.longitude = at
    return area


def _person(home: HouseholdRow, area: Area, community: Area) -> Person:
    return Person(
        name=f"Household {home.household}",
        household=area,
        community=community,
        birth_year=rules.START.year - rules.AGE - 1,
        languages=["zh"],
        external_id=f"household-{home.household}",
        visits_per_week_cap=rules.VISITS_PER_WEEK,
        home_confirmed_at=rules.START,
        joined_at=rules.START,
    )


def _tie(pairs: Sequence[tuple[int, int]], person_of: dict[int, int]) -> None:
    rows = []
    for one, other in pairs:
        low, high = sorted((person_of[one], person_of[other]))
        said = {"low_confirmed_at": rules.START, "high_confirmed_at": rules.START, "made_at": rules.START}
        rows.append(Tie(low_id=low, high_id=high, kind=TieKind.FRIEND, renewed_at=rules.START, **said))
    Tie.objects.bulk_create(rows, batch_size=2000)


def _appoint(community: Area, homes: Sequence[HouseholdRow], people: Sequence[Person]) -> tuple[Person, ...]:
    """Leaders first, then the smallest numbers: two workers, and a verified committee whose members the leaders are."""
    committee = Organization.objects.create(
        name="Village committee",
        kind=OrganizationKind.COMMITTEE,
        area=community,
        registered_at=rules.START,
        verified_at=rules.START,
    )
    today = rules.START.date()
    leaders = [person for home, person in zip(homes, people, strict=True) if home.leader]
    Membership.objects.bulk_create(
        [
            Membership(person=person, organization=committee, since_date=today, accepted_at=rules.START)
            for person in leaders
        ]
    )
    workers = (leaders + [person for person in people if person not in leaders])[:2]
    for person, kind in zip(workers, (PostKind.COORDINATOR, PostKind.GRID_HEAD), strict=False):
        post = Post.objects.create(area=community, kind=kind)
        PostTerm.objects.create(post=post, person=person, starts_date=today, ends_date=today + timedelta(days=365))
    return tuple(workers)


def _offer(village: Village, seed: int) -> None:
    kinds = {kind.code: kind for kind in ServiceType.objects.filter(code__in=rules.OFFERED_TYPES)}
    giving = [
        (home, person)
        for home, person in zip(village.homes, village.people, strict=True)
        if rules.offers_help(home, seed)
    ]
    offers = Offer.objects.bulk_create([_offer_of(person, village) for _, person in giving])
    hours, types, reach = [], [], []
    asked: set[tuple[int, str, str]] = set()
    for offer, (home, person) in zip(offers, giving, strict=True):
        hours += [
            OfferHours(offer=offer, weekday=part.weekday, starts=part.starts, ends=part.ends)
            for part in rules.offered_hours(home, seed)
        ]
        reach.append(Offer.reach_areas.through(offer_id=offer.pk, area_id=village.community.pk))
        for code in rules.offered_types(home, seed):
            types.append(Offer.service_types.through(offer_id=offer.pk, servicetype_id=kinds[code].pk))
            asked |= {(person.pk, what, needed) for what, needed in _asked_of_helpers(kinds[code])}
    OfferHours.objects.bulk_create(hours)
    Offer.service_types.through.objects.bulk_create(types)
    Offer.reach_areas.through.objects.bulk_create(reach)
    Qualification.objects.bulk_create(
        [
            Qualification(person_id=person, kind=what, code=code, valid_from_date=rules.START.date())
            for person, what, code in sorted(asked)
        ]
    )


def _offer_of(person: Person, village: Village) -> Offer:
    if person.household is None or person.household.latitude is None or person.household.longitude is None:
        raise ValueError("a household of a replay has a place")
    return Offer(
        person=person,
        community=village.community,
        title="Help",
        place=person.household,
        latitude=person.household.latitude,
        longitude=person.household.longitude,
        reach=OfferReach.AREAS,
        visits_per_week=rules.VISITS_PER_WEEK,
        languages=["zh"],
        opened_at=rules.START,
        external_id=f"{person.external_id}-offer",
    )


def _asked_of_helpers(kind: ServiceType) -> list[tuple[str, str]]:
    asked = [(QualificationKind.TRAINING, code) for code in kind.required_trainings]
    asked += [(QualificationKind.CLEARANCE, code) for code in kind.required_clearances]
    return [(str(what), code) for what, code in asked]
