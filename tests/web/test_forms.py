"""Every box for typed text takes the text through the one check: the boxes are found, none is listed here."""

import importlib
import pkgutil

import pytest
from django import forms
from django.utils import translation

from matchmaker.web import forms as rooms
from matchmaker.web.forms.texts import LineField, ParagraphsField

FORMS = sorted(
    {
        kind
        for room in pkgutil.iter_modules(rooms.__path__, f"{rooms.__name__}.")
        for kind in vars(importlib.import_module(room.name)).values()
        if isinstance(kind, type) and issubclass(kind, forms.Form)
    },
    key=lambda kind: kind.__qualname__,
)
BOXES = [
    pytest.param(field, id=f"{form.__name__}.{name}")
    for form in FORMS
    for name, field in form.base_fields.items()
    if isinstance(field, forms.CharField)
]


class TestBoxes:
    def test_are_found(self) -> None:
        assert len(BOXES) >= 8

    @pytest.mark.parametrize("box", BOXES)
    def test_take_no_control_characters(self, box: forms.CharField) -> None:
        for text in ("a\x00b", "a\x07b", "12\x1b34"):
            with pytest.raises(forms.ValidationError):
                box.clean(text)

    @pytest.mark.parametrize("box", BOXES)
    def test_take_line_breaks_where_they_are_areas(self, box: forms.CharField) -> None:
        if isinstance(box.widget, forms.Textarea):
            assert isinstance(box, ParagraphsField)
            assert box.clean("买菜\r\n两袋米") == "买菜\r\n两袋米"
        else:
            with pytest.raises(forms.ValidationError):
                box.clean("12\n34")

    def test_say_what_is_wrong(self) -> None:
        with translation.override("zh-hans"), pytest.raises(forms.ValidationError, match="文字里有无法保存的字符。"):
            LineField().clean("a\x07b")
