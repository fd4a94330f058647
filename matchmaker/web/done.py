"""What was just done, said on the page that follows: in its address, sealed for whoever did it, for a few minutes.

Nothing is kept on the server or in a cookie, so no other person, tab or page can come to read it.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import reference

PARAMETER: Final = "done"
PLACE: Final = "done"
"""The id of the sentence on the page: whoever acted is led to it."""
SAID_FOR_SECONDS: Final = 300
DEEPEST_ROW: Final = 1000

SENTENCES: Final = {
    "need.verified": say_later("已核实，开始找人了。", "Verified: we are looking for somebody now."),
    "proposal.approved": say_later("已同意，马上去问帮手。", "Approved: the helper is asked in a moment."),
    "proposal.refused": say_later(
        "已不同意。双方都没有被问到，系统接着找下一位。",
        "Refused: neither side was asked, and somebody else is looked for.",
    ),
    "answer.yes": say_later("记下了：本人答应了。", "Noted: they say yes."),
    "answer.no": say_later("记下了：这次不用或不方便，没关系。", "Noted: not this time, which is fine."),
    "words.noted": say_later("记下了本人的话。", "Their words are noted."),
    "person.entered": say_later("已登记。", "Entered."),
    "person.corrected": say_later("已更正。", "Corrected."),
    "person.apart": say_later("记下了本人的意思。", "Their wish is noted."),
    "need.taken": say_later("需求已登记。", "The request is entered."),
    "offer.taken": say_later("能帮的事已登记。", "The offer is entered."),
    "offer.paused": say_later("已暂停，这段时间不会来问。", "Paused: nobody asks for it meanwhile."),
    "offer.resumed": say_later("继续提供了，谢谢。", "Offered again. Thank you."),
    "offer.closed": say_later("已不再提供，谢谢您帮过的忙。", "No longer offered. Thank you for what you gave."),
    "mandate.given": say_later("委托已登记。", "The mandate is entered."),
    "mandate.told": say_later("记下了：已告诉本人。", "Noted: they were told."),
    "mandate.revoked": say_later("委托已收回。", "The mandate is taken back."),
    "consent.withdrawn": say_later("同意已撤回。", "The consent is withdrawn."),
    "home.confirmed": say_later("住址已确认。", "The home is confirmed."),
    "home.refused": say_later("记下了：不住这里。", "Noted: they do not live there."),
    "membership.accepted": say_later("您已加入，谢谢。", "You are a member now. Thank you."),
    "membership.declined": say_later("没有加入，没关系。", "You did not join. That is fine."),
    "pair.pinned": say_later("已指定，下次安排时先考虑这一对。", "Pinned: this pair is planned first from now on."),
    "pair.banned": say_later("已排除。", "Banned."),
    "pair.lifted": say_later("已解除。", "Lifted."),
    "alarm.taken": say_later("您接手了。", "It is in your hands now."),
    "alarm.closed": say_later("已处理完。", "Closed."),
    "emergency.reviewed": say_later("已看过。", "Looked back at."),
    "deputy.named": say_later("已安排代班，会告诉有关的人。", "Named: whoever it concerns is told."),
    "deputy.ended": say_later("代班已结束。", "Nobody stands in any more."),
    "phone.set": say_later("值班电话已更改。", "The duty phone is set."),
    "call.logged": say_later("记下了这通电话。", "The call is logged."),
    "wishes.kept": say_later("记下了，以后这样告诉您。", "Noted: we tell you this way from now on."),
}
"""By what was done."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the page says, the number it is about, in which list and row the finger was; `row` 0 is the page's top."""

    sentence: str
    number: str = ""
    place: str = ""
    row: int = 0


def led_to(
    request: HttpRequest,
    reader: Reader,
    said: str,
    to: str,
    *,
    about: UUID | None = None,
    place: str = "",
    **kwargs: Any,
) -> HttpResponse:
    """Leads to the page `to`, which says that `said` was done; in the row that the form named, where it is a list."""
    row = _row(request) if place else 0
    told = [said, reference(about) if about else "", place if row else "", row]
    sealed = signing.dumps(told, salt=_salt(reader), compress=False)
    address = resolve_url(to, **kwargs)
    joint = "&" if "?" in address else "?"
    return redirect(f"{address}{joint}{PARAMETER}={sealed}#{PLACE}")


def done_before(request: HttpRequest, reader: Reader) -> Done | None:
    """What this reader did to come here, as the address says; nothing where it is another's, forged or old."""
    sealed = request.GET.get(PARAMETER, "") if request.method in ("GET", "HEAD") else ""
    if not sealed:
        return None
    try:
        said, number, place, row = signing.loads(sealed, salt=_salt(reader), max_age=SAID_FOR_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return Done(str(SENTENCES[said]), number, place, row) if said in SENTENCES else None


def _row(request: HttpRequest) -> int:
    """Which row of a list the form stood in, counted from 1."""
    told = request.POST.get("row", "")
    return min(int(told), DEEPEST_ROW) if told.isascii() and told.isdigit() and len(told) < 6 else 0


def _salt(reader: Reader) -> str:
    """What is sealed for one account opens for no other."""
    return f"matchmaker.web.done:{reader.viewer.user_id}"
