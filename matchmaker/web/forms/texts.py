"""Fields for typed text: whatever is typed goes through the one check of texts."""

from typing import Any, Final

from django import forms

from matchmaker.community.texts import check_line, check_paragraphs
from matchmaker.errors import InvalidInput
from matchmaker.web.phrases import language

_FIELD: Final = "text"
"""The field stands beside its form's own label: its name is not asked for."""


class LineField(forms.CharField):
    """One line."""

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        try:
            check_line(value, _FIELD)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence(language())) from refusal


class ParagraphsField(forms.CharField):
    """As many lines as are wanted."""

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        try:
            check_paragraphs(value, _FIELD)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.sentence(language())) from refusal
