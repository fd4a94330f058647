"""Enums of tours, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.needs import models as needs

TourState = _named(
    needs.TourState,
    "TourState",
    "How a tour stands.",
    ANNOUNCED="It comes, or has come.",
    CALLED_OFF="It does not come any more.",
)
