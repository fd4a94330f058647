"""What of the neighbourhood is shown: kinds of ties, up to which month, and the way between two of its places."""

from typing import Any

from django import forms

from matchmaker.web.neighbours import KINDS
from matchmaker.web.phrases import say_later


class ExploringForm(forms.Form):
    """Filled in from the address, so that what is seen can be sent to a colleague."""

    kinds = forms.MultipleChoiceField(
        label=say_later("哪些往来", "Which ties"),
        choices=[(kind, name) for kind, name in KINDS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.IntegerField(required=False)
    start = forms.IntegerField(
        label=say_later("从哪里（表里的编号）", "Way from (number in the table)"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    goal = forms.IntegerField(
        label=say_later("到哪里（表里的编号）", "Way to (number in the table)"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, nodes: int, months: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = {"invalid": say_later("请填表里的编号。", "Please give a number of the table.")}
        for name in ("start", "goal"):
            self.fields[name].widget.attrs |= {"min": 1, "max": nodes}
            self.fields[name].error_messages |= wrong
        self.nodes, self.months = nodes, months

    @property
    def shown_kinds(self) -> list[str]:
        """Those chosen; all of them where none is."""
        return self.cleaned_data.get("kinds") or list(KINDS)

    @property
    def shown_until(self) -> int:
        first, last = self.months
        until = self.cleaned_data.get("until")
        return last if until is None else min(max(until, first), last)

    def end(self, name: str) -> int | None:
        """The number of the node that a way begins or ends at, from 0; None where there is no such node."""
        number = self.cleaned_data.get(name)
        return number - 1 if number is not None and 1 <= number <= self.nodes else None
