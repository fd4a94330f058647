"""Weeks and repeated times on the clocks of a community."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaker.engine.problem import HORIZON_WEEKS
from matchmaker.matches.calendar import (
    WEEK,
    horizon_start,
    occurrence,
    occurrences,
    quarters_of,
    week_of_horizon,
)
from matchmaker.needs.availability import quarter_number

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)


class TestHorizonStart:
    @pytest.mark.parametrize("later", [timedelta(), timedelta(hours=9), timedelta(days=7) - timedelta(seconds=1)])
    def test_is_the_midnight_of_the_weeks_monday(self, later: timedelta) -> None:
        assert horizon_start(MONDAY + later, SHANGHAI) == MONDAY

    def test_is_said_in_utc_of_the_local_day(self) -> None:
        """In UTC it is Sunday still when Monday has begun in Shanghai."""
        sunday_evening = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)

        assert horizon_start(sunday_evening, SHANGHAI) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
        assert horizon_start(sunday_evening, BERLIN) == datetime(2026, 2, 22, 23, 0, tzinfo=UTC)

    def test_is_midnight_on_the_wall_in_a_week_in_which_clocks_change(self) -> None:
        """Berlin goes over to summer time on Sunday, 29 March 2026, at 02:00."""
        sunday_noon = datetime(2026, 3, 29, 12, 0, tzinfo=BERLIN)

        assert horizon_start(sunday_noon, BERLIN) == datetime(2026, 3, 22, 23, 0, tzinfo=UTC)
        assert horizon_start(sunday_noon + timedelta(days=1), BERLIN) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


class TestQuartersOf:
    @pytest.mark.parametrize(
        ("starts", "ends", "first", "count"),
        [
            ((9, 0), (10, 0), 36, 4),
            ((9, 0), (9, 50), 36, 4),
            ((9, 0), (9, 46), 36, 4),
            ((9, 0), (9, 45), 36, 3),
            ((9, 5), (9, 45), 36, 3),
            ((9, 14), (9, 16), 36, 2),
        ],
    )
    def test_counts_begun_ones(self, starts: tuple[int, int], ends: tuple[int, int], first: int, count: int) -> None:
        begin, end = (MONDAY + timedelta(hours=hour, minutes=minute) for hour, minute in (starts, ends))
        midnight = quarter_number(MONDAY)

        assert quarters_of(begin, end) == range(midnight + first, midnight + first + count)

    def test_goes_on_over_midnight(self) -> None:
        begin = MONDAY + timedelta(hours=23, minutes=30)
        midnight = quarter_number(MONDAY)

        assert list(quarters_of(begin, begin + timedelta(hours=1))) == [midnight + n for n in (94, 95, 96, 97)]


class TestOccurrences:
    def test_are_a_week_apart_where_clocks_never_change(self) -> None:
        begin = MONDAY + timedelta(hours=9)

        assert occurrences(begin, 3, SHANGHAI) == [begin, begin + WEEK, begin + 2 * WEEK]

    @pytest.mark.parametrize(
        ("begin", "utc_hours"),
        [
            (datetime(2026, 3, 23, 9, 30, tzinfo=BERLIN), [8, 7, 7]),
            (datetime(2026, 10, 19, 9, 30, tzinfo=BERLIN), [7, 8, 8]),
        ],
        ids=["spring", "autumn"],
    )
    def test_keep_the_hour_on_the_wall_when_clocks_change(self, begin: datetime, utc_hours: list[int]) -> None:
        found = occurrences(begin, 3, BERLIN)

        assert [moment.hour for moment in found] == utc_hours
        assert all(moment.utcoffset() == timedelta(0) for moment in found)
        local = [moment.astimezone(BERLIN) for moment in found]
        assert [(moment.hour, moment.minute, moment.weekday()) for moment in local] == [(9, 30, 0)] * 3
        assert [moment.date() - begin.date() for moment in local] == [timedelta(weeks=week) for week in range(3)]

    def test_keep_the_local_day_just_after_midnight(self) -> None:
        """00:30 on Monday in Berlin is Sunday evening in UTC, an hour earlier there once summer time holds."""
        begin = datetime(2026, 3, 23, 0, 30, tzinfo=BERLIN)

        assert occurrence(begin, 1, BERLIN) == datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
        assert occurrence(begin, 1, BERLIN).astimezone(BERLIN) == datetime(2026, 3, 30, 0, 30, tzinfo=BERLIN)

    def test_are_read_on_the_local_clock_whatever_zone_they_are_told_in(self) -> None:
        begin = datetime(2026, 3, 23, 8, 30, tzinfo=UTC)

        assert occurrence(begin, 1, BERLIN) == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)


class TestWeekOfHorizon:
    def test_counts_from_the_start_and_ends_with_the_horizon(self) -> None:
        weeks = [
            week_of_horizon(MONDAY + offset, MONDAY) for offset in (timedelta(), WEEK - timedelta(seconds=1), WEEK)
        ]

        assert weeks == [0, 0, 1]
        assert week_of_horizon(MONDAY - timedelta(seconds=1), MONDAY) is None
        assert week_of_horizon(MONDAY + HORIZON_WEEKS * WEEK, MONDAY) is None
