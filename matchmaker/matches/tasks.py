"""Background work of rounds, proposals and visits; each task reads the clock and calls one action."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.matches import actions


@shared_task(name=names.PROPOSE_NEXT)
def propose_next(need_id: int) -> None:
    actions.propose_next(need_id=need_id, now=timezone.now())


@shared_task(name=names.TELL_HELPER)
def tell_helper(proposal_id: int) -> None:
    actions.tell_helper(proposal_id=proposal_id, now=timezone.now())


@shared_task(name=names.FOLLOW_DECLINE)
def follow_decline(proposal_id: int) -> None:
    actions.follow_decline(proposal_id=proposal_id, now=timezone.now())


@shared_task(name=names.CLOSE_NEED)
def close_need(need_id: int) -> None:
    actions.close_need(need_id=need_id, now=timezone.now())


@shared_task(name=names.OFFER_MOVED)
def look_at_offer(offer_id: int) -> None:
    actions.look_at_offer(offer_id=offer_id, now=timezone.now())


@shared_task(name=names.STOP_MOVED)
def look_at_stop(stop_id: int) -> None:
    actions.look_at_stop(stop_id=stop_id, now=timezone.now())


@shared_task(name=names.RUN_ROUND)
def run_round(round_id: int) -> None:
    actions.run_round(round_id=round_id, now=timezone.now(), clock=timezone.now)


@shared_task(name=names.SOLVE_PRICES)
def solve_prices() -> None:
    actions.solve_prices(now=timezone.now())


@shared_task(name=names.PRICE_AREA)
def price_area(area_id: int) -> None:
    actions.price_area(area_id=area_id, now=timezone.now())


@shared_task(name=names.SETTLE_CITY)
def settle_city(city_plan_id: int) -> None:
    actions.settle_city(city_plan_id=city_plan_id, now=timezone.now())


@shared_task(name=names.SETTLE_CITIES)
def settle_cities() -> None:
    actions.settle_cities(now=timezone.now())


@shared_task(name=names.WHAT_IF)
def run_what_if(what_if_id: int) -> None:
    actions.run_what_if(what_if_id=what_if_id, now=timezone.now())


@shared_task(name=names.EXPIRE_PROPOSALS)
def expire_proposals() -> None:
    actions.expire_proposals(now=timezone.now())


@shared_task(name=names.ASK_FOR_OUTCOMES)
def ask_for_outcomes() -> None:
    actions.ask_for_outcomes(now=timezone.now())


@shared_task(name=names.CLOSE_UNCONFIRMED)
def close_unconfirmed_visits() -> None:
    actions.close_unconfirmed_visits(now=timezone.now())


@shared_task(name=names.EXTEND_SERIES)
def extend_series() -> None:
    actions.extend_series(now=timezone.now())


@shared_task(name=names.WATCH_VISITS)
def watch_visits() -> None:
    actions.watch_visits(now=timezone.now())


@shared_task(name=names.PART_PEOPLE)
def part_people(block_id: int) -> None:
    actions.part_people(block_id=block_id, now=timezone.now())


@shared_task(name=names.RETURN_CONCERNS)
def return_concerns() -> None:
    actions.return_concerns(now=timezone.now())


@shared_task(name=names.WATCH_SECOND_LOOKS)
def watch_second_looks() -> None:
    actions.watch_second_looks(now=timezone.now())


@shared_task(name=names.KEEP_SNAPSHOT)
def keep_snapshot() -> None:
    actions.keep_snapshot(now=timezone.now())


@shared_task(name=names.MEASURE_COMMUNITIES)
def measure_communities() -> None:
    actions.measure_communities(now=timezone.now())


@shared_task(name=names.PUBLISH_MONTHS)
def publish_months() -> None:
    actions.publish_months(now=timezone.now())


@shared_task(name=names.PUBLISH_MONTH)
def publish_month(area_id: int, month: str) -> None:
    actions.publish_month(area_id=area_id, month=month, now=timezone.now())


@shared_task(name=names.PROPOSE_COMPANIONS)
def propose_companions() -> None:
    actions.propose_companions(now=timezone.now())


@shared_task(name=names.TEND_COMPANIONS)
def tend_companions() -> None:
    actions.tend_companions(now=timezone.now())
