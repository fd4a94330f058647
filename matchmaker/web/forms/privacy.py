"""Leaving, coming back, and certificates."""

from typing import Any

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import say, say_later

LATER, AT_ONCE = "later", "at-once"
CODE_LENGTH = 40
NAME_LENGTH = 80


class LeaveForm(forms.Form):
    when = forms.ChoiceField(
        label=say_later("什么时候忘记您？", "When shall we forget you?"),
        choices=[
            (LATER, say_later("过14天，这段时间里您可以回来", "In 14 days; until then you can come back")),
            (AT_ONCE, say_later("马上，不能再恢复", "At once; it cannot be undone")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    sure = forms.BooleanField(
        label=say_later("是的，我要离开", "Yes, I want to leave"),
        error_messages={"required": say_later("确定要离开的话，请打勾。", "If you are sure, please tick this.")},
    )


class ReturnForm(forms.Form):
    return_code = LineField(
        label=say_later("您离开时得到的号码", "The code you were given when you left"),
        max_length=CODE_LENGTH,
        error_messages={"required": say_later("请填写号码。", "Please type the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CertificateForm(forms.Form):
    starts_date = forms.DateField(
        label=say_later("从哪一天", "From which day"),
        widget=choices.day_box(),
        error_messages={"required": say_later("请选日期。", "Please choose a day.")},
    )
    ends_date = forms.DateField(
        label=say_later("到哪一天", "To which day"),
        widget=choices.day_box(),
        error_messages={"required": say_later("请选日期。", "Please choose a day.")},
    )
    organization_id = forms.TypedChoiceField(
        label=say_later("哪个组织的", "Of which organization"), required=False, empty_value=None
    )

    def __init__(self, *args: Any, organizations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "organization_id", [("", say("全部", "All hours")), *organizations])


class CheckForm(forms.Form):
    number = LineField(
        label=say_later("编号", "Number"),
        max_length=CODE_LENGTH,
        error_messages={"required": say_later("请填写编号。", "Please type the number.")},
    )
    code = LineField(
        label=say_later("验证码", "Code"),
        max_length=CODE_LENGTH,
        error_messages={"required": say_later("请填写验证码。", "Please type the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = LineField(
        label=say_later("证明上的姓名（可以不填）", "The name on it (may be left out)"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
