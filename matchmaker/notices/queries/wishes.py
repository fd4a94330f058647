"""How a person is told things here, as they wished or as it is usual."""

from dataclasses import dataclass
from datetime import time

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.notices.models import Channel
from matchmaker.notices.ways import account_of, is_open, quiet_of, way_to, wish_of


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """`channel` and `language` are empty where nothing was wished; `told_by` is the way in use now."""

    channel: str
    language: str
    quiet_from: time
    quiet_until: time
    told_by: str
    possible: tuple[str, ...]


def wishes_of(viewer: Viewer) -> OwnWishes | None:
    """The viewer's own; None for a visitor."""
    if viewer.person_id is None:
        return None
    person = Person.objects.select_related("account", "contact_wish", "community").get(pk=viewer.person_id)
    wish = wish_of(person)
    quiet_from, quiet_until = quiet_of(wish)
    account = account_of(person)
    return OwnWishes(
        channel=wish.channel if wish is not None else "",
        language=wish.language if wish is not None else "",
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        told_by=way_to(person).channel,
        possible=tuple(channel for channel in Channel.values if is_open(channel, person, account)),
    )
