"""Starting a community: all of it stands, or nothing does."""

from dataclasses import replace

import pytest

from matchmaker.community.actions import start_community
from matchmaker.community.actions.starting import PlanNotUsable
from matchmaker.community.models import Area, AreaLevel, Organization, Person, Post, PostTerm, Station, User
from matchmaker.community.plans.plan import CommunityPlan
from matchmaker.community.viewers import viewer_for_user
from matchmaker.errors import NotAllowed
from matchmaker.records.models import Record
from matchmaker.records.queries import verify_chain
from tests.community.plans.test_plans import example
from tests.town_rows import NOW

pytestmark = pytest.mark.django_db


def start(plan: CommunityPlan | None = None) -> Area:
    return start_community(viewer=None, plan=plan or example(), now=NOW).community


class TestStartCommunity:
    def test_plants_every_place_under_its_parent(self) -> None:
        made = start_community(viewer=None, plan=example(), now=NOW)

        assert (made.grids, made.corridors, made.households) == (2, 5, 92)
        levels = [row.level for row in Area.objects.order_by("path")][:4]
        assert levels == [AreaLevel.REGION, AreaLevel.SUB_DISTRICT, AreaLevel.JOINT_COMMUNITY, AreaLevel.COMMUNITY]
        for row in Area.objects.exclude(parent=None).select_related("parent"):
            assert row.parent is not None
            assert row.path == f"{row.parent.path}{row.pk:010d}/"
        flat = Area.objects.get(parent__name="2号楼2单元", name="602室")
        assert (flat.latitude, flat.longitude, flat.building) == (41.2006, 111.3, "2号楼")

    def test_makes_every_post_and_fills_those_of_the_plan(self) -> None:
        made = start_community(viewer=None, plan=example(), now=NOW)

        assert Post.objects.count() == 3 + 2 * 5
        assert made.vacant_posts == 11
        held = PostTerm.objects.order_by("pk").values_list("post__kind", "post__area__name", "person__name")
        assert list(held) == [("COORDINATOR", "示例社区", "示例协调员"), ("GRID_HEAD", "第1网格", "示例网格长")]

    def test_lets_its_workers_sign_in_and_work(self) -> None:
        community = start()

        user = User.objects.get(sign_in_name="coordinator@example.invalid")
        assert viewer_for_user(user, now=NOW).works_at(community.path)

    def test_opens_its_stations_under_verified_organizations(self) -> None:
        start()

        organization = Organization.objects.get()
        assert (organization.kind, organization.verified_at) == ("STATION", NOW)
        station = Station.objects.get()
        assert station.organization == organization
        assert station.opening_hours[0] == {"weekday": 0, "opens": "08:30", "closes": "17:30"}

    def test_stands_in_a_chain_that_verifies(self) -> None:
        community = start()

        assert Record.objects.filter(kind="community.started").get().body == {
            "community": community.pk,
            "households": 92,
        }
        assert verify_chain(f"community:{community.pk}") == []

    def test_uses_the_areas_above_that_stand_already(self) -> None:
        start()
        workers = tuple(replace(one, sign_in_name=f"second-{one.sign_in_name}") for one in example().workers)

        start(replace(example(), name="第二社区", workers=workers))

        assert Area.objects.filter(level=AreaLevel.REGION).count() == 1
        assert Area.objects.filter(level=AreaLevel.COMMUNITY).count() == 2

    def test_is_refused_with_every_fault_and_makes_nothing(self) -> None:
        start()
        before = (Area.objects.count(), Person.objects.count(), Record.objects.count())

        with pytest.raises(PlanNotUsable) as refused:
            start()

        assert [fault.where for fault in refused.value.faults] == ["name", "workers 1", "workers 2"]
        assert (Area.objects.count(), Person.objects.count(), Record.objects.count()) == before

    def test_is_for_operators(self) -> None:
        community = start()
        coordinator = viewer_for_user(User.objects.get(sign_in_name="coordinator@example.invalid"), now=NOW)
        workers = tuple(replace(one, sign_in_name=f"second-{one.sign_in_name}") for one in example().workers)

        with pytest.raises(NotAllowed):
            start_community(viewer=coordinator, plan=replace(example(), name="第二社区", workers=workers), now=NOW)

        assert list(Area.objects.filter(level=AreaLevel.COMMUNITY)) == [community]

    def test_does_not_ask_the_database_for_each_household(self, django_assert_max_num_queries: object) -> None:
        plan = example()
        large = replace(plan, buildings=tuple(replace(one, floors=30, flats_per_floor=8) for one in plan.buildings))

        with django_assert_max_num_queries(160):  # type: ignore[operator]  # a fixture without a type
            made = start_community(viewer=None, plan=large, now=NOW)

        assert made.households == 1200
