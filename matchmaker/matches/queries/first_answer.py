"""What an asker learns at once: how many could come and when, which stations are open, or why nobody yet.

No name is told and nobody is asked by it: proposals come from rounds and from verified needs.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.community.queries import StationNow, stations_near
from matchmaker.community.viewers import Viewer
from matchmaker.engine import explain
from matchmaker.matches import inputs
from matchmaker.matches.models import LIVE_STATES, Proposal
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.suggesting import suggest
from matchmaker.needs import day_words
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import is_asker_side


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """`could_come` counts people and organizations that pass every hard rule; `earliest_at` is when the first could."""

    could_come: int
    earliest_at: datetime | None
    stations: tuple[StationNow, ...]
    nobody: explain.Nobody | None
    time_zone: str


def first_answer(viewer: Viewer, need: Need, *, now: datetime) -> FirstAnswer | None:
    """For the asker's side and workers of the area, while the need is open and nobody is asked; else None."""
    if not (is_asker_side(viewer, need) or sides.is_worker(viewer, need)) or _has_moved(need):
        return None
    zone = need.community.time_zone
    stations = tuple(stations_near(need.community, zone=zone, now=now))
    suggested = suggest(viewer, need, viewer.language, now=now)
    if suggested is not None and suggested.could_come:
        return FirstAnswer(suggested.could_come, next(iter(suggested.times), None), stations, None, zone)
    problem = inputs.problem_as_asked(need.pk, need.community, service_type=need.service_type.code, now=now)
    if not problem.needs:
        return FirstAnswer(0, None, stations, None, zone)
    nobody = explain.why_nobody(problem.needs[0], problem.offers, problem.types, streets=problem.streets)
    return FirstAnswer(0, None, stations, nobody, zone)


def say_first_answer(answer: FirstAnswer, language: str) -> list[str]:
    """The answer in plain sentences: who could come, or why nobody yet; then the stations."""
    zh = language.startswith("zh")
    told = [_who_could_come(answer, zh=zh)]
    if answer.nobody is not None:
        told.extend(explain.say_nobody(answer.nobody, language))
    told.extend(_station(shown, answer, zh=zh) for shown in answer.stations)
    return told


def _has_moved(need: Need) -> bool:
    """It is over, or somebody was found or is being asked."""
    if need.state != NeedState.OPEN or need.helpers_found:
        return True
    return Proposal.objects.filter(need=need, state__in=LIVE_STATES).exists()


def _who_could_come(answer: FirstAnswer, *, zh: bool) -> str:
    count = answer.could_come
    if not count or answer.earliest_at is None:
        if zh:
            return "附近暂时还没有人能来，我们会一直留意。" + ("原因是：" if answer.nobody else "")
        return "Nobody near could come yet; we keep looking." + (" The reason:" if answer.nobody else "")
    when = _day_and_hour(answer.earliest_at, answer, zh=zh)
    if zh:
        who = "有一位邻居或一个组织可能可以来" if count == 1 else f"附近有{count}位邻居或组织可能可以来"
        return f"{who}，最早{when}。社区看过之后，我们去问。"
    who = (
        "One neighbour or organization could come" if count == 1 else f"{count} neighbours or organizations could come"
    )
    return f"{who}, at the earliest {when}. Once a community worker has looked, we ask."


def _station(shown: StationNow, answer: FirstAnswer, *, zh: bool) -> str:
    station = shown.station
    name = station.name if zh else (station.name_en or station.name)
    phone = (f"，电话 {station.phone}" if zh else f", phone {station.phone}") if station.phone else ""
    if shown.opening is None:
        return f"{name}{phone}。" if zh else f"{name}{phone}."
    if shown.is_open:
        until = f"{shown.opening.closes_at:%H:%M}"
        return f"{name}现在开着，到{until}{phone}。" if zh else f"{name} is open now, until {until}{phone}."
    opens = _day_and_hour(shown.opening.opens_at, answer, zh=zh)
    return f"{name}{opens}开门{phone}。" if zh else f"{name} opens {opens}{phone}."


def _day_and_hour(moment: datetime, answer: FirstAnswer, *, zh: bool) -> str:
    local = moment.astimezone(ZoneInfo(answer.time_zone))
    return f"{day_words.in_words(local, zh=zh)}{'' if zh else ' '}{local:%H:%M}"
