"""What somebody reads of how they are known here and how their help was found: for themself alone.

Beside them only the coordinator who has a second look in hand reads the one sentence that is doubted
(`second_looks.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matchmaker.community.models import Person
from matchmaker.community.queries import own_person
from matchmaker.community.viewers import Viewer
from matchmaker.engine.told_oneself import say_own, say_rests_on, told_oneself
from matchmaker.matches import calendar, inputs
from matchmaker.matches.models import OwnQuestion

QUESTIONS: Final = tuple(OwnQuestion)


@dataclass(frozen=True, slots=True)
class RestsOn:
    """One thing that a sentence rests on, with how many, in words."""

    count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class OwnSentence:
    """A question about oneself, its answer, and what that rests on, in words."""

    kind: OwnQuestion
    question: str
    answer: str
    rests_on: tuple[RestsOn, ...]


def own_sentences(viewer: Viewer, language: str, *, now: datetime) -> list[OwnSentence]:
    """Three of them; of visits as it stood when the local month began. Whoever opted out is told just that."""
    return sentences_about(own_person(viewer), language, now=now)


def sentences_about(person: Person, language: str, *, now: datetime) -> list[OwnSentence]:
    """The same for whoever may read them of this person; it is the caller who knows."""
    if person.without_graph:
        nothing = say_own("OPTED_OUT", language)
        return [OwnSentence(asked, say_own(asked, language), nothing, ()) for asked in QUESTIONS]
    today = now.astimezone(calendar.zone_of(person.community)).date()
    town = inputs.town_of(person.community, now=now)
    return [
        OwnSentence(
            OwnQuestion(told.question),
            say_own(told.question, language),
            say_own(told.code, language),
            tuple(RestsOn(count, say_rests_on(what, count, language)) for what, count in told.rests_on),
        )
        for told in told_oneself(town, person.pk, month_days=float(today.day - 1))
    ]
