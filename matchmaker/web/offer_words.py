"""When, how far and how often an offer is given, as anybody reads it."""

from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from matchmaker.needs.day_words import WEEKDAYS_EN, WEEKDAYS_ZH
from matchmaker.web.phrases import say
from matchmaker.web.wording import name_of

DAYS: Final = 7


def hours_of(offer: Any) -> str:
    """`周二、周四 09:00–12:00`, days of the same hours together; any time where there are none."""
    days_by_span: dict[tuple[time, time], list[int]] = {}
    for hours in offer.hours.all():
        days_by_span.setdefault((hours.starts, hours.ends), []).append(hours.weekday)
    if not days_by_span:
        return say("任何时间", "Any time")
    return say("；", "; ").join(f"{_days(days)} {_span(*span)}" for span, days in days_by_span.items())


def reach_of(offer: Any) -> str:
    """How far whoever helps comes: in minutes, in metres, or to which areas."""
    if offer.stop_id is not None:
        return say("在停靠点", "At the stop")
    if offer.reach == "AREAS":
        return say("、", ", ").join(name_of(area) for area in offer.reach_areas.all())
    if offer.reach == "MINUTES":
        far = offer.reach_minutes
        if offer.by_vehicle:
            return say(f"开车{far}分钟以内", f"Up to {far} minutes by vehicle")
        return say(f"走路{far}分钟以内", f"Up to {far} minutes on foot")
    far = offer.reach_m
    if offer.by_vehicle:
        return say(f"开车{far}米以内", f"Up to {far} metres by road")
    return say(f"走路{far}米以内", f"Up to {far} metres on foot")


def capacity_of(offer: Any) -> str:
    """How many visits a week, and how many members of an organization go at the same time."""
    times = offer.visits_per_week
    week = say(f"每周最多{times}次", "At most once a week" if times == 1 else f"At most {times} times a week")
    if offer.parallel_visits == 1:
        return week
    return week + say(f"，同时最多{offer.parallel_visits}处", f", at most {offer.parallel_visits} at the same time")


def kinds_of(offer: Any) -> str:
    """The kinds of help."""
    return say("、", ", ").join(name_of(kind) for kind in offer.service_types.all())


def _days(days: Iterable[int]) -> str:
    found = sorted(set(days))
    if len(found) == DAYS:
        return say("每天", "Every day")
    return say("、".join(f"周{WEEKDAYS_ZH[day]}" for day in found), ", ".join(WEEKDAYS_EN[day] for day in found))


def _span(starts: time, ends: time) -> str:
    if starts == ends == time(0):
        return say("全天", "all day")
    return f"{starts:%H:%M}–{ends:%H:%M}" + ("" if ends > starts else say("（次日）", " (next day)"))
