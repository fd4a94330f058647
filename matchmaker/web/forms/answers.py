"""A coordinator's reason, and what is said of a meeting."""

from typing import Any
from uuid import UUID

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import ParagraphsField, TextBox
from matchmaker.web.phrases import say, say_later

REASON_LENGTH = 500
YES, NO = "yes", "no"
AT_ONCE = 50
"""So many proposals are answered by one press at most."""


class IdsField(forms.Field):
    """Ids of rows that were ticked; which of them are still there is asked when they are looked up."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        found = {known for one in (value or [])[:AT_ONCE] if (known := _id_from(one)) is not None}
        if not found:
            raise forms.ValidationError(self.error_messages["required"])
        return sorted(found)


class ReasonForm(forms.Form):
    reason = ParagraphsField(
        label=say_later("原因", "Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": say_later("请写明原因。", "Please give a reason.")},
        widget=TextBox(attrs={"rows": 2}),
    )


class OutcomeForm(forms.Form):
    HOW = {"well": 1, "so-so": 0, "badly": -1}
    happened = forms.ChoiceField(
        label=say_later("见面了吗？", "Did you meet?"),
        choices=[(YES, say_later("见到了", "Yes, we met")), (NO, say_later("没有见到", "No, we did not"))],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请告诉我们见面了没有。", "Please tell us whether you met.")},
    )
    how = forms.ChoiceField(
        label=say_later("怎么样？", "How was it?"),
        choices=[
            ("well", say_later("挺好", "Good")),
            ("so-so", say_later("一般", "So-so")),
            ("badly", say_later("不太好", "Not good")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    greet_again = forms.ChoiceField(
        label=say_later("以后碰到，愿意打个招呼吗？", "Would you greet each other again?"),
        choices=[(YES, say_later("愿意", "Yes")), (NO, say_later("不用了", "Rather not"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("happened") == YES and not answers.get("how"):
            self.add_error("how", say("请选一项：见面怎么样？", "Please choose one: how was it?"))
        return answers


class HelperForm(forms.Form):
    """Which member goes, where an organization was asked."""

    helper_id = forms.ChoiceField(
        label=say_later("请哪位成员去？", "Which member will go?"),
        error_messages={"required": say_later("请选一位成员。", "Please choose a member.")},
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "helper_id", [("", say("请选择", "Please choose")), *members])


class SeveralForm(HelperForm):
    """Several proposals to an organization, answered with yes at once; one member goes to all of them."""

    proposals = IdsField(
        label=say_later("答应哪些？", "Which of these?"),
        error_messages={"required": say_later("请至少选一件。", "Please tick at least one.")},
    )


def _id_from(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
