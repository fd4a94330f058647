"""What the page of all components shows in them: values that say of themselves that they are samples."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace as Sample
from typing import Any, Final
from uuid import UUID

from django.utils.safestring import SafeString

from matchmaker.web import bar_charts, charts, grid_maps, lanes
from matchmaker.web.done import SENTENCES, Done
from matchmaker.web.duty import SERVICES
from matchmaker.web.forms.answers import ReasonForm
from matchmaker.web.forms.desk import CHANNELS
from matchmaker.web.forms.samples import SampleForm
from matchmaker.web.icons import ICONS
from matchmaker.web.phrases import say
from matchmaker.web.standing import Told
from matchmaker.web.style_tokens import tokens

NOBODYS: Final = UUID("00000000-0000-4000-8000-000000000000")
ZONE: Final = "Asia/Shanghai"
PHONE: Final = "0000 0000"
A_DAY: Final = date(2026, 3, 4)
PARTS: Final = (
    ("tokens", "颜色和尺寸", "Colours and sizes"),
    ("words", "字", "Words"),
    ("buttons", "按钮", "Buttons"),
    ("notices", "告诉人的话", "What is told"),
    ("lists", "卡片和事项", "Cards and facts"),
    ("fields", "问题", "Questions"),
    ("tables", "表", "Tables"),
    ("pictures", "图", "Pictures"),
    ("desk", "服务台", "The desk"),
)
"""The sections of the page."""


def samples(now: datetime) -> dict[str, Any]:
    """By the name under which a template wants it."""
    return {
        "parts": PARTS,
        "tokens": tokens(),
        "signs": sorted(ICONS),
        "untouched": SampleForm(auto_id="sample_%s", prefix="sample"),
        "untouched_hours": SampleForm(auto_id="hours_%s", prefix="hours"),
        "faulty": SampleForm({}, auto_id="faulty_%s", prefix="faulty"),
        "call_first": list(SERVICES.values()),
        "done_here": Done(str(SENTENCES["call.logged"]), "0000-0000"),
        "done_there": Done(str(SENTENCES["proposal.approved"])),
        "told": [Told(say("示例：服务站现在开着，电话 ", "Sample: the station is open, phone "), PHONE)],
        "sources": [say("示例地图", "a sample map")],
        "phone": Sample(phone=PHONE),
        "people": [_person(1), _person(2)],
        "channels": CHANNELS,
        "refusing": ReasonForm(prefix="refusing"),
        "about": Sample(public_id=NOBODYS),
        "offers": [_offer("OPEN"), _offer("PAUSED")],
        "meetings": [_match(now)],
        **pictures(),
    }


def pictures() -> dict[str, SafeString]:
    """One of each kind of drawing."""
    days = [(A_DAY + timedelta(days=at), value) for at, value in enumerate((0.6, 0.55, 0.5, 0.52, 0.4))]
    label = say("示例图", "A sample picture")
    bars = [bar_charts.Bars(say("示例", "Sample"), [(0.7, "70%"), (0.4, "40%")])]
    names = (say("这一类", "These"), say("其他", "The others"))
    return {
        "line_drawn": charts.line(days, label=label),
        "bar_drawn": charts.bar(0.4),
        "bars_drawn": bar_charts.drawing(bars, label=label, names=names),
        "lanes_drawn": lanes.drawing(_ties(), label=label),
        "plan_drawn": grid_maps.drawing(_grids(), label=label),
    }


def _named(zh: str, en: str, **more: Any) -> Sample:
    return Sample(name=zh, name_zh=zh, name_en=en, parent=None, time_zone=ZONE, **more)


def _rows(*rows: Any) -> Sample:
    """As related rows are asked for."""
    return Sample(all=lambda: rows)


def _person(number: int) -> Sample:
    name = say(f"示例居民{number}", f"Sample resident {number}")
    return Sample(name=name, public_id=UUID(int=NOBODYS.int + number), household=None, birth_year=None, phone=PHONE)


def _offer(state: str) -> Sample:
    kind = _named("示例：陪着去看病", "Sample: going along to the clinic")
    return Sample(
        title=kind.name_zh,
        service_types=_rows(kind),
        organization=None,
        hours=_rows(Sample(weekday=1, starts=time(9), ends=time(12))),
        visits_per_week=2,
        parallel_visits=1,
        place=_named("示例网格", "Sample grid", level=5),
        stop_id=None,
        reach="MINUTES",
        reach_minutes=10,
        by_vehicle=False,
        state=state,
        public_id=NOBODYS,
    )


def _match(now: datetime) -> Sample:
    visit = Sample(state="PLANNED", starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1))
    need = Sample(community=Sample(time_zone=ZONE))
    return Sample(public_id=NOBODYS, state="AGREED", need=need, visits=_rows(visit))


def _ties() -> Sample:
    """Two buildings, three people, the way from one to the other."""
    buildings = [Sample(name=name, grid="", grid_en="") for name in ("1", "2")]
    parts = (("HELPED", 0, _person(1)), ("AROUND", 0, None), ("PROPOSED", 1, _person(2)))
    people = [
        Sample(number=number, lane=lane, part=part, person=person, on_path=True)
        for number, (part, lane, person) in enumerate(parts)
    ]
    bonds = [Sample(one=one, other=one + 1, kinds=("MET",), on_path=True) for one in (0, 1)]
    return Sample(lanes=buildings, people=people, bonds=bonds, steps=2)


def _grids() -> Sample:
    places = ((0, 0, 3, 40), (1, 0, 0, 80), (0, 1, 1, None))
    return Sample(
        grids=[
            Sample(column=column, row=row, unmet=unmet, percent=percent, grid=_named(f"示例{at}", f"Sample {at}"))
            for at, (column, row, unmet, percent) in enumerate(places, start=1)
        ]
    )
