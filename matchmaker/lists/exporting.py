"""An organization's offers as a list in the columns of the import: what is read again finds everything unchanged.

A file is read back and planned before it is handed out. What the columns cannot say (hours that differ from day to day,
an offer without a number, two places of one name) is left out, and how many there are is told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed
from matchmaker.lists import writing
from matchmaker.lists.cells import SEPARATORS, Row
from matchmaker.lists.columns import COLUMNS, OFFERS
from matchmaker.lists.models import ImportKind
from matchmaker.lists.planning import offers
from matchmaker.lists.planning.plan import UNCHANGED, Scope
from matchmaker.lists.reading import read_list
from matchmaker.needs.day_words import WEEKDAYS_EN, WEEKDAYS_ZH
from matchmaker.needs.models import OfferState
from matchmaker.needs.queries.listed import KnownOffer

DAYS: Final = 7
MIDNIGHT: Final = time(0)
"""All day, where it is both the beginning and the end."""
_NOT_LISTED: Final = (OfferState.DRAFT, OfferState.CLOSED)


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, how many offers are in it, and how many of those that stand the columns cannot say."""

    content: bytes
    offers: int
    left_out: int


def offers_as_list(*, viewer: Viewer, organization: Organization, form: str, language: str, now: datetime) -> Exported:
    """The offers that are published and not closed, for a clerk of the organization, as `csv` or `xlsx`."""
    if organization.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization_id")
    scope = Scope(viewer=viewer, community=_community(organization), organization=organization)
    world = offers.load_world(scope, now)
    standing = [known for known in world.offers if known.state not in _NOT_LISTED]
    lines = {known.external_id: line for known in standing if (line := _Lines(world, language).of(known)) is not None}
    kept = _read_again_unchanged(list(lines.values()), world, scope, form=form, language=language, now=now)
    rows = [line for number, line in lines.items() if number in kept]
    left_out = _standing(organization) - len(rows)
    return Exported(_file(rows, form, language, left_out), len(rows), left_out)


def _read_again_unchanged(
    lines: Sequence[Sequence[str]],
    world: offers.OffersWorld,
    scope: Scope,
    *,
    form: str,
    language: str,
    now: datetime,
) -> frozenset[str]:
    """The numbers of the lines of which the file, planned as an import, says that nothing changes."""
    if not lines:
        return frozenset()
    table = read_list(_file(lines, form, language), OFFERS)
    rows = [Row(number, dict(zip(table.columns, cells, strict=True))) for number, cells in table.rows]
    plan = offers.plan(rows, world, scope, now=now, step=lambda _done, _of: None)
    same = {planned.number for planned in plan.planned if planned.verdict == UNCHANGED}
    return frozenset(row.text("external_id") for row in rows if row.number in same)


class _Lines:
    """Offers as cells in the order of the columns, in one language."""

    def __init__(self, world: offers.OffersWorld, language: str) -> None:
        self._chinese = language.startswith("zh")
        self._seat_id = world.seat[0]
        self._areas = {area.pk: area.name for area in world.areas}
        names = {kind.pk: kind.name_zh if self._chinese else kind.name_en for kind in world.types}
        often = Counter(names.values())
        self._types = {
            kind.pk: names[kind.pk] if often[names[kind.pk]] == 1 and _is_one_part(names[kind.pk]) else kind.code
            for kind in world.types
        }

    def of(self, known: KnownOffer) -> list[str] | None:
        """The cells; None for one whose hours or places the columns have no room for."""
        hours = self._hours(known.hours)
        places = [self._areas.get(key) for key in (known.value("place_id"), *known.reach_areas)]
        if hours is None or None in places:
            return None
        form = offers.FORMS[known.value("form")]
        cells = hours | {
            "external_id": known.external_id,
            "title": known.value("title"),
            "service_types": self._listed(self._types.get(key, "") for key in known.service_types),
            "details": known.value("details"),
            "form": form[0] if self._chinese else form[-1],
            "price_yuan_per_hour": _number(known.value("price_yuan_per_hour")),
            "place": "" if known.value("place_id") == self._seat_id else str(places[0]),
            "reach_m": _number(known.value("reach_m")),
            "reach_minutes": _number(known.value("reach_minutes")),
            "reach_areas": self._listed(str(name) for name in places[1:]),
            "by_vehicle": ("是" if self._chinese else "yes") if known.value("by_vehicle") else "",
            "visits_per_week": _number(known.value("visits_per_week")),
            "parallel_visits": _number(known.value("parallel_visits")),
            "languages": self._listed(known.value("languages")),
            "skills": self._listed(known.value("skills")),
        }
        return [cells[column.key] for column in COLUMNS[ImportKind.OFFERS]]

    def _hours(self, hours: Sequence[tuple[Any, ...]]) -> dict[str, str] | None:
        """Weekdays, beginning and end; None where they differ from day to day."""
        if not hours:
            return {"weekdays": "", "starts": "", "ends": ""}
        spans = {(starts, ends) for _day, starts, ends in hours}
        if len(spans) != 1:
            return None
        (starts, ends) = spans.pop()
        all_day = starts == ends == MIDNIGHT
        days = sorted(day for day, _starts, _ends in hours)
        names = WEEKDAYS_ZH if self._chinese else WEEKDAYS_EN
        return {
            "weekdays": "" if len(days) == DAYS and not all_day else self._listed(names[day] for day in days),
            "starts": "" if all_day else f"{starts:%H:%M}",
            "ends": "" if all_day else f"{ends:%H:%M}",
        }

    def _listed(self, parts: Iterable[str]) -> str:
        return ("、" if self._chinese else ", ").join(parts)


def _file(lines: Sequence[Sequence[str]], form: str, language: str, left_out: int = 0) -> bytes:
    return writing.list_file(ImportKind.OFFERS, lines, form=form, language=language, left_out=left_out)


def _number(value: int | Decimal | None) -> str:
    return "" if value is None else str(value)


def _is_one_part(name: str) -> bool:
    return SEPARATORS.search(name) is None


def _standing(organization: Organization) -> int:
    """Offers that are published and not closed, without the stops of tours."""
    return organization.offers.filter(stop__isnull=True).exclude(state__in=_NOT_LISTED).count()


def _community(organization: Organization) -> Area:
    return Area.objects.get(pk__in=keys_of_path(organization.area.path), level=AreaLevel.COMMUNITY)
