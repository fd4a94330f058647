"""Days as people say them, in both languages."""

from datetime import date
from typing import Final

WEEKDAYS_ZH: Final = "一二三四五六日"
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_EN_FULL: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_words(day: date, *, zh: bool) -> str:
    """`11月26日（周四）` or `Thu 26 Nov`, of a date or a local moment."""
    weekday = day.weekday()
    if zh:
        return f"{day.month}月{day.day}日（周{WEEKDAYS_ZH[weekday]}）"
    return f"{WEEKDAYS_EN[weekday]} {day.day} {MONTHS_EN[day.month - 1]}"
