"""Times, lengths, places and states in plain words."""

import re
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from matchmaker.community.queries import grid_of
from matchmaker.needs import day_words
from matchmaker.web.phrases import reads_chinese, say, say_later

MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def name_of(row: Any) -> str:
    """The row's name in the reader's language; the Chinese one where there is no other."""
    chinese = getattr(row, "name_zh", "") or getattr(row, "name", "")
    return chinese if reads_chinese() else (row.name_en or chinese)


def offer_title(offer: Any) -> str:
    """Its title; one that names its kinds of help alone names them in the reader's language."""
    kinds = {name: kind for kind in offer.service_types.all() for name in (kind.name_zh, kind.name_en)}
    parts = re.split("、|, ", offer.title)
    if not all(part in kinds for part in parts):
        return str(offer.title)
    return say("、", ", ").join(name_of(kinds[part]) for part in parts)


def day(moment: Any) -> str:
    """`11月26日（周四）` or `Thu 26 Nov`, of a date or a local moment."""
    return day_words.in_words(moment, zh=reads_chinese())


def month_words(month: date) -> str:
    """`2026年2月` or `February 2026`."""
    return say(f"{month.year}年{month.month}月", f"{MONTHS_EN[month.month - 1]} {month.year}")


def when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Day and hours on the wall clock of the community."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    hours = f"{starts:%H:%M}–{ends:%H:%M}"
    if ends.date() != starts.date():
        hours += say("（次日）", " (next day)")
    return f"{day(starts)} {hours}" if reads_chinese() else f"{day(starts)}, {hours}"


def fault_line(label: str, sentence: str) -> str:
    """`要几个人：请选一项。`; a label that is a question already ends well without a colon."""
    if not label:
        return sentence
    if label.endswith(("？", "?")):
        return f"{label} {sentence}"
    return f"{label}{say('：', ': ')}{sentence}"


def clock(moment: datetime, zone: str) -> str:
    """`09:05`, on the wall clock of the community."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(at: datetime, zone: str) -> str:
    """`11月26日（周四） 09:30` on the wall clock of the community."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local)} {local:%H:%M}" if reads_chinese() else f"{day(local)}, {local:%H:%M}"


def grid_name(area: Any) -> str:
    """The grid that the area is, or lies in; the area itself where it is greater."""
    return name_of(grid_of(area))


def duration(minutes: int) -> str:
    """`1小时30分钟` or `1 hour 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(say(f"{hours}小时", "1 hour" if hours == 1 else f"{hours} hours"))
    if rest:
        parts.append(say(f"{rest}分钟", f"{rest} minutes"))
    return say("", " ").join(parts)


def reference(public_id: UUID) -> str:
    """The number a person may read out at the station: eight signs in two groups."""
    digits = public_id.hex[:8].upper()
    return f"{digits[:4]}-{digits[4:]}"


POSTS: Final = {
    "GRID_HEAD": say_later("网格长", "Grid head"),
    "FULL_TIME_MEMBER": say_later("专职网格员", "Full-time grid member"),
    "BRANCH_CONTACT": say_later("支部联系人", "Branch contact"),
    "POLICE_CONTACT": say_later("社区民警", "Police contact"),
    "RESIDENT_REPRESENTATIVE": say_later("居民代表", "Residents' representative"),
    "COORDINATOR": say_later("协调员", "Coordinator"),
    "AUDITOR": say_later("监督员", "Auditor"),
}
"""What each post is called."""


def post_name(kind: str) -> str:
    return str(POSTS[kind])


ORGANIZATION_KINDS: Final = {
    "NGO": say_later("社会组织", "Social organization"),
    "NEW_ECONOMIC": say_later("新经济组织", "New economic organization"),
    "NEW_SOCIAL": say_later("新社会组织", "New social organization"),
    "COMMITTEE": say_later("居委会", "Residents' committee"),
    "STATION": say_later("服务站", "Service station"),
    "PROPERTY_COMPANY": say_later("物业公司", "Property company"),
    "OWNERS_COMMITTEE": say_later("业委会", "Owners' committee"),
    "GOVERNMENT": say_later("政府部门", "Government office"),
    "PARTY_ORGANIZATION": say_later("党组织", "Party organization"),
}
"""What each kind of organization is called."""


def organization_kind(kind: str) -> str:
    return str(ORGANIZATION_KINDS[kind])


MEMBERSHIP_ROLES: Final = {
    "CLERK": say_later("办事员", "Clerk"),
    "MEMBER": say_later("成员", "Member"),
    "VOLUNTEER": say_later("志愿者", "Volunteer"),
}
"""What somebody is in an organization."""


def membership_role(role: str) -> str:
    return str(MEMBERSHIP_ROLES[role])


ROLES: Final = {
    "ASKER": say_later("请人帮忙的居民", "A resident who asks"),
    "HELPER": say_later("帮忙的邻居", "A neighbour who helps"),
    "NEWCOMER": say_later("新邻居", "A newcomer"),
    "CLERK": say_later("组织办事员", "A clerk of an organization"),
    "COORDINATOR": say_later("社区协调员", "The coordinator"),
    "POLICE": say_later("社区民警", "The police contact"),
    "AUDITOR": say_later("监督员", "The auditor"),
    "OPERATOR": say_later("系统管理员", "The operator"),
}


def role_name(role: str) -> str:
    return str(ROLES.get(role, role))


COMMUNITY: Final = 4
GRID: Final = 5
"""The levels of a community and of a grid in the area tree."""


def address(area: Any) -> str:
    """A home or a place with the corridor or grid around it."""
    around = area.parent
    if around is None or around.level < GRID:
        return name_of(area)
    return f"{name_of(around)} {name_of(area)}"


def window_words(window: Any) -> str:
    hours = f"{window.starts:%H:%M}–{window.ends:%H:%M}"
    return f"{day(window.date)} {hours}" if reads_chinese() else f"{day(window.date)}, {hours}"
