"""How somebody wishes to be told, and what came of a call."""

from datetime import date
from typing import Any, Final

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import CHINESE, ENGLISH, say, say_later

NOTE_LENGTH = 200
CHANNELS: Final = {
    "APP": say_later("我自己打开这个网站看", "I look at this site myself"),
    "SMS": say_later("发短信", "Text message"),
    "MAIL": say_later("发邮件", "Mail"),
    "CALL": say_later("请工作人员打电话或上门告诉我", "A worker rings me or comes by"),
}
RESULTS: Final = (
    ("REACHED", say_later("联系到了", "Reached")),
    ("NOT_REACHED", say_later("没联系上", "Not reached")),
    ("CALL_BACK", say_later("请过会儿再打", "Asked to call again")),
    ("WRONG_NUMBER", say_later("号码不对", "Wrong number")),
)
UNREADABLE = say_later("这个时间看不懂，请重新选。", "We cannot read this time. Please choose again.")


class WishForm(forms.Form):
    channel = forms.ChoiceField(
        label=say_later("有消息时，怎么告诉您？", "How shall we tell you?"), required=False, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=say_later("用哪种语言？", "In which language?"),
        required=False,
        choices=[("", say_later("和登录时一样", "As when I sign in")), (CHINESE, "中文"), (ENGLISH, "English")],
        widget=forms.RadioSelect,
    )
    quiet_from = forms.TimeField(
        label=say_later("从几点起不打扰", "Quiet from"),
        required=False,
        widget=choices.time_box(),
        error_messages={"invalid": UNREADABLE},
    )
    quiet_until = forms.TimeField(
        label=say_later("到几点", "Until"),
        required=False,
        widget=choices.time_box(),
        error_messages={"invalid": UNREADABLE},
    )

    def __init__(self, *args: Any, possible: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(channel, str(CHANNELS[channel])) for channel in possible]
        choices.set_choices(self, "channel", [("", say("由我们安排", "As it suits you")), *offered])


class CallForm(forms.Form):
    result = forms.ChoiceField(
        label=say_later("结果", "Result"),
        choices=[("", say_later("请选择", "Please choose")), *RESULTS],
        error_messages={"required": say_later("请选一项结果。", "Please choose what came of it.")},
    )
    note = LineField(
        label=say_later("备注（简短）", "Note (short)"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DayForm(forms.Form):
    """Which day's list, and in which order; a day that cannot be read is today."""

    BY_GRID: Final = "grid"
    day = forms.DateField(label=say_later("哪一天", "Which day"), widget=choices.day_box())
    order = forms.ChoiceField(
        label=say_later("怎么排", "In which order"),
        choices=[("", say_later("急的在前", "Urgent ones first")), (BY_GRID, say_later("按网格", "By grid"))],
        required=False,
    )

    def chosen(self, *, otherwise: date) -> date:
        return self.cleaned_data["day"] if self.is_bound and self.is_valid() else otherwise

    def is_by_grid(self) -> bool:
        return self.is_bound and self.is_valid() and self.cleaned_data["order"] == self.BY_GRID
