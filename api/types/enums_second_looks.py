"""Enums of what one reads of oneself and of second looks, named and described by hand like the others."""

from api.types.naming import named as _named
from matchmaker.matches import models as matches

OwnQuestion = _named(
    matches.OwnQuestion,
    "OwnQuestion",
    "What somebody is told of themself.",
    KNOWN_HERE="Am I known around here?",
    HELP_FOUND="How was my help found?",
    NEXT_VISIT="Will my next visit go well?",
)
LookState = _named(
    matches.LookState,
    "LookState",
    "How a second look stands.",
    OPEN="The coordinators were told; nobody took it in hand yet.",
    IN_HAND="A coordinator looks again.",
    ANSWERED="It was answered.",
)
LookAnswer = _named(
    matches.LookAnswer,
    "LookAnswer",
    "What came of a second look.",
    UPHELD="The sentence stands.",
    EXPLAINED="How the sentence comes about was explained.",
    SET_ASIDE="Something that it rested on does not count any more.",
)
