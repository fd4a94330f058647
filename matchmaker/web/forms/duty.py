"""What a worker says of an alarm or an emergency, and the number of the duty post."""

from django import forms

from matchmaker.web.forms.texts import LineField, ParagraphsField
from matchmaker.web.phrases import say_later

WORDS_LENGTH = 500


class WordsForm(forms.Form):
    words = ParagraphsField(
        label=say_later("怎么处理的（可不填）", "How it ended (optional)"),
        max_length=WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DutyPhoneForm(forms.Form):
    phone = LineField(
        label=say_later("值班电话", "Duty phone"),
        help_text=say_later("留空就不再显示。", "Leave it empty to show none."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
