"""Starting a community: its places, posts, stations and first workers stand at once, or nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.areas import plant_all, plant_area
from matchmaker.community.actions.locking import chain_of
from matchmaker.community.actions.posts import appoint
from matchmaker.community.models import (
    Area,
    AreaLevel,
    Organization,
    OrganizationKind,
    Person,
    Post,
    Station,
    User,
)
from matchmaker.community.plans.checking import COMMUNITY_POSTS, GRID_POSTS, faults_of
from matchmaker.community.plans.plan import BuildingPlan, CommunityPlan, Fault, Point, StationPlan, WorkerPlan
from matchmaker.community.sign_in_names import normal_phone, normal_sign_in_name
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.records.actions import commit


class PlanNotUsable(DomainError):
    code = "PLAN_NOT_USABLE"
    message = "This plan cannot be started yet. Each fault is named."
    message_zh = "方案还不能启用，问题已逐条列出。"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Started:
    community: Area
    grids: int
    corridors: int
    households: int
    vacant_posts: int


def start_community(*, viewer: Viewer | None, plan: CommunityPlan, now: datetime) -> Started:
    """The community stands as planned. An operator does it; `viewer` is None for one at the machine itself.

    Raises
    ------
    PlanNotUsable
        With every fault of the plan, those of the rows that stand already among them.
    """
    if viewer is not None and not viewer.is_operator:
        raise NotAllowed
    if faults := faults_of(plan, today=localdate(now)):
        raise PlanNotUsable(faults)
    with transaction.atomic():
        if faults := _faults_of_what_stands(plan):
            raise PlanNotUsable(faults)
        community = _community(plan)
        grids = {name: _planted(community, AreaLevel.GRID, name, plan.centre) for name in plan.grids}
        corridors, households = _homes(plan, grids)
        posts = _posts(community, grids)
        _stations(plan, community, now)
        for worker in plan.workers:
            _appoint(viewer, worker, posts, community, now)
        facts = {"community": community.pk, "households": households}
        commit(chain=chain_of(community.pk), kind="community.started", facts=facts, persons=[], now=now)
    return Started(community, len(grids), corridors, households, len(posts) - len(plan.workers))


def _faults_of_what_stands(plan: CommunityPlan) -> list[Fault]:
    """A second community of the name, or accounts that exist already."""
    faults = []
    above = Area.objects.filter(level=AreaLevel.COMMUNITY, name=plan.name, parent__name=plan.joint_community)
    if above.filter(parent__parent__name=plan.sub_district).exists():
        faults.append(Fault("name", "There is a community of this name here already.", "这里已经有同名的社区了。"))
    for worker in plan.workers:
        if User.objects.filter(sign_in_name=normal_sign_in_name(worker.sign_in_name)).exists():
            faults.append(
                Fault(
                    worker.where,
                    "Somebody has an account of this name already: appoint them after the start.",
                    "这个手机号或邮箱已有账号，请在启用后再安排岗位。",
                )
            )
    return faults


def _community(plan: CommunityPlan) -> Area:
    above: Area | None = None
    for level, name in (
        (AreaLevel.REGION, plan.region),
        (AreaLevel.SUB_DISTRICT, plan.sub_district),
        (AreaLevel.JOINT_COMMUNITY, plan.joint_community),
    ):
        found = Area.objects.filter(parent=above, level=level, name=name).first()
        above = found or plant_area(parent=above, level=level, name=name)
    return _planted(above, AreaLevel.COMMUNITY, plan.name, plan.centre, plan.name_en, plan.time_zone)


def _planted(
    parent: Area | None, level: AreaLevel, name: str, at: Point | None, name_en: str = "", time_zone: str = ""
) -> Area:
    return plant_area(
        parent=parent,
        level=level,
        name=name,
        name_en=name_en,
        latitude=at.latitude if at else None,
        longitude=at.longitude if at else None,
        time_zone=time_zone,
    )


def _homes(plan: CommunityPlan, grids: dict[str, Area]) -> tuple[int, int]:
    """All corridors and all households are stored; how many of each."""
    corridors: list[Area] = []
    flats: list[tuple[Area, BuildingPlan]] = []
    for building in plan.buildings:
        own = [
            _area(grids[building.grid], AreaLevel.CORRIDOR, name, building, plan.centre)
            for name in building.corridor_names()
        ]
        corridors.extend(own)
        flats.extend((corridor, building) for corridor in own)
    plant_all(corridors)
    households = [
        _area(corridor, AreaLevel.HOUSEHOLD, name, building, plan.centre)
        for corridor, building in flats
        for name in building.flat_names()
    ]
    plant_all(households)
    return len(corridors), len(households)


def _area(parent: Area, level: AreaLevel, name: str, building: BuildingPlan, centre: Point | None) -> Area:
    at = _place(building.at, centre)
    return Area(
        level=level,
        parent=parent,
        parent_level=parent.level,
        name=name,
        building=building.name,
        latitude=at.latitude,
        longitude=at.longitude,
    )


def _place(at: Point | None, centre: Point | None) -> Point:
    """Its own, else the middle of the community; a plan without either did not pass the check."""
    place = at or centre
    if place is None:
        raise ValueError("a plan that was checked has a centre")
    return place


def _posts(community: Area, grids: dict[str, Area]) -> dict[tuple[str, str], Post]:
    """Every post that a community has, held or vacant, by the name of its grid (none for the whole) and its kind."""
    places = [("", community, COMMUNITY_POSTS), *((name, grid, GRID_POSTS) for name, grid in grids.items())]
    return {
        (name, str(kind)): Post.objects.create(area=area, kind=kind) for name, area, kinds in places for kind in kinds
    }


def _stations(plan: CommunityPlan, community: Area, now: datetime) -> None:
    in_order = sorted(plan.stations, key=lambda station: station.organization)
    for name, stations in groupby(in_order, key=lambda station: station.organization):
        own = list(stations)
        organization = Organization.objects.create(
            name=name,
            kind=OrganizationKind(own[0].organization_kind),
            area=community,
            registered_at=now,
            verified_at=now,
        )
        for station in own:
            _station(station, organization, plan.centre)


def _station(station: StationPlan, organization: Organization, centre: Point | None) -> None:
    at = _place(station.at, centre)
    hours = [{"weekday": part.weekday, "opens": part.opens, "closes": part.closes} for part in station.hours]
    Station.objects.create(
        name=station.name,
        kind=station.kind,
        organization=organization,
        area=organization.area,
        latitude=at.latitude,
        longitude=at.longitude,
        opening_hours=hours,
        phone=normal_phone(station.phone) or "",
    )


def _appoint(
    viewer: Viewer | None, worker: WorkerPlan, posts: dict[tuple[str, str], Post], community: Area, now: datetime
) -> None:
    appoint(
        viewer=viewer,
        post=posts[worker.grid, worker.post],
        person=_person(worker, community, now),
        starts_date=localdate(now),
        ends_date=worker.until_date,
        now=now,
    )


def _person(worker: WorkerPlan, community: Area, now: datetime) -> Person:
    """Who signs in by this name; one person for a name that holds two posts."""
    name = normal_sign_in_name(worker.sign_in_name) or ""
    known = User.objects.select_related("person").filter(sign_in_name=name).first()
    if known is not None and known.person is not None:
        return known.person
    person = Person.objects.create(
        name=worker.name,
        phone="" if "@" in name else name,
        email=name if "@" in name else "",
        community=community,
        languages=["zh"],
        joined_at=now,
    )
    User.objects.create_user(name, person=person, created_at=now)
    return person
