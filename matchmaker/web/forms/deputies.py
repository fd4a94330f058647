"""Who stands in for which post, and on which days."""

from datetime import timedelta
from typing import Any, Final

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader

USUAL: Final = timedelta(days=13)
"""A fortnight, both days counted."""
DAY_FAULTS: Final = {
    "required": say_later("请选日期。", "Please choose a day."),
    "invalid": say_later("这个日期看不懂，请重新选。", "We cannot read this day. Please choose again."),
}


class DeputyForm(forms.Form):
    """`posts` are those in which the reader may name somebody, `people` those whom they looked for."""

    post_id = forms.ChoiceField(
        label=say_later("哪个岗位要人代班？", "Which post needs somebody to stand in?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选岗位。", "Please choose a post.")},
    )
    person_id = forms.ChoiceField(
        label=say_later("谁来代班？", "Who stands in?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一位。", "Please choose somebody.")},
    )
    starts_date = forms.DateField(
        label=say_later("从哪一天起", "From which day"), widget=choices.day_box(), error_messages=DAY_FAULTS
    )
    ends_date = forms.DateField(
        label=say_later("到哪一天为止（最长九十天）", "Until which day (ninety days at most)"),
        widget=choices.day_box(),
        error_messages=DAY_FAULTS,
    )

    def __init__(self, data: Any = None, *, posts: choices.Choices, people: choices.Choices, reader: Reader) -> None:
        today = reader.viewer.today
        first = posts[0][0] if posts else ""
        super().__init__(data, initial={"post_id": first, "starts_date": today, "ends_date": today + USUAL})
        choices.set_choices(self, "post_id", posts)
        choices.set_choices(self, "person_id", people)
