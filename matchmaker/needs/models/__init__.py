"""Rows of needs and offers."""

from matchmaker.needs.models.needs import (
    Need,
    NeedRepeat,
    NeedState,
    NeedWindow,
    RiskClass,
    Urgency,
)
from matchmaker.needs.models.offers import Offer, OfferHours, OfferReach, OfferState
from matchmaker.needs.models.service_types import (
    CareDimension,
    ServiceForm,
    ServiceType,
    StationService,
)

__all__ = [
    "CareDimension",
    "Need",
    "NeedRepeat",
    "NeedState",
    "NeedWindow",
    "Offer",
    "OfferHours",
    "OfferReach",
    "OfferState",
    "RiskClass",
    "ServiceForm",
    "ServiceType",
    "StationService",
    "Urgency",
]
