"""Quiet hours on the community's own clock."""

from datetime import UTC, datetime, time

import pytest

from matchmaker.notices.quiet import after_quiet, is_quiet, next_morning

ZONE = "Asia/Shanghai"


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


class TestIsQuiet:
    @pytest.mark.parametrize(
        ("moment", "starts", "ends", "quiet"),
        [
            (time(22), time(22), time(7), True),
            (time(6, 59), time(22), time(7), True),
            (time(7), time(22), time(7), False),
            (time(12), time(12), time(14), True),
            (time(14), time(12), time(14), False),
            (time(9), time(9), time(9), False),
        ],
    )
    def test_includes_its_beginning_and_not_its_end(self, moment: time, starts: time, ends: time, quiet: bool) -> None:
        assert is_quiet(moment, starts=starts, ends=ends) is quiet


class TestAfterQuiet:
    @pytest.mark.parametrize(
        ("now", "after"),
        [
            (utc(2, 15), utc(2, 23)),  # 23:00 there: seven the next morning
            (utc(2, 20), utc(2, 23)),  # four in the morning there: seven the same day
            (utc(2, 23), utc(2, 23)),  # seven there: now
            (utc(2, 5), utc(2, 5)),  # the middle of the day
        ],
    )
    def test_is_the_next_moment_at_which_one_may_disturb(self, now: datetime, after: datetime) -> None:
        assert after_quiet(now, starts=time(22), ends=time(7), zone=ZONE) == after

    def test_follows_a_clock_that_changes_at_night(self) -> None:
        """On 29 March 2026 clocks in Berlin go from two to three: seven is five in UTC, not six."""
        now = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)

        assert after_quiet(now, starts=time(22), ends=time(7), zone="Europe/Berlin") == utc(29, 5)


class TestNextMorning:
    def test_is_at_this_hour_of_the_next_day_there(self) -> None:
        assert next_morning(utc(2, 17), at=time(9), zone=ZONE) == utc(4, 1)
