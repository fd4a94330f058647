"""Months to choose from, and when each begins and ends on the clock of a community."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from matchmaker.matches import months


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    first_date: date

    @property
    def code(self) -> str:
        """`2026-03`, as it stands in an address."""
        return f"{self.first_date:%Y-%m}"

    def begins_at(self, zone: str) -> datetime:
        return months.starts_at(self.first_date, ZoneInfo(zone))

    def ends_at(self, zone: str) -> datetime:
        """When the next one begins."""
        return months.starts_at(months.next_month(self.first_date), ZoneInfo(zone))


def last_months(now: datetime, zone: str, *, count: int = months.MONTHS_BACK) -> list[Month]:
    """The month it is there now and those before it, the latest first."""
    return [Month(first) for first in months.last_months(now, ZoneInfo(zone), count=count)]


def month_chosen(text: str, offered: list[Month]) -> Month:
    """The month of this code where it is one of those offered, else the first of them."""
    return next((month for month in offered if month.code == text), offered[0])
