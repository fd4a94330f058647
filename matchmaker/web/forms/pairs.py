"""A pin or a ban of a helper for a need, and what is to be different in a what if."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final
from uuid import UUID

from django import forms

from matchmaker.matches.drafts import SupposedOffer, WhatIfDraft
from matchmaker.needs.day_words import WEEKDAYS_EN_FULL, WEEKDAYS_ZH
from matchmaker.needs.drafts import Hours
from matchmaker.web.forms import choices
from matchmaker.web.forms.answers import REASON_LENGTH
from matchmaker.web.forms.choices import Choices
from matchmaker.web.forms.texts import ParagraphsField
from matchmaker.web.phrases import say, say_later

PIN, BAN, NONE = "pin", "ban", ""
MISSING: Final = say_later("请选一项。", "Please choose one.")
METRES_A_MINUTE: Final = 70
MINUTES_OFFERED: Final = (5, 10, 15)
USUAL_FLOOR: Final = ""
FLOORS_OFFERED: Final = (0, 5, 10, 20)
NO_FLOOR: Final = 100
ALL_DAY: Final = (time(0), time(0))
TERMS: Final = {
    "fit": say_later("帮助对口", "How well the help fits"),
    "walk": say_later("路近", "A short way"),
    "reliance": say_later("合适把握", "That it will go well"),
    "identity_gain": say_later("增进熟识", "That neighbours get to know each other"),
    "continuity": say_later("以前帮过", "The same helper as before"),
    "load": say_later("不总找同一个人", "That nobody is asked too often"),
    "few_ties": say_later("先请少往来的人", "That people with few ties come first"),
}
"""What each term of a score weighs."""


def term_name(term: str) -> str:
    return str(TERMS.get(term, term))


class PairForm(forms.Form):
    """Which of those who could come, whether pinned or banned, why, and until when."""

    offer = forms.ChoiceField(
        label=say_later("哪一位？", "Which one?"), widget=forms.RadioSelect, error_messages={"required": MISSING}
    )
    kind = forms.ChoiceField(
        label=say_later("怎么办？", "What is to be done?"),
        choices=[
            (PIN, say_later("指定：先安排这一位", "Pin: plan this one first")),
            (BAN, say_later("排除：不安排这一位", "Ban: do not plan this one")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": MISSING},
    )
    reason = ParagraphsField(
        label=say_later("原因", "Reason"),
        help_text=say_later(
            "会记入决定记录，监督员看得到。", "It stands in the log of decisions, which auditors read."
        ),
        max_length=REASON_LENGTH,
        error_messages={"required": say_later("请写明原因。", "Please give a reason.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until_date = forms.DateField(
        label=say_later("到哪一天为止（可不填）", "Until which day (optional)"),
        required=False,
        widget=choices.day_box(),
        error_messages={"invalid": say_later("这个日期看不懂，请重新选。", "We cannot read this day.")},
    )

    def __init__(self, *args: Any, offers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "offer", offers)


class WhatIfForm(forms.Form):
    """Other weights, other floors, one more offer, and a pair; whatever is left as it is does not count as a change."""

    offer = forms.ChoiceField(label=say_later("哪一位？", "Which one?"), required=False, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=say_later("如果……", "What if"),
        choices=[
            (NONE, say_later("不改", "No change")),
            (PIN, say_later("指定这一位", "this one were pinned")),
            (BAN, say_later("排除这一位", "this one were banned")),
        ],
        initial=NONE,
        required=False,
        widget=forms.RadioSelect,
    )
    floor = forms.ChoiceField(
        label=say_later("各网格最多比平均少多少", "How far a grid may fall below the average"), required=False
    )
    service_type = forms.ChoiceField(label=say_later("再多一份什么帮助", "One more offer of"), required=False)
    area = forms.ChoiceField(label=say_later("从哪里出发", "Setting out from"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=say_later("哪几天（不选就是天天）", "On which days (none: any day)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts = forms.TimeField(label=say_later("从几点", "From"), required=False, widget=choices.time_box())
    ends = forms.TimeField(label=say_later("到几点", "Until"), required=False, widget=choices.time_box())
    reach_minutes = forms.TypedChoiceField(label=say_later("走多远", "How far"), coerce=int, required=False, initial=15)
    visits_per_week = forms.TypedChoiceField(
        label=say_later("每周几次", "How often a week"), coerce=int, required=False, initial=3
    )

    def __init__(
        self,
        *args: Any,
        weights: Mapping[str, int],
        areas: Choices,
        offers: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.weights = weights
        for term, weight in sorted(weights.items()):
            self.fields[f"weight_{term}"] = forms.IntegerField(
                label=term_name(term),
                min_value=0,
                max_value=1000,
                initial=weight,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                error_messages={"invalid": say("请填写整数。", "Please give a whole number.")},
            )
        self._offer_answers(areas, offers)

    @property
    def weight_fields(self) -> list[Any]:
        """The boxes of the weights, in the order of the terms."""
        return [self[f"weight_{term}"] for term in sorted(self.weights)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") and not told.get("offer"):
            self.add_error("offer", say("请选一位。", "Please choose one."))
        if bool(told.get("starts")) != bool(told.get("ends")):
            self.add_error("starts", say("请把两个时间都填上。", "Please give both times."))
        if told.get("service_type") and not told.get("area"):
            self.add_error("area", say("请选从哪里出发。", "Please choose where to set out from."))
        return told

    def draft(self, *, need_id: UUID | None) -> WhatIfDraft:
        """What was changed; the pair is of the need that the page shows."""
        told = self.cleaned_data
        is_pair = need_id is not None and told.get("kind") and told.get("offer")
        pair = ((need_id, UUID(told["offer"])),) if need_id is not None and is_pair else ()
        given = {term: told[f"weight_{term}"] for term in self.weights if told.get(f"weight_{term}") is not None}
        floor = told.get("floor")
        return WhatIfDraft(
            pins=pair if told.get("kind") == PIN else (),
            bans=pair if told.get("kind") == BAN else (),
            weights={term: weight for term, weight in given.items() if weight != self.weights[term]},
            offer=self._supposed() if told.get("service_type") else None,
            floor_margin=int(floor) if floor else None,
        )

    def _supposed(self) -> SupposedOffer:
        told = self.cleaned_data
        starts, ends = (told["starts"], told["ends"]) if told.get("starts") else ALL_DAY
        days = [int(day) for day in told["weekdays"]] or list(range(7))
        is_any_time = not told["weekdays"] and not told.get("starts")
        return SupposedOffer(
            service_type=told["service_type"],
            area=UUID(told["area"]),
            hours=() if is_any_time else tuple(Hours(day, starts, ends) for day in days),
            reach_m=METRES_A_MINUTE * (told.get("reach_minutes") or 15),
            visits_per_week=told.get("visits_per_week") or 3,
        )

    def _offer_answers(self, areas: Choices, offers: Choices) -> None:
        choices.set_choices(self, "offer", offers)
        floors = [
            (str(points), say(f"最多少{points}个百分点", f"At most {points} points")) for points in FLOORS_OFFERED
        ]
        usual = (USUAL_FLOOR, say("照常（约1个百分点）", "As usual (about 1 point)"))
        none = (str(NO_FLOOR), say("不设底线", "No floor"))
        choices.set_choices(self, "floor", [usual, *floors, none])
        nothing = ("", say("不多", "None"))
        kinds = [(name, list(group)) for name, group in choices.kinds_of_service(public_duties=False)]
        choices.set_choices(self, "service_type", [("", [nothing]), *kinds])
        choices.set_choices(self, "area", [("", say("请选择", "Please choose")), *areas])
        choices.set_choices(self, "weekdays", list(weekdays()))
        choices.set_choices(
            self,
            "reach_minutes",
            [
                (minutes, say(f"走路{minutes}分钟以内", f"Up to {minutes} minutes on foot"))
                for minutes in MINUTES_OFFERED
            ],
        )
        often = [(count, say(f"{count}次", "once" if count == 1 else f"{count} times")) for count in range(1, 8)]
        choices.set_choices(self, "visits_per_week", often)


def weekdays() -> Sequence[tuple[str, str]]:
    return [(str(day), say(f"星期{WEEKDAYS_ZH[day]}", WEEKDAYS_EN_FULL[day])) for day in range(7)]
