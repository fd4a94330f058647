"""Age where only the year of birth is known: the youngest it can be."""

from datetime import date
from typing import Final

ADULT_AGE: Final = 18
SPEAKS_FOR_THEMSELF_AGE: Final = 14
"""Below it a guardian or the desk asks (PIPL Art. 31)."""


def youngest_age(birth_year: int | None, *, today: date) -> int | None:
    """Years of someone born on the last day of that year; None where the year is not known."""
    if birth_year is None:
        return None
    birthday_is_today = (today.month, today.day) == (12, 31)
    return max(0, today.year - birth_year - (0 if birthday_is_today else 1))


def is_minor(birth_year: int | None, *, today: date) -> bool:
    """May be under eighteen; someone whose year is not known is taken for an adult."""
    age = youngest_age(birth_year, today=today)
    return age is not None and age < ADULT_AGE
