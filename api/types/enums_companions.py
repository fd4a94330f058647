"""Enums of companions, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.matches import models as matches

CompanionState = _named(
    matches.CompanionState,
    "CompanionState",
    "How it stands that somebody comes along.",
    AWAITING_COMPANION="The companion is asked for a time and a place.",
    AWAITING_ASKER="The companion said yes; whoever is helped is asked about them.",
    AGREED="They come along.",
    DECLINED="The companion could not; nobody else is told.",
    REFUSED="Whoever is helped would rather not.",
    EXPIRED="Nobody answered before the visit was near.",
    WITHDRAWN="It was called off, or the visit was.",
    TURNED_AWAY="Not today, said at the door.",
)
CompanionPart = _named(
    matches.CompanionPart,
    "CompanionPart",
    "Which of the three speaks.",
    ASKER="Who was helped.",
    HELPER="Who helped.",
    COMPANION="Who came along.",
)
