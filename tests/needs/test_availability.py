from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchmaker.engine.problem import ALWAYS, HORIZON_QUARTERS
from matchmaker.needs.availability import (
    Hours,
    Window,
    bits_of_numbers,
    block_starts,
    has_room,
    hours_quarters,
    last_start,
    moment_of,
    quarter_number,
    quarters_for,
    weeks_running,
    window_quarters,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HELSINKI = ZoneInfo("Europe/Helsinki")
ZONES = (SHANGHAI, NEW_YORK, HELSINKI)
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=SHANGHAI).astimezone(UTC)
SPRING_NIGHT = datetime(2026, 3, 8, 0, 0, tzinfo=NEW_YORK).astimezone(UTC)
AUTUMN_NIGHT = datetime(2026, 11, 1, 0, 0, tzinfo=NEW_YORK).astimezone(UTC)
MINUTES_OF_HORIZON = HORIZON_QUARTERS * 15


def bits(first: int, count: int) -> int:
    return ((1 << count) - 1) << first


@lru_cache(maxsize=64)
def clock_minutes(zone: ZoneInfo, horizon_start: datetime) -> tuple[datetime, ...]:
    """What the local clock shows in each minute of the horizon."""
    return tuple(
        (horizon_start + timedelta(minutes=minute)).astimezone(zone).replace(tzinfo=None)
        for minute in range(MINUTES_OF_HORIZON)
    )


def quarters_by_the_minute(shown: tuple[datetime, ...], holds: Callable[[datetime], bool]) -> int:
    """The slow oracle: a quarter counts when each of its minutes does."""
    found = 0
    for quarter in range(HORIZON_QUARTERS):
        if all(holds(minute) for minute in shown[quarter * 15 : quarter * 15 + 15]):
            found |= 1 << quarter
    return found


def within(day: date, starts: time, ends: time) -> Callable[[datetime], bool]:
    begin = datetime.combine(day, starts)
    end = datetime.combine(day if ends > starts else day + timedelta(days=1), ends)
    return lambda shown: begin <= shown < end


class TestWindowQuarters:
    def test_counts_from_the_start_of_the_horizon(self) -> None:
        window = Window(date(2026, 3, 2), time(9), time(11))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY)

        assert found == bits(36, 8)

    def test_leaves_out_quarters_that_the_window_holds_only_in_part(self) -> None:
        window = Window(date(2026, 3, 2), time(9, 10), time(10, 20))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY)

        assert found == bits(37, 4)

    def test_goes_on_over_midnight(self) -> None:
        window = Window(date(2026, 3, 2), time(23), time(1))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY)

        assert found == bits(92, 8)

    def test_keeps_what_is_left_of_a_window_that_began_before_the_horizon(self) -> None:
        window = Window(date(2026, 3, 1), time(23), time(1))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY)

        assert found == bits(0, 4)

    def test_is_empty_beyond_the_horizon(self) -> None:
        windows = [Window(date(2026, 2, 27), time(9), time(11)), Window(date(2026, 3, 30), time(9), time(11))]

        assert window_quarters(windows, zone=SHANGHAI, horizon_start=MONDAY) == 0

    def test_has_no_quarters_in_an_hour_that_the_clocks_skip(self) -> None:
        window = Window(date(2026, 3, 8), time(2), time(3))

        assert window_quarters([window], zone=NEW_YORK, horizon_start=SPRING_NIGHT) == 0

    def test_joins_what_lies_around_a_skipped_hour(self) -> None:
        window = Window(date(2026, 3, 8), time(1), time(4))

        assert window_quarters([window], zone=NEW_YORK, horizon_start=SPRING_NIGHT) == bits(4, 8)

    def test_has_a_repeated_hour_twice(self) -> None:
        window = Window(date(2026, 11, 1), time(1), time(2))

        assert window_quarters([window], zone=NEW_YORK, horizon_start=AUTUMN_NIGHT) == bits(4, 8)

    def test_comes_back_weekly_until_the_last_day(self) -> None:
        window = Window(date(2026, 3, 3), time(9), time(10))

        found = window_quarters(
            [window], zone=SHANGHAI, horizon_start=MONDAY, weekly=True, until_date=date(2026, 3, 17)
        )

        assert found == bits(132, 4) | bits(132 + 672, 4) | bits(132 + 1344, 4)

    def test_comes_back_from_weeks_before_the_horizon(self) -> None:
        window = Window(date(2025, 12, 2), time(9), time(10))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY, weekly=True)

        assert found == sum(bits(132 + 672 * week, 4) for week in range(4))

    def test_leaves_out_what_is_booked(self) -> None:
        window = Window(date(2026, 3, 2), time(9), time(11))

        found = window_quarters([window], zone=SHANGHAI, horizon_start=MONDAY, booked=bits(36, 2) | bits(43, 10))

        assert found == bits(38, 5)


class TestHoursQuarters:
    def test_holds_every_such_weekday(self) -> None:
        found = hours_quarters([Hours(0, time(9), time(10))], zone=SHANGHAI, horizon_start=MONDAY)

        assert found == sum(bits(36 + 672 * week, 4) for week in range(4))

    def test_lets_sunday_night_reach_into_monday(self) -> None:
        found = hours_quarters([Hours(6, time(23), time(1))], zone=SHANGHAI, horizon_start=MONDAY)

        monday_hours = sum(bits(672 * week, 4) for week in range(4))
        assert found == monday_hours | sum(bits(668 + 672 * week, 4) for week in range(4))

    def test_means_any_time_where_none_are_set(self) -> None:
        assert hours_quarters([], zone=SHANGHAI, horizon_start=MONDAY) == ALWAYS

    def test_means_a_whole_day_from_midnight_to_midnight(self) -> None:
        found = hours_quarters([Hours(0, time(0), time(0))], zone=SHANGHAI, horizon_start=MONDAY)

        assert found.bit_count() == 4 * 96
        assert found & bits(0, 96) == bits(0, 96)

    def test_leaves_out_what_is_booked(self) -> None:
        found = hours_quarters([], zone=SHANGHAI, horizon_start=MONDAY, booked=bits(0, 2688 - 3))

        assert found == bits(2685, 3)


class TestOracle:
    """The fast bits against the clock read minute by minute."""

    @staticmethod
    def _start(zone: ZoneInfo, day: date, quarter: int) -> datetime:
        midnight = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
        return midnight + timedelta(minutes=15 * quarter)

    @settings(max_examples=40)
    @given(
        zone=st.sampled_from(ZONES),
        day=st.sampled_from([date(2026, 2, 20), date(2026, 3, 15), date(2026, 10, 12), date(2026, 10, 26)]),
        quarter=st.sampled_from([0, 37, 95]),
        offset=st.integers(-2, 29),
        starts=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
        ends=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    )
    @example(NEW_YORK, date(2026, 10, 12), 0, 20, time(0, 50), time(2, 10))
    @example(NEW_YORK, date(2026, 2, 20), 0, 16, time(23), time(2, 30))
    @example(NEW_YORK, date(2026, 2, 20), 0, 16, time(1, 45), time(3, 15))
    @example(HELSINKI, date(2026, 3, 15), 37, 14, time(3), time(4))
    @example(HELSINKI, date(2026, 10, 12), 0, 13, time(3, 30), time(3, 15))
    def test_agrees_on_windows(
        self, zone: ZoneInfo, day: date, quarter: int, offset: int, starts: time, ends: time
    ) -> None:
        horizon_start = self._start(zone, day, quarter)
        window = Window(day + timedelta(days=offset), starts, ends)

        found = window_quarters([window], zone=zone, horizon_start=horizon_start)

        shown = clock_minutes(zone, horizon_start)
        assert found == quarters_by_the_minute(shown, within(window.date, starts, ends))

    @settings(max_examples=25)
    @given(
        zone=st.sampled_from(ZONES),
        day=st.sampled_from([date(2026, 2, 20), date(2026, 10, 12)]),
        weekday=st.integers(0, 6),
        starts=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
        ends=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    )
    @example(NEW_YORK, date(2026, 2, 20), 6, time(1), time(3, 30))
    @example(HELSINKI, date(2026, 10, 12), 5, time(22), time(4))
    def test_agrees_on_weekly_hours(self, zone: ZoneInfo, day: date, weekday: int, starts: time, ends: time) -> None:
        horizon_start = self._start(zone, day, 0)

        found = hours_quarters([Hours(weekday, starts, ends)], zone=zone, horizon_start=horizon_start)

        expected = 0
        shown = clock_minutes(zone, horizon_start)
        for number in range(-1, 30):
            date_of = day + timedelta(days=number)
            if date_of.weekday() == weekday:
                expected |= quarters_by_the_minute(shown, within(date_of, starts, ends))
        assert found == expected


class TestBlockStarts:
    @pytest.mark.parametrize(
        ("quarters", "expected"), [(1, bits(4, 6)), (2, bits(4, 5)), (4, bits(4, 3)), (6, bits(4, 1)), (7, 0)]
    )
    def test_holds_where_a_block_of_this_length_fits(self, quarters: int, expected: int) -> None:
        assert block_starts(bits(4, 6), quarters) == expected

    @given(open_quarters=st.integers(0, 2**60), quarters=st.integers(1, 12))
    def test_agrees_with_looking_at_each_start(self, open_quarters: int, quarters: int) -> None:
        expected = sum(
            1 << start
            for start in range(61)
            if all(open_quarters >> quarter & 1 for quarter in range(start, start + quarters))
        )

        assert block_starts(open_quarters, quarters) == expected


class TestWeeksRunning:
    def test_counts_the_weeks_in_which_one_block_fits(self) -> None:
        weekly = sum(bits(36 + 672 * week, 8) for week in range(4))

        assert weeks_running(weekly, 4) == 4
        assert weeks_running(weekly & bits(0, 1344), 4) == 2

    def test_is_none_where_the_block_fits_nowhere(self) -> None:
        assert weeks_running(bits(36, 3), 4) == 0

    def test_begins_with_the_first_week_that_has_room(self) -> None:
        weekly = sum(bits(36 + 672 * week, 8) for week in range(1, 4))

        assert weeks_running(weekly, 8) == 3

    def test_ends_at_a_clock_change_that_moves_a_narrow_window(self) -> None:
        narrow = Window(date(2026, 10, 20), time(9), time(10))
        start = datetime(2026, 10, 19, 0, 0, tzinfo=NEW_YORK).astimezone(UTC)
        open_quarters = window_quarters([narrow], zone=NEW_YORK, horizon_start=start, weekly=True)

        assert weeks_running(open_quarters, 4) == 2


class TestHasRoom:
    def test_asks_for_whole_quarters(self) -> None:
        assert has_room(Window(date(2026, 3, 2), time(9), time(10)), minutes=60, zone=SHANGHAI)
        assert not has_room(Window(date(2026, 3, 2), time(9, 10), time(10, 10)), minutes=60, zone=SHANGHAI)

    def test_finds_none_in_a_skipped_hour(self) -> None:
        assert not has_room(Window(date(2026, 3, 8), time(2), time(3)), minutes=15, zone=NEW_YORK)

    def test_looks_at_what_is_left_of_the_window(self) -> None:
        window = Window(date(2026, 3, 2), time(9), time(11))
        ten = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)

        assert has_room(window, minutes=60, zone=SHANGHAI, not_before=ten)
        assert not has_room(window, minutes=60, zone=SHANGHAI, not_before=ten + timedelta(minutes=1))


class TestLastStart:
    def test_is_one_visit_before_the_end(self) -> None:
        window = Window(date(2026, 3, 2), time(22), time(1))

        found = last_start(window, minutes=90, zone=SHANGHAI)

        assert found == datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI)


class TestNumbers:
    def test_turn_into_bits_and_moments_and_back(self) -> None:
        first = quarter_number(MONDAY)

        assert bits_of_numbers([first, first + 5, first - 1, first + 2688], horizon_start=MONDAY) == 0b100001
        assert moment_of(5, horizon_start=MONDAY) == MONDAY + timedelta(minutes=75)

    def test_round_minutes_up(self) -> None:
        assert [quarters_for(minutes) for minutes in (1, 15, 16, 60)] == [1, 1, 2, 4]
