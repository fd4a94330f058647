"""The answers read back before the last press, each with the page that changes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.community.queries import choosing
from matchmaker.needs import queries as needs
from matchmaker.needs.drafts import NeedDraft
from matchmaker.web.asking import Question
from matchmaker.web.forms.asking import URGENCIES
from matchmaker.web.forms.choices import LANGUAGES_SPOKEN
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import day, duration, name_of


@dataclass(frozen=True)
class Line:
    label: str
    text: str
    slug: str


def lines_of(draft: NeedDraft, reader: Reader, asked: Sequence[Question]) -> list[Line]:
    """One line for each answer, in the order of the questions."""
    lines = [Line(say("帮什么忙", "Help with"), name_of(needs.service_type_by_code(draft.service_type)), "what")]
    if any(question.slug == "for-whom" for question in asked):
        lines.append(Line(say("帮谁", "For"), _whom(draft, reader), "for-whom"))
    lines.append(Line(say("什么时候", "When"), _when(draft), "when"))
    if draft.urgency:
        lines.append(Line(say("有多急", "How soon"), str(dict(URGENCIES)[draft.urgency]), "when"))
    lines.append(Line(say("在哪里", "Where"), _where(draft, reader), "where"))
    lines.append(Line(say("要多久", "How long"), duration(draft.minutes), "how-much"))
    lines.append(Line(say("要几个人", "How many people"), _how_many(draft), "how-much"))
    lines.append(Line(say("多久一次", "How often"), _how_often(draft), "how-much"))
    lines += [Line(label, text, "wishes") for label, text in _wishes(draft)]
    if draft.consent:
        lines.append(Line(say("同意", "Consent"), say("已同意", "Given"), "consent"))
    return lines


def _when(draft: NeedDraft) -> str:
    if not draft.windows:
        return say("现在，越快越好", "Now, as soon as can be")
    window = draft.windows[0]
    return f"{day(window.date)} {window.starts:%H:%M}–{window.ends:%H:%M}"


def _whom(draft: NeedDraft, reader: Reader) -> str:
    if draft.for_person is None:
        return say("我自己", "Myself")
    people = choosing.people_spoken_for(reader.viewer)
    return next((person.name for person in people if person.public_id == draft.for_person), "")


def _where(draft: NeedDraft, reader: Reader) -> str:
    if draft.at_home:
        return say("在家里", "At home")
    places = choosing.meeting_places_for(reader.viewer)
    return next((name_of(area) for area in places if area.public_id == draft.place), "")


def _how_many(draft: NeedDraft) -> str:
    if draft.all_or_none and draft.helpers_wanted > 1:
        return say(f"{draft.helpers_wanted}（要么都来，要么都不来）", f"{draft.helpers_wanted} (all of them or nobody)")
    return str(draft.helpers_wanted)


def _how_often(draft: NeedDraft) -> str:
    if draft.repeat == "ONCE":
        return say("只这一次", "Just once")
    if draft.repeat_until_date is None:
        return say("每周", "Every week")
    return say(f"每周，到{day(draft.repeat_until_date)}", f"Every week until {day(draft.repeat_until_date)}")


def _wishes(draft: NeedDraft) -> list[tuple[str, str]]:
    """Details, languages, risks and wishes; what was left open is one line that says so."""
    spoken = dict(LANGUAGES_SPOKEN)
    sexes = {"FEMALE": say("女士", "A woman"), "MALE": say("男士", "A man")}
    found = [
        (say("想让帮手知道", "The helper should know"), draft.details),
        (say("要会说", "Languages needed"), say("、", ", ").join(str(spoken[tag]) for tag in draft.languages)),
        (say("要小心", "Take care with"), draft.risks),
        (say("希望来的人", "I would rather have"), sexes.get(draft.helper_sex, "")),
        (say("同一栋楼的人", "People from my building"), say("不要", "No") if draft.nobody_from_building else ""),
    ]
    wishes = [(label, text) for label, text in found if text]
    return wishes or [(say("别的要求", "Anything else"), say("没有", "Nothing"))]
