"""What the templates say and draw."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from django import template
from django.forms import BoundField
from django.forms.widgets import ChoiceWidget
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from matchmaker.community.queries import zone_of
from matchmaker.web import icons, meetings, phrases, wording

register = template.Library()
_ANY_ROW: Final = str(UUID(int=0))


@register.simple_tag
def say(zh: str, en: str) -> str:
    """The sentence in the reader's language."""
    return phrases.say(zh, en)


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(icons.drawing(name))  # noqa: S308  # our own drawings, no outside text


@register.simple_tag
def phone(number: str) -> str:
    """The number as a link that rings it; nothing where there is none."""
    return format_html('<a href="tel:{}">{}</a>', "".join(number.split()), number) if number else ""


@register.simple_tag
def address(page: str, public_id: Any) -> str:
    """The address of a page about one row, as `url` writes it; its form is looked up once, not for every row."""
    return _form_of(page, get_urlconf(), get_script_prefix()).replace(_ANY_ROW, str(public_id))


@cache
def _form_of(page: str, _pages: str | None, _prefix: str) -> str:
    return reverse(page, args=[_ANY_ROW])


@register.simple_tag
def name_of(row: Any) -> str:
    """The name of a service type, an area or an organization in the reader's language."""
    return wording.name_of(row)


@register.simple_tag
def when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    return wording.when(starts_at, ends_at, zone)


@register.simple_tag
def day_words(day: date) -> str:
    return wording.day(day)


@register.simple_tag
def month_words(first: date) -> str:
    return wording.month_words(first)


@register.simple_tag
def moment(at: datetime, area: Any = None) -> str:
    """Day and hour on the clock of the community that the area is, or lies in; of the service without one."""
    return wording.moment(at, zone_of(area))


@register.filter
def clock(moment: datetime, zone: str) -> str:
    return wording.clock(moment, zone)


@register.simple_tag
def grid_name(area: Any) -> str:
    """Roughly where: the grid, never a home."""
    return wording.grid_name(area)


@register.filter
def duration(minutes: int) -> str:
    return wording.duration(minutes)


@register.filter
def reference(public_id: Any) -> str:
    return wording.reference(public_id)


@register.filter
def first_id(field: BoundField) -> str:
    """The id an error link jumps to: the first button of a group, else the field itself."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def fault_line(fault: Any) -> str:
    """A fault of a summary: the field that it is about, then what to do."""
    return wording.fault_line(str(fault.label), str(fault.sentence))


@register.simple_tag
def fault_of(field: BoundField, sentence: str) -> str:
    return wording.fault_line("" if field.is_hidden else str(field.label), str(sentence))


@register.filter
def wanted_sentence(field: BoundField) -> str:
    """What is said where nothing was chosen."""
    usual = {"required": say("请选一项。", "Please choose one.")}
    said = field.field.error_messages if field.field.required or field.widget_type == "checkbox" else usual
    return str(said["required"])


@register.filter
def question(forms: dict[str, Any], slug: str) -> Any:
    """The form of this question; a slug with a hyphen is no name in a template."""
    return forms[slug]


@register.filter
def widget_kind(field: BoundField) -> str:
    """`group`, `tick` or `box`: which of three shapes the field has on the page."""
    kind = field.widget_type
    if kind in ("radioselect", "checkboxselectmultiple"):
        return "group"
    return "tick" if kind == "checkbox" else "box"


@dataclass(frozen=True)
class Button:
    """One radio button or tick box of a group."""

    name: str
    value: str
    label: str
    id: str
    type: str
    checked: bool


@register.filter
def groups_of(field: BoundField) -> list[tuple[str, list[Button]]]:
    """The buttons of a group under the names of their sub-groups; one nameless group where there are none."""
    kind = "radio" if field.widget_type == "radioselect" else "checkbox"
    chosen = field.value()
    values = {str(value) for value in (chosen if isinstance(chosen, list | tuple) else [chosen]) if value is not None}
    widget = cast(ChoiceWidget, field.field.widget)
    groups: list[tuple[str, list[Button]]] = []
    count = 0
    for name, options, _index in widget.optgroups(field.html_name, list(values)):
        buttons = []
        for option in options:
            value = str(option["value"])
            buttons.append(
                Button(field.html_name, value, str(option["label"]), f"{field.auto_id}_{count}", kind, value in values)
            )
            count += 1
        if name is None and groups and not groups[-1][0]:
            groups[-1][1].extend(buttons)
        else:
            groups.append((name or "", buttons))
    return groups


@register.filter
def membership_role(role: str) -> str:
    return wording.membership_role(role)


@register.filter
def role_name(role: str) -> str:
    return wording.role_name(role)


register.filter("coming_visit", meetings.coming_visit)
register.filter("post_name", wording.post_name)
register.filter("organization_kind", wording.organization_kind)
register.filter("address", wording.address)
register.filter("offer_title", wording.offer_title)
register.filter("window_words", wording.window_words)
