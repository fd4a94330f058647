"""What is said when something goes wrong: a worry, nobody came, what happened, and a worker's answer."""

from typing import Any

from django import forms

from matchmaker.web.forms.choices import time_box
from matchmaker.web.forms.texts import ParagraphsField
from matchmaker.web.phrases import say_later

WORDS_LENGTH = 2000
COMMENT_LENGTH = 500
CAME, DID_NOT_COME = "came", "did-not-come"


class ConcernForm(forms.Form):
    words = ParagraphsField(
        label=say_later("想说的话（可以不写）", "In your own words (you may leave it empty)"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LoggedConcernForm(ConcernForm):
    """The same for a worker, who says who rang."""

    side = forms.ChoiceField(
        label=say_later("谁说的？", "Who said so?"),
        choices=[
            ("ASKER", say_later("请人帮忙的居民", "The resident who is helped")),
            ("HELPER", say_later("来帮忙的邻居", "The neighbour who helps")),
            ("", say_later("我自己看到的", "I saw it myself")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )


class NobodyCameForm(forms.Form):
    until = forms.TimeField(
        label=say_later(
            "今天最晚几点还可以来人？（可以不填）", "Until when may somebody still come today? (you may leave it empty)"
        ),
        required=False,
        widget=time_box(),
        error_messages={"invalid": say_later("请写时间，比如 17:30。", "Please write a time, such as 17:30.")},
    )


class WhatHappenedForm(forms.Form):
    happened = forms.ChoiceField(
        label=say_later("那天您去了吗？", "Did you go that day?"),
        choices=[
            (DID_NOT_COME, say_later("没有去成", "I could not")),
            (CAME, say_later("我去了", "I was there")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    comment = ParagraphsField(
        label=say_later("发生了什么？（可以不写）", "What happened? (you may leave it empty)"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    resolution = forms.ChoiceField(
        label=say_later("怎么处理？", "How does it end?"),
        choices=[
            ("RESUME", say_later("谈过了，约定继续", "It was talked over: the match goes on")),
            ("END", say_later("结束这次约定", "The match ends here")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    reason = ParagraphsField(
        label=say_later("原因（提出的人会看到）", "Reason (who said it reads this)"),
        max_length=COMMENT_LENGTH,
        error_messages={"required": say_later("请写明原因。", "Please give a reason.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def given(form: forms.Form) -> dict[str, Any]:
    """What was filled in."""
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
