"""The taxonomy as doors read it; it is public."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from matchmaker.engine.problem import ServiceTypeFacts
from matchmaker.errors import NotFound
from matchmaker.needs.models import ServiceType

KEPT_FOR: Final = timedelta(minutes=5)
PUBLIC_SAFETY = "PUBLIC_SAFETY"
"""The type whose needs a police contact sees."""


def service_types(*, retired: bool = False) -> QuerySet[ServiceType]:
    """The types in force in the order of the taxonomy, parents first; with `retired`, also those of old needs."""
    rows = ServiceType.objects.select_related("parent")
    if not retired:
        rows = rows.filter(retired=False)
    return rows.order_by(F("parent_id").asc(nulls_first=True), "pk")


def service_type_by_code(code: str) -> ServiceType:
    """The type in force with this code, or NotFound."""
    found = service_types().filter(code=code).first()
    if found is None:
        raise NotFound(field="service_type")
    return found


def asks_consent(kind: ServiceType) -> bool:
    """A need of this type says something of someone's health or care: they agree to its being kept (PIPL Art. 28)."""
    return bool(kind.care_dimension) or kind.sensitive


def may_be_told_by_grid(kind: ServiceType) -> bool:
    """How often it was asked for may be told of a grid, and not of the community alone.

    Where a neighbour may come along, a kind is none of health, care, assistance, safety and minors (that is what the
    mark stands for); each mark that says otherwise is looked at besides.
    """
    marked = kind.sensitive or kind.care_dimension or kind.public_duty or kind.body_care
    return kind.companions_allowed and not (marked or kind.required_clearances or kind.required_licences)


def service_type_facts() -> dict[str, ServiceTypeFacts]:
    """The whole taxonomy by code for the engine, retired types too: old needs may stand on them."""
    return {
        kind.code: ServiceTypeFacts(
            code=kind.code,
            parent=kind.parent.code if kind.parent else None,
            care_dimension=kind.care_dimension or None,
            public_duty=kind.public_duty,
            required_training=frozenset(kind.required_trainings),
            required_licence=frozenset(kind.required_licences),
            required_clearance=frozenset(kind.required_clearances),
            minimum_helper_age=kind.minimum_helper_age,
            sensitive=kind.sensitive,
            insured_from_risk=kind.insured_from_risk,
        )
        for kind in service_types(retired=True)
    }


_kept: "dict[str, tuple[datetime, Mapping[str, ServiceTypeFacts]]]" = {}


def service_types_kept(*, now: datetime) -> Mapping[str, ServiceTypeFacts]:
    """The same taxonomy, read again after five minutes: types change with an installation, not with a request."""
    found = _kept.get("all")
    if found is None or not timedelta(0) <= now - found[0] < KEPT_FOR:
        found = _kept["all"] = (now, service_type_facts())
    return found[1]


def forget_service_types() -> None:
    """This process knows no types until it reads them again."""
    _kept.clear()
