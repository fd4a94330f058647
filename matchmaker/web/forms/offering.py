"""The one form of "I can help"."""

from typing import Any, NamedTuple

from django import forms

from matchmaker.community.queries import own_person
from matchmaker.needs.day_words import WEEKDAYS_EN_FULL, WEEKDAYS_ZH
from matchmaker.web import offer_words
from matchmaker.web.forms import choices, hours, once
from matchmaker.web.forms.texts import ParagraphsField
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader

KEEP_AS_DRAFT = "draft"
"""What the second button of a clerk sends."""
MYSELF = "me"
REACH_OFFERED = (5, 10, 15)
DRIVES_OFFERED = (15, 30, 60)
_BY_VEHICLE = "by-vehicle-"
VISITS_OFFERED = 7
AS_IT_IS = "as-it-is"
HOURS = ("weekdays", "starts", "ends")


class Way(NamedTuple):
    """How far somebody comes, and how."""

    minutes: int
    by_vehicle: bool


def way_of(answer: str) -> Way | None:
    """What a choice of the form means; None for leaving it as it is."""
    if answer == AS_IT_IS:
        return None
    return Way(int(answer.removeprefix(_BY_VEHICLE)), answer.startswith(_BY_VEHICLE))


class OfferForm(forms.Form):
    """`token` makes a second press of the button harmless. Only clerks are asked who offers."""

    token = once.token()
    organization = forms.ChoiceField(
        label=say_later("谁来提供？", "Who offers this?"),
        widget=forms.RadioSelect,
        initial=MYSELF,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    service_types = forms.MultipleChoiceField(
        label=say_later("您能帮什么？", "What can you help with?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say_later("请至少选一项。", "Please choose at least one.")},
    )
    weekdays = hours.weekdays()
    starts = hours.starts()
    ends = hours.ends()
    reach_minutes = forms.TypedChoiceField(
        label=say_later("愿意走多远？", "How far would you go?"),
        coerce=way_of,
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    visits_per_week = forms.TypedChoiceField(
        label=say_later("每周最多几次？", "At most how many times a week?"), coerce=int, initial=1
    )
    birth_year = forms.IntegerField(
        label=say_later("您是哪一年出生的？", "In which year were you born?"),
        help_text=say_later(
            "有些帮忙对年龄有要求。只问一次，不会给别人看。",
            "Some kinds of help ask for a certain age. We ask once, and show it to nobody.",
        ),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
        error_messages={"invalid": say_later("请填四位数的年份。", "Please give a year, such as 1975.")},
    )
    details = ParagraphsField(
        label=say_later("还想说什么？（可不填）", "Anything else? (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, reader: Reader, person: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_who_offers(reader)
        if (person or own_person(reader.viewer)).birth_year is not None:
            del self.fields["birth_year"]
        choices.set_choices(self, "service_types", choices.kinds_of_service(public_duties=False))
        choices.set_choices(
            self, "weekdays", [(str(day), say(f"星期{WEEKDAYS_ZH[day]}", WEEKDAYS_EN_FULL[day])) for day in range(7)]
        )
        choices.set_choices(
            self,
            "reach_minutes",
            [
                (str(minutes), say(f"走路{minutes}分钟以内", f"Up to {minutes} minutes on foot"))
                for minutes in REACH_OFFERED
            ]
            + [
                (f"{_BY_VEHICLE}{minutes}", say(f"开车{minutes}分钟以内", f"Up to {minutes} minutes by vehicle"))
                for minutes in DRIVES_OFFERED
            ],
        )
        choices.set_choices(
            self,
            "visits_per_week",
            [
                (times, say(f"{times}次", "once" if times == 1 else f"{times} times"))
                for times in range(1, VISITS_OFFERED + 1)
            ],
        )

    def clean(self) -> dict[str, Any]:
        """Whoever offers for themself says how old they are: of an unknown age nobody could be introduced."""
        told = super().clean() or {}
        for_oneself = told.get("organization", MYSELF) == MYSELF and not self.keeps_draft
        if for_oneself and "birth_year" in self.fields and told.get("birth_year") is None and not self.errors:
            self.add_error("birth_year", say("请填写出生年份。", "Please give the year you were born in."))
        return told

    @property
    def keeps_draft(self) -> bool:
        """The clerk wants to read it once more before anybody else does."""
        return bool(self.data.get("keep") == KEEP_AS_DRAFT)

    def _ask_who_offers(self, reader: Reader) -> None:
        """A clerk says whether they offer for themself or for an organization; nobody else has that choice."""
        spoken_for = choices.organizations_spoken_for(reader)
        if spoken_for:
            choices.set_choices(self, "organization", [(MYSELF, say("我自己", "Myself")), *spoken_for])
        else:
            del self.fields["organization"]


class RedraftForm(OfferForm):
    """The same questions about a draft, but who offers it: it stays with its organization.

    How far and when may have been said elsewhere in ways that this form does not ask for; they can be left as they are.
    """

    keeps_hours = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, reader: Reader, offer: Any, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, initial=answers_of(offer), **kwargs)
        for name in ("token", "organization", "birth_year"):
            self.fields.pop(name, None)
        if self.initial["reach_minutes"] not in choices.values_of(self, "reach_minutes"):
            self._offer_reach_as_it_is(offer)
        if self.initial["starts"] is None:
            self._offer_hours_as_they_are(offer)
        else:
            del self.fields["keeps_hours"]

    def clean(self) -> dict[str, Any]:
        """Nobody is asked how old they are; hours are left as they are, or told, and not both."""
        told = forms.Form.clean(self) or {}
        if "keeps_hours" not in self.fields:
            return told
        given = [name for name in HOURS if told.get(name)]
        if not told.get("keeps_hours"):
            for name in {*HOURS} - {*given} - self.errors.keys():
                self.add_error(name, self.fields[name].error_messages["required"])
        elif given:
            self.add_error(
                "keeps_hours",
                say("要改时间，请先去掉这个勾。", "To change the hours, please take this tick away first."),
            )
        return told

    def _offer_reach_as_it_is(self, offer: Any) -> None:
        told = offer_words.reach_of(offer)
        choices.offer_first(self, "reach_minutes", (AS_IT_IS, say(f"照旧：{told}", f"As it is: {told}")))
        self.initial["reach_minutes"] = AS_IT_IS

    def _offer_hours_as_they_are(self, offer: Any) -> None:
        told = offer_words.hours_of(offer)
        self.fields["keeps_hours"].label = say(f"时间照旧：{told}", f"Leave the hours as they are: {told}")
        self.initial["weekdays"] = []
        for name in HOURS:
            self.fields[name].required = False


def answers_of(offer: Any) -> dict[str, Any]:
    """What the form says of a stored offer; empty where it offers no such answer."""
    hours = list(offer.hours.all())
    spans = {(one.starts, one.ends) for one in hours}
    starts, ends = spans.pop() if len(spans) == 1 else (None, None)
    far = (_BY_VEHICLE if offer.by_vehicle else "") + str(offer.reach_minutes or "")
    return {
        "service_types": [kind.code for kind in offer.service_types.all()],
        "weekdays": sorted({str(one.weekday) for one in hours}),
        "starts": starts,
        "ends": ends,
        "reach_minutes": far if offer.reach == "MINUTES" else None,
        "visits_per_week": offer.visits_per_week,
        "details": offer.details,
    }
