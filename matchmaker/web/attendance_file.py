"""How it stands with each visit of an organization, in words, and the same lines as a CSV file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from matchmaker.lists.writing import csv_of
from matchmaker.web.phrases import say, say_later
from matchmaker.web.wording import name_of

STANDS: Final = {
    "AHEAD": say_later("还没到时间", "Still ahead"),
    "NOT_SAID_YET": say_later("双方还没有都说", "Not yet said by both"),
    "HELD": say_later("见过了", "They met"),
    "NOBODY_CAME": say_later("没有见到", "Nobody came"),
    "UNCONFIRMED": say_later("有一方一直没有说", "One side never said"),
    "CANCELLED": say_later("取消了", "Called off"),
    "PAUSED": say_later("先暂停", "Paused for now"),
}
COLUMNS: Final = (
    say_later("日期", "Date"),
    say_later("约好的开始", "Agreed from"),
    say_later("约好的结束", "Agreed until"),
    say_later("成员", "Member"),
    say_later("服务内容", "Kind of help"),
    say_later("社区", "Community"),
    say_later("到了", "Arrived"),
    say_later("离开", "Left"),
    say_later("服务时长（分钟）", "Minutes"),
    say_later("情况", "How it stands"),
)


def kind_said(line: Any) -> str:
    """What kind of help; of a sensitive one, that it is a visit."""
    return name_of(line.service_type) if line.service_type is not None else say("约好的见面", "A visit that was agreed")


def member_said(line: Any) -> str:
    """The member by name, or that it is one whom the organization does not know by name."""
    return line.member_name or say("一位成员（组织还不认识，或已离开）", "A member (not known by name, or gone)")


def attendance_file(lines: Iterable[Any]) -> bytes:
    """A header and a row for each visit, on the clock of its community."""
    return csv_of([[str(name) for name in COLUMNS], *(_row(line) for line in lines)])


def _row(line: Any) -> list[str]:
    zone = ZoneInfo(line.community.time_zone)
    return [
        f"{line.starts_at.astimezone(zone):%Y-%m-%d}",
        _clock(line.starts_at, zone),
        _clock(line.ends_at, zone),
        member_said(line),
        kind_said(line),
        name_of(line.community),
        _clock(line.arrived_at, zone),
        _clock(line.left_at, zone),
        "" if line.minutes is None else str(line.minutes),
        str(STANDS[line.stands.value]),
    ]


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}" if at is not None else ""
