"""Plans as people type them: one line for a building, a station or a worker, its parts between commas."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from matchmaker.community.models import OrganizationKind, PostKind, StationKind
from matchmaker.community.plans.plan import BuildingPlan, Faults, Hours, Point, StationPlan, WorkerPlan

STATION_KINDS: Final = {
    "便民服务": StationKind.PUBLIC_SERVICE,
    "事务办理": StationKind.AFFAIRS,
    "社会工作": StationKind.SOCIAL,
}
POSTS: Final = {
    "网格长": PostKind.GRID_HEAD,
    "专职网格员": PostKind.FULL_TIME_MEMBER,
    "支部联系人": PostKind.BRANCH_CONTACT,
    "民警": PostKind.POLICE_CONTACT,
    "居民代表": PostKind.RESIDENT_REPRESENTATIVE,
    "协调员": PostKind.COORDINATOR,
    "监督员": PostKind.AUDITOR,
}
HOURS: Final = re.compile(r"([1-7])(?:-([1-7]))?\s+([0-2]?\d:[0-5]\d)\s*-\s*([0-2]?\d:[0-5]\d)")
COMMAS: Final = re.compile(r"[,，]")


def buildings_in(text: str, faults: Faults) -> tuple[BuildingPlan, ...]:
    """`grid, building, corridors, floors, flats per floor[, latitude, longitude]` on each line."""
    return tuple(plan for where, parts in _lines("buildings", text) if (plan := _building(where, parts, faults)))


def stations_in(text: str, faults: Faults) -> tuple[StationPlan, ...]:
    """`name, kind, organization, hours[, phone[, latitude, longitude]]` on each line."""
    return tuple(plan for where, parts in _lines("stations", text) if (plan := _station(where, parts, faults)))


def workers_in(text: str, faults: Faults, *, until_date: date) -> tuple[WorkerPlan, ...]:
    """`name, phone or mail, post[, grid]` on each line."""
    return tuple(
        plan for where, parts in _lines("workers", text) if (plan := _worker(where, parts, faults, until_date))
    )


def hours_in(text: str, where: str, faults: Faults) -> tuple[Hours, ...]:
    """`1-5 08:30-17:30; 6 09:00-12:00`: weekdays from 1 (Monday) to 7, then from and until."""
    found: list[Hours] = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[;；]", text))):
        match = HOURS.fullmatch(part)
        opens, closes = (match[3].zfill(5), match[4].zfill(5)) if match else ("", "")
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if match is None or not opens < closes < "24:00" or last < first:
            faults.add(
                where,
                "Opening hours are written like 1-5 08:30-17:30 (1 is Monday).",
                "开放时间请写成 1-5 08:30-17:30 的样子（1是周一）。",
            )
            continue
        found.extend(Hours(weekday - 1, opens, closes) for weekday in range(first, last + 1))
    return tuple(found)


def post_named(text: str) -> str:
    """The code of a post, given by code or by its Chinese name."""
    return str(POSTS.get(text, text.upper()))


def station_kind_named(text: str) -> str:
    """The code of a kind of station, given by code or by its Chinese name."""
    return str(STATION_KINDS.get(text, text.upper()))


def _lines(what: str, text: str) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield f"{what} {number}", [part.strip() for part in COMMAS.split(line)]


def _building(where: str, parts: list[str], faults: Faults) -> BuildingPlan | None:
    if len(parts) not in (5, 7):
        faults.add(
            where,
            "A line has five parts (grid, building, corridors, floors, flats per floor), or seven with the place.",
            "每行五项：网格、楼、单元数、层数、每层户数；加上纬度和经度则是七项。",
        )
        return None
    numbers = [_whole(part) for part in parts[2:5]]
    if None in numbers:
        faults.add(where, "Corridors, floors and flats are whole numbers.", "单元数、层数、每层户数请填整数。")
        return None
    corridors, floors, flats = (number or 0 for number in numbers)
    return BuildingPlan(where, parts[0], parts[1], corridors, floors, flats, _point(parts[5:], where, faults))


def _station(where: str, parts: list[str], faults: Faults) -> StationPlan | None:
    if len(parts) not in (4, 5, 7):
        faults.add(
            where,
            "A line has a name, a kind, an organization and opening hours, then perhaps a phone and a place.",
            "每行依次是：名称、类型、组织、开放时间，后面可加电话和经纬度。",
        )
        return None
    name, kind, organization, hours = parts[:4]
    return StationPlan(
        where=where,
        name=name,
        kind=station_kind_named(kind),
        organization=organization,
        organization_kind=OrganizationKind.STATION,
        hours=hours_in(hours, where, faults),
        phone=parts[4] if len(parts) > 4 else "",
        at=_point(parts[5:], where, faults),
    )


def _worker(where: str, parts: list[str], faults: Faults, until_date: date) -> WorkerPlan | None:
    if len(parts) not in (3, 4):
        faults.add(
            where,
            "A line has a name, a phone or mail address and a post, then the grid where it is a post of a grid.",
            "每行依次是：姓名、手机或邮箱、岗位；网格的岗位再加上网格名称。",
        )
        return None
    grid = parts[3] if len(parts) == 4 else ""
    return WorkerPlan(where, parts[0], parts[1], post_named(parts[2]), grid, until_date)


def _point(parts: list[str], where: str, faults: Faults) -> Point | None:
    if not any(parts):
        return None
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        faults.add(
            where,
            "Latitude and longitude are numbers such as 41.2 and 111.3.",
            "纬度和经度请填数字，例如 41.2 和 111.3。",
        )
        return None
    return Point(latitude, longitude)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None
