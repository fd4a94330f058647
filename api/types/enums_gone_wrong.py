"""Enums of visits under way and of concerns, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.matches import models as matches

SaidBy = _named(
    matches.SaidBy,
    "SaidBy",
    "Who said that somebody came or left.",
    HELPER="Who helps.",
    ASKER="Who is helped, or their proxy.",
    CALL="A worker of the area, who logged a call.",
)
ConcernKind = _named(
    matches.ConcernKind,
    "ConcernKind",
    "What a concern is about.",
    WORRY="Something that worries.",
    MONEY="The other side asked for money.",
)
ConcernState = _named(
    matches.ConcernState,
    "ConcernState",
    "How a concern stands.",
    OPEN="The duty post was called; nobody took it in hand yet.",
    IN_HAND="A worker of the area looks into it.",
    RESOLVED="It was looked into and answered.",
)
Resolution = _named(
    matches.Resolution,
    "Resolution",
    "How a concern ended.",
    RESUME="The match goes on.",
    END="The match has ended.",
)
