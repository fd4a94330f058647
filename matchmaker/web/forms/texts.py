"""Fields for typed text: whatever is typed goes through the one check of texts."""

from typing import Any, Final

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


class TextBox(forms.Textarea):
    """A box of several lines as Django draws it, without the two templates: fifty of them stand on one page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        drawn = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<textarea name="{}"{}>\n{}</textarea>', name, drawn, self.format_value(value) or "")
