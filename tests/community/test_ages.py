from datetime import date

import pytest

from matchmaker.community.ages import is_minor, youngest_age


class TestYoungestAge:
    @pytest.mark.parametrize(
        ("birth_year", "today", "expected"),
        [
            (2008, date(2026, 12, 30), 17),
            (2008, date(2026, 12, 31), 18),
            (2026, date(2026, 3, 2), 0),
            (2030, date(2026, 3, 2), 0),
            (None, date(2026, 3, 2), None),
        ],
    )
    def test_takes_the_last_birthday_of_the_year(self, birth_year: int | None, today: date, expected: int) -> None:
        assert youngest_age(birth_year, today=today) == expected


class TestIsMinor:
    def test_holds_for_whoever_may_be_seventeen(self) -> None:
        assert is_minor(2008, today=date(2026, 6, 1))
        assert not is_minor(2007, today=date(2026, 6, 1))

    def test_takes_an_unknown_year_for_an_adult(self) -> None:
        assert not is_minor(None, today=date(2026, 6, 1))
