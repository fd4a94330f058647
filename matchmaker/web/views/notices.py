"""The inbox, the wishes how to be told, and the button of a mail."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from matchmaker.errors import DomainError, NotFound
from matchmaker.notices import actions, queries, texts
from matchmaker.web.calling import what_and_when
from matchmaker.web.done import led_to
from matchmaker.web.forms.notices import CHANNELS, WishForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.notice_pages import page_of
from matchmaker.web.pages import for_everybody, for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class Row:
    sentence: str
    about: str
    address: str
    made_at: datetime
    is_new: bool


@for_the_signed_in
def inbox(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What is new stands first; once it was shown here it counts as read."""
    rows = list(queries.unread_first(reader.viewer)[:SHOWN_AT_MOST])
    if request.method == "GET" and not reader.viewer.is_visitor:
        fresh = [notice.public_id for notice in rows if notice.read_at is None]
        actions.read_notices(viewer=reader.viewer, notice_ids=fresh, now=reader.now)
    named = what_and_when(reader, [notice.about for notice in rows])
    shown = [
        Row(
            sentence=texts.sentence_of(notice.kind, "APP", reader.language),
            about=named.get(notice.about, ""),
            address=page_of(notice.kind, notice.about),
            made_at=notice.made_at,
            is_new=notice.read_at is None,
        )
        for notice in rows
    ]
    return page(request, reader, "notices.html", {"rows": shown})


@for_the_signed_in
def wishes(request: HttpRequest, reader: Reader) -> HttpResponse:
    """How the reader is told, and how they wish to be."""
    found = queries.wishes_of(reader.viewer)
    if found is None:
        raise NotFound
    initial = {
        "channel": found.channel,
        "language": found.language,
        "quiet_from": found.quiet_from,
        "quiet_until": found.quiet_until,
    }
    posted = request.POST if request.method == "POST" else None
    form = WishForm(posted, initial=initial, possible=found.possible)
    if posted is not None and form.is_valid():
        try:
            actions.wish_notices(viewer=reader.viewer, now=reader.now, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "wishes.kept", "notices")
    return page(request, reader, "wishes.html", {"form": form, "told_by": CHANNELS[found.told_by]})


@for_everybody
def seen(request: HttpRequest, reader: Reader, token: str) -> HttpResponse:
    """A mail's link: opening it does nothing, for machines open links too; its button says that the mail arrived."""
    actions.reference_in(token)
    if request.method == "POST":
        actions.confirm_by_link(token=token, now=reader.now)
    return page(request, reader, "seen.html", {"token": token, "done": request.method == "POST"})
