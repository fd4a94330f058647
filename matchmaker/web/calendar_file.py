"""Agreed visits as a calendar (RFC 5545): kind of help, time, and where to look; nobody's name and nobody's home."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from matchmaker.web.phrases import say
from matchmaker.web.wording import name_of

OCTETS_IN_A_LINE: Final = 75
REFRESHED: Final = "PT6H"
ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_file(name: str, visits: Iterable[Any], address_of: Callable[[Any], str]) -> bytes:
    """The calendar of these visits, each with the UID that it always has; `address_of` says where it is looked at."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//matchmaker//visits//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESHED}",
        f"X-PUBLISHED-TTL:{REFRESHED}",
    ]
    for visit in visits:
        lines += _event(visit, address_of(visit))
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def folded(line: str) -> Iterator[bytes]:
    """The line in parts of at most 75 octets, each after the first begun by a blank; no sign is cut in two."""
    part = b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > OCTETS_IN_A_LINE:
            yield part
            part = b" "
        part += octets
    yield part


def _event(visit: Any, address: str) -> list[str]:
    look = say("时间、地点、电话，请在应用里看：", "When, where, phone: see the app: ")
    return [
        "BEGIN:VEVENT",
        f"UID:{visit.public_id}@visits.matchmaker",
        f"DTSTAMP:{_moment(visit.match.agreed_at)}",
        f"DTSTART:{_moment(visit.starts_at)}",
        f"DTEND:{_moment(visit.ends_at)}",
        f"SUMMARY:{_text(_kind(visit.match.need.service_type))}",
        f"DESCRIPTION:{_text(look + address)}",
        f"URL:{address}",
        "CLASS:PRIVATE",
        "STATUS:CONFIRMED",
        "END:VEVENT",
    ]


def _kind(service_type: Any) -> str:
    """What it is called; help that is nobody else's business is a visit, for calendars lie with others."""
    if service_type.sensitive:
        return say("约好的见面", "A visit that was agreed")
    return name_of(service_type)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(ESCAPED)
