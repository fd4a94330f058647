"""How one is known here: what the service goes by about the reader, in sentences that nobody else reads."""

from django.http import HttpRequest, HttpResponse

from matchmaker.matches import queries
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader


@for_the_signed_in
def how_known(request: HttpRequest, reader: Reader) -> HttpResponse:
    sentences = queries.own_sentences(reader.viewer, language(), now=reader.now)
    return page(request, reader, "how_known.html", {"sentences": sentences})
