"""One row as it is read: each cell becomes a value or a fault, and reading goes on."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from matchmaker.lists.faults import Fault

Value = TypeVar("Value")
Words = Mapping[str, tuple[str, ...]]

SHORTENED: Final = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
DATE: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(:\d{2})?)?")
PACKED_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
CLOCK: Final = re.compile(r"(\d{1,2})\s*[:时点]\s*(\d{2})?\s*分?(?::\d{2})?")
SERIAL: Final = range(20_000, 80_000)
"""Days since the end of 1899: a date in a cell that was formatted as a number, 1954 to 2119."""
SERIAL_ZERO: Final = date(1899, 12, 30)
SEPARATORS: Final = re.compile(r"[、,;/|\n]+")
LANGUAGE_WORDS: Final[Mapping[str, str]] = {
    "普通话": "zh",
    "汉语": "zh",
    "中文": "zh",
    "国语": "zh",
    "chinese": "zh",
    "mandarin": "zh",
    "蒙古语": "mn",
    "蒙语": "mn",
    "mongolian": "mn",
    "英语": "en",
    "英文": "en",
    "english": "en",
}
YES_OR_NO: Final[Words] = {"YES": ("是", "有", "对", "y", "yes"), "NO": ("否", "不", "不是", "没有", "n", "no")}
TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Row:
    """The cells of one row under the keys of its columns, and the faults found in it so far."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.faults: list[Fault] = []
        self._cells: dict[str, str] = {}
        for key, text in cells.items():
            if text.upper() in ERRORS:
                self.fault(key, "SPREADSHEET_ERROR")
            elif text:
                self._cells[key] = text

    def fault(self, column: str, code: str, **said: str) -> None:
        """This is wrong with the row; said once for each column."""
        if not any(known.column == column for known in self.faults):
            self.faults.append(Fault(self.number, column, code, said))

    def faulty(self, column: str) -> bool:
        return any(known.column == column for known in self.faults)

    def given(self, key: str) -> bool:
        return key in self._cells

    def text(self, key: str) -> str:
        return self._cells.get(key, "")

    def needed(self, key: str) -> str:
        """The text of a cell that may not be empty."""
        text = self.text(key)
        if not text:
            self.fault(key, "MISSING")
        return text

    def code(self, key: str, *, longest: int, needed: bool = False) -> str:
        """A number or code as it was typed: one that a spreadsheet shortened is a fault."""
        text = half_width(self.needed(key) if needed else self.text(key))
        if SHORTENED.fullmatch(text):
            self.fault(key, "SHORTENED_NUMBER", text=text)
        elif len(text) > longest:
            self.fault(key, "TOO_LONG", most=str(longest))
        return text

    def date(self, key: str) -> date | None:
        return self._read(key, date_from, "NO_DATE")

    def clock(self, key: str) -> time | None:
        return self._read(key, clock_from, "NO_TIME")

    def whole(self, key: str) -> int | None:
        return self._read(key, whole_from, "NO_NUMBER")

    def amount(self, key: str) -> Decimal | None:
        return self._read(key, amount_from, "NO_AMOUNT")

    def choice(self, key: str, words: Words) -> str | None:
        """Which of the answers the cell names, by any of its words; None where it is empty or names none."""
        if not self.given(key):
            return None
        text = half_width(self.text(key)).casefold()
        for value, names in words.items():
            if text in {value.casefold(), *names}:
                return value
        self.fault(
            key,
            "NO_CHOICE",
            zh="、".join(names[0] for names in words.values()),
            en=", ".join(names[-1] for names in words.values()),
        )
        return None

    def yes(self, key: str) -> bool:
        """Whether the cell says yes; no where it is empty."""
        return self.choice(key, YES_OR_NO) == "YES"

    def listed(self, key: str) -> list[str]:
        """The parts of the cell, each once, in their order."""
        parts = (part.strip() for part in SEPARATORS.split(half_width(self.text(key))))
        return list(dict.fromkeys(part for part in parts if part))

    def languages(self, key: str) -> list[str]:
        found = []
        for part in self.listed(key):
            tag = LANGUAGE_WORDS.get(part.casefold(), part)
            if not TAG.fullmatch(tag):
                self.fault(key, "UNKNOWN_LANGUAGE", zh="普通话、蒙古语、英语", en="Chinese, Mongolian, English")
            found.append(tag)
        return list(dict.fromkeys(found))

    def _read(self, key: str, reader: Callable[[str], Value | None], code: str) -> Value | None:
        if not self.given(key):
            return None
        value = reader(half_width(self.text(key)))
        if value is None:
            self.fault(key, code)
        return value


def half_width(text: str) -> str:
    """１３８ and 138 are the same number."""
    return unicodedata.normalize("NFKC", text).strip()


def date_from(text: str) -> date | None:
    """2026-12-03, 2026/12/3, 2026.12.3, 2026年12月3日, 20261203, or the number a spreadsheet keeps for it."""
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in SERIAL:
        return SERIAL_ZERO + timedelta(days=int(text))
    found = DATE.fullmatch(text) or PACKED_DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def clock_from(text: str) -> time | None:
    """09:00, 9:00, 9点, 9点30分; of a date with a time, the time."""
    found = CLOCK.fullmatch(text.rpartition(" ")[2] if DATE.fullmatch(text) else text)
    if found is None:
        return None
    try:
        return time(int(found[1]) % 24 if found[1] == "24" else int(found[1]), int(found[2] or 0))
    except ValueError:
        return None


def year_from(text: str) -> int | None:
    """1958, 1958年, or the year of a date or a month."""
    found = re.match(r"(\d{4})(年|[-/.]|$|\d{2,4}$)", text)
    if found is None:
        serial = date_from(text)
        return serial.year if serial else None
    return int(found[1])


def whole_from(text: str) -> int | None:
    found = re.fullmatch(r"([+-]?[0-9]{1,9})(\.0+)?", text)
    return int(found[1]) if found else None


def amount_from(text: str) -> Decimal | None:
    try:
        value = Decimal(text.removeprefix("¥").removesuffix("元").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def moment_at_noon(day: date, tz: object) -> datetime:
    """Noon of that day on the clocks of the community."""
    return datetime.combine(day, time(12), tzinfo=tz)  # type: ignore[arg-type]  # any tzinfo
