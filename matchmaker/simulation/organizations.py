"""Organizations of all nine kinds in the sample community, with members, branches and stations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.models import (
    Area,
    Branch,
    BranchMembership,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    Station,
    StationKind,
)
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.people import NO_COUNTRY, Resident
from matchmaker.simulation.places import Places, offset


@dataclass(frozen=True)
class OrganizationPlan:
    key: str
    kind: OrganizationKind
    name: str
    name_en: str
    volunteers: int
    young: bool = False


@dataclass(frozen=True)
class StaffedOrganization:
    """A stored organization with its clerk and the people it can send."""

    plan: OrganizationPlan
    row: Organization
    clerk: Resident
    members: tuple[Resident, ...]


@dataclass(frozen=True)
class BranchPlan:
    name: str
    lead: str
    others: tuple[str, ...]


ORGANIZATIONS: Final = (
    OrganizationPlan("government", OrganizationKind.GOVERNMENT, "样本街道办事处", "Sample sub-district office", 5),
    OrganizationPlan("party", OrganizationKind.PARTY_ORGANIZATION, "样本社区党组织", "Sample Party organization", 9),
    OrganizationPlan("committee", OrganizationKind.COMMITTEE, "样本社区居民委员会", "Sample residents' committee", 7),
    OrganizationPlan("service_station", OrganizationKind.STATION, "样本社区服务站", "Sample service station", 6),
    OrganizationPlan("health_station", OrganizationKind.STATION, "样本社区卫生服务站", "Sample health station", 6),
    OrganizationPlan(
        "property_east", OrganizationKind.PROPERTY_COMPANY, "样本东区物业公司", "Sample east property company", 6
    ),
    OrganizationPlan(
        "property_west", OrganizationKind.PROPERTY_COMPANY, "样本西区物业公司", "Sample west property company", 6
    ),
    OrganizationPlan("owners", OrganizationKind.OWNERS_COMMITTEE, "样本业主委员会", "Sample owners' committee", 5),
    OrganizationPlan("elders_ngo", OrganizationKind.NGO, "样本助老服务社", "Sample elders' help society", 12),
    OrganizationPlan("youth_ngo", OrganizationKind.NGO, "样本青少年服务社", "Sample youth society", 8, young=True),
    OrganizationPlan(
        "foundation", OrganizationKind.NEW_SOCIAL, "样本社区基金会", "Sample community foundation", 6, young=True
    ),
    OrganizationPlan("arts", OrganizationKind.NEW_SOCIAL, "样本文艺社", "Sample arts society", 8),
    OrganizationPlan("shop", OrganizationKind.NEW_ECONOMIC, "样本便民维修店", "Sample repair shop", 4),
    OrganizationPlan(
        "housekeeping", OrganizationKind.NEW_ECONOMIC, "样本家政公司", "Sample housekeeping company", 6, young=True
    ),
)

BRANCHES: Final = (
    BranchPlan("样本养老支部", "elders_ngo", ("health_station", "housekeeping", "committee")),
    BranchPlan("样本文教支部", "arts", ("youth_ngo", "foundation")),
    BranchPlan("样本安居支部", "committee", ("property_east", "property_west", "owners", "shop")),
)

WEEKDAY_HOURS: Final = [{"weekday": day, "opens": "08:30", "closes": "17:30"} for day in range(5)]
STATIONS: Final = (
    ("service_station", StationKind.PUBLIC_SERVICE, "样本公共服务站", "Sample public service station", WEEKDAY_HOURS),
    ("committee", StationKind.AFFAIRS, "样本社区事务站", "Sample affairs station", WEEKDAY_HOURS),
    (
        "health_station",
        StationKind.SOCIAL,
        "样本社会工作站",
        "Sample social work station",
        [*WEEKDAY_HOURS, {"weekday": 5, "opens": "09:00", "closes": "12:00"}],
    ),
)


def found_organizations(
    *, seed: int, places: Places, residents: Sequence[Resident], now: datetime
) -> list[StaffedOrganization]:
    """The stored organizations, each with a clerk, members and volunteers, grouped in branches."""
    dice = Dice(seed, "organizations")
    rows = [_organization(dice, plan, places, now) for plan in ORGANIZATIONS]
    Organization.objects.bulk_create(rows)
    staffed = _staff(dice, rows, residents, now)
    _group(dice, places.community, {organization.plan.key: organization.row for organization in staffed})
    return staffed


def open_stations(*, seed: int, places: Places, organizations: Sequence[StaffedOrganization]) -> list[Station]:
    """The stored stations with their opening hours."""
    dice = Dice(seed, "stations")
    by_key = {organization.plan.key: organization.row for organization in organizations}
    rows = []
    for number, (key, kind, name, name_en, hours) in enumerate(STATIONS):
        at = offset(east_m=120.0 + 240.0 * number, north_m=90.0)
        station = Station(public_id=dice.public_id(), name=name, name_en=name_en, kind=kind, organization=by_key[key])
        station.area, station.latitude, station.longitude = places.community, at[0], at[1]
        station.opening_hours, station.phone = hours, f"{NO_COUNTRY}{91000000 + number}"
        rows.append(station)
    Station.objects.bulk_create(rows)
    return rows


def _organization(dice: Dice, plan: OrganizationPlan, places: Places, now: datetime) -> Organization:
    at = offset(east_m=dice.real(0, 900), north_m=dice.real(0, 150))
    days = dice.between(30, 170) if plan.young else dice.between(800, 6000)
    return Organization(
        public_id=dice.public_id(),
        name=plan.name,
        name_en=plan.name_en,
        kind=plan.kind,
        area=places.community,
        founded_date=now.date() - timedelta(days=days),
        phone=f"{NO_COUNTRY}{90000000 + dice.between(10, 9999)}",
        latitude=at[0],
        longitude=at[1],
        registered_at=now,
        verified_at=now,
    )


def _staff(
    dice: Dice, rows: Sequence[Organization], residents: Sequence[Resident], now: datetime
) -> list[StaffedOrganization]:
    """Settled and new people between 18 and 72 work for organizations; nobody for two."""
    able = dice.some(
        [resident for resident in residents if 18 <= resident.age <= 72],
        sum(plan.volunteers + 1 for plan in ORGANIZATIONS),
    )
    staffed, memberships = [], []
    for plan, row in zip(ORGANIZATIONS, rows, strict=True):
        members, able = able[: plan.volunteers + 1], able[plan.volunteers + 1 :]
        for index, member in enumerate(members):
            role = MembershipRole.CLERK if index == 0 else dice.pick((MembershipRole.MEMBER, MembershipRole.VOLUNTEER))
            since = now - timedelta(days=dice.between(20, 900))
            memberships.append(
                Membership(
                    person=member.person, organization=row, role=role, since_date=since.date(), accepted_at=since
                )
            )
        staffed.append(StaffedOrganization(plan, row, members[0], tuple(members)))
    Membership.objects.bulk_create(memberships)
    return staffed


def _group(dice: Dice, area: Area, by_key: dict[str, Organization]) -> None:
    for plan in BRANCHES:
        branch = Branch.objects.create(public_id=dice.public_id(), name=plan.name, area=area)
        BranchMembership.objects.bulk_create(
            [
                BranchMembership(branch=branch, organization=by_key[key], leads=key == plan.lead)
                for key in (plan.lead, *plan.others)
            ]
        )
