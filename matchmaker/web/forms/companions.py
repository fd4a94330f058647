"""Coming along: when and how far; what one says afterwards; the hours a community gives."""

from typing import Any, Final

from django import forms

from matchmaker.community.queries import own_person
from matchmaker.needs.day_words import WEEKDAYS_EN_FULL, WEEKDAYS_ZH
from matchmaker.web.forms import choices, hours
from matchmaker.web.forms.answers import NO, YES
from matchmaker.web.forms.desk import CHANNELS
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader

METRES_A_MINUTE: Final = 70
MINUTES_OFFERED: Final = (5, 10, 15)
VISITS_OFFERED: Final = (1, 2, 4, 8)
MISSING: Final = say_later("请选一项。", "Please choose one.")
_GREET: Final = [(YES, say_later("愿意", "Yes")), (NO, say_later("不用了", "Rather not"))]


class WillingForm(forms.Form):
    weekdays = hours.weekdays()
    starts = hours.starts()
    ends = hours.ends()
    reach_minutes = forms.TypedChoiceField(
        label=say_later("愿意走多远？", "How far would you walk?"),
        coerce=int,
        initial=10,
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    visits_per_month = forms.TypedChoiceField(
        label=say_later("一个月最多几次？", "At most how many times a month?"),
        coerce=int,
        initial=2,
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    birth_year = forms.IntegerField(
        label=say_later("您是哪一年出生的？", "In which year were you born?"),
        help_text=say_later(
            "有些见面对年龄有要求。只问一次，不会给别人看。",
            "Some meetings ask for a certain age. We ask once, and show it to nobody.",
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
        error_messages={
            "required": say_later("请填写出生年份。", "Please give the year you were born in."),
            "invalid": say_later("请填四位数的年份。", "Please give a year, such as 1975."),
        },
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own_person(reader.viewer).birth_year is not None:
            del self.fields["birth_year"]
        choices.set_choices(
            self, "weekdays", [(str(day), say(f"星期{WEEKDAYS_ZH[day]}", WEEKDAYS_EN_FULL[day])) for day in range(7)]
        )
        far = [
            (minutes, say(f"走路{minutes}分钟以内", f"Up to {minutes} minutes on foot")) for minutes in MINUTES_OFFERED
        ]
        choices.set_choices(self, "reach_minutes", far)
        often = [(count, say(f"{count}次", "once" if count == 1 else f"{count} times")) for count in VISITS_OFFERED]
        choices.set_choices(self, "visits_per_month", often)


class CompanionWordsForm(forms.Form):
    """Each of the three is asked of the two others; of each other, asker and helper speak elsewhere."""

    came = forms.ChoiceField(
        label=say_later("同行的邻居来了吗？", "Did the neighbour come along?"),
        choices=[(YES, say_later("来了", "Yes")), (NO, say_later("没有来", "No"))],
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    greet_companion = forms.ChoiceField(
        label=say_later("以后碰到同行的邻居，愿意打个招呼吗？", "Would you greet the neighbour who came along again?"),
        choices=_GREET,
        required=False,
        widget=forms.RadioSelect,
    )
    greet_asker = forms.ChoiceField(
        label=say_later("以后碰到您去看的邻居，愿意打个招呼吗？", "Would you greet the neighbour you visited again?"),
        choices=_GREET,
        required=False,
        widget=forms.RadioSelect,
    )
    greet_helper = forms.ChoiceField(
        label=say_later("以后碰到带您去的邻居，愿意打个招呼吗？", "Would you greet the neighbour you went with again?"),
        choices=_GREET,
        required=False,
        widget=forms.RadioSelect,
    )
    welcome = forms.ChoiceField(
        label=say_later("有人同行，您觉得好不好？", "Were you glad that somebody came along?"),
        choices=[(YES, say_later("好", "Yes")), (NO, say_later("下次不用了", "Rather not again"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_others = {"COMPANION": {"greet_asker", "greet_helper"}, "ASKER": {"greet_companion", "welcome"}}
        asked = of_others.get(part, {"greet_companion"}) | {"came", "channel", "heard_apart"}
        for name in set(self.fields) - asked:
            del self.fields[name]
        if part == "COMPANION":
            self.fields["came"].label = say("您去了吗？", "Did you go along?")
            choices.set_choices(self, "came", [(YES, say("去了", "Yes")), (NO, say("没去成", "I could not"))])

    def answers(self) -> dict[str, Any]:
        words = {YES: True, NO: False}
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("channel", "heard_apart")}
        return {name: words.get(value) for name, value in said.items()}


class HeardCompanionWordsForm(CompanionWordsForm):
    """The same where a worker takes somebody's words, each of the three apart."""

    channel = forms.ChoiceField(
        label=say_later("本人怎么说的？", "How did they say it?"), choices=CHANNELS, initial="PHONE"
    )
    heard_apart = forms.BooleanField(
        label=say_later("几位是分开、单独说的", "Each of them spoke alone"),
        error_messages={"required": say_later("请分开听取。", "Please hear each of them alone.")},
    )

    def __init__(self, *args: Any, part: str, has_taken_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, part=part, **kwargs)
        if not has_taken_others:
            self.fields.pop("heard_apart", None)


class BudgetForm(forms.Form):
    hours_per_week = forms.IntegerField(
        label=say_later("每周同行时间（小时，0 为不安排）", "Hours a week with company (0 for none)"),
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
