"""The time of volunteers as a CSV file: what a volunteers' record says, and nothing of whoever was helped."""

from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

from matchmaker.lists.writing import csv_of
from matchmaker.web.phrases import say, say_later
from matchmaker.web.wording import name_of

COLUMNS: Final = (
    say_later("姓名", "Name"),
    say_later("服务组织", "Organization"),
    say_later("日期", "Date"),
    say_later("开始", "From"),
    say_later("结束", "Until"),
    say_later("服务时长（分钟）", "Minutes"),
    say_later("服务内容", "Kind of help"),
    say_later("服务方式", "Form"),
    say_later("社区", "Community"),
    say_later("核实", "Confirmed"),
)


def hours_file(organization: Any, lines: Iterable[Any]) -> bytes:
    """A header and a row for each visit, on the clock of its community."""
    return csv_of([[str(name) for name in COLUMNS], *(_row(organization, line) for line in lines)])


def _row(organization: Any, line: Any) -> list[str]:
    zone = ZoneInfo(line.community.time_zone)
    starts, ends = line.starts_at.astimezone(zone), line.ends_at.astimezone(zone)
    return [
        line.name,
        name_of(organization),
        f"{starts:%Y-%m-%d}",
        f"{starts:%H:%M}",
        f"{ends:%H:%M}",
        str(line.minutes),
        name_of(line.service_type),
        say("志愿（无偿）", "voluntary, unpaid"),
        name_of(line.community),
        say("双方都说见过面", "by both sides"),
    ]
