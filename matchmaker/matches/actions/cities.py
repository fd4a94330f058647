"""The plan of a city: each joint community is a round of its own, and one more settles what is left between them."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import queries
from matchmaker.matches.actions import locks
from matchmaker.matches.actions.pricing import price_after
from matchmaker.matches.actions.rounds import (
    SEED_BITS,
    RoundOver,
    RoundUnderWay,
    let_go_of_left,
    put_in_line,
    under_way,
)
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import CityPlan, Round, RoundState

CITY_LEVELS: Final = (AreaLevel.REGION, AreaLevel.SUB_DISTRICT, AreaLevel.JOINT_COMMUNITY)


class NoCity(DomainError):
    code = "NO_CITY"
    message = "There is no community in this area. Choose a region, a sub-district or a joint community."
    message_zh = "这个区域里没有社区。请选择地区、街道或联合社区。"


def request_city_plan(
    *, viewer: Viewer, area_id: UUID, now: datetime, seed: int | None = None, policy: str = "identity"
) -> CityPlan:
    """All communities of an area are planned, one round for each joint community."""
    area = Area.objects.filter(public_id=area_id).first()
    if area is None:
        raise NotFound
    if not viewer.works_at(area.path):
        raise NotAllowed
    return plan_city(area, now=now, seed=seed, policy=policy, requested_by_id=viewer.person_id)


def plan_city(
    area: Area, *, now: datetime, seed: int | None = None, policy: str = "identity", requested_by_id: int | None = None
) -> CityPlan:
    """The same for whoever runs the installation. Nothing in the area may be planned already."""
    shards = shards_of(area)
    if area.level not in CITY_LEVELS or not shards:
        raise NoCity
    root = secrets.randbits(SEED_BITS) if seed is None else seed
    with transaction.atomic():
        _refuse_while_planned(area, now)
        plan = CityPlan.objects.create(area=area, requested_by_id=requested_by_id, seed=root, requested_at=now)
        card = latest_card(policy, now=now)
        for shard in shards:
            seed_of_shard = seed_for(root, shard)
            put_in_line(shard, card, seed=seed_of_shard, requested_by_id=requested_by_id, now=now, city_plan=plan)
    return plan


def settle_city(*, city_plan_id: int, now: datetime) -> CityPlan:
    """Once every round has ended, what is left is planned across the borders; once that has, the city is done.

    Safe to run twice and by two at once.
    """
    with transaction.atomic():
        plan = CityPlan.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=city_plan_id)
        let_go_of_left(list(plan.rounds.values_list("community_id", flat=True)), now)
        rounds = list(plan.rounds.select_related("score_card").order_by("pk"))
        waiting = any(row.state in (RoundState.QUEUED, RoundState.RUNNING) for row in rounds)
        if plan.finished_at is not None or waiting:
            return plan
        if _is_left_between(rounds):
            put_in_line(
                plan.area,
                rounds[0].score_card,
                seed=seed_for(plan.seed, plan.area),
                requested_by_id=plan.requested_by_id,
                now=now,
                city_plan=plan,
                is_between=True,
            )
        else:
            _finish(plan, now)
    return plan


def settle_cities(*, now: datetime) -> None:
    """Each city that is not done yet is looked at again, whatever became of the job that should have done it."""
    for pk in CityPlan.objects.filter(finished_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        settle_city(city_plan_id=pk, now=now)


def cancel_city_plan(*, viewer: Viewer, city_plan_id: UUID, now: datetime) -> CityPlan:
    """Rounds that wait or run are called off and leave nothing; those that are done stay."""
    seen = queries.city_plan_by_id(viewer, city_plan_id)
    if not viewer.works_at(seen.area.path):
        raise NotAllowed
    with transaction.atomic():
        plan = CityPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.pk)
        if plan.finished_at is not None:
            raise RoundOver
        waiting = plan.rounds.filter(state__in=(RoundState.QUEUED, RoundState.RUNNING))
        waiting.update(state=RoundState.CANCELLED, finished_at=now, incumbent=[])
        _finish(plan, now)
    return plan


def shards_of(area: Area) -> list[Area]:
    """The joint communities of an area, and communities that belong to none; by path."""
    communities = Area.objects.filter(path__startswith=area.path, level=AreaLevel.COMMUNITY).order_by("path")
    found = [
        one.parent if one.parent is not None and one.parent.level == AreaLevel.JOINT_COMMUNITY else one
        for one in communities.select_related("parent")
    ]
    return list(dict.fromkeys(found))


def seed_for(root: int, area: Area) -> int:
    """The seed of one area's round: the root, hashed with the area's id."""
    digest = hashlib.sha256(f"{root}:{area.public_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - SEED_BITS)


def _finish(plan: CityPlan, now: datetime) -> None:
    """The city is done, and the prices of what its plan left are solved anew, once."""
    plan.finished_at = now
    plan.save(update_fields=["finished_at"])
    for shard in shards_of(plan.area):
        price_after(shard, now=now, key=f"city:{plan.pk}")


def _refuse_while_planned(area: Area, now: datetime) -> None:
    """RoundUnderWay while anything within the area or around it is planned; its communities are locked from now on.

    Between the rounds of a city and the one across its borders none is under way, and yet its plan goes on.
    """
    inside = locks.lock_communities(area)
    above_them = Area.objects.filter(path__startswith=area.path, level__lt=AreaLevel.COMMUNITY)
    near = {*inside, *above_them.values_list("pk", flat=True), *keys_of_path(area.path)}
    let_go_of_left(near, now)
    if under_way(near).exists() or CityPlan.objects.filter(area_id__in=near, finished_at__isnull=True).exists():
        raise RoundUnderWay


def _is_left_between(rounds: Sequence[Round]) -> bool:
    """More than one round was there, one at least is done, and the one between them was not asked for yet."""
    done = [row for row in rounds if row.state == RoundState.DONE]
    return len(rounds) > 1 and bool(done) and not any(row.is_between for row in rounds)
