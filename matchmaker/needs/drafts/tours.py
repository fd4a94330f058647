"""The draft of a tour and of its stops."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final
from uuid import UUID

from matchmaker.errors import InvalidInput
from matchmaker.needs.drafts.fields import (
    check_choice,
    check_clock,
    check_code,
    check_date,
    check_given,
    check_id,
    check_list,
    check_text,
    check_title,
    check_whole_number,
)
from matchmaker.needs.models import ServiceForm

TITLE_LENGTH: Final = 80
DETAILS_LENGTH: Final = 1000
MEETING_POINT_LENGTH: Final = 80
REASON_LENGTH: Final = 200
CODE_LENGTH: Final = 40
TYPES_AT_MOST: Final = 20
STOPS_AT_MOST: Final = 60
CAPACITY_AT_MOST: Final = 500
USUAL_REACH_M: Final = 3_000
REACH_AT_MOST_M: Final = 50_000
LATE_AT_MOST_MINUTES: Final = 600
AHEAD_AT_MOST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDraft:
    """Where the tour stands on one day from when until when, by the local clock, and how many can be helped there."""

    place: UUID
    date: date
    starts: time
    ends: time
    capacity: int
    reach_m: int = USUAL_REACH_M
    meeting_point: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TourDraft:
    """What a mobile team of an organization brings along, and where it goes."""

    organization: UUID
    title: str
    service_types: tuple[str, ...]
    stops: tuple[StopDraft, ...]
    form: str = ServiceForm.PUBLIC
    details: str = ""


def check_tour_draft(draft: TourDraft, *, today: date) -> None:
    """The draft can be stored as it is; else one InvalidInput for the first field that cannot."""
    check_given_id(draft.organization, "organization")
    check_title(draft.title, "title", longest=TITLE_LENGTH)
    check_text(draft.details, "details", longest=DETAILS_LENGTH)
    check_choice(draft.form, "form", frozenset(ServiceForm.values))
    check_list(draft.service_types, "service_types", least=1, most=TYPES_AT_MOST)
    for code in draft.service_types:
        check_given(code, "service_types")
        check_code(code, "service_types", longest=CODE_LENGTH)
    check_list(draft.stops, "stops", least=1, most=STOPS_AT_MOST)
    for stop in draft.stops:
        check_stop_draft(stop, today=today)
    if len({(stop.date, stop.starts) for stop in draft.stops}) < len(draft.stops):
        raise InvalidInput(
            "Two stops begin at the same time.", message_zh="有两个停靠点的开始时间相同。", field="starts"
        )


def check_stop_draft(stop: StopDraft, *, today: date) -> None:
    """The same of one stop: it lies ahead, within a year, and ends on the day on which it begins."""
    check_given_id(stop.place, "place")
    check_date(stop.date, "date")
    check_clock(stop.starts, "starts")
    check_clock(stop.ends, "ends")
    check_whole_number(stop.capacity, "capacity", least=1, most=CAPACITY_AT_MOST)
    check_whole_number(stop.reach_m, "reach_m", least=1, most=REACH_AT_MOST_M)
    check_text(stop.meeting_point, "meeting_point", longest=MEETING_POINT_LENGTH)
    if not today <= stop.date <= today + AHEAD_AT_MOST:
        raise InvalidInput(
            "Please choose a day within the next year.", message_zh="请选择一年以内的日期。", field="date"
        )
    if stop.ends <= stop.starts:
        raise InvalidInput("A stop ends after it begins.", message_zh="结束时间要晚于开始时间。", field="ends")


def check_lateness(minutes: int) -> None:
    check_whole_number(minutes, "minutes", least=0, most=LATE_AT_MOST_MINUTES)


def check_reason(because: str) -> None:
    """Why a tour is called off, in one line that people read."""
    check_title(because, "because", longest=REASON_LENGTH)


def check_given_id(value: object, field: str) -> None:
    """An id, and not nothing."""
    check_id(value, field)
    if value is None:
        raise InvalidInput("Please choose one.", message_zh="请选一项。", field=field)
