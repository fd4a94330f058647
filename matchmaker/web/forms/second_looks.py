"""Asking for a second look, answering one, and what counts again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from matchmaker.web.forms.answers import REASON_LENGTH
from matchmaker.web.forms.texts import ParagraphsField
from matchmaker.web.phrases import say_later

WORDS_LENGTH = 1000


class SecondLookForm(forms.Form):
    words = ParagraphsField(
        label=say_later("哪里不对？（可以不写）", "What is wrong with it? (you may leave it empty)"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HeardSecondLookForm(SecondLookForm):
    """The same for a worker who was told so."""

    question = forms.ChoiceField(
        label=say_later("本人觉得哪一句不对？", "Which sentence do they doubt?"),
        choices=[
            ("KNOWN_HERE", say_later("附近的人认识吗", "Whether they are known around here")),
            ("HELP_FOUND", say_later("大家觉得帮得怎么样", "How their help was found")),
            ("NEXT_VISIT", say_later("下一次帮忙会顺利吗", "Whether their next visit goes well")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )


class LookAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=say_later("怎么答复？", "How do you answer?"),
        choices=[
            ("EXPLAINED", say_later("说明是怎么来的", "Explain how it comes about")),
            ("UPHELD", say_later("看过了，原来的说法不变", "It was looked at again, and stands")),
            ("SET_ASIDE", say_later("下面选中的，以后不再算", "What is chosen below does not count any more")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    set_aside = forms.MultipleChoiceField(
        label=say_later("哪些不再算？（只在选“不再算”时选）", "What does not count any more? (only with that answer)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = ParagraphsField(
        label=say_later("原因（本人会看到）", "Reason (the person reads this)"),
        help_text=say_later(
            "请不要写出是谁说的，也不要写别人的情况。", "Please name nobody who spoke, and nothing about others."
        ),
        max_length=REASON_LENGTH,
        error_messages={"required": say_later("请写明原因。", "Please give a reason.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, evidence: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if evidence:
            self.fields["set_aside"].choices = evidence  # type: ignore[attr-defined]  # a field of choices
        else:
            del self.fields["set_aside"]
