"""Which lines of the log of decisions are shown."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.months import Month, month_chosen
from matchmaker.web.phrases import say, say_later
from matchmaker.web.wording import month_words

KINDS: Final = {
    "APPROVE": say_later("同意推荐", "Approved a proposal"),
    "REFUSE": say_later("不同意推荐", "Refused a proposal"),
    "OVERRIDE": say_later("人工安排", "Arranged by hand"),
    "PIN": say_later("指定", "Pinned"),
    "BAN": say_later("排除", "Banned"),
    "LIFT": say_later("解除指定或排除", "Lifted a pin or a ban"),
    "LOOK": say_later("查看周围的邻居", "Looked around a case"),
}
"""What each kind of line says was done."""


class DecisionsForm(forms.Form):
    """Filled in from the address, so that a list can be sent to a colleague; what it cannot read counts for all."""

    kind = forms.ChoiceField(label=say_later("做了什么", "What was done"), required=False)
    month = forms.ChoiceField(label=say_later("哪个月", "Month"), required=False)

    def __init__(self, *args: Any, months: Sequence[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = list(months)
        whole = ("", say("全部", "All"))
        choices.set_choices(self, "kind", [whole, *((kind, str(name)) for kind, name in KINDS.items())])
        choices.set_choices(
            self, "month", [whole, *((month.code, month_words(month.first_date)) for month in self.months)]
        )

    @property
    def shown_kind(self) -> str | None:
        return self.cleaned_data.get("kind") or None

    @property
    def shown_month(self) -> Month | None:
        code = self.cleaned_data.get("month")
        return month_chosen(code, self.months) if code else None
