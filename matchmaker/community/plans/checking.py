"""Whether a plan can be started: every fault at once, each with the place it was read from."""

from collections import Counter
from datetime import date, timedelta
from typing import Final
from zoneinfo import available_timezones

from matchmaker.community.models import OrganizationKind, PostKind, StationKind
from matchmaker.community.plans import plan as plans
from matchmaker.community.plans.lines import POSTS
from matchmaker.community.plans.plan import BuildingPlan, CommunityPlan, Fault, Faults, Point, StationPlan, WorkerPlan
from matchmaker.community.sign_in_names import normal_phone, normal_sign_in_name
from matchmaker.community.texts import check_shown, shows_something
from matchmaker.errors import InvalidInput

NAME_LENGTH: Final = 120
PERSON_NAME_LENGTH: Final = 80
BUILDING_LENGTH: Final = 40
LONGEST_TERM: Final = timedelta(days=6 * 366)

GRID_POSTS: Final = (
    PostKind.GRID_HEAD,
    PostKind.FULL_TIME_MEMBER,
    PostKind.BRANCH_CONTACT,
    PostKind.POLICE_CONTACT,
    PostKind.RESIDENT_REPRESENTATIVE,
)
"""One grid, five members."""
COMMUNITY_POSTS: Final = (PostKind.COORDINATOR, PostKind.POLICE_CONTACT, PostKind.AUDITOR)


def faults_of(plan: CommunityPlan, *, today: date) -> list[Fault]:
    """Every fault of the plan in the order of the plan; an empty list where it can be started."""
    faults = Faults()
    _check_community(plan, faults)
    for building in plan.buildings:
        _check_building(building, faults)
    _check_doubles(plan, faults)
    for station in plan.stations:
        _check_station(station, faults)
    for worker in plan.workers:
        _check_worker(worker, plan, faults, today=today)
    _check_posts(plan, faults)
    return list(faults)


def _check_community(plan: CommunityPlan, faults: Faults) -> None:
    names = (
        ("region", plan.region),
        ("sub_district", plan.sub_district),
        ("joint_community", plan.joint_community),
        ("name", plan.name),
    )
    for where, name in names:
        _check_name(name, where, NAME_LENGTH, faults)
    if plan.time_zone not in available_timezones():
        faults.add("time_zone", "This is no time zone, such as Asia/Shanghai.", "没有这个时区，例如 Asia/Shanghai。")
    if plan.centre is None:
        faults.add(
            "centre",
            "Say where the middle of the community is, by latitude and longitude.",
            "请填写社区中心的纬度和经度。",
        )
    _check_point(plan.centre, "centre", faults)
    if not plan.buildings:
        faults.add("buildings", "Name at least one building.", "请至少填写一栋楼。")
    if len(plan.buildings) > plans.BUILDINGS_AT_MOST:
        faults.add(
            "buildings",
            f"At most {plans.BUILDINGS_AT_MOST} buildings.",
            f"最多{plans.BUILDINGS_AT_MOST}栋楼。",
        )
    if plan.households > plans.HOUSEHOLDS_AT_MOST:
        faults.add(
            "buildings",
            f"{plan.households} households are more than one community holds ({plans.HOUSEHOLDS_AT_MOST} at most).",
            f"一个社区最多{plans.HOUSEHOLDS_AT_MOST}户，这里有{plan.households}户。",
        )


def _check_building(building: BuildingPlan, faults: Faults) -> None:
    _check_name(building.grid, building.where, NAME_LENGTH, faults)
    _check_name(building.name, building.where, BUILDING_LENGTH, faults)
    numbers = (
        (building.corridors, plans.CORRIDORS_AT_MOST, "corridors", "单元数"),
        (building.floors, plans.FLOORS_AT_MOST, "floors", "层数"),
        (building.flats_per_floor, plans.FLATS_PER_FLOOR_AT_MOST, "flats per floor", "每层户数"),
    )
    for number, most, what, what_zh in numbers:
        if not 1 <= number <= most:
            faults.add(building.where, f"Between 1 and {most} {what}.", f"{what_zh}应在1到{most}之间。")
    _check_point(building.at, building.where, faults)


def _check_doubles(plan: CommunityPlan, faults: Faults) -> None:
    """Two buildings of a grid with one name could not be told apart on a door."""
    seen: set[tuple[str, str]] = set()
    for building in plan.buildings:
        if (building.grid, building.name) in seen:
            faults.add(building.where, "This building stands in the list twice.", "这栋楼在名单里出现了两次。")
        seen.add((building.grid, building.name))
    names = Counter(station.name for station in plan.stations)
    for station in plan.stations:
        if names[station.name] > 1:
            faults.add(station.where, "Two stations have this name.", "有两个服务站用了这个名称。")


def _check_station(station: StationPlan, faults: Faults) -> None:
    _check_name(station.name, station.where, NAME_LENGTH, faults)
    _check_name(station.organization, station.where, NAME_LENGTH, faults)
    if station.kind not in StationKind.values:
        faults.add(
            station.where,
            f"A station is one of {', '.join(StationKind.values)}.",
            "服务站的类型是：便民服务、事务办理、社会工作。",
        )
    if station.organization_kind not in OrganizationKind.values:
        faults.add(
            station.where,
            f"An organization is one of {', '.join(OrganizationKind.values)}.",
            f"组织的类型应是以下之一：{'、'.join(OrganizationKind.values)}。",
        )
    if station.phone and normal_phone(station.phone) is None:
        faults.add(station.where, "This is no phone number.", "这不是电话号码。")
    if not station.hours:
        faults.add(
            station.where, "Say when it is open, such as 1-5 08:30-17:30.", "请填写开放时间，例如 1-5 08:30-17:30。"
        )
    _check_point(station.at, station.where, faults)


def _check_worker(worker: WorkerPlan, plan: CommunityPlan, faults: Faults, *, today: date) -> None:
    _check_name(worker.name, worker.where, PERSON_NAME_LENGTH, faults)
    if normal_sign_in_name(worker.sign_in_name) is None:
        faults.add(
            worker.where,
            "Give a phone number or a mail address to sign in with.",
            "请填写用来登录的手机号或邮箱。",
        )
    kinds = GRID_POSTS if worker.grid else COMMUNITY_POSTS
    if worker.post not in kinds:
        faults.add(
            worker.where,
            f"Here a post is one of {', '.join(kinds)}.",
            f"这里的岗位应是以下之一：{'、'.join(word for word, kind in POSTS.items() if kind in kinds)}。",
        )
    if worker.grid and worker.grid not in plan.grids:
        faults.add(worker.where, "No building stands in this grid.", "没有楼属于这个网格。")
    if not today <= worker.until_date <= today + LONGEST_TERM:
        faults.add(
            worker.where, "A term ends later than today and within six years.", "任期应在今天之后、六年以内结束。"
        )


def _check_posts(plan: CommunityPlan, faults: Faults) -> None:
    held = Counter((worker.grid, worker.post) for worker in plan.workers)
    for worker in plan.workers:
        if held[worker.grid, worker.post] > 1:
            faults.add(worker.where, "Two people hold this post in the list.", "这个岗位填了两个人。")
    posts: dict[str, set[str]] = {}
    for worker in plan.workers:
        posts.setdefault(normal_sign_in_name(worker.sign_in_name) or "", set()).add(worker.post)
    for worker in plan.workers:
        own = posts[normal_sign_in_name(worker.sign_in_name) or ""]
        if PostKind.AUDITOR in own and len(own) > 1:
            faults.add(worker.where, "An auditor holds no other post.", "监督员不能同时担任其他岗位。")
    if not any(worker.post == PostKind.COORDINATOR and not worker.grid for worker in plan.workers):
        faults.add("workers", "Name a coordinator: somebody has to look first.", "请填写一位协调员：事情要有人看。")


def _check_name(text: str, where: str, longest: int, faults: Faults) -> None:
    if not shows_something(text) or len(text) > longest:
        faults.add(where, f"Give a name of up to {longest} characters.", f"请填写名称，最多{longest}个字。")
        return
    try:
        check_shown(text, where)
    except InvalidInput as refusal:
        faults.add(where, refusal.sentence("en"), refusal.sentence("zh"))


def _check_point(at: Point | None, where: str, faults: Faults) -> None:
    if at is not None and not (-90 <= at.latitude <= 90 and -180 <= at.longitude <= 180):
        faults.add(
            where,
            "Latitude lies between -90 and 90, longitude between -180 and 180.",
            "纬度应在-90到90之间，经度应在-180到180之间。",
        )
