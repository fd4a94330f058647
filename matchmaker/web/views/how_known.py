"""How one is known here: what the service goes by about the reader, in sentences that nobody else reads."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from matchmaker.community.queries import own_person
from matchmaker.matches import queries
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader


@dataclass(frozen=True)
class Told:
    """One sentence, and the reader's latest second look at it."""

    kind: str
    question: str
    answer: str
    rests_on: tuple[queries.RestsOn, ...]
    look: Any


@for_the_signed_in
def how_known(request: HttpRequest, reader: Reader) -> HttpResponse:
    looks = queries.own_looks(reader.viewer)
    told = [
        Told(one.kind.value, one.question, one.answer, one.rests_on, looks.get(one.kind))
        for one in queries.own_sentences(reader.viewer, language(), now=reader.now)
    ]
    context = {"sentences": told, "opted_out": own_person(reader.viewer).without_graph}
    return page(request, reader, "how_known.html", context)
