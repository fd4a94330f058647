"""The rows of a made-up city of several joint communities, and one plan of it; in a process of its own."""

import json
import sys
import time
import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.core.management import call_command
from django.utils import timezone

from matchmaker.community.models import Area, AreaLevel, Person, PostKind, Tie, Vouch
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import plan_city, publish_score_cards
from matchmaker.matches.models import CityPlan, Proposal, Round, UnmetNeed
from matchmaker.needs.actions import load_service_types, open_need, open_offer, verify_need
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.models import Notice

JOINTS: Final = 8
GRIDS, CORRIDORS = 4, 5
NEEDS, OFFERS = 0.44, 0.22
"""For each resident of a joint community."""
SEED: Final = 2026
CITY: Final = "测区街道"
HOURS: Final = (9, 10, 11, 14, 15, 16)


def build(people_each: int) -> None:
    """The city stands: eight joint communities of so many people; two in five ask, one in five gives."""
    from tests.town_rows import appoint, area, person, vouch
    from tests.towns import need_draft, offer_draft, viewer_of

    call_command("migrate", verbosity=0)
    now = timezone.now()
    load_service_types()
    publish_score_cards(now=now)
    rng = np.random.default_rng(SEED)
    region = area(AreaLevel.REGION, None, "测区")
    street = area(AreaLevel.SUB_DISTRICT, region, CITY)
    for number in range(JOINTS):
        joint = area(AreaLevel.JOINT_COMMUNITY, street, f"联合{number}")
        community = area(AreaLevel.COMMUNITY, joint, f"社区{number}", time_zone="Asia/Shanghai")
        homes = _homes(community, number, people_each // (GRIDS * CORRIDORS))
        worker = person(homes[0], community, "工作者", now=now)
        appoint(worker, PostKind.COORDINATOR, community, now=now)
        people = _people(person(homes[1], community, "居民", now=now), homes, number)
        _ties(people, rng, now)
        asker, giver = people[0], people[1]
        vouch(worker, giver, now=now)
        need = open_need(viewer=viewer_of(asker, now=now), draft=need_draft(now), now=now)
        if need.verified_at is None:
            need = verify_need(viewer=viewer_of(worker, now=now), need_id=need.public_id, now=now)
        offer = open_offer(viewer=viewer_of(giver, now=now), draft=offer_draft(visits_per_week=2), now=now)
        asking, giving = int(NEEDS * len(people)), int(OFFERS * len(people))
        _needs(need, people[2 : 2 + asking], rng)
        _offers(offer, people[2 + asking : 2 + asking + giving], worker, now)
    # Each offer that was opened asks for all needs in its reach: some two thousand jobs would stand before the plan.
    OutboxJob.objects.all().delete()


def plan(patience: int) -> dict[str, Any]:
    """The city is planned by whichever workers are there; how long that took, and the plan."""
    began = time.monotonic()
    asked = plan_city(Area.objects.get(name=CITY), now=timezone.now(), seed=SEED)
    while CityPlan.objects.get(pk=asked.pk).finished_at is None:
        if time.monotonic() - began > patience:
            rounds = list(asked.rounds.order_by("pk").values_list("state", "failure_code"))
            left = OutboxJob.objects.filter(done_at__isnull=True).values_list("name", "last_error_code")
            raise SystemExit(f"Not planned within {patience} s. Rounds: {rounds}. Jobs that wait: {Counter(left)}.")
        time.sleep(0.05)
    spent = time.monotonic() - began
    states = sorted(set(asked.rounds.values_list("state", flat=True)))
    chosen = sorted(
        (need, offer, at.isoformat())
        for need, offer, at in Proposal.objects.values_list("need_id", "offer_id", "starts_at")
    )
    spans = list(asked.rounds.order_by("pk").values_list("started_at", "finished_at"))
    counts = {
        "rounds": len(spans),
        "rounds_seconds": round(sum((ended - started).total_seconds() for started, ended in spans), 1),
        "until_first_round_seconds": round((min(spans)[0] - asked.requested_at).total_seconds(), 1),
        "between_round_seconds": round((spans[-1][1] - spans[-1][0]).total_seconds(), 1),
        "after_last_joint_seconds": round((_end_of(asked) - max(one[1] for one in spans[:-1])).total_seconds(), 1),
        "states": states,
        "needs": sum(asked.rounds.filter(is_between=False).values_list("needs_count", flat=True)),
    }
    for model in (UnmetNeed, Notice, Proposal, Round, CityPlan, OutboxJob):
        model.objects.all().delete()
    return {"seconds": spent, "plan": chosen, **counts}


def _end_of(asked: CityPlan) -> datetime:
    """When the plan of the city was done."""
    asked.refresh_from_db()
    assert asked.finished_at is not None
    return asked.finished_at


def _homes(community: Area, number: int, homes_each: int) -> list[Area]:
    """Households within some hundred metres of each other, two kilometres from the next joint community."""
    from tests.town_rows import area

    homes = []
    for grid_number in range(GRIDS):
        grid = area(AreaLevel.GRID, community, f"网格{grid_number}")
        for corridor_number in range(CORRIDORS):
            east = 0.024 * number + 0.002 * grid_number + 0.0004 * corridor_number
            corridor = area(AreaLevel.CORRIDOR, grid, f"楼{grid_number}{corridor_number}", building="1", east=east)
            rows = [_home(corridor, home, east) for home in range(homes_each)]
            Area.objects.bulk_create(rows)
            for row in rows:
                row.path = f"{corridor.path}{row.pk:010d}/"
            Area.objects.bulk_update(rows, ["path"])
            homes += rows
    return homes


def _home(corridor: Area, number: int, east: float) -> Area:
    return Area(
        level=AreaLevel.HOUSEHOLD,
        parent=corridor,
        parent_level=corridor.level,
        path=f"unplanted/{corridor.pk}/{number}",
        name=f"{number}室",
        latitude=corridor.latitude,
        longitude=corridor.longitude,
    )


def _people(model: Person, homes: list[Area], number: int) -> list[Person]:
    rows = [_copy(model, phone=f"+861{number + 1}{at:09d}", household=home) for at, home in enumerate(homes)]
    return Person.objects.bulk_create(rows)


def _ties(people: list[Person], rng: np.random.Generator, now: datetime) -> None:
    """Three to each person on average, most of them next door."""
    pairs = set()
    for at in range(len(people)):
        for step in rng.geometric(0.15, size=2).tolist():
            if at + step < len(people):
                pairs.add((people[at].pk, people[at + step].pk))
    made = now - timedelta(days=200)
    Tie.objects.bulk_create(
        [
            Tie(
                low_id=low,
                high_id=high,
                kind="FRIEND",
                low_confirmed_at=made,
                high_confirmed_at=made,
                made_at=made,
                renewed_at=now,
            )
            for low, high in sorted(pairs)
        ]
    )


def _needs(model: Need, people: list[Person], rng: np.random.Generator) -> None:
    """One hour each, within two to five hours of one of six days."""
    (window,) = model.windows.all()
    rows = Need.objects.bulk_create(
        [
            _copy(model, for_person=one, asked_by=one, place=one.household, longitude=one.household.longitude)
            for one in people
        ]
    )
    windows = []
    for row in rows:
        begin = int(rng.choice(HOURS))
        day = window.date + timedelta(days=int(rng.integers(0, 6)))
        ends = min(20, begin + int(rng.integers(2, 6)))
        windows.append(
            _copy(
                window,
                need=row,
                date=day,
                starts=window.starts.replace(hour=begin),
                ends=window.ends.replace(hour=ends),
            )
        )
    type(window).objects.bulk_create(windows)
    Need.objects.filter(pk__in=[row.pk for row in rows]).update(answer_by=model.answer_by + timedelta(days=6))


def _offers(model: Offer, people: list[Person], worker: Person, now: datetime) -> None:
    kinds = list(model.service_types.all())
    rows = Offer.objects.bulk_create(
        [_copy(model, person=one, place=one.household, longitude=one.household.longitude) for one in people]
    )
    through = Offer.service_types.through
    through.objects.bulk_create([through(offer=row, servicetype=kind) for row in rows for kind in kinds])
    until = now + timedelta(days=365)
    Vouch.objects.bulk_create([Vouch(voucher=worker, person=one, made_at=now, expires_at=until) for one in people])


def _copy(row: Any, **changed: Any) -> Any:
    """A new row like this one, not yet stored."""
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
    if "public_id" in values:
        values["public_id"] = uuid.uuid4()
    copy = type(row)(**values)
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy


def main() -> None:
    """What the first argument asks for, as JSON."""
    print(json.dumps({"build": build, "plan": plan}[sys.argv[1]](int(sys.argv[2]))))
