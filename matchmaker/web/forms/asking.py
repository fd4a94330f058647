"""The questions of "I want help", one form for each page."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from matchmaker.community.queries import choosing
from matchmaker.needs.drafts.needs import REPEAT_DAYS_AHEAD, WINDOW_DAYS_AHEAD
from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import ParagraphsField
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import GRID, duration, name_of

MYSELF = "me"
MINUTES_OFFERED = (30, 45, 60, 90, 120, 180, 240)
HELPERS_OFFERED = 10
A_DAY = timedelta(days=1)


URGENCIES = (
    (0, say_later("不急", "No hurry")),
    (1, say_later("这几天", "Within days")),
    (2, say_later("今天就要，很急", "Today, urgently")),
    (3, say_later("现在就要，马上请附近的人来", "Right now: ask everybody near to come")),
)


@dataclass(frozen=True)
class PartOfTheDay:
    """A choice instead of two clocks; the whole day holds whatever was typed."""

    label: Any
    starts: time
    ends: time
    holds_all: bool = False

    def holds(self, starts: time, ends: time) -> bool:
        return self.holds_all or self.starts <= starts < ends <= self.ends


PARTS_OF_THE_DAY: Final = {
    "MORNING": PartOfTheDay(say_later("上午（8点到12点）", "Morning (8 to 12)"), time(8), time(12)),
    "AFTERNOON": PartOfTheDay(say_later("下午（12点到18点）", "Afternoon (12 to 18)"), time(12), time(18)),
    "WHOLE_DAY": PartOfTheDay(say_later("全天都可以（8点到20点）", "Any time (8 to 20)"), time(8), time(20), True),
}


class QuestionForm(forms.Form):
    """A form that may offer other answers to each reader."""

    def __init__(self, data: QueryDict | MultiValueDict[str, str] | None = None, *, reader: Reader) -> None:
        super().__init__(data)
        self.today = reader.viewer.today
        self.offer_answers(reader)

    def offer_answers(self, reader: Reader) -> None:
        """The choices that depend on the reader stand in their fields; most questions have none."""

    def within(self, day: date, *, days: int) -> date:
        """The day, where it is not long past nor beyond so many days; the draft knows the zone and counts exactly."""
        if not self.today - A_DAY <= day <= self.today + timedelta(days=days) + A_DAY:
            raise forms.ValidationError(
                say(f"请选择今天起{days}天以内的日期。", f"Please choose a day within the next {days} days.")
            )
        return day


class WhatForm(QuestionForm):
    service_type = forms.ChoiceField(
        label=say_later("想请人帮什么忙？", "What would you like help with?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )

    def offer_answers(self, reader: Reader) -> None:
        choices.set_choices(self, "service_type", choices.kinds_of_service())


class WhomForm(QuestionForm):
    for_person = forms.ChoiceField(
        label=say_later("帮谁？", "Who is the help for?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )

    def offer_answers(self, reader: Reader) -> None:
        others = [(str(person.public_id), person.name) for person in choosing.people_spoken_for(reader.viewer)]
        choices.set_choices(self, "for_person", [(MYSELF, say("我自己", "Myself")), *others])


class WhenForm(QuestionForm):
    EMERGENCY = URGENCIES[-1][0]
    TODAY = URGENCIES[-2][0]
    urgency = forms.TypedChoiceField(
        label=say_later("有多急？", "How soon?"),
        help_text=say_later(
            "有人受伤生病，先打120；着火，先打119；有危险，先打110。",
            "Hurt or ill: first call 120. Fire: first call 119. In danger: first call 110.",
        ),
        coerce=int,
        choices=URGENCIES,
        required=False,
        widget=forms.RadioSelect,
        initial=0,
    )
    date = forms.DateField(
        label=say_later("哪一天", "Which day"),
        widget=choices.day_box(),
        error_messages={
            "required": say_later("请选日期。", "Please choose a day."),
            "invalid": say_later("这个日期看不懂，请重新选。", "We cannot read this day. Please choose again."),
        },
    )
    part = forms.ChoiceField(
        label=say_later("这天的什么时候", "Which time of the day"),
        choices=[(name, part.label) for name, part in PARTS_OF_THE_DAY.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    starts = forms.TimeField(
        label=say_later("从几点", "From"),
        required=False,
        widget=choices.time_box(),
        error_messages={
            "invalid": say_later("这个时间看不懂，请重新选。", "We cannot read this time. Please choose again."),
        },
    )
    ends = forms.TimeField(
        label=say_later("到几点", "Until"),
        required=False,
        widget=choices.time_box(),
        error_messages={
            "invalid": say_later("这个时间看不懂，请重新选。", "We cannot read this time. Please choose again."),
        },
    )

    def clean_urgency(self) -> int:
        return self.cleaned_data["urgency"] or 0

    def clean(self) -> dict[str, Any]:
        """Who needs somebody right now is asked for no day and no hour."""
        if self.cleaned_data.get("urgency") == self.EMERGENCY:
            for name in ("date", "part", "starts", "ends"):
                self.errors.pop(name, None)
                self.cleaned_data[name] = None
            return self.cleaned_data
        if self.cleaned_data.get("urgency") == self.TODAY and self.cleaned_data.get("date", self.today) > self.today:
            self.add_error(
                "date",
                say(
                    "选了“今天就要”，请把日期改成今天，或者改选“这几天”。",
                    "You chose “today”: please make this today, or choose “within days” above.",
                ),
            )
        if not {"part", "starts", "ends"} & self.errors.keys():
            self._settle_hours(PARTS_OF_THE_DAY.get(self.cleaned_data["part"]))
        return self.cleaned_data

    def _settle_hours(self, part: PartOfTheDay | None) -> None:
        """Typed hours count; where none were typed, those of the part of the day do."""
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        if starts is None and ends is None:
            if part is None:
                self.add_error("part", say("请选一项。", "Please choose one."))
            else:
                self.cleaned_data["starts"], self.cleaned_data["ends"] = part.starts, part.ends
        elif starts is None:
            self.add_error("starts", say("请选开始的时间。", "Please choose a time to begin."))
        elif ends is None:
            self.add_error("ends", say("请选结束的时间。", "Please choose a time to end."))
        elif part is not None and not part.holds(starts, ends):
            self.add_error(
                "part",
                say(
                    "这里选的和下面填的钟点不一样，请改一个。",
                    "This is not the time that you typed below. Please change one of the two.",
                ),
            )

    def clean_date(self) -> Any:
        return self.within(self.cleaned_data["date"], days=WINDOW_DAYS_AHEAD)


class WhereForm(QuestionForm):
    HOME, ELSEWHERE = "home", "elsewhere"
    where = forms.ChoiceField(
        label=say_later("在哪里？", "Where?"),
        choices=[
            (HOME, say_later("在家里", "At home")),
            (ELSEWHERE, say_later("在小区别的地方", "Somewhere else in the community")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    place = forms.ChoiceField(
        label=say_later("别的地方是哪里", "Where in the community"),
        help_text=say_later("在家里就不用选。", "Leave this empty for a visit at home."),
        required=False,
    )

    def offer_answers(self, reader: Reader) -> None:
        self.places = list(choosing.meeting_places_for(reader.viewer))
        self._offer_places()

    def leave_out_stairwells(self) -> None:
        """For help that has nothing to do with a building: whoever is met elsewhere is met in a grid."""
        self.places = [area for area in self.places if area.level <= GRID]
        self._offer_places()

    def _offer_places(self) -> None:
        places = [(str(area.public_id), name_of(area)) for area in self.places]
        choices.set_choices(self, "place", [("", say("请选择", "Please choose")), *places])

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("where") == self.ELSEWHERE and not answers.get("place") and "place" not in self.errors:
            self.add_error("place", say("请选见面的地方。", "Please choose where to meet."))
        return answers


class HowMuchForm(QuestionForm):
    ONCE, WEEKLY = "ONCE", "WEEKLY"
    minutes = forms.TypedChoiceField(
        label=say_later("大约要多久？", "How long will it take?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选大约要多久。", "Please choose how long it will take.")},
    )
    helpers_wanted = forms.TypedChoiceField(
        label=say_later("要几个人？", "How many people?"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, HELPERS_OFFERED + 1)],
        initial=1,
        error_messages={"required": say_later("请选要几个人。", "Please choose how many people.")},
    )
    all_or_none = forms.BooleanField(
        label=say_later("要么都来，要么都不来", "All of them or nobody"),
        help_text=say_later(
            "比如抬重物，人不齐做不了。人凑齐以前，我们先不请人。",
            "For example to lift something heavy. Nobody is asked until all of them can come.",
        ),
        required=False,
    )
    repeat = forms.ChoiceField(
        label=say_later("多久一次？", "How often?"),
        choices=[
            (ONCE, say_later("只这一次", "Just once")),
            (WEEKLY, say_later("每周这个时间", "Every week at this time")),
        ],
        widget=forms.RadioSelect,
        initial=ONCE,
        error_messages={"required": say_later("请选多久一次。", "Please choose how often.")},
    )
    repeat_until_date = forms.DateField(
        label=say_later("每周的话，到哪一天为止（可不填）", "If weekly: until when (optional)"),
        required=False,
        widget=choices.day_box(),
        error_messages={
            "invalid": say_later("这个日期看不懂，请重新选。", "We cannot read this day. Please choose again.")
        },
    )

    def offer_answers(self, reader: Reader) -> None:
        choices.set_choices(self, "minutes", [(minutes, duration(minutes)) for minutes in MINUTES_OFFERED])

    def clean_repeat_until_date(self) -> date | None:
        """A last day belongs to weekly visits alone; left over from another answer it is set aside."""
        until: date | None = self.cleaned_data["repeat_until_date"]
        if until is None or self.cleaned_data.get("repeat") != self.WEEKLY:
            return None
        return self.within(until, days=REPEAT_DAYS_AHEAD)


class WishesForm(QuestionForm):
    details = ParagraphsField(
        label=say_later("想让帮手知道什么？（可不填）", "What should the helper know? (optional)"),
        help_text=say_later(
            "只有双方都答应以后，帮手才看得到。请不要写证件号和密码。",
            "The helper reads this only once both of you said yes. Please write no passwords or document numbers.",
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    languages = forms.MultipleChoiceField(
        label=say_later("要会说哪种话？（可不选）", "Which languages are needed? (optional)"),
        choices=choices.LANGUAGES_SPOKEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    risks = ParagraphsField(
        label=say_later("有什么要小心的？（可不填）", "Anything to take care with? (optional)"),
        help_text=say_later("例如：有狗、楼梯滑、要搬重物。", "For example: a dog, slippery stairs, heavy things."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    nobody_from_building = forms.BooleanField(
        label=say_later("不要同一栋楼的人", "Nobody from my building"),
        help_text=say_later("不用说原因。", "You need not say why."),
        required=False,
    )
    helper_sex = forms.ChoiceField(
        label=say_later("希望来的人是", "I would rather have"),
        choices=[
            ("", say_later("都可以", "Anybody")),
            ("FEMALE", say_later("女士", "A woman")),
            ("MALE", say_later("男士", "A man")),
        ],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )


class ConsentForm(QuestionForm):
    agrees = forms.BooleanField(
        label=say_later("我同意为这次帮忙使用这些信息", "I agree that this information is used for this help"),
        error_messages={
            "required": say_later(
                "没有您的同意，我们不能继续。您也可以请社区工作人员帮忙。",
                "We cannot go on without your consent. You can also ask a community worker for help.",
            )
        },
    )
