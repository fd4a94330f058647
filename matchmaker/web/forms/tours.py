"""Planning a tour, changing a stop, being late, calling it off, signing up."""

from typing import Any, Final

from django import forms

from matchmaker.community import queries as community
from matchmaker.needs import queries as needs
from matchmaker.web.forms import choices, hours, once
from matchmaker.web.forms.texts import LineField, ParagraphsField
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

STOPS_OFFERED: Final = 4
PLACES_OFFERED: Final = 200
MISSING: Final = say_later("请填写这一项。", "Please fill this in.")
NO_NEED: Final = ""
LATENESS_OFFERED: Final = (15, 30, 45, 60, 90, 120, 180)


class TourForm(forms.Form):
    """What goes, and what it brings along; its stops are forms of their own."""

    token = once.token()
    organization = forms.ChoiceField(label=say_later("哪个组织的巡回服务？", "Whose tour is it?"))
    title = LineField(
        label=say_later("叫什么？", "What is it called?"),
        help_text=say_later("例如：流动医疗车", "For example: clinic on wheels"),
        max_length=80,
        error_messages={"required": MISSING},
    )
    service_types = forms.MultipleChoiceField(
        label=say_later("带去哪些服务？", "What does it bring along?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say_later("请至少选一项。", "Please choose at least one.")},
    )
    details = ParagraphsField(
        label=say_later("还想说什么？（可不填）", "Anything else? (optional)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "organization", organizations_that_tour(reader))
        choices.set_choices(self, "service_types", choices.kinds_of_service())


class StopForm(forms.Form):
    """One stop. On a new tour all but the first may stay empty."""

    place = forms.ChoiceField(
        label=say_later("停在哪里？", "Where does it stop?"), error_messages={"required": MISSING}
    )
    meeting_point = LineField(
        label=say_later("具体位置（可不填）", "Where exactly? (optional)"), max_length=80, required=False
    )
    date = forms.DateField(
        label=say_later("哪一天", "On which day"), widget=choices.day_box(), error_messages={"required": MISSING}
    )
    starts = hours.starts()
    ends = hours.ends()
    capacity = forms.IntegerField(
        label=say_later("最多接待几人", "How many people at most"),
        min_value=1,
        max_value=500,
        error_messages={"required": MISSING},
    )
    reach_km = forms.IntegerField(
        label=say_later("多远的人会来（公里）", "From how far people come (km)"),
        min_value=1,
        max_value=50,
        initial=3,
        error_messages={"required": MISSING},
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "place", [("", say("请选择", "Please choose")), *places_to_stop(reader)])


class LateForm(forms.Form):
    minutes = forms.TypedChoiceField(
        label=say_later("晚到多久？", "How much later?"), coerce=int, error_messages={"required": MISSING}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        late = [(minutes, say(f"{minutes}分钟", f"{minutes} minutes")) for minutes in LATENESS_OFFERED]
        choices.set_choices(self, "minutes", [(0, say("准时", "In time")), *late])


class CallOffForm(forms.Form):
    because = LineField(
        label=say_later("为什么取消？报名的人会看到。", "Why is it called off? Those who signed up read this."),
        max_length=200,
        error_messages={"required": say_later("请写明原因。", "Please say why.")},
    )


class SignUpForm(forms.Form):
    """For which of one's own requests, or for none."""

    need = forms.ChoiceField(label=say_later("去办哪件事？", "What for?"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, offered: choices.Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = (NO_NEED, say("只是去看看，先留个名额", "Just to see: keep a place"))
        choices.set_choices(self, "need", [nothing, *offered])


def organizations_that_tour(reader: Reader) -> choices.Choices:
    """The verified organizations that the reader may announce a tour for, by name."""
    rows = community.organizations_for(reader.viewer).filter(verified_at__isnull=False, closed_at__isnull=True)
    viewer = reader.viewer
    return [
        (str(row.public_id), name_of(row))
        for row in rows.select_related("area")
        if row.pk in viewer.clerk_of or viewer.works_at(row.area.path)
    ]


def places_to_stop(reader: Reader) -> choices.Choices:
    """The communities, grids and buildings around, each with what it lies in."""
    rows = needs.places_for_stops(reader.viewer)[:PLACES_OFFERED]
    return [
        (str(row.public_id), f"{name_of(row.parent)} · {name_of(row)}" if row.parent else name_of(row)) for row in rows
    ]


def needs_for_tour(reader: Reader, tour: Any) -> choices.Choices:
    """The reader's own open requests, and of whom they speak for, that the tour may meet."""
    brought = {kind.pk for kind in tour.service_types.all()}
    return [
        (str(need.public_id), name_of(need.service_type))
        for need in needs.needs_for(reader.viewer, own=True, state="OPEN")
        if {need.service_type_id, need.service_type.parent_id} & brought
    ]
