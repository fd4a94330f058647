"""Days of the week and hours, as every form asks for them."""

from django import forms

from matchmaker.web.forms.choices import time_box
from matchmaker.web.phrases import say_later

_UNREADABLE = say_later("这个时间看不懂，请重新选。", "We cannot read this time. Please choose again.")


def weekdays() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=say_later("哪几天有空？", "On which days?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say_later("请至少选一天。", "Please choose at least one day.")},
    )


def starts() -> forms.TimeField:
    return forms.TimeField(
        label=say_later("从几点", "From"),
        widget=time_box(),
        error_messages={
            "required": say_later("请选开始的时间。", "Please choose a time to begin."),
            "invalid": _UNREADABLE,
        },
    )


def ends() -> forms.TimeField:
    return forms.TimeField(
        label=say_later("到几点", "Until"),
        widget=time_box(),
        error_messages={
            "required": say_later("请选结束的时间。", "Please choose a time to end."),
            "invalid": _UNREADABLE,
        },
    )
