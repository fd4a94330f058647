"""Enums of pins, bans and what ifs, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.matches import models as matches

PairDecisionKind = _named(
    matches.PairDecisionKind,
    "PairDecisionKind",
    "What a worker said of a pair.",
    PIN="It is planned first, while every hard rule allows it.",
    BAN="The need is not put to whoever offers this.",
)
WhatIfState = _named(
    matches.WhatIfState,
    "WhatIfState",
    "How far a what if is.",
    QUEUED="It waits to be computed.",
    DONE="It is computed.",
    FAILED="It could not be computed.",
)
