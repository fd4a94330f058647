from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel, Membership, Organization, Person, Qualification
from matchmaker.engine.problem import ALWAYS, UNLIMITED_VISITS, OfferFacts, Place
from matchmaker.needs.drafts import Hours
from matchmaker.needs.models import Offer
from matchmaker.needs.queries import History, Promised, offer_facts
from tests.towns import NOW, ZONE, SmallTown, area, open_offer_for, small_town

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def bits(first: int, count: int) -> int:
    return ((1 << count) - 1) << first


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def facts_of(town: SmallTown, **others: Any) -> list[OfferFacts]:
    return offer_facts(town.community.pk, horizon_start=START, now=NOW, **others)


def qualify(person: Person, kind: str, code: str, *, until_days: int | None = 30, from_days: int = -30) -> None:
    Qualification.objects.create(
        person=person,
        kind=kind,
        code=code,
        valid_from_date=NOW.date() + timedelta(days=from_days),
        valid_until_date=None if until_days is None else NOW.date() + timedelta(days=until_days),
    )


class TestOfferFactsOfAPerson:
    def test_tell_the_engine_what_it_may_see(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.helper.pk).update(skills=["做饭"], walking_speed_m_per_min=60)
        offer = open_offer_for(town, hours=(Hours(0, time(9), time(10)),), skills=("力气大",), languages=("en",))

        assert facts_of(town) == [
            OfferFacts(
                offer_id=offer.pk,
                service_types=frozenset({"SHOPPING"}),
                place=Place(
                    latitude=offer.latitude,
                    longitude=offer.longitude,
                    household_id=town.households[3].pk,
                    building=f"{town.grid.pk}:2",
                    corridor_id=town.corridors[1].pk,
                    grid_id=town.grid.pk,
                    community_id=town.community.pk,
                    joint_community_id=town.joint_community.pk,
                    region_id=town.region.pk,
                ),
                free_quarters=sum(bits(36 + 672 * week, 4) for week in range(4)),
                person_id=town.helper.pk,
                reach_m=1000.0,
                walking_speed_m_per_min=60.0,
                skills=frozenset({"做饭", "力气大"}),
                languages=frozenset({"zh", "en"}),
                age=35,
                sex="FEMALE",
                visits_left_by_week=(3, 3, 3, 3),
                person_visits_left_by_week=(3, 3, 3, 3),
                person_visits_cap=3,
            )
        ]

    def test_leave_out_paused_offers_and_people_who_left(self, town: SmallTown) -> None:
        open_offer_for(town)
        gone = open_offer_for(town, person=town.stranger)
        Offer.objects.exclude(pk=gone.pk).update(state="PAUSED")
        Person.objects.filter(pk=town.stranger.pk).update(left_at=NOW)

        assert facts_of(town) == []

    def test_take_out_what_was_promised(self, town: SmallTown) -> None:
        offer = open_offer_for(town)
        promised = Promised(
            quarters_of_persons={town.helper.pk: bits(0, 2680)},
            visits_of_offers={offer.pk: (1, 0, 0, 4)},
            visits_of_persons={town.helper.pk: (2, 0, 3, 5)},
        )

        [facts] = facts_of(town, promised=promised)

        assert facts.free_quarters == bits(2680, 8)
        assert facts.visits_left_by_week == (2, 3, 3, 0)
        assert facts.person_visits_left_by_week == (1, 3, 0, 0)

    def test_know_only_what_is_valid_today(self, town: SmallTown) -> None:
        open_offer_for(town)
        qualify(town.helper, "TRAINING", "FIRST_AID")
        qualify(town.helper, "TRAINING", "ELDER_CARE", until_days=-1)
        qualify(town.helper, "LICENCE", "NURSE", until_days=None)
        qualify(town.helper, "CLEARANCE", "MINORS", from_days=1)
        qualify(town.helper, "INSURANCE", "ACCIDENT", until_days=0)
        qualify(town.helper, "GUARDIAN_CONSENT", "HELPING")

        [facts] = facts_of(town)

        assert facts.trainings == {"FIRST_AID"}
        assert facts.licences == {"NURSE"}
        assert facts.clearances == frozenset()
        assert facts.insured
        assert facts.guardian_consent

    def test_hold_each_kind_of_reach(self, town: SmallTown) -> None:
        open_offer_for(town, reach="MINUTES", reach_minutes=15)
        open_offer_for(town, reach="AREAS", reach_areas=(town.grid.public_id,))

        by_minutes, by_areas = facts_of(town)

        assert (by_minutes.reach_m, by_minutes.reach_minutes, by_minutes.area_ids) == (None, 15.0, None)
        assert (by_areas.reach_m, by_areas.reach_minutes, by_areas.area_ids) == (None, None, {town.grid.pk})

    def test_drive_on_the_road_where_the_helper_comes_by_vehicle(self, town: SmallTown) -> None:
        open_offer_for(town, reach="MINUTES", reach_minutes=30)
        open_offer_for(town, reach="MINUTES", reach_minutes=30, by_vehicle=True)

        assert [facts.vehicle_speed_m_per_min for facts in facts_of(town)] == [None, 500.0]

    def test_say_no_sex_where_none_is_stated(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.helper.pk).update(sex="UNSTATED", birth_year=None)
        open_offer_for(town)

        [facts] = facts_of(town)

        assert (facts.sex, facts.age) == (None, None)


class TestOfferFactsOfAnOrganization:
    def test_are_those_of_its_members_together(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.member.pk).update(skills=["做饭"], languages=["mn"])
        qualify(town.member, "LICENCE", "NURSE")
        qualify(town.clerk, "INSURANCE", "ACCIDENT")
        offer = open_offer_for(
            town, organization=town.organization, parallel_visits=5, visits_per_week=40, form="CONVENIENCE"
        )
        history = History(good_and_known_visits={town.organization.pk: (7, 9)})
        promised = Promised(full_quarters_of_offers={offer.pk: bits(0, 4)})

        [facts] = facts_of(town, history=history, promised=promised)

        assert (facts.person_id, facts.organization_id) == (None, town.organization.pk)
        assert (facts.organization_kind, facts.organization_verified, facts.form) == ("NGO", True, "CONVENIENCE")
        assert facts.parallel == 2
        assert facts.skills == {"做饭"}
        assert facts.languages == {"zh", "mn"}
        assert facts.licences == {"NURSE"}
        assert facts.insured
        assert (facts.age, facts.sex) == (None, "FEMALE")
        assert facts.person_visits_left_by_week == (UNLIMITED_VISITS,) * 4
        assert facts.visits_left_by_week == (40,) * 4
        assert (facts.good_visits, facts.known_visits) == (7, 9)
        assert facts.free_quarters == ALWAYS & ~bits(0, 4)

    def test_name_no_sex_where_members_differ(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.member.pk).update(sex="MALE")
        open_offer_for(town, organization=town.organization)

        assert facts_of(town)[0].sex is None

    def test_leave_out_an_organization_with_nobody_to_send(self, town: SmallTown) -> None:
        open_offer_for(town, organization=town.organization)
        Membership.objects.update(until_date=NOW.date() - timedelta(days=1))

        assert facts_of(town) == []

    def test_leave_out_an_organization_that_closed(self, town: SmallTown) -> None:
        open_offer_for(town, organization=town.organization)
        Organization.objects.update(closed_at=NOW)

        assert facts_of(town) == []


class TestOffersThatMayReach:
    def test_are_those_of_the_joint_community(self, town: SmallTown) -> None:
        near = open_offer_for(town)
        next_door = open_offer_for(town, person=town.other_coordinator)

        assert [facts.offer_id for facts in facts_of(town)] == [near.pk, next_door.pk]

    def test_are_those_from_further_away_that_name_the_community(self, town: SmallTown) -> None:
        far = open_offer_for(town, reach="AREAS", reach_areas=(town.region.public_id,))
        farther = open_offer_for(town)
        joint = area(AreaLevel.JOINT_COMMUNITY, town.sub_district, "远处联合社区")
        Offer.objects.update(community=area(AreaLevel.COMMUNITY, joint, "远处社区", time_zone=ZONE))

        found = [facts.offer_id for facts in facts_of(town, offer_ids=[far.pk, farther.pk])]

        assert found == [far.pk]

    def test_cover_a_type_by_itself_or_by_the_type_above(self, town: SmallTown) -> None:
        exact = open_offer_for(town, service_types=("DIGITAL_HELP",))
        above = open_offer_for(town, service_types=("CULTURE", "SHOPPING"))
        open_offer_for(town, service_types=("FESTIVAL",))

        found = facts_of(town, covering="DIGITAL_HELP")

        assert [facts.offer_id for facts in found] == [exact.pk, above.pk]
        assert found[1].service_types == {"CULTURE", "SHOPPING"}


class TestQueries:
    def test_are_as_many_for_few_offers_as_for_many(self, town: SmallTown) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                facts_of(town)
            return len(caught)

        open_offer_for(town)
        open_offer_for(town, organization=town.organization)
        few = queries()
        for person in (town.asker, town.neighbour, town.stranger, town.newcomer):
            open_offer_for(town, person=person, hours=(Hours(0, time(9), time(12)), Hours(3, time(9), time(12))))

        assert few == queries() == 11
        assert len(facts_of(town)) == 6
