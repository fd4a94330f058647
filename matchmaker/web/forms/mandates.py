"""Who may act for a person of the desk: for which matters, until when, and what it rests on."""

from datetime import timedelta
from typing import Any, Final

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader

USUAL: Final = timedelta(days=180)


class MandateForm(forms.Form):
    """`people` are those whom the worker looked for."""

    holder_id = forms.ChoiceField(
        label=say_later("谁来代办？", "Who is to act for them?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一位。", "Please choose somebody.")},
    )
    scope = forms.MultipleChoiceField(
        label=say_later("代办哪些事？（可不选）", "In which matters? (optional)"),
        help_text=say_later(
            "不选就是一般的事。健康、照护这些要一样一样选。",
            "None means everyday matters. Health and care have to be chosen one by one.",
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_date = forms.DateField(
        label=say_later("到哪一天为止（最长一年）", "Until which day (a year at most)"),
        widget=choices.day_box(),
        error_messages={
            "required": say_later("请选日期。", "Please choose a day."),
            "invalid": say_later("这个日期看不懂，请重新选。", "We cannot read this day. Please choose again."),
        },
    )
    evidence = LineField(
        label=say_later("本人是怎么说的，或者委托书放在哪里", "How they said it, or where the paper is"),
        max_length=200,
        error_messages={"required": say_later("请写明委托的依据。", "Please say what it rests on.")},
    )

    def __init__(self, data: Any = None, *, people: choices.Choices, reader: Reader) -> None:
        super().__init__(data, initial={"ends_date": reader.viewer.today + USUAL})
        choices.set_choices(self, "holder_id", people)
        choices.set_choices(self, "scope", choices.kinds_of_service())
