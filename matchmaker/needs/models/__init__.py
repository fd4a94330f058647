"""Rows of needs and offers."""

from matchmaker.needs.models.emergencies import Emergency, Skipped
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
from matchmaker.needs.models.tours import Tour, TourSignUp, TourState, TourStop

__all__ = [
    "CareDimension",
    "Emergency",
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
    "Skipped",
    "StationService",
    "Tour",
    "TourSignUp",
    "TourState",
    "TourStop",
    "Urgency",
]
