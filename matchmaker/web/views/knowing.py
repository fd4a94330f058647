"""How well we know each other: the figures of a community, a grid or a corridor, and what a worker could do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.needs import queries as needs
from matchmaker.web import bar_charts, charts, load_charts
from matchmaker.web.pages import SVG, file_of, for_the_signed_in, page
from matchmaker.web.phrases import language, say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import day, name_of

COMMUNITY: Final = 4
"""The level of a community in the area tree."""
DAYS_SHOWN: Final = 190
POINTS_SHOWN: Final = 14
PARTS_SHOWN: Final = 100
ROWS_SHOWN: Final = 100

GROUPS: Final = {
    "newcomers": say_later("新邻居（搬来不到一年）", "Newcomers (here less than a year)"),
    "settled": say_later("老住户", "Settled neighbours"),
    "zh": say_later("会说汉语", "Speak Chinese"),
    "mn": say_later("会说蒙古语", "Speak Mongolian"),
    "en": say_later("会说英语", "Speak English"),
    "ru": say_later("会说俄语", "Speak Russian"),
    "0-17": say_later("17岁及以下", "Up to 17 years"),
    "18-34": say_later("18到34岁", "18 to 34 years"),
    "35-59": say_later("35到59岁", "35 to 59 years"),
    "60-74": say_later("60到74岁", "60 to 74 years"),
    "75+": say_later("75岁及以上", "75 years and over"),
}
TIES: Final = (
    ("kin_ties", say_later("亲属", "Relatives")),
    ("friend_ties", say_later("朋友", "Friends")),
    ("helped_ties", say_later("帮过忙", "Helped each other")),
    ("met_ties", say_later("见过面", "Met")),
)


@dataclass(frozen=True)
class Figure:
    """A number in words beside its bar."""

    label: str
    said: str
    bar: SafeString


@dataclass(frozen=True)
class Part:
    """An area below in the table: its own figures, and whether it has a page with more."""

    row: Any
    islands: str
    index: str
    bar: SafeString


@dataclass(frozen=True)
class Day:
    day: str
    people: int
    islands: str
    index: str


@dataclass(frozen=True)
class Watched:
    row: Any
    group: str
    kind: str
    met: str
    others_met: str
    wait: str
    others_wait: str
    behind: bool


@dataclass(frozen=True)
class TakesPart:
    """An age band or a kind of help: how many asked and how many helped, with the words; None where it is few."""

    label: str
    asked: tuple[float | None, str]
    helped: tuple[float | None, str]


@for_the_signed_in
def first(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The greatest of the reader's areas; a page that says when there will be something where there is nothing yet."""
    row = queries.latest_readings(reader.viewer).first()
    if row is not None:
        return redirect("knowing-area", area_id=row.area.public_id)
    if not reader.may_look_over:
        raise NotFound
    return page(request, reader, "knowing_nothing_yet.html")


@for_the_signed_in
def area(request: HttpRequest, reader: Reader, area_id: UUID) -> HttpResponse:
    row = queries.reading_of_area(reader.viewer, area_id)
    if row is None:
        raise NotFound
    above = queries.reading_above(reader.viewer, row)
    context: dict[str, Any] = {
        "row": row,
        "sentences": queries.said_of_area(row, language()),
        "index": queries.index_of(row),
        "above": above,
        "parts": [_part(part) for part in queries.readings_below(reader.viewer, row)[:PARTS_SHOWN]],
    } | _history(reader, row)
    if row.area.level == COMMUNITY:
        context |= _of_community(reader, row)
    if above is None and reader.viewer.works_at(row.area.path):
        context |= _people(reader, row)
    return page(request, reader, "knowing.html", context)


def _history(reader: Reader, row: Any) -> dict[str, Any]:
    rows = list(queries.area_readings_for(reader.viewer, row.area.public_id)[:DAYS_SHOWN])
    known = [(one, index) for one in reversed(rows) if (index := queries.index_of(one)) is not None]
    step = max(1, -(-len(known) // POINTS_SHOWN))
    some = known[::-1][::step][::-1]
    label = say("邻里生疏度，按日期", "The stranger index, by day")
    return {
        "chart": charts.line([(one.date, index.sigma) for one, index in some], label=label),
        "days": [
            Day(day(one.date), one.people, _islands(index), _share_of_one(index.sigma, index.sigma_error))
            for one, index in reversed(some)
        ],
    }


def _of_community(reader: Reader, row: Any) -> dict[str, Any]:
    viewer = reader.viewer
    between = queries.between_groups_for(viewer).filter(community=row.area_id, date=row.date)[:ROWS_SHOWN]
    watch = list(_watch_of(reader, row))
    taking_part = _taking_part(row, reader)
    load = load_charts.load_of(row, reader)
    return {
        "ties_chart": _ties_chart(row),
        "met_chart": _met_chart(watch),
        "wait_chart": _wait_chart(watch),
        "taking_part": taking_part,
        "part_chart": _part_chart(taking_part),
        "load": load,
        "load_chart": load_charts.drawing(load),
        "others": queries.latest_readings(viewer).filter(area__level=COMMUNITY).exclude(area=row.area_id)[:PARTS_SHOWN],
        "ties": _ties(row),
        "between": [_pair(pair) for pair in between],
        "watched": _watched(watch),
    }


@for_the_signed_in
def chart(request: HttpRequest, reader: Reader, area_id: UUID, chart: str) -> HttpResponse:
    """One of the pictures of a community, to take along."""
    row = queries.reading_of_area(reader.viewer, area_id)
    if row is None or row.area.level != COMMUNITY:
        raise NotFound
    makers: dict[str, Callable[[], SafeString]] = {
        "ties": lambda: _ties_chart(row),
        "met": lambda: _met_chart(_watch_of(reader, row)),
        "wait": lambda: _wait_chart(_watch_of(reader, row)),
        "part": lambda: _part_chart(_taking_part(row, reader)),
        "load": lambda: load_charts.drawing(load_charts.load_of(row, reader)),
    }
    drawn = makers[chart]() if chart in makers else ""
    if not drawn:
        raise NotFound
    return file_of(drawn.encode(), f"{chart}-{row.date.isoformat()}.svg", SVG)


def _watch_of(reader: Reader, row: Any) -> Any:
    return queries.group_watch_for(reader.viewer).filter(community=row.area_id, date=row.date)[: 5 * ROWS_SHOWN]


def _ties_chart(row: Any) -> SafeString:
    counts = [(str(label), getattr(row, column) or 0) for column, label in TIES]
    lines = [bar_charts.Bars(label, [(count, str(count))]) for label, count in counts]
    return bar_charts.drawing(lines, label=say("各种往来有几份", "How many ties of each kind"))


def _met_chart(watch: Iterable[Any]) -> SafeString:
    """Of all kinds of help together, the share met of each group beside that of the others."""
    lines = [
        bar_charts.Bars(
            group_name(row.group), [_part_of(row.met, row.needs), _part_of(row.others_met, row.others_needs)]
        )
        for row in watch
        if not row.service_code
    ]
    names = (say("这一类邻居", "This group"), say("其他人", "The others"))
    return bar_charts.drawing(lines, label=say("需求有人来的比例", "Share of requests met"), names=names)


def _wait_chart(watch: Iterable[Any]) -> SafeString:
    lines = [
        bar_charts.Bars(
            group_name(row.group),
            [(row.wait_hours, _hours(row.wait_hours)), (row.others_wait_hours, _hours(row.others_wait_hours))],
        )
        for row in watch
        if not row.service_code
    ]
    names = (say("这一类邻居", "This group"), say("其他人", "The others"))
    return bar_charts.drawing(lines, label=say("等多久（中位数）", "Wait (median)"), names=names)


def _part_of(part: int, whole: int) -> tuple[float | None, str]:
    return (part / whole if whole else None), _share(part, whole)


def _taking_part(row: Any, reader: Reader) -> list[TakesPart]:
    """For workers of the community; nothing for others who look over it."""
    if not reader.viewer.works_at(row.area.path):
        return []
    return [
        TakesPart(
            name_of(one.kind) if one.kind is not None else group_name(one.band),
            (one.asked, _few(one.asked)),
            (one.helped, _few(one.helped)),
        )
        for one in queries.participation_for(reader.viewer, row.area, now=reader.now)[:ROWS_SHOWN]
    ]


def _part_chart(rows: Iterable[TakesPart]) -> SafeString:
    lines = [bar_charts.Bars(row.label, [row.asked, row.helped]) for row in rows]
    names = (say("请人帮忙", "Asked"), say("帮了忙", "Helped"))
    return bar_charts.drawing(lines, label=say("谁在参与", "Who takes part"), names=names)


def _few(count: int | None) -> str:
    return say("不到5", "under 5") if count is None else str(count)


def _people(reader: Reader, row: Any) -> dict[str, Any]:
    """Whom a worker may be told by name, on the page of the greatest area that they work in."""
    viewer, community_id = reader.viewer, row.community.public_id
    return {
        "works_here": True,
        "few": queries.few_ties_for(viewer).filter(community=row.community_id)[:PARTS_SHOWN],
        "bridges": queries.who_bridges_for(viewer, community_id, now=reader.now),
        "introduction": queries.introduction_for(viewer, community_id, now=reader.now),
    }


def _part(row: Any) -> Part:
    index = queries.index_of(row)
    if index is None:
        return Part(row, "—", "—", charts.bar(0.0))
    return Part(row, _islands(index), _share_of_one(index.sigma, index.sigma_error), charts.bar(index.sigma))


def _ties(row: Any) -> list[Figure]:
    counts = [(str(label), getattr(row, column) or 0) for column, label in TIES]
    most = max((count for _, count in counts), default=0)
    return [Figure(label, str(count), charts.bar(count, of=most or 1)) for label, count in counts]


def _pair(row: Any) -> Figure:
    label = group_name(row.one)
    if row.one != row.other:
        label = say(f"{label}和{group_name(row.other)}", f"{label} and {group_name(row.other)}")
    else:
        label = say(f"{label}之间", f"{label} among themselves")
    # 2 between strangers, 0 between those who are as one: shown as how far of the way strangers they are.
    apart = row.resistance or 0.0
    return Figure(label, f"{apart / 2:.0%}", charts.bar(apart, of=2.0))


def _watched(rows: Iterable[Any]) -> list[Watched]:
    """Of all kinds of help together every group; of single kinds those alone that are behind."""
    names = {kind.code: kind for kind in needs.service_types(retired=True)}
    found = []
    for row in rows:
        behind = queries.is_behind(row)
        if row.service_code and not behind:
            continue
        kind = names.get(row.service_code)
        found.append(
            Watched(
                row,
                group_name(row.group),
                name_of(kind) if kind is not None else say("各类帮助", "All kinds of help"),
                _share(row.met, row.needs),
                _share(row.others_met, row.others_needs),
                _hours(row.wait_hours),
                _hours(row.others_wait_hours),
                behind,
            )
        )
    return found


def group_name(group: str) -> str:
    """What a group is called; a language without a name of its own by its tag."""
    return str(GROUPS.get(group, say(f"会说{group}", f"Speak {group}")))


def _islands(index: Any) -> str:
    return f"{index.islands:.1f}" + (f" ± {2 * index.islands_error:.1f}" if index.islands_error else "")


def _share_of_one(value: float, error: float) -> str:
    return f"{value:.0%}" + (f" ± {2 * error:.1%}" if error else "")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%} ({part}/{whole})" if whole else "—"


def _hours(hours: float | None) -> str:
    return "—" if hours is None else say(f"{hours:.0f}小时", f"{hours:.0f} h")
