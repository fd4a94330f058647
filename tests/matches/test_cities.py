"""The plan of a city: joint communities apart, then what is left between them, and nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matchmaker.community.models import Area, AreaLevel, Person, PostKind
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, inputs, queries
from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.actions.cities import NoCity, shards_of
from matchmaker.matches.actions.rounds import LEFT_AFTER, RoundOver, RoundUnderWay
from matchmaker.matches.models import CityPlan, Proposal, Round, RoundState, UnmetNeed
from matchmaker.needs.actions import verify_need
from tests.town_rows import NOW, ZONE, account, appoint, area, person
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class City:
    """The small town, and across the street, in another joint community, a grid with two neighbours."""

    town: SmallTown
    joint: Area
    community: Area
    near: Person
    far: Person
    head: Person

    @property
    def now(self) -> datetime:
        return self.town.now


@pytest.fixture
def city() -> City:
    return city_at(NOW)


def city_at(now: datetime) -> City:
    town = small_town(now)
    publish_score_cards(now=town.now)
    joint = area(AreaLevel.JOINT_COMMUNITY, town.sub_district, "对面联合社区")
    community = area(AreaLevel.COMMUNITY, joint, "对面社区", time_zone=ZONE)
    grid = area(AreaLevel.GRID, community, "对面网格")
    corridor = area(AreaLevel.CORRIDOR, grid, "7号楼1单元", building="7", east=0.002)
    homes = [area(AreaLevel.HOUSEHOLD, corridor, f"10{number}室", east=0.002) for number in (1, 2, 3)]
    near, far, head = (
        person(home, community, name, birth_year=1984, now=town.now)
        for home, name in zip(homes, ("钱对面", "韩远邻", "唐区长"), strict=True)
    )
    for row in (near, far, head):
        account(row, f"{row.pk}@across.invalid", now=town.now)
    appoint(head, PostKind.COORDINATOR, town.sub_district, now=town.now)
    return City(town, joint, community, near, far, head)


def planned(city: City, *, seed: int = 7) -> CityPlan:
    return actions.request_city_plan(
        viewer=viewer_of(city.head), area_id=city.town.sub_district.public_id, now=city.now, seed=seed
    )


def run(plan: CityPlan, *, backwards: bool = False) -> CityPlan:
    """Every round is run, in either order, and what follows it."""
    while plan.finished_at is None:
        waiting = plan.rounds.filter(state=RoundState.QUEUED).order_by("-pk" if backwards else "pk")
        for row in waiting:
            actions.run_round(round_id=row.pk, now=plan.requested_at)
        plan = actions.settle_city(city_plan_id=plan.pk, now=plan.requested_at)
    return plan


def pairs() -> set[tuple[int, int, datetime]]:
    return set(Proposal.objects.values_list("need_id", "offer_id", "starts_at"))


def to_be_priced() -> list[int]:
    """The areas whose prices are asked for."""
    return [job.payload["area_id"] for job in OutboxJob.objects.filter(name=names.PRICE_AREA).order_by("pk")]


class TestPricesOfACity:
    def test_are_asked_for_once_when_all_of_it_is_planned(self, city: City) -> None:
        open_need_for(city.town)
        plan = planned(city)
        for row in plan.rounds.all():
            actions.run_round(round_id=row.pk, now=city.now)
        actions.settle_city(city_plan_id=plan.pk, now=city.now)

        before = to_be_priced()
        plan = run(plan)
        actions.settle_city(city_plan_id=plan.pk, now=city.now)

        assert before == []
        assert to_be_priced() == [city.town.joint_community.pk, city.joint.pk]

    def test_are_not_solved_while_it_is_planned(self, city: City) -> None:
        """Its rounds would change them, and its end asks for them."""
        open_offer_for(city.town)
        open_need_for(city.town)
        plan = planned(city)

        assert actions.price_area(area_id=city.town.joint_community.pk, now=city.now) is None
        run(plan)
        assert actions.price_area(area_id=city.town.joint_community.pk, now=city.now) is not None

    def test_are_asked_for_where_it_is_called_off(self, city: City) -> None:
        plan = planned(city)

        actions.cancel_city_plan(viewer=viewer_of(city.head), city_plan_id=plan.public_id, now=city.now)

        assert to_be_priced() == [city.town.joint_community.pk, city.joint.pk]


class TestRequestCityPlan:
    def test_asks_for_one_round_in_each_joint_community(self, city: City) -> None:
        plan = planned(city)

        rounds = list(plan.rounds.order_by("pk"))
        assert [row.community for row in rounds] == [city.town.joint_community, city.joint]
        assert [row.state for row in rounds] == [RoundState.QUEUED] * 2
        assert len({row.seed for row in rounds} | {plan.seed}) == 3
        jobs = OutboxJob.objects.filter(name=names.RUN_ROUND).order_by("pk")
        assert [job.payload for job in jobs] == [{"round_id": row.pk} for row in rounds]

    def test_counts_a_community_of_no_joint_community_by_itself(self, city: City) -> None:
        alone = area(AreaLevel.COMMUNITY, city.town.sub_district, "独立社区", time_zone=ZONE)

        assert shards_of(city.town.sub_district) == [city.town.joint_community, city.joint, alone]

    def test_is_refused_while_anything_in_the_city_is_planned(self, city: City) -> None:
        worker = viewer_of(city.town.coordinator)
        row = actions.request_round(viewer=worker, community_id=city.town.community.public_id, now=city.now)

        with pytest.raises(RoundUnderWay):
            planned(city)

        actions.cancel_round(viewer=worker, round_id=row.public_id, now=city.now)
        planned(city)
        with pytest.raises(RoundUnderWay):
            planned(city)
        with pytest.raises(RoundUnderWay):
            actions.request_round(viewer=worker, community_id=city.town.community.public_id, now=city.now)
        assert CityPlan.objects.count() == 1
        assert Round.objects.count() == 3

    def test_is_refused_while_a_part_of_it_or_the_whole_around_it_is_planned(self, city: City) -> None:
        """Also where every round has ended and the one between them was not asked for yet."""
        part = actions.plan_city(city.joint, now=city.now)
        for row in part.rounds.all():
            actions.run_round(round_id=row.pk, now=city.now)
        with pytest.raises(RoundUnderWay):
            planned(city)

        actions.settle_city(city_plan_id=part.pk, now=city.now)
        whole = planned(city)
        for row in whole.rounds.all():
            actions.run_round(round_id=row.pk, now=city.now)
        with pytest.raises(RoundUnderWay):
            actions.plan_city(city.joint, now=city.now)
        assert CityPlan.objects.count() == 2

    def test_does_not_wait_for_a_round_that_its_workers_left(self, city: City) -> None:
        worker = viewer_of(city.town.coordinator)
        row = actions.request_round(viewer=worker, community_id=city.town.community.public_id, now=city.now)
        silent_since = city.now - LEFT_AFTER - timedelta(seconds=1)
        Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, heartbeat_at=silent_since)

        planned(city)

        row.refresh_from_db()
        assert (row.state, row.failure_code) == (RoundState.FAILED, "LOST")

    def test_is_refused_to_who_works_in_a_part_of_it(self, city: City) -> None:
        for person_row in (city.town.coordinator, city.town.asker):
            with pytest.raises(NotAllowed):
                actions.request_city_plan(
                    viewer=viewer_of(person_row), area_id=city.town.sub_district.public_id, now=city.now
                )
        assert not CityPlan.objects.exists()

    @pytest.mark.parametrize("which", ["grid", "community"])
    def test_is_refused_where_there_is_no_city(self, city: City, which: str) -> None:
        with pytest.raises(NoCity):
            actions.request_city_plan(
                viewer=viewer_of(city.head), area_id=getattr(city.town, which).public_id, now=city.now
            )


class TestPlanOfACity:
    def test_settles_first_what_is_near_and_then_what_is_left_between(self, city: City) -> None:
        town = city.town
        needs = [open_need_for(town, person=one) for one in (town.asker, town.stranger)]
        inside = open_offer_for(town, visits_per_week=1)
        across = open_offer_for(town, person=city.near, reach_m=900, visits_per_week=1)

        plan = run(planned(city))

        rounds = list(plan.rounds.order_by("pk"))
        assert [(row.community, row.is_between, row.state) for row in rounds] == [
            (town.joint_community, False, "DONE"), (city.joint, False, "DONE"), (town.sub_district, True, "DONE"),
        ]  # fmt: skip
        assert [(row.needs_count, row.proposals_count) for row in rounds] == [(2, 1), (0, 0), (1, 1)]
        made = dict(Proposal.objects.values_list("offer_id", "round_id"))
        assert made == {inside.pk: rounds[0].pk, across.pk: rounds[2].pk}
        assert set(Proposal.objects.values_list("need_id", flat=True)) == {need.pk for need in needs}

    def test_says_why_nobody_of_what_is_left_in_the_end(self, city: City) -> None:
        need = open_need_for(city.town)

        plan = run(planned(city))

        between = plan.rounds.get(is_between=True)
        assert list(UnmetNeed.objects.filter(round=between).values_list("need_id", flat=True)) == [need.pk]

    def test_is_the_same_whichever_round_comes_first(self, city: City) -> None:
        for one in (city.town.asker, city.town.stranger, city.town.newcomer):
            open_need_for(city.town, person=one)
        open_offer_for(city.town)
        open_offer_for(city.town, person=city.near, reach_m=900)
        theirs = open_need_for(city.town, person=city.far, verified=False)
        verify_need(viewer=viewer_of(city.head), need_id=theirs.public_id, now=city.now)

        run(planned(city))
        forwards = pairs()
        Proposal.objects.all().delete()
        run(planned(city), backwards=True)

        assert pairs() == forwards != set()

    def test_goes_on_where_one_of_its_rounds_failed(self, city: City) -> None:
        open_need_for(city.town)
        open_offer_for(city.town)
        plan = planned(city)
        first = plan.rounds.get(community=city.joint)
        Round.objects.filter(pk=first.pk).update(state=RoundState.FAILED, finished_at=city.now, failure_code="LOST")

        plan = run(plan)

        assert plan.finished_at == city.now
        assert Proposal.objects.count() == 1
        assert plan.rounds.get(is_between=True).state == RoundState.DONE

    def test_plans_what_is_between_once(self, city: City) -> None:
        plan = planned(city)
        for row in plan.rounds.all():
            actions.run_round(round_id=row.pk, now=city.now)

        for _ in range(2):
            actions.settle_city(city_plan_id=plan.pk, now=city.now)
        actions.settle_cities(now=city.now)

        assert plan.rounds.filter(is_between=True).count() == 1
        assert CityPlan.objects.get(pk=plan.pk).finished_at is None

    def test_is_looked_at_again_when_a_round_ends(self, city: City) -> None:
        plan = planned(city)
        row = plan.rounds.first()
        assert row is not None

        actions.run_round(round_id=row.pk, now=city.now)

        job = OutboxJob.objects.get(name=names.SETTLE_CITY)
        assert job.payload == {"city_plan_id": plan.pk}


class TestWhoIsPromised:
    def test_is_not_free_at_home_while_asked_across_the_border(self, city: City) -> None:
        """Both want the same hour of the one neighbour who is asked across the street."""
        open_need_for(city.town)
        offer = open_offer_for(city.town, person=city.near, reach_m=900)
        run(planned(city))
        assert Proposal.objects.get().offer_id == offer.pk

        problem = inputs.problem_of_community(city.community, now=city.now)

        (facts,) = [one for one in problem.offers if one.offer_id == offer.pk]
        assert facts.visits_left_by_week[0] < offer.visits_per_week


class TestCancelCityPlan:
    def test_calls_off_what_waits_and_keeps_what_is_done(self, city: City) -> None:
        open_need_for(city.town)
        open_offer_for(city.town)
        plan = planned(city)
        first = plan.rounds.order_by("pk")[0]
        actions.run_round(round_id=first.pk, now=city.now)

        ended = actions.cancel_city_plan(viewer=viewer_of(city.head), city_plan_id=plan.public_id, now=city.now)

        assert ended.finished_at == city.now
        assert list(plan.rounds.order_by("pk").values_list("state", flat=True)) == ["DONE", "CANCELLED"]
        assert Proposal.objects.count() == 1
        with pytest.raises(RoundOver):
            actions.cancel_city_plan(viewer=viewer_of(city.head), city_plan_id=plan.public_id, now=city.now)

    def test_is_not_found_by_who_may_not_see_it(self, city: City) -> None:
        plan = planned(city)

        with pytest.raises(NotFound):
            actions.cancel_city_plan(viewer=viewer_of(city.town.asker), city_plan_id=plan.public_id, now=city.now)

    def test_is_refused_to_who_works_in_a_part_of_it(self, city: City) -> None:
        plan = planned(city)

        with pytest.raises(NotAllowed):
            actions.cancel_city_plan(viewer=viewer_of(city.town.coordinator), city_plan_id=plan.public_id, now=city.now)
        assert list(plan.rounds.values_list("state", flat=True)) == [RoundState.QUEUED] * 2


class TestCityPlansFor:
    def test_shows_a_plan_with_its_rounds_in_two_queries(self, city: City, django_assert_num_queries: Any) -> None:
        run(planned(city))
        viewer = viewer_of(city.head)

        with django_assert_num_queries(2):
            (plan,) = queries.city_plans_for(viewer)[:10]
            rows = queries.rounds_of_city(viewer, plan)
            assert [(row.community.name, row.is_between) for row in rows] == [
                ("测试联合社区", False), ("对面联合社区", False), ("测试街道", True),
            ]  # fmt: skip

    def test_shows_to_who_works_in_a_part_the_rounds_of_that_part(self, city: City) -> None:
        run(planned(city))
        viewer = viewer_of(city.town.coordinator)

        (plan,) = queries.city_plans_for(viewer)

        rows = queries.rounds_of_city(viewer, plan)
        assert [(row.community.name, row.is_between) for row in rows] == [("测试联合社区", False), ("测试街道", True)]

    def test_shows_nothing_to_who_works_nowhere(self, city: City) -> None:
        planned(city)

        assert not queries.city_plans_for(viewer_of(city.town.asker)).exists()


class TestCommand:
    def test_plans_here_and_says_how_far_each_round_is(self) -> None:
        city = city_at(timezone.now())
        open_need_for(city.town)
        open_offer_for(city.town, person=city.near, reach_m=900)
        said = StringIO()

        call_command("plan_city", "测试街道", "--seed", "3", "--here", stdout=said)

        lines = said.getvalue().splitlines()
        assert "测试联合社区: waits for a worker" in lines
        assert "对面联合社区: done, 0 needs, 0 proposals" in lines
        assert "测试街道, between its parts: done, 1 needs, 1 proposals" in lines
        assert lines[-1] == "Planned: 1 needs, 0 proposals within joint communities and 1 between them."

    @pytest.mark.parametrize(("named", "said"), [("无此地", "No area is called"), ("第1网格", "no community in this")])
    def test_says_in_one_sentence_what_is_wrong(self, city: City, named: str, said: str) -> None:
        with pytest.raises(CommandError, match=said):
            call_command("plan_city", named, "--here")
