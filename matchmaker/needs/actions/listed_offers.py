"""Storing the good rows of an organization's list of offers: few queries, inside the importer's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Area, Organization
from matchmaker.jobs.actions import enqueue_many
from matchmaker.jobs.names import OFFER_MOVED
from matchmaker.needs.availability import Hours
from matchmaker.needs.models import Offer, OfferHours
from matchmaker.records.actions import Entry, commit_many

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer to be opened, or (with a pk) what one says from now on; types and areas by pk."""

    columns: Mapping[str, Any]
    service_types: tuple[int, ...]
    reach_areas: tuple[int, ...]
    hours: tuple[Hours, ...]
    pk: int | None = None


def lock_offers(organization: Organization) -> None:
    """Nobody else changes an offer of the organization until the caller's transaction ends."""
    rows = Offer.objects.select_for_update(no_key=True).filter(organization=organization)
    list(rows.order_by("pk").values_list("pk"))


def put_offers(
    *,
    organization: Organization,
    community: Area,
    importer_id: int,
    added: Sequence[OfferRow],
    changed: Sequence[OfferRow],
    now: datetime,
) -> None:
    """The offers stand and can be proposed from now on; of changed ones it is looked at what they may concern."""
    with transaction.atomic():
        opened = Offer.objects.bulk_create(
            [Offer(organization=organization, community=community, opened_at=now, **row.columns) for row in added],
            batch_size=AT_ONCE,
        )
        moved = _changed(changed)
        rows = [*zip(opened, added, strict=True), *zip(moved, changed, strict=True)]
        _link([offer.pk for offer in moved], rows)
        enqueue_many(OFFER_MOVED, [{"offer_id": offer.pk} for offer in (*opened, *moved)], now=now)
        entries = [_entry("offer.opened", offer, importer_id) for offer in opened]
        entries += [_entry("offer.changed", offer, importer_id) for offer in moved]
        commit_many(chain=chain_of(community.pk), entries=entries, now=now)


def _changed(rows: Sequence[OfferRow]) -> list[Offer]:
    """The stored offers in the order of the rows."""
    known: dict[Any, Offer] = {}
    for start in range(0, len(rows), AT_ONCE):
        known |= Offer.objects.in_bulk([row.pk for row in rows[start : start + AT_ONCE]])
    touched = {"title"}
    offers = []
    for row in rows:
        offer = known[row.pk]
        for column, value in row.columns.items():
            setattr(offer, column, value)
            touched.add("place" if column == "place_id" else column)
        offers.append(offer)
    Offer.objects.bulk_create(
        offers, update_conflicts=True, unique_fields=["id"], update_fields=sorted(touched), batch_size=AT_ONCE
    )
    return offers


def _link(moved: Sequence[int], rows: Sequence[tuple[Offer, OfferRow]]) -> None:
    """Each offer has exactly the types, areas and hours of its row."""
    types, areas = Offer.service_types.through, Offer.reach_areas.through
    for start in range(0, len(moved), AT_ONCE):
        some = moved[start : start + AT_ONCE]
        types.objects.filter(offer_id__in=some).delete()
        areas.objects.filter(offer_id__in=some).delete()
        OfferHours.objects.filter(offer_id__in=some).delete()
    types.objects.bulk_create(
        [types(offer_id=offer.pk, servicetype_id=key) for offer, row in rows for key in row.service_types],
        batch_size=AT_ONCE,
    )
    areas.objects.bulk_create(
        [areas(offer_id=offer.pk, area_id=key) for offer, row in rows for key in row.reach_areas], batch_size=AT_ONCE
    )
    OfferHours.objects.bulk_create(
        [
            OfferHours(offer=offer, weekday=hours.weekday, starts=hours.starts, ends=hours.ends)
            for offer, row in rows
            for hours in row.hours
        ],
        batch_size=AT_ONCE,
    )


def _entry(kind: str, offer: Offer, importer_id: int) -> Entry:
    return Entry(kind=kind, facts={"offer": offer.pk, "organization": offer.organization_id}, persons=(importer_id,))
