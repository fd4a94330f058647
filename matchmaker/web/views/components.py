"""Everything that pages are built of, on one page; there where the sample accounts are, and nowhere else."""

from django.http import HttpRequest, HttpResponse

from matchmaker.errors import NotFound
from matchmaker.web.component_samples import samples
from matchmaker.web.loopback import sample_accounts_are_open
from matchmaker.web.pages import for_everybody, page
from matchmaker.web.reader import Reader


@for_everybody
def components(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Each component in its own template, beside the tokens of the style; what is pressed here comes back to it."""
    if not sample_accounts_are_open(request):
        raise NotFound
    return page(request, reader, "components.html", samples(reader.now))
