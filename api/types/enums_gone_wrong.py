"""Enums of visits under way and over, of concerns and alarms, named and described by hand like the others."""

from api.types.enums import _named
from matchmaker.matches import models as matches
from matchmaker.matches.queries import attendance
from matchmaker.notices import models as notices

SaidBy = _named(
    matches.SaidBy,
    "SaidBy",
    "Who said that somebody came or left.",
    HELPER="Who helps.",
    ASKER="Who is helped, or their proxy.",
    CALL="A worker of the area, who logged a call.",
)
Attended = _named(
    attendance.Attended,
    "Attended",
    "How it stands with a visit that was agreed with an organization.",
    AHEAD="Its time is still to come.",
    NOT_SAID_YET="It has begun, and not both sides have said how it was.",
    HELD="Both sides said that they met.",
    NOBODY_CAME="It did not take place.",
    UNCONFIRMED="One side never said.",
    CANCELLED="It was called off.",
    PAUSED="What was agreed is paused.",
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
AlarmKind = _named(
    notices.AlarmKind,
    "AlarmKind",
    "Why the duty post is rung.",
    URGENT_NEED="A need that cannot wait has no helper yet.",
    EMERGENCY="An emergency was asked about.",
    VISIT_OVERDUE="Somebody has not come, or has not said that they left.",
    CONCERN="Somebody is worried about what happened.",
    MONEY_ASKED="Somebody was asked for money.",
    NEED_OVERDUE="A need waits for longer than it may.",
    SECOND_LOOK="Somebody asks for a second look at what is said of them; for coordinators alone.",
    SECOND_LOOK_LATE="A second look was not answered in time; for coordinators alone.",
)
