"""The desk's forms: short, in the order in which one asks, and quick by keyboard."""

from datetime import timedelta
from typing import Any, Final

from django import forms

from matchmaker.community import queries as community
from matchmaker.community.queries import choosing
from matchmaker.needs.drafts.needs import WINDOW_DAYS_AHEAD
from matchmaker.web.forms import choices, hours, once
from matchmaker.web.forms.answers import OutcomeForm
from matchmaker.web.forms.asking import MINUTES_OFFERED, HowMuchForm, QuestionForm, WhenForm, WishesForm
from matchmaker.web.forms.offering import OfferForm
from matchmaker.web.forms.profile import ToldForm
from matchmaker.web.forms.texts import LineField, ParagraphsField
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import duration, name_of

HOME: Final = "home"
CHANNELS: Final = (
    ("PHONE", say_later("电话", "By phone")),
    ("DOORSTEP", say_later("上门", "At the door")),
    ("DESK", say_later("来站里", "At the station")),
    ("PAPER", say_later("书面", "On paper")),
)
CHANNEL_CODES: Final = frozenset(code for code, _word in CHANNELS)
MISSING: Final = say_later("请选一项。", "Please choose one.")


class ChannelForm(forms.Form):
    channel = forms.ChoiceField(
        label=say_later("本人怎么说的？", "How did they say it?"),
        choices=CHANNELS,
        initial="PHONE",
        error_messages={"required": MISSING},
    )


class ConsentFields(forms.Form):
    """How the person agreed to what was read aloud."""

    consent = forms.ChoiceField(
        label=say_later("本人同意吗？", "Do they agree?"),
        choices=[
            ("SPOKEN", say_later("口头同意，我听到了", "They said yes, and I heard it")),
            ("WRITTEN", say_later("书面同意", "In writing")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": say_later("没有本人同意，不能登记。", "Without their consent nothing is entered.")},
    )
    paper_kept_at = LineField(
        label=say_later("书面同意放在哪里（口头不填）", "Where is the paper? (only if in writing)"),
        max_length=200,
        required=False,
    )


class PersonForm(ToldForm):
    """Someone who is not known here yet, with their home."""

    corridor = forms.ChoiceField(
        label=say_later("楼道", "Corridor"), error_messages={"required": say_later("请选楼道。", "Please choose.")}
    )
    home = LineField(
        label=say_later("门牌号", "Number on the door"),
        max_length=40,
        error_messages={"required": say_later("请填写门牌号。", "Please give the number on the door.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    languages = forms.ChoiceField(
        label=say_later("说哪种话", "Language"), choices=choices.LANGUAGES_SPOKEN, initial="zh"
    )
    field_order = ("name", "corridor", "home", "phone", "birth_year", "languages")

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(area.public_id), name_of(area)) for area in community.corridors_at_desk(reader.viewer)]
        choices.set_choices(self, "corridor", [("", say("请选择", "Please choose")), *places])


class NewPersonForm(PersonForm, ConsentFields):
    """The page that enters a person alone."""


class DeskNeedForm(QuestionForm, ConsentFields):
    """What is needed, on one page. `token` makes a second press of the button harmless."""

    token = once.token()
    service_type = forms.ChoiceField(label=say_later("要帮什么忙", "What help"), error_messages={"required": MISSING})
    date = forms.DateField(
        label=say_later("哪一天", "Which day"),
        widget=choices.day_box(),
        error_messages={"required": say_later("请选日期。", "Please choose a day.")},
    )
    starts = hours.starts()
    ends = hours.ends()
    minutes = forms.TypedChoiceField(label=say_later("要多久", "How long"), coerce=int)
    where = forms.ChoiceField(label=say_later("在哪里", "Where"))
    channel = forms.ChoiceField(label=say_later("怎么提出的", "How it came"), choices=CHANNELS)
    details = ParagraphsField(
        label=say_later("说明（可不填）", "Note (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    urgency = WhenForm.base_fields["urgency"]
    repeat, helper_sex = HowMuchForm.base_fields["repeat"], WishesForm.base_fields["helper_sex"]
    risks, nobody_from_building = WishesForm.base_fields["risks"], WishesForm.base_fields["nobody_from_building"]
    FURTHER: Final = ("urgency", "repeat", "helper_sex", "nobody_from_building", "risks")
    """What most do not wish for: folded away, and open where something of it was answered."""

    def __init__(self, data: Any = None, *, reader: Reader) -> None:
        super().__init__(data, reader=reader)
        self.fields["repeat"].required = False
        tomorrow = reader.viewer.today + timedelta(days=1)
        usual = {"date": tomorrow, "starts": "09:00", "ends": "11:00", "minutes": 60, "channel": "DOORSTEP"}
        self.initial = {**self.initial, **usual}

    def offer_answers(self, reader: Reader) -> None:
        pick = ("", say("请选择", "Please choose"))
        kinds = [(name, list(group)) for name, group in choices.kinds_of_service()]
        choices.set_choices(self, "service_type", [("", [pick]), *kinds])
        choices.set_choices(self, "minutes", [(minutes, duration(minutes)) for minutes in MINUTES_OFFERED])
        places = [(str(area.public_id), name_of(area)) for area in choosing.meeting_places_for(reader.viewer)]
        choices.set_choices(self, "where", [(HOME, say("在家里", "At home")), *places])

    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FURTHER]

    def says_further(self) -> bool:
        """Something folded away was answered, or is at fault."""
        return self.is_bound and any(
            name in self.errors or self[name].value() not in (None, "", "0", False, HowMuchForm.ONCE)
            for name in self.FURTHER
        )

    def clean_date(self) -> Any:
        return self.within(self.cleaned_data["date"], days=WINDOW_DAYS_AHEAD)

    def clean_urgency(self) -> int:
        return self.cleaned_data["urgency"] or 0


class DeskOfferForm(OfferForm, ConsentFields):
    """What a person can help with, in their own name."""

    def __init__(self, *args: Any, reader: Reader, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, person=person, **kwargs)
        self.fields.pop("organization", None)
        if hasattr(person, "account"):
            self.fields.pop("birth_year", None)  # theirs to say, where they sign in


class HeardOutcomeForm(OutcomeForm, ChannelForm):
    """What one side said, taken by a worker; who took the other side's words too says that each was heard alone."""

    minutes = forms.IntegerField(
        label=say_later("用了几分钟（没说就不填）", "How many minutes (if they said)"),
        required=False,
        min_value=1,
        max_value=24 * 60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    heard_apart = forms.BooleanField(
        label=say_later("两方是分开、单独跟我说的", "I heard each of the two alone"), required=False
    )

    def __init__(self, *args: Any, has_taken_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_taken_others:
            del self.fields["heard_apart"]
