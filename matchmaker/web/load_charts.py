"""How the hours of help are spread among helpers, as bars and as the lines of a table; nobody is named or ranked."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from matchmaker.matches.queries.load import load_for
from matchmaker.web import bar_charts
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader


@dataclass(frozen=True)
class LoadBand:
    """How many helpers gave so much, and what part of all hours is theirs."""

    label: str
    people: int
    share: float

    @property
    def percent(self) -> str:
        return f"{self.share:.0%}"


@dataclass(frozen=True)
class LoadShown:
    """Visits and whole hours of thirteen weeks, the bands from the lightest on, and the Gini coefficient."""

    visits: int
    people: int
    hours: int
    gini: str
    bands: tuple[LoadBand, ...]

    @property
    def heaviest(self) -> LoadBand:
        return self.bands[-1]


def load_of(row: Any, reader: Reader) -> LoadShown | None:
    """For workers of the community; nothing for others who look over it, or where fewer than five helped."""
    if not reader.viewer.works_at(row.area.path):
        return None
    load = load_for(reader.viewer, row.area, now=reader.now)
    spread = load.spread
    if spread is None:
        return None
    bands = tuple(LoadBand(_label(band), band.people, spread.share(band)) for band in spread.bands)
    return LoadShown(load.visits, spread.people, round(spread.minutes / 60), f"{spread.gini:.2f}", bands)


def drawing(load: LoadShown | None) -> SafeString:
    """Two bars for each band: its part of the helpers, and its part of the hours."""
    if load is None:
        return SafeString("")
    lines = [
        bar_charts.Bars(band.label, [(band.people / load.people, str(band.people)), (band.share, band.percent)])
        for band in load.bands
    ]
    names = (say("帮手（人）", "Helpers (people)"), say("时长（占全部）", "Hours (of all)"))
    return bar_charts.drawing(lines, label=say("帮忙的时长怎样分布", "How the hours of help are spread"), names=names)


def _label(band: Any) -> str:
    first, last = band.from_minutes // 60, band.below_minutes and band.below_minutes // 60
    if last is None:
        return say(f"{first}小时及以上", f"{first} hours and more") if first else say("不论多少", "However much")
    return say(f"{first}到{last}小时", f"{first} to {last} hours") if first else say(f"不到{last}小时", _under(last))


def _under(hours: int) -> str:
    return "Under an hour" if hours == 1 else f"Under {hours} hours"
