"""A community large enough that its round is still under way when it is hit."""

import uuid
from datetime import datetime
from typing import Any

from matchmaker.community.models import Person, Vouch
from matchmaker.matches.actions import request_round, run_round
from matchmaker.matches.actions.running import Where
from matchmaker.matches.models import Proposal, Round, UnmetNeed
from matchmaker.needs.models import Need, Offer
from tests.towns import SmallTown, open_need_for, open_offer_for, person, viewer_of

NEEDS, OFFERS = 80, 34
SEED = 2026

Plan = set[tuple[int, int, datetime]]


def fill(town: SmallTown, *, needs: int = NEEDS, offers: int = OFFERS) -> None:
    """So many who need shopping done within the same hours, and too few who would go: the best plan takes a search."""
    first_need, first_offer = open_need_for(town), open_offer_for(town)
    people = _people(town, needs + offers)
    _needs(first_need, people[:needs])
    _offers(town, first_offer, people[needs:])


def asked(town: SmallTown, now: datetime) -> Round:
    return request_round(
        viewer=viewer_of(town.coordinator, now=now), community_id=town.community.public_id, now=now, seed=SEED
    )


def undisturbed_plan(town: SmallTown, now: datetime) -> Plan:
    """What a round proposes that nobody disturbs; the round and all it led to are gone afterwards."""
    row = run_round(round_id=asked(town, now).pk, now=now, where=Where.APART)
    plan = plan_of(row)
    Proposal.objects.filter(round=row).delete()
    UnmetNeed.objects.filter(round=row).delete()
    return plan


def plan_of(row: Round) -> Plan:
    return set(Proposal.objects.filter(round=row).values_list("need_id", "offer_id", "starts_at"))


def _people(town: SmallTown, count: int) -> list[Person]:
    model = person(town.households[0], town.community, "居民", now=town.now)
    rows = [
        _copy(model, phone=f"+86188{number:08d}", household=town.households[number % len(town.households)])
        for number in range(count)
    ]
    return Person.objects.bulk_create(rows)


def _needs(model: Need, people: list[Person]) -> None:
    windows = list(model.windows.all())
    rows = Need.objects.bulk_create([_copy(model, for_person=one, asked_by=one) for one in people])
    kind = type(windows[0])
    kind.objects.bulk_create([_copy(window, need=row) for row in rows for window in windows])


def _offers(town: SmallTown, model: Offer, people: list[Person]) -> None:
    kinds = list(model.service_types.all())
    rows = Offer.objects.bulk_create([_copy(model, person=one) for one in people])
    through = Offer.service_types.through
    through.objects.bulk_create([through(offer=row, servicetype=kind) for row in rows for kind in kinds])
    until = town.now.replace(year=town.now.year + 1)
    Vouch.objects.bulk_create(
        [Vouch(voucher=town.coordinator, person=one, made_at=town.now, expires_at=until) for one in people]
    )


def _copy(row: Any, **changed: Any) -> Any:
    """A new row like this one, not yet stored."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    if "public_id" in values:
        values["public_id"] = uuid.uuid4()
    copy = type(row)(**values)
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy
