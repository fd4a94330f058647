"""What a call says beside its sentence: what and when, and once it is agreed who, where and the words at the door."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from matchmaker.matches import queries
from matchmaker.needs import queries as needs
from matchmaker.web.phrases import language, say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import address, name_of, when, window_words

Says = Callable[[Any], str]


def subjects(reader: Reader, about: Collection[UUID]) -> dict[UUID, Says]:
    """For each proposal and agreed match among these, what is said of it to a person who is called."""
    if not about:
        return {}
    agreed = queries.matches_for(reader.viewer, state="AGREED").filter(public_id__in=about)
    found: dict[UUID, Says] = {public_id: _always(words) for public_id, words in what_and_when(reader, about).items()}
    return found | {row.public_id: _meeting(reader, row) for row in agreed}


def what_and_when(reader: Reader, about: Collection[UUID]) -> dict[UUID, str]:
    """The kind of help and the time of each need, proposal and visit among these that the reader may see."""
    if not about:
        return {}
    found = {row.public_id: _of_need(row) for row in needs.needs_for(reader.viewer).filter(public_id__in=about)}
    asked = queries.proposals_for(reader.viewer).filter(public_id__in=about)
    visits = queries.visits_for(reader.viewer).filter(public_id__in=about)
    found |= {row.public_id: _what_and_when(row.need, row) for row in asked}
    return found | {row.public_id: _what_and_when(row.match.need, row) for row in visits}


def _always(words: str) -> Says:
    return lambda _person: words


def _what_and_when(need: Any, time: Any) -> str:
    return " · ".join((name_of(need.service_type), when(time.starts_at, time.ends_at, need.community.time_zone)))


def _of_need(need: Any) -> str:
    windows = [window_words(window) for window in need.windows.all()]
    return " · ".join((name_of(need.service_type), *windows[:1]))


def _meeting(reader: Reader, match: Any) -> Says:
    """Each side is told of the other, as their own page tells them; a paper that is carried along holds it too."""
    coming = next((one for one in match.visits.all() if one.state == "PLANNED" and one.ends_at > reader.now), None)
    shows_home = needs.may_see_need_details(reader.viewer, match.need)
    word = queries.door_word_of(reader.viewer, match, language())

    def says(person: Any) -> str:
        helps = person.pk == match.helper_id
        parts = [_what_and_when(match.need, coming)] if coming else []
        if helps:
            parts.append(say("去帮 ", "helps ") + match.person.name)
            parts += [address(match.need.place)] if shows_home else []
        else:
            parts.append(say("来的是 ", "helped by ") + match.helper.name)
        parts += [say("门口先说：", "at the door they say: ") + word] if word else []
        return " · ".join(parts)

    return says
