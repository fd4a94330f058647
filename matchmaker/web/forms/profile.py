"""What a person tells about themself, here or at the desk."""

from typing import Any

from django import forms

from matchmaker.web.forms import choices
from matchmaker.web.forms.texts import LineField
from matchmaker.web.phrases import say_later


class ToldForm(forms.Form):
    """What a person tells about themself. What is not known may stay empty, but for the name."""

    name = LineField(
        label=say_later("姓名", "Name"),
        max_length=80,
        error_messages={"required": say_later("请填写姓名。", "Please give a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = LineField(
        label=say_later("电话（没有就不填）", "Phone (if any)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    birth_year = forms.IntegerField(
        label=say_later("出生年份（可不填）", "Year of birth (optional)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": say_later("请填写四位数的年份。", "Please give a year of four digits.")},
    )


class ProfileForm(ToldForm):
    """What is noted of a person, as they tell it now."""

    languages = forms.MultipleChoiceField(
        label=say_later("说哪种话", "Languages"),
        choices=choices.LANGUAGES_SPOKEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sex = forms.ChoiceField(
        label=say_later("性别", "Sex"),
        help_text=say_later(
            "有些人希望来的是女士，或是男士。没说的，不会去这样的人家。",
            "Some would rather be helped by a woman, or by a man. Whoever does not state it is not sent to them.",
        ),
        choices=[
            ("UNSTATED", say_later("没说", "Not stated")),
            ("FEMALE", say_later("女", "Woman")),
            ("MALE", say_later("男", "Man")),
        ],
        widget=forms.RadioSelect,
    )
    without_graph = forms.BooleanField(
        label=say_later("安排时不看邻里往来和信任", "Arrange without ties and trust"),
        help_text=say_later(
            "只看远近，由工作人员来安排。选了不影响得到帮助。",
            "Nearest first, and a worker looks at it. It means no less help.",
        ),
        required=False,
    )
    listed_with_few_ties = forms.BooleanField(
        label=say_later("想多认识邻居，可以让工作人员知道", "I would like to know more neighbours; workers may see so"),
        required=False,
    )

    def __init__(self, data: Any = None, *, person: Any) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})
        self.person = person

    def told(self) -> dict[str, Any]:
        """What `change_profile` takes; a language that is not offered here stays."""
        others = [tag for tag in self.person.languages if tag not in dict(choices.LANGUAGES_SPOKEN)]
        return self.cleaned_data | {"languages": [*self.cleaned_data["languages"], *others]}
