"""What a row says of a consent: how it was given, when, who heard it, where the paper lies."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.community.models import ConsentManner
from matchmaker.lists.cells import Row, moment_at_noon

MANNERS: Final = {"SPOKEN": ("口头", "电话", "spoken"), "WRITTEN": ("书面", "签字", "written")}
PAPER_LENGTH: Final = 200
WORDS: Final = ("consent", "consent_date", "consent_heard_by", "paper_kept_at")


@dataclass(frozen=True, slots=True)
class Said:
    """A consent as a row tells of it."""

    manner: str
    given_at: datetime
    heard_by_id: int
    paper_kept_at: str = ""


class Witnesses:
    """Reads consents; `workers` are (pk, number, name) of those who may have heard them."""

    def __init__(
        self, workers: Sequence[tuple[int, str, str]], importer_id: int, *, zone: ZoneInfo, now: datetime
    ) -> None:
        self._by_number = {number: pk for pk, number, _ in workers if number}
        self._by_name = {name: pk for pk, _, name in workers}
        self._names = Counter(name for _, _, name in workers)
        self._importer_id = importer_id
        self._zone = zone
        self._now = now

    def consent_in(self, row: Row) -> Said | None:
        """What the row says; None where a cell is missing or faulty, and then the row has a fault."""
        manner = row.choice("consent", MANNERS) if row.needed("consent") else None
        given_at = self._given_at(row)
        heard_by_id = self._heard_by(row)
        written = manner == ConsentManner.WRITTEN
        paper = row.code("paper_kept_at", longest=PAPER_LENGTH, needed=True) if written else ""
        if manner is None or given_at is None or heard_by_id is None:
            return None
        return Said(manner, given_at, heard_by_id, paper)

    def _given_at(self, row: Row) -> datetime | None:
        row.needed("consent_date")
        day = row.date("consent_date")
        if day is None:
            return None
        if day > self._now.astimezone(self._zone).date():
            row.fault("consent_date", "IN_FUTURE")
        return min(moment_at_noon(day, self._zone).astimezone(UTC), self._now)

    def _heard_by(self, row: Row) -> int | None:
        """The worker whose number or name stands there; the importer where nobody does."""
        text = row.text("consent_heard_by")
        if not text:
            return self._importer_id
        if text in self._by_number:
            return self._by_number[text]
        if self._names[text] > 1:
            row.fault("consent_heard_by", "WITNESS_UNCLEAR")
        elif text not in self._by_name:
            row.fault("consent_heard_by", "UNKNOWN_WITNESS")
        return self._by_name.get(text)
