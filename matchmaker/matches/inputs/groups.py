"""To which groups people belong, for reports alone: newcomers and settled, languages, age bands."""

from datetime import date, timedelta
from typing import Final

from matchmaker.community.ages import youngest_age

NEWCOMER_DAYS: Final = 365
"""Who moved in within so many days is a newcomer; of whom it is not known counts as neither."""
AGE_BANDS: Final = ((17, "0-17"), (34, "18-34"), (59, "35-59"), (74, "60-74"), (200, "75+"))

Groups = frozenset[tuple[str, str]]


def groups_of(*, languages: list[str], birth_year: int | None, resident_since_date: date | None, today: date) -> Groups:
    """Pairs of kind and name.

    Examples
    --------
    >>> day, since = date(2026, 3, 2), date(2026, 1, 1)
    >>> told = groups_of(languages=["zh", "mn"], birth_year=1950, resident_since_date=since, today=day)
    >>> sorted(told)
    [('AGE', '75+'), ('LANGUAGE', 'mn'), ('LANGUAGE', 'zh'), ('NEWCOMERS', 'newcomers')]
    """
    found = {("LANGUAGE", str(tag).split("-")[0].lower()) for tag in languages}
    if resident_since_date is not None:
        lately = today - resident_since_date < timedelta(days=NEWCOMER_DAYS)
        found.add(("NEWCOMERS", "newcomers" if lately else "settled"))
    age = youngest_age(birth_year, today=today)
    if age is not None:
        found.add(("AGE", next(name for most, name in AGE_BANDS if age <= most)))
    return frozenset(found)
