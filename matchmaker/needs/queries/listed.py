"""What is known of needs and offers when a list is read: few queries, however many rows the list has."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from matchmaker.community.models import Area, Organization
from matchmaker.community.queries.listed import fixed
from matchmaker.needs.models import Need, NeedWindow, Offer, OfferHours, ServiceType
from matchmaker.needs.queries.service_types import service_types

NEED_COLUMNS: Final = (
    "service_type_id",
    "details",
    "at_home",
    "place_id",
    "minutes",
    "helpers_wanted",
    "repeat",
    "repeat_until_date",
    "skills",
    "languages",
    "urgency",
    "risk_class",
    "risks",
    "helper_sex",
)
"""What a list can say of a need, beside its windows."""

OFFER_COLUMNS: Final = (
    "title",
    "details",
    "form",
    "price_yuan_per_hour",
    "place_id",
    "reach",
    "reach_m",
    "reach_minutes",
    "by_vehicle",
    "visits_per_week",
    "parallel_visits",
    "skills",
    "languages",
)
"""What a list can say of an offer, beside its types, areas and hours."""


@dataclass(frozen=True, slots=True)
class KnownNeed:
    """A need as a plain value; `windows` are (date, starts, ends) in order."""

    pk: int
    external_id: str
    for_person_id: int
    state: str
    helpers_found: int
    consent: tuple[str, bool] | None
    """Its kind, and whether it was withdrawn."""
    columns: tuple[Any, ...]
    windows: tuple[tuple[Any, ...], ...]

    def value(self, column: str) -> Any:
        return self.columns[NEED_COLUMNS.index(column)]


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """An offer as a plain value; types and areas by pk, `hours` are (weekday, starts, ends), all in order."""

    pk: int
    external_id: str
    state: str
    columns: tuple[Any, ...]
    service_types: tuple[int, ...]
    reach_areas: tuple[int, ...]
    hours: tuple[tuple[Any, ...], ...]

    def value(self, column: str) -> Any:
        return self.columns[OFFER_COLUMNS.index(column)]


def needs_known(community: Area) -> tuple[KnownNeed, ...]:
    """The needs of the community that have a number."""
    rows = Need.objects.filter(community=community).exclude(external_id="")
    windows = _by_owner(NeedWindow.objects.filter(need__in=rows), "need_id", ("date", "starts", "ends"))
    fields = ("pk", "external_id", "for_person_id", "state", "helpers_found", "consent__kind", "consent__withdrawn_at")
    found = []
    for pk, number, person_id, state, helpers, kind, withdrawn_at, *columns in rows.order_by("pk").values_list(
        *fields, *NEED_COLUMNS
    ):
        consent = (kind, withdrawn_at is not None) if kind else None
        found.append(KnownNeed(pk, number, person_id, state, helpers, consent, fixed(columns), windows.get(pk, ())))
    return tuple(found)


def offers_known(organization: Organization) -> tuple[KnownOffer, ...]:
    """The offers of the organization that have a number."""
    rows = Offer.objects.filter(organization=organization).exclude(external_id="")
    types = _by_owner(Offer.service_types.through.objects.filter(offer__in=rows), "offer_id", ("servicetype_id",))
    areas = _by_owner(Offer.reach_areas.through.objects.filter(offer__in=rows), "offer_id", ("area_id",))
    hours = _by_owner(OfferHours.objects.filter(offer__in=rows), "offer_id", ("weekday", "starts", "ends"))
    found = []
    for pk, number, state, *columns in rows.order_by("pk").values_list("pk", "external_id", "state", *OFFER_COLUMNS):
        type_ids = tuple(key for (key,) in types.get(pk, ()))
        area_ids = tuple(key for (key,) in areas.get(pk, ()))
        found.append(KnownOffer(pk, number, state, fixed(columns), type_ids, area_ids, hours.get(pk, ())))
    return tuple(found)


def types_known() -> tuple[ServiceType, ...]:
    """The types in force."""
    return tuple(service_types())


def type_facts(types: Sequence[ServiceType]) -> tuple[tuple[Any, ...], ...]:
    """What lists ask of the types, as plain values."""
    fields = ("pk", "parent_id", "code", "name_zh", "name_en", "care_dimension", "sensitive", "public_duty")
    return tuple(tuple(getattr(kind, field) for field in fields) for kind in types)


def _by_owner(rows: QuerySet[Any], owner: str, fields: tuple[str, ...]) -> dict[int, tuple[tuple[Any, ...], ...]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *values in rows.order_by(owner, *fields).values_list(owner, *fields):
        found[key].append(tuple(values))
    return {key: tuple(values) for key, values in found.items()}
