"""The due clock, worked by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaker.engine.due import DueStatus, due_at, status_of

TARGET = datetime.fromisoformat("2015-06-01T17:00")
LOOKED = datetime.fromisoformat("2016-01-13")
SECOND = timedelta(seconds=1)
BOSTON = ZoneInfo("America/New_York")


class TestStatusOf:
    @pytest.mark.parametrize(
        ("target", "closed", "said"),
        [
            (TARGET, TARGET - SECOND, DueStatus.ONTIME),
            (TARGET, TARGET, DueStatus.ONTIME),
            (TARGET, TARGET + SECOND, DueStatus.OVERDUE),
            (TARGET, None, DueStatus.OVERDUE),
            (LOOKED, None, DueStatus.ONTIME),
            (LOOKED - SECOND, None, DueStatus.OVERDUE),
            (LOOKED + SECOND, None, DueStatus.ONTIME),
            (None, TARGET, DueStatus.ONTIME),
            (None, None, DueStatus.ONTIME),
        ],
    )
    def test_is_overdue_only_after_a_target(
        self, target: datetime | None, closed: datetime | None, said: DueStatus
    ) -> None:
        assert status_of(target=target, closed=closed, as_of=LOOKED) is said

    def test_looks_at_the_end_and_not_at_the_moment_once_it_ended(self) -> None:
        assert status_of(target=TARGET, closed=TARGET, as_of=TARGET + timedelta(days=9)) is DueStatus.ONTIME

    def test_tells_the_hour_that_comes_twice_apart(self) -> None:
        """On 1 November 2015 clocks went from 02:00 back to 01:00: 01:10 the second time is after 01:50 the first."""
        target = datetime(2015, 11, 1, 1, 50, fold=0, tzinfo=BOSTON)
        closed = datetime(2015, 11, 1, 1, 10, fold=1, tzinfo=BOSTON)

        assert closed < target  # by the hands of the clock
        assert status_of(target=target, closed=closed, as_of=closed) is DueStatus.OVERDUE

    def test_compares_moments_of_different_zones(self) -> None:
        target = datetime(2015, 6, 1, 17, 0, tzinfo=BOSTON)

        assert status_of(target=target, closed=datetime(2015, 6, 1, 21, 0, tzinfo=UTC), as_of=target).value == "ONTIME"
        assert status_of(target=target, closed=datetime(2015, 6, 1, 21, 1, tzinfo=UTC), as_of=target).value == "OVERDUE"

    def test_takes_local_readings_without_a_zone_as_they_stand(self) -> None:
        """Such a file cannot say which of the two it means: 01:10 is before 01:50."""
        target = datetime.fromisoformat("2015-11-01T01:50")
        closed = datetime.fromisoformat("2015-11-01T01:10").replace(fold=1)

        assert status_of(target=target, closed=closed, as_of=LOOKED) is DueStatus.ONTIME

    def test_refuses_to_mix_moments_with_and_without_a_zone(self) -> None:
        with pytest.raises(TypeError):
            status_of(target=TARGET, closed=TARGET.replace(tzinfo=UTC), as_of=LOOKED)


class TestDueAt:
    def test_is_so_many_hours_later_through_a_night_of_clock_change(self) -> None:
        evening = datetime(2015, 10, 31, 20, 0, tzinfo=BOSTON)

        due = due_at(starts=evening, within=timedelta(hours=12), ends=evening + timedelta(days=9))

        assert due == datetime(2015, 11, 1, 12, 0, tzinfo=UTC)
        assert due.astimezone(BOSTON) == datetime(2015, 11, 1, 7, 0, tzinfo=BOSTON)

    def test_leaves_half_of_a_short_search(self) -> None:
        noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

        assert due_at(starts=noon, within=timedelta(hours=8), ends=noon + timedelta(hours=6)) == noon + timedelta(
            hours=3
        )
        assert due_at(starts=noon, within=timedelta(hours=8), ends=noon + timedelta(hours=16)) == noon + timedelta(
            hours=8
        )
