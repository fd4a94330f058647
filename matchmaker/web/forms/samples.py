"""A form with a field of each kind, to look at."""

from typing import Any, Final

from django import forms

from matchmaker.web.forms.choices import day_box, time_box
from matchmaker.web.forms.texts import LineField, ParagraphsField
from matchmaker.web.phrases import say_later

_WANTED: Final = {
    "required": say_later("示例：请填写。", "Sample: please fill this in."),
    "invalid": say_later("示例：这个看不懂。", "Sample: we cannot read this."),
    "invalid_choice": say_later("示例：请选一项。", "Sample: please choose one."),
}
_HINT: Final = say_later("示例：为什么问，怎么填。", "Sample: why it is asked, and how to fill it in.")


def _with(label_zh: str, label_en: str, **more: Any) -> dict[str, Any]:
    return {"label": say_later(f"示例：{label_zh}", f"Sample: {label_en}"), "error_messages": _WANTED} | more


class SampleForm(forms.Form):
    """What pages ask with; sent empty, each of its fields says so."""

    line = LineField(**_with("一行字", "a line", help_text=_HINT))
    number = forms.IntegerField(**_with("数", "a number"))
    mail = forms.EmailField(**_with("邮箱", "mail"))
    phone = LineField(**_with("电话", "a phone", widget=forms.TextInput(attrs={"type": "tel"})))
    day = forms.DateField(**_with("哪一天", "a day", widget=day_box()))
    starts = forms.TimeField(**_with("几点", "an hour", widget=time_box()))
    listed = forms.ChoiceField(
        **_with("从单子里选", "from a list"),
        choices=[("", say_later("请选", "Please choose")), ("one", say_later("第一项", "The first"))],
    )
    words = ParagraphsField(**_with("几句话", "some words", widget=forms.Textarea(attrs={"rows": 3})))
    sheet = forms.FileField(**_with("文件", "a file"))
    several = forms.MultipleChoiceField(
        **_with("可以选几项", "several", widget=forms.CheckboxSelectMultiple, help_text=_HINT),
        choices=[
            (say_later("一组", "One group"), [("a", say_later("甲", "This")), ("b", say_later("乙", "That"))]),
            (say_later("另一组", "Another"), [("c", say_later("丙", "A third"))]),
        ],
    )
    one = forms.ChoiceField(
        **_with("只选一项", "one of these", widget=forms.RadioSelect),
        choices=[
            ("yes", say_later("好", "Yes")),
            ("no", say_later("不用", "No")),
            ("open", say_later("不清楚", "Not sure")),
        ],
    )
    agrees = forms.BooleanField(**_with("打勾表示同意", "a tick says yes", help_text=_HINT))
