"""The draft of a need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from matchmaker.community.models import Channel, ConsentManner, Sex
from matchmaker.errors import InvalidInput
from matchmaker.needs.availability import Window, has_room
from matchmaker.needs.drafts.fields import (
    check_choice,
    check_clock,
    check_code,
    check_date,
    check_given,
    check_id,
    check_languages,
    check_list,
    check_moment,
    check_skills,
    check_text,
    check_whole_number,
    check_yes_or_no,
)
from matchmaker.needs.models import NeedRepeat, RiskClass, ServiceForm, Urgency

DETAILS_LENGTH: Final = 2000
RISKS_LENGTH: Final = 500
CODE_LENGTH: Final = 40
EXTERNAL_ID_LENGTH: Final = 80
PAPER_LENGTH: Final = 200
LEAST_MINUTES: Final = 15
MOST_MINUTES: Final = 480
HELPERS_AT_MOST: Final = 50
WINDOWS_AT_MOST: Final = 40
WINDOW_DAYS_AHEAD: Final = 28
REPEAT_DAYS_AHEAD: Final = 90
WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDraft:
    """What is lacked, for whom, where, when. Persons and places are public ids; nobody named means oneself.

    `consent` is how the person agreed to what the type asks for (WRITTEN, SPOKEN, IN_APP); the action stores it.
    `channel` is how a need that somebody else enters came; `paper_kept_at` where the paper of a written consent lies.
    """

    service_type: str
    minutes: int
    windows: tuple[Window, ...]
    for_person: UUID | None = None
    details: str = ""
    at_home: bool = True
    place: UUID | None = None
    helpers_wanted: int = 1
    all_or_none: bool = False
    repeat: str = NeedRepeat.ONCE
    repeat_until_date: date | None = None
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    forms_accepted: tuple[str, ...] = ()
    urgency: int = Urgency.WHENEVER
    risk_class: int = RiskClass.NONE
    risks: str = ""
    nobody_from_building: bool = False
    helper_sex: str = ""
    consent: str = ""
    answer_by: datetime | None = None
    external_id: str = ""
    channel: str = ""
    paper_kept_at: str = ""


def check_need_draft(draft: NeedDraft, *, now: datetime, zone: ZoneInfo) -> None:
    """The draft can be stored as it is; else one InvalidInput for the first field that cannot."""
    for check in _CHECKS:
        check(draft)
    _check_windows_in_time(draft, now, zone)
    _check_repeat(draft, now.astimezone(zone).date())
    _check_answer_by(draft, now)


def _check_what(draft: NeedDraft) -> None:
    check_given(draft.service_type, "service_type")
    check_code(draft.service_type, "service_type", longest=CODE_LENGTH)
    check_text(draft.details, "details", longest=DETAILS_LENGTH)
    check_whole_number(draft.minutes, "minutes", least=LEAST_MINUTES, most=MOST_MINUTES)
    check_whole_number(draft.helpers_wanted, "helpers_wanted", least=1, most=HELPERS_AT_MOST)
    check_yes_or_no(draft.all_or_none, "all_or_none")
    check_code(draft.external_id, "external_id", longest=EXTERNAL_ID_LENGTH)
    check_choice(draft.channel, "channel", frozenset({"", *Channel.values}))
    check_code(draft.paper_kept_at, "paper_kept_at", longest=PAPER_LENGTH)


def _check_whom_and_where(draft: NeedDraft) -> None:
    check_id(draft.for_person, "for_person")
    check_yes_or_no(draft.at_home, "at_home")
    check_id(draft.place, "place")
    check_choice(draft.consent, "consent", frozenset({"", *ConsentManner.values}))
    if draft.at_home and draft.place is not None:
        raise InvalidInput(
            "A visit at home needs no other place.", message_zh="在家见面就不用再选地点。", field="place"
        )
    if not draft.at_home and draft.place is None:
        raise InvalidInput("Please say where you want to meet.", message_zh="请选择见面的地点。", field="place")


def _check_wishes(draft: NeedDraft) -> None:
    check_skills(draft.skills, "skills")
    check_languages(draft.languages, "languages")
    check_list(draft.forms_accepted, "forms_accepted", most=len(ServiceForm.values))
    for form in draft.forms_accepted:
        check_choice(form, "forms_accepted", frozenset(ServiceForm.values))
    check_yes_or_no(draft.nobody_from_building, "nobody_from_building")
    check_choice(draft.helper_sex, "helper_sex", frozenset({"", Sex.FEMALE, Sex.MALE}))


def _check_urgency_and_risks(draft: NeedDraft) -> None:
    check_whole_number(draft.urgency, "urgency", least=min(Urgency.values), most=max(Urgency.values))
    check_whole_number(draft.risk_class, "risk_class", least=min(RiskClass.values), most=max(RiskClass.values))
    check_text(draft.risks, "risks", longest=RISKS_LENGTH)
    if draft.risk_class == RiskClass.HIGH and not draft.risks.strip():
        raise InvalidInput("Please say what the risks are.", message_zh="请写明有哪些风险。", field="risks")


def _check_window_values(draft: NeedDraft) -> None:
    check_list(draft.windows, "windows", least=1, most=WINDOWS_AT_MOST)
    for window in draft.windows:
        if not isinstance(window, Window):
            raise InvalidInput("Please give dates and times.", message_zh="请填写日期和时间。", field="windows")
        check_date(window.date, "windows")
        check_clock(window.starts, "windows")
        check_clock(window.ends, "windows")


def _check_windows_in_time(draft: NeedDraft, now: datetime, zone: ZoneInfo) -> None:
    today = now.astimezone(zone).date()
    for window in draft.windows:
        if window.date < today - timedelta(days=1):
            raise _past()
        if window.date > today + timedelta(days=WINDOW_DAYS_AHEAD):
            raise InvalidInput(
                f"Please choose days within the next {WINDOW_DAYS_AHEAD} days.",
                message_zh=f"请选择{WINDOW_DAYS_AHEAD}天以内的日期。",
                field="windows",
            )
        if not has_room(window, minutes=draft.minutes, zone=zone):
            raise InvalidInput(
                "The visit does not fit into this time; it is counted in quarter-hours.",
                message_zh="这段时间不够见面用，时间按一刻钟计算。",
                field="windows",
            )
        if not has_room(window, minutes=draft.minutes, zone=zone, not_before=now):
            raise _past()


def _past() -> InvalidInput:
    return InvalidInput("This time has passed.", message_zh="这个时间已经过去了。", field="windows")


def _check_repeat(draft: NeedDraft, today: date) -> None:
    check_choice(draft.repeat, "repeat", frozenset(NeedRepeat.values))
    until = draft.repeat_until_date
    if until is not None:
        check_date(until, "repeat_until_date")
    first, last = min(draft.windows).date, max(draft.windows).date
    if draft.repeat == NeedRepeat.ONCE:
        if until is not None:
            raise InvalidInput(
                "Only a weekly visit has a last day.",
                message_zh="每周见面才需要填写截止日期。",
                field="repeat_until_date",
            )
        return
    if last - first >= timedelta(days=WEEK_DAYS):
        raise InvalidInput("Please give the times of one week.", message_zh="请只填写一周内的时间。", field="windows")
    if until is not None and not last <= until <= today + timedelta(days=REPEAT_DAYS_AHEAD):
        raise InvalidInput(
            f"Please choose a last day after the first visits and within {REPEAT_DAYS_AHEAD} days.",
            message_zh=f"截止日期要在首次见面之后、{REPEAT_DAYS_AHEAD}天以内。",
            field="repeat_until_date",
        )


def _check_answer_by(draft: NeedDraft, now: datetime) -> None:
    check_moment(draft.answer_by, "answer_by")
    if draft.answer_by is not None and not now < draft.answer_by <= now + timedelta(days=REPEAT_DAYS_AHEAD):
        raise InvalidInput(
            f"Please choose a time within the next {REPEAT_DAYS_AHEAD} days.",
            message_zh=f"请选择{REPEAT_DAYS_AHEAD}天以内的时间。",
            field="answer_by",
        )


_CHECKS: Final[tuple[Callable[[NeedDraft], Any], ...]] = (
    _check_what,
    _check_whom_and_where,
    _check_wishes,
    _check_urgency_and_risks,
    _check_window_values,
)
