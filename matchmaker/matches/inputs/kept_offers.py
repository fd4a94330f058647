"""The offers of an area in this process: laid out once a day, and caught up with whatever was written since.

What the database notes of people, organizations and offers (`Moved`) says which offers to read again. A note may come
into view after a later one, where its transaction took longer: notes are looked at until they are ten minutes old.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from matchmaker.community.models import Area, Moved, MovedKind
from matchmaker.engine.columns import Types
from matchmaker.engine.offer_index import OfferIndex
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.streets import Streets
from matchmaker.needs.models import Offer
from matchmaker.needs.queries import offer_facts_around
from matchmaker.prepared import Prepared

SETTLED_AFTER: Final = timedelta(minutes=10)
"""No transaction that writes an offer takes so long."""
MOST_KEPT: Final = 128
"""One for each joint community and type of service: some megabytes each in a city of 200,000."""
MOST_CAUGHT_UP: Final = 300
"""With more offers written since, all are laid out anew."""

Key = tuple[int, str, date, str]
Mark = frozenset[tuple[str, int, int]]
"""Of each kind how many notes there are, and the last."""

_NOTED_ABOVE: Final = Prepared(
    lambda floor: (
        Moved.objects.filter(pk__gt=floor)
        .values("kind")
        .annotate(count=Count("pk"), last=Max("pk"))
        .values_list("kind", "count", "last")
    )
)


@dataclass(slots=True)
class KeptOffers:
    """The open offers of one type around one joint community; `near` answers for one need after another."""

    area: Area
    service_type: str
    types: Types
    streets: Streets | None
    start: datetime
    now: datetime
    _floor: int = 0
    _mark: Mark = frozenset()
    _seen: set[int] = field(default_factory=set)
    _laid_out: OfferIndex | None = None
    _since: dict[int, OfferFacts | None] = field(default_factory=dict)
    _newer: OfferIndex | None = None
    _guard: Lock = field(default_factory=Lock)

    def ready(self) -> None:
        """The offers are laid out, so that the next answer need not wait for them."""
        with self._guard:
            self._catch_up()

    def near(self, need: NeedFacts) -> tuple[OfferFacts, ...]:
        """Offers whose metres may reach the need's place, as they stand now; one query where nothing was written."""
        with self._guard:
            self._catch_up()
            laid_out, since, newer = self._laid_out, self._since, self._newer
        found = [offer for offer in laid_out.near(need) if offer.offer_id not in since] if laid_out else []
        if newer is not None:
            found = sorted([*found, *newer.near(need)], key=lambda offer: offer.offer_id)
        return tuple(found)

    def _catch_up(self) -> None:
        if self._laid_out is None:
            self._lay_out()
            return
        mark = self._mark_now()
        if mark == self._mark:
            return
        notes = Moved.objects.filter(pk__gt=self._floor).values_list("pk", "kind", "key")
        fresh = [note for note in notes if note[0] not in self._seen]
        moved = _offers_of([(kind, key) for _, kind, key in fresh])
        if len(moved | self._since.keys()) > MOST_CAUGHT_UP:
            self._lay_out()
            return
        self._mark = mark
        self._seen.update(pk for pk, _, _ in fresh)
        if moved:
            read = {offer.offer_id: offer for offer in self._read(sorted(moved))}
            self._since = self._since | {offer_id: read.get(offer_id) for offer_id in moved}
            self._newer = self._index(offer for offer in self._since.values() if offer is not None)

    def _lay_out(self) -> None:
        """Notes are marked before the rows are read: what is written in between is read twice."""
        settled = Moved.objects.filter(noted_at__lt=Now() - SETTLED_AFTER)
        self._floor = settled.aggregate(last=Max("pk"))["last"] or 0
        self._mark = self._mark_now()
        self._seen = set(Moved.objects.filter(pk__gt=self._floor).values_list("pk", flat=True))
        self._since, self._newer = {}, None
        self._laid_out = self._index(self._read(None))

    def _mark_now(self) -> Mark:
        return frozenset(_NOTED_ABOVE(floor=self._floor))

    def _read(self, offer_ids: list[int] | None) -> list[OfferFacts]:
        return offer_facts_around(
            self.area, covering=self.service_type, horizon_start=self.start, now=self.now, offer_ids=offer_ids
        )

    def _index(self, offers: Iterable[OfferFacts]) -> OfferIndex:
        return OfferIndex(tuple(offers), self.types, self.streets)


_kept: "OrderedDict[Key, KeptOffers]" = OrderedDict()
_guard: Final = Lock()


def offers_kept(
    area: Area,
    service_type: str,
    *,
    types: Types,
    streets: Streets | None,
    zone: ZoneInfo,
    start: datetime,
    now: datetime,
) -> KeptOffers:
    """The offers of a type around a joint community on the local day of `now`, the same object while it is kept.

    `start` is the horizon's, by the clock of the community that asks.
    """
    day = now.astimezone(zone).date()
    key = (area.pk, service_type, day, streets.name if streets else "")
    with _guard:
        found = _kept.get(key)
        if found is None:
            for old in [one for one in _kept if one[:2] == key[:2]]:
                del _kept[old]
            found = _kept[key] = KeptOffers(area, service_type, types, streets, start, now)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def forget_kept_offers() -> None:
    """This process knows no offers until it reads them again."""
    with _guard:
        _kept.clear()


def _offers_of(moved: list[tuple[str, int]]) -> set[int]:
    """The offers of whoever was written, and those that were written themselves: one query at most."""
    offers = {key for kind, key in moved if kind == MovedKind.OFFER}
    people = {key for kind, key in moved if kind == MovedKind.PERSON}
    organizations = {key for kind, key in moved if kind == MovedKind.ORGANIZATION}
    if people or organizations:
        given = Offer.objects.filter(Q(person_id__in=people) | Q(organization_id__in=organizations))
        offers |= set(given.values_list("pk", flat=True))
    return offers
