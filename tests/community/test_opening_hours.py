"""When a station is open next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.community.opening_hours import Opening, next_opening

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = [
    {"weekday": 0, "opens": "08:30", "closes": "11:30"},
    {"weekday": 0, "opens": "13:30", "closes": "17:00"},
    {"weekday": 5, "opens": "09:00", "closes": "12:00"},
]
MONDAY = 23


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


class TestNextOpening:
    def test_is_the_one_that_runs(self) -> None:
        assert next_opening(HOURS, SHANGHAI, now=at(MONDAY, 8, 30)) == Opening(at(MONDAY, 8, 30), at(MONDAY, 11, 30))

    def test_is_over_when_the_door_closes(self) -> None:
        assert next_opening(HOURS, SHANGHAI, now=at(MONDAY, 11, 30)) == Opening(at(MONDAY, 13, 30), at(MONDAY, 17))

    def test_goes_on_to_the_next_day_and_the_next_week(self) -> None:
        assert next_opening(HOURS, SHANGHAI, now=at(MONDAY, 17)) == Opening(at(28, 9), at(28, 12))
        assert next_opening(HOURS, SHANGHAI, now=at(28, 12)) == Opening(at(30, 8, 30), at(30, 11, 30))

    def test_of_a_station_that_opens_once_a_week_is_a_week_ahead_once_it_closed(self) -> None:
        assert next_opening(HOURS[2:], SHANGHAI, now=at(21, 12)) == Opening(at(28, 9), at(28, 12))

    def test_is_none_without_hours(self) -> None:
        assert next_opening([], SHANGHAI, now=at(MONDAY, 9)) is None
