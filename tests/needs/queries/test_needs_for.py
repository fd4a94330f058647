from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Mandate, MandateKind, Person, PostKind
from matchmaker.community.viewers import VISITOR, Viewer
from matchmaker.errors import NotFound
from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.models import Need
from matchmaker.needs.queries import (
    coarse_place_of,
    is_asker_side,
    may_change_need,
    may_see_asker,
    may_see_need_details,
    may_see_need_place,
    need_by_id,
    needs_for,
    needs_to_verify,
)
from tests.towns import NOW, SmallTown, appoint, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def proxy(holder: Person, person: Person, *scope: str) -> None:
    Mandate.objects.create(
        kind=MandateKind.PROXY,
        holder=holder,
        for_person=person,
        scope=list(scope),
        told_at=NOW,
        evidence="signed",
        starts_date=NOW.date(),
        ends_date=NOW.date() + timedelta(days=30),
    )


def seen_by(person: Person, **filters: Any) -> list[Need]:
    return list(needs_for(viewer_of(person), **filters))


class TestNeedsFor:
    def test_holds_ones_own(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert seen_by(town.asker) == [need]

    def test_holds_those_of_a_workers_area(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)
        elsewhere = open_need_for(town, person=town.stranger, verified=False)

        assert seen_by(town.grid_head) == [need]
        assert seen_by(town.coordinator) == [elsewhere, need]
        assert seen_by(town.other_coordinator) == []

    def test_holds_those_of_an_auditors_area(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert seen_by(town.auditor) == [need]

    def test_holds_nothing_for_neighbours_and_visitors(self, town: SmallTown) -> None:
        open_need_for(town)

        assert seen_by(town.neighbour) == seen_by(town.helper) == seen_by(town.clerk) == []
        assert list(needs_for(VISITOR)) == []

    def test_shows_the_police_public_safety_alone(self, town: SmallTown) -> None:
        open_need_for(town)
        safety = open_need_for(town, service_type="PATROL")

        assert seen_by(town.police) == [safety]

    def test_holds_what_a_mandate_covers(self, town: SmallTown) -> None:
        shopping = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        clinic = open_need_for(
            town, person=town.elder, asked_by=town.grid_head, service_type="CLINIC_COMPANY", consent="SPOKEN"
        )
        proxy(town.neighbour, town.elder)
        proxy(town.stranger, town.elder, "CLINIC_COMPANY")

        assert seen_by(town.neighbour) == [shopping]
        assert seen_by(town.stranger) == [clinic]
        assert seen_by(town.grid_head) == [clinic, shopping]

    def test_holds_nothing_for_whose_mandate_was_taken_back(self, town: SmallTown) -> None:
        proxy(town.neighbour, town.elder)
        need = open_need_for(town, person=town.elder, asked_by=town.neighbour)
        assert seen_by(town.neighbour) == [need]

        Mandate.objects.update(revoked_at=NOW)

        assert seen_by(town.neighbour) == seen_by(town.neighbour, own=True) == []
        assert not is_asker_side(viewer_of(town.neighbour), need)
        assert seen_by(town.elder) == [need]

    def test_holds_what_the_matches_room_adds(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert seen_by(town.helper, also_need_ids=[need.pk]) == [need]
        assert seen_by(town.helper, also_need_ids=Need.objects.filter(pk=need.pk).values("pk")) == [need]

    def test_ends_with_the_post(self, town: SmallTown) -> None:
        open_need_for(town)
        far_future = NOW + timedelta(days=800)

        assert list(needs_for(viewer_of(town.coordinator, now=far_future))) == []

    def test_can_be_narrowed(self, town: SmallTown) -> None:
        open_one = open_need_for(town)
        digital = open_need_for(town, service_type="DIGITAL_HELP", verified=False)
        withdrawn = open_need_for(town, person=town.stranger, now=NOW + timedelta(minutes=1))
        withdraw_need(viewer=viewer_of(town.stranger), need_id=withdrawn.public_id, now=NOW)

        assert seen_by(town.coordinator) == [withdrawn, digital, open_one]
        assert seen_by(town.coordinator, state="OPEN") == [digital, open_one]
        assert seen_by(town.coordinator, service_type="DIGITAL_HELP") == [digital]
        assert seen_by(town.coordinator, service_type="CULTURE") == [digital]
        assert seen_by(town.coordinator, area_id=town.other_grid.public_id) == [withdrawn]
        assert seen_by(town.coordinator, area_id=uuid4()) == []
        assert seen_by(town.coordinator, verified=False) == [digital]

    def test_can_be_narrowed_to_ones_own(self, town: SmallTown) -> None:
        proxy(town.coordinator, town.elder)
        open_need_for(town)
        mine = open_need_for(town, person=town.coordinator, verified=False)
        spoken_for = open_need_for(town, person=town.elder, asked_by=town.coordinator, verified=False)

        assert seen_by(town.coordinator, own=True) == [spoken_for, mine]

    def test_reads_any_number_of_needs_with_two_queries(self, town: SmallTown) -> None:
        for _ in range(5):
            open_need_for(town)
        viewer = viewer_of(town.coordinator)

        with CaptureQueriesContext(connection) as queries:
            needs = list(needs_for(viewer)[:3])
            for need in needs:
                assert may_see_need_details(viewer, need)
                assert may_see_asker(viewer, need)
                assert coarse_place_of(need) == town.grid
                assert len(need.windows.all()) == 1
                assert all((need.for_person.name, need.asked_by.name, need.service_type.parent))

        assert len(queries) == 2
        assert len(needs) == 3


class TestNeedsToVerify:
    def test_wait_for_a_colleague_the_first_asked_first(self, town: SmallTown) -> None:
        open_need_for(town)
        first = open_need_for(town, verified=False)
        second = open_need_for(town, person=town.grid_head, verified=False)

        assert list(needs_to_verify(viewer_of(town.coordinator))) == [first, second]
        assert list(needs_to_verify(viewer_of(town.grid_head))) == [first]
        assert list(needs_to_verify(viewer_of(town.asker))) == []
        assert list(needs_to_verify(viewer_of(town.other_coordinator))) == []

    def test_never_wait_for_who_asked_even_without_a_mandate_by_now(self, town: SmallTown) -> None:
        proxy(town.grid_head, town.elder)
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, verified=False)
        Mandate.objects.update(revoked_at=NOW)

        assert list(needs_to_verify(viewer_of(town.coordinator))) == [need]
        assert list(needs_to_verify(viewer_of(town.grid_head))) == []


class TestNeedById:
    def test_is_not_found_where_it_may_not_be_known(self, town: SmallTown) -> None:
        need = open_need_for(town)

        assert need_by_id(viewer_of(town.asker), need.public_id) == need
        assert need_by_id(viewer_of(town.helper), need.public_id, also_need_ids=[need.pk]) == need
        for viewer in (viewer_of(town.helper), viewer_of(town.other_coordinator), VISITOR):
            with pytest.raises(NotFound):
                need_by_id(viewer, need.public_id)
        with pytest.raises(NotFound):
            need_by_id(viewer_of(town.asker), uuid4())


class TestMaySeeNeedDetails:
    @staticmethod
    def readers(town: SmallTown, need: Need) -> set[str]:
        roles = ("asker", "neighbour", "helper", "grid_head", "coordinator", "police", "auditor", "other_coordinator")
        return {role for role in roles if may_see_need_details(viewer_of(getattr(town, role)), need)}

    def test_is_for_the_asker_and_the_workers(self, town: SmallTown) -> None:
        unverified = open_need_for(town, verified=False)

        assert self.readers(town, unverified) == {"asker", "grid_head", "coordinator"}
        assert self.readers(town, open_need_for(town)) == {"asker", "grid_head", "coordinator"}

    def test_is_for_the_police_once_a_safety_need_is_verified(self, town: SmallTown) -> None:
        unverified = open_need_for(town, service_type="PATROL", verified=False)

        assert "police" not in self.readers(town, unverified)
        assert "police" in self.readers(town, open_need_for(town, service_type="PATROL"))

    def test_is_for_a_helper_who_agreed(self, town: SmallTown) -> None:
        need = open_need_for(town)
        helper = viewer_of(town.helper)

        for may_see in (may_see_need_details, may_see_need_place, may_see_asker):
            assert not may_see(helper, need)
            assert may_see(helper, need, agreed_need_ids={need.pk})

    def test_is_for_a_live_proxy_and_ends_with_the_mandate(self, town: SmallTown) -> None:
        proxy(town.neighbour, town.elder)
        need = open_need_for(town, person=town.elder, asked_by=town.neighbour)
        after = viewer_of(town.neighbour, now=NOW + timedelta(days=31))

        assert may_see_need_details(viewer_of(town.neighbour), need)
        assert not needs_for(after).exists()
        assert not may_see_need_details(after, need)
        assert not may_change_need(after, need)

    def test_is_not_for_a_visitor(self, town: SmallTown) -> None:
        assert not may_see_need_details(Viewer(), open_need_for(town))


class TestMayChangeNeed:
    def test_is_for_the_asker_and_the_workers(self, town: SmallTown) -> None:
        need = open_need_for(town, service_type="PATROL")

        for role in ("asker", "grid_head", "coordinator"):
            assert may_change_need(viewer_of(getattr(town, role)), need)
        for role in ("police", "auditor", "helper", "other_coordinator"):
            assert not may_change_need(viewer_of(getattr(town, role)), need)


class TestCoarsePlaceOf:
    def test_is_the_grid_of_a_home_or_a_corridor(self, town: SmallTown) -> None:
        at_home = open_need_for(town)
        outside = open_need_for(town, at_home=False, place=town.corridors[3].public_id)

        assert coarse_place_of(at_home) == town.grid
        assert coarse_place_of(outside) == town.other_grid

    def test_is_the_place_itself_where_it_is_larger(self, town: SmallTown) -> None:
        town.community.latitude, town.community.longitude = 41.2, 111.3
        town.community.save(update_fields=["latitude", "longitude"])
        need = open_need_for(town, at_home=False, place=town.community.public_id)

        assert coarse_place_of(need) == town.community


class TestSeveralPosts:
    def test_add_up(self, town: SmallTown) -> None:
        appoint(town.police, PostKind.GRID_HEAD, town.other_grid)
        own_grid = open_need_for(town, person=town.stranger)
        safety = open_need_for(town, service_type="PATROL")

        assert seen_by(town.police) == [safety, own_grid]
