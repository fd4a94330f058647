"""What somebody reads of how they are known here and how their help was found: for themself alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matchmaker.community.queries import own_person
from matchmaker.community.viewers import Viewer
from matchmaker.engine.told_oneself import say_own, say_rests_on, told_oneself
from matchmaker.matches import calendar, inputs

QUESTIONS: Final = ("KNOWN_HERE", "HELP_FOUND", "NEXT_VISIT")


@dataclass(frozen=True, slots=True)
class OwnSentence:
    """A question about oneself, its answer, and what that rests on, in words."""

    question: str
    answer: str
    rests_on: tuple[str, ...]


def own_sentences(viewer: Viewer, language: str, *, now: datetime) -> list[OwnSentence]:
    """Three of them; of visits as it stood when the local month began. Whoever opted out is told just that."""
    person = own_person(viewer)
    if person.without_graph:
        return [OwnSentence(say_own(asked, language), say_own("OPTED_OUT", language), ()) for asked in QUESTIONS]
    today = now.astimezone(calendar.zone_of(person.community)).date()
    town = inputs.town_of(person.community, now=now)
    return [
        OwnSentence(
            say_own(told.question, language),
            say_own(told.code, language),
            tuple(say_rests_on(what, count, language) for what, count in told.rests_on),
        )
        for told in told_oneself(town, person.pk, month_days=float(today.day - 1))
    ]
