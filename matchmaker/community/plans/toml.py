"""Plans as a TOML file: the same lines as on the pages, or tables where a plan is written by a program."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from matchmaker.community.plans import lines
from matchmaker.community.plans.plan import CommunityPlan, Faults, Point

FIRST_TERM: Final = timedelta(days=2 * 365)
"""How long the first workers hold their posts where the plan does not say."""

NAMES: Final = ("region", "sub_district", "joint_community", "name", "name_en", "time_zone")
LISTS: Final = ("buildings", "stations", "workers")

EXAMPLE: Final = '''# A new community. Fill in what is yours and start it with: manage.py start_community THIS_FILE
# Areas above it that exist already are found by their names.
region = "示例区"
sub_district = "示例街道"
joint_community = "示例联合社区"
name = "示例社区"
name_en = "Example community"
time_zone = "Asia/Shanghai"
centre = [41.20, 111.30]         # latitude, longitude

# grid, building, corridors, floors, flats per floor[, latitude, longitude]
buildings = """
第1网格, 1号楼, 2, 6, 2, 41.2000, 111.3000
第1网格, 2号楼, 2, 6, 2, 41.2006, 111.3000
第2网格, 3号楼, 1, 11, 4, 41.2000, 111.3040
"""

# name, kind, organization, hours[, phone[, latitude, longitude]]
# kinds: 便民服务 PUBLIC_SERVICE, 事务办理 AFFAIRS, 社会工作 SOCIAL
stations = """
便民服务站, 便民服务, 示例社区居民委员会, 1-5 08:30-17:30; 6 09:00-12:00
"""

# name, phone or mail to sign in with, post[, grid]
# posts of the whole: 协调员 COORDINATOR, 监督员 AUDITOR, 民警 POLICE_CONTACT
# posts of a grid: 网格长 GRID_HEAD, 专职网格员 FULL_TIME_MEMBER, 支部联系人 BRANCH_CONTACT,
#   民警 POLICE_CONTACT, 居民代表 RESIDENT_REPRESENTATIVE
workers = """
示例协调员, coordinator@example.invalid, 协调员
示例网格长, grid-head@example.invalid, 网格长, 第1网格
"""
'''


def plan_in(text: str, faults: Faults, *, today: date) -> CommunityPlan | None:
    """The plan of a TOML text; None, with the reason among the faults, where it cannot be read at all."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.add("", f"This is no TOML: {error}.", f"文件格式有误：{error}。")
        return None
    unknown = sorted(set(told) - {*NAMES, *LISTS, "centre", "terms_until"})
    for name in unknown:
        faults.add(name, "There is no such entry in a plan.", "没有这一项。")
    words = {name: _text(told, name, faults) for name in (*NAMES, *LISTS)}
    until = told.get("terms_until", today + FIRST_TERM)
    if not isinstance(until, date):
        faults.add("terms_until", "Write a day such as 2028-06-30.", "请写日期，例如 2028-06-30。")
        until = today + FIRST_TERM
    return CommunityPlan(
        **{name: words[name] for name in NAMES},
        centre=_centre(told, faults),
        buildings=lines.buildings_in(words["buildings"], faults),
        stations=lines.stations_in(words["stations"], faults),
        workers=lines.workers_in(words["workers"], faults, until_date=until),
    )


def _text(told: Mapping[str, Any], name: str, faults: Faults) -> str:
    value = told.get(name, "Asia/Shanghai" if name == "time_zone" else "")
    if not isinstance(value, str):
        faults.add(name, "This is written as text, in quotes.", "请写成带引号的文字。")
        return ""
    return value if name in LISTS else value.strip()


def _centre(told: Mapping[str, Any], faults: Faults) -> Point | None:
    value = told.get("centre")
    if value is None:
        return None
    is_pair = isinstance(value, list) and len(value) == 2
    if not is_pair or not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        faults.add("centre", "Write [latitude, longitude].", "请写成 [纬度, 经度]。")
        return None
    return Point(float(value[0]), float(value[1]))
