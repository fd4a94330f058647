"""Months to choose from, and when each begins and ends on the clock of a community."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

MONTHS_BACK: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    first_date: date

    @property
    def code(self) -> str:
        """`2026-03`, as it stands in an address."""
        return f"{self.first_date:%Y-%m}"

    def begins_at(self, zone: str) -> datetime:
        return datetime.combine(self.first_date, time(), tzinfo=ZoneInfo(zone))

    def ends_at(self, zone: str) -> datetime:
        """When the next one begins."""
        return _of(_count(self) + 1).begins_at(zone)


def last_months(now: datetime, zone: str, *, count: int = MONTHS_BACK) -> list[Month]:
    """The month it is there now and those before it, the latest first."""
    today = now.astimezone(ZoneInfo(zone)).date()
    this = _count(Month(today.replace(day=1)))
    return [_of(this - back) for back in range(count)]


def month_chosen(text: str, offered: list[Month]) -> Month:
    """The month of this code where it is one of those offered, else the first of them."""
    return next((month for month in offered if month.code == text), offered[0])


def _count(month: Month) -> int:
    return month.first_date.year * 12 + month.first_date.month - 1


def _of(count: int) -> Month:
    return Month(date(count // 12, count % 12 + 1, 1))
