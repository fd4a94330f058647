"""Enums of pins, bans, the log of decisions and what ifs, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.matches import models as matches
from matchmaker.matches.queries import decision_log

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
LoggedKind = _named(
    decision_log.LoggedKind,
    "LoggedKind",
    "What a line of the log of decisions says was done.",
    APPROVE="A proposal was approved.",
    REFUSE="A proposal was refused.",
    OVERRIDE="A worker proposed a pair by hand.",
    PIN="A pair was pinned.",
    BAN="A pair was banned.",
    LIFT="A pin or a ban was lifted.",
    LOOK="A coordinator looked at the people around a case.",
)
