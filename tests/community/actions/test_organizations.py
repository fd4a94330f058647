"""Organizations: entered by anybody, verified by a worker, spoken for by a clerk, of whom one always stays."""

from uuid import uuid4

import pytest

from matchmaker.community.actions import (
    accept_membership,
    add_membership,
    add_organization,
    end_membership,
    verify_organization,
)
from matchmaker.community.actions.organizations import LastClerk, MemberAlready, OrganizationNameTaken
from matchmaker.community.models import Membership, MembershipRole, Organization
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, membership, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def kinds_recorded() -> list[str]:
    return [record.kind for record in Record.objects.order_by("seq")]


class TestAddOrganization:
    def test_stands_unverified_with_its_first_clerk(self, town: SmallTown) -> None:
        added = add_organization(
            viewer=viewer_of(town.stranger),
            area_id=town.other_grid.public_id,
            name=" 邻里书社 ",
            kind="NEW_SOCIAL",
            phone="0471-1234567",
            now=NOW,
        )

        stored = Organization.objects.get(pk=added.pk)
        assert (stored.name, stored.kind, stored.area) == ("邻里书社", "NEW_SOCIAL", town.other_grid)
        assert (stored.phone, stored.registered_at, stored.verified_at) == ("+864711234567", NOW, None)
        assert viewer_of(town.stranger).clerk_of == {stored.pk}
        assert kinds_recorded() == ["organization.added"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", " "), ("name", "长" * 121), ("kind", "GANG"), ("phone", "none"), ("name_en", "x" * 121)],
    )
    def test_is_refused_for_what_cannot_be_read(self, town: SmallTown, field: str, value: str) -> None:
        told = {"name": "邻里书社", "kind": "NGO"} | {field: value}

        with pytest.raises(InvalidInput) as refusal:
            add_organization(viewer=viewer_of(town.stranger), area_id=town.grid.public_id, now=NOW, **told)

        assert refusal.value.field == field
        assert (Organization.objects.count(), Record.objects.count()) == (1, 0)

    def test_is_refused_where_the_name_is_taken(self, town: SmallTown) -> None:
        with pytest.raises(OrganizationNameTaken):
            add_organization(
                viewer=viewer_of(town.stranger),
                area_id=town.community.public_id,
                name=town.organization.name,
                kind="NGO",
                now=NOW,
            )

        assert (Organization.objects.count(), Membership.objects.count(), Record.objects.count()) == (1, 2, 0)

    def test_finds_no_place_outside_the_community(self, town: SmallTown) -> None:
        for area in (town.other_community, town.region):
            with pytest.raises(NotFound):
                add_organization(
                    viewer=viewer_of(town.stranger), area_id=area.public_id, name="邻里书社", kind="NGO", now=NOW
                )

        assert Organization.objects.count() == 1


class TestVerifyOrganization:
    @pytest.fixture
    def unverified(self, town: SmallTown) -> Organization:
        Organization.objects.update(verified_at=None, verified_by=None)
        return town.organization

    def test_is_a_workers_word_and_stays_the_first(self, town: SmallTown, unverified: Organization) -> None:
        viewer = viewer_of(town.coordinator)

        verify_organization(viewer=viewer, organization_id=unverified.public_id, now=NOW)
        verify_organization(viewer=viewer, organization_id=unverified.public_id, now=NOW.replace(hour=5))

        unverified.refresh_from_db()
        assert (unverified.verified_at, unverified.verified_by) == (NOW, town.coordinator)
        assert kinds_recorded() == ["organization.verified"]

    def test_is_not_for_others_nor_for_its_own_members(self, town: SmallTown, unverified: Organization) -> None:
        membership(town.coordinator, unverified, MembershipRole.MEMBER)

        for person in (town.asker, town.clerk, town.grid_head, town.police, town.other_coordinator, town.coordinator):
            with pytest.raises(NotAllowed):
                verify_organization(viewer=viewer_of(person), organization_id=unverified.public_id, now=NOW)
        with pytest.raises(SignInRequired):
            verify_organization(viewer=VISITOR, organization_id=unverified.public_id, now=NOW)

        unverified.refresh_from_db()
        assert (unverified.verified_at, Record.objects.count()) == (None, 0)

    def test_does_not_find_a_closed_one(self, town: SmallTown, unverified: Organization) -> None:
        Organization.objects.update(closed_at=NOW)

        with pytest.raises(NotFound):
            verify_organization(viewer=viewer_of(town.coordinator), organization_id=unverified.public_id, now=NOW)


class TestAcceptMembership:
    def asked(self, town: SmallTown) -> None:
        add_membership(
            viewer=viewer_of(town.clerk),
            organization_id=town.organization.public_id,
            person_id=town.stranger.public_id,
            now=NOW,
        )

    def test_makes_a_member(self, town: SmallTown) -> None:
        self.asked(town)

        accept_membership(viewer=viewer_of(town.stranger), organization_id=town.organization.public_id, now=NOW)

        assert viewer_of(town.stranger).member_of == {town.organization.pk}
        assert kinds_recorded() == ["membership.asked", "membership.begun"]

    def test_does_nothing_a_second_time(self, town: SmallTown) -> None:
        self.asked(town)
        for _ in range(2):
            accept_membership(viewer=viewer_of(town.stranger), organization_id=town.organization.public_id, now=NOW)

        assert kinds_recorded() == ["membership.asked", "membership.begun"]

    def test_is_not_found_by_whom_nobody_asked(self, town: SmallTown) -> None:
        with pytest.raises(NotFound):
            accept_membership(viewer=viewer_of(town.stranger), organization_id=town.organization.public_id, now=NOW)

        assert Membership.objects.filter(person=town.stranger).count() == 0

    def test_is_declined_by_ending_it(self, town: SmallTown) -> None:
        self.asked(town)

        end_membership(
            viewer=viewer_of(town.stranger),
            organization_id=town.organization.public_id,
            person_id=town.stranger.public_id,
            now=NOW,
        )

        assert viewer_of(town.stranger).member_of == frozenset()


class TestAddMembership:
    @pytest.mark.parametrize("role", ["clerk", "coordinator"])
    def test_is_by_a_clerk_or_a_worker_of_the_area(self, town: SmallTown, role: str) -> None:
        added = add_membership(
            viewer=viewer_of(getattr(town, role)),
            organization_id=town.organization.public_id,
            person_id=town.stranger.public_id,
            role="VOLUNTEER",
            now=NOW,
        )

        assert (added.person, added.role, added.since_date, added.until_date) == (
            town.stranger,
            "VOLUNTEER",
            NOW.date(),
            None,
        )
        assert added.accepted_at is None
        assert viewer_of(town.stranger).member_of == frozenset()
        assert kinds_recorded() == ["membership.asked"]

    def test_takes_a_spoken_word_where_there_is_no_account(self, town: SmallTown) -> None:
        added = add_membership(
            viewer=viewer_of(town.coordinator),
            organization_id=town.organization.public_id,
            person_id=town.elder.public_id,
            now=NOW,
        )

        assert added.accepted_at == NOW
        assert kinds_recorded() == ["membership.begun"]

    def test_names_who_came_by_a_code_given_to_many(self, town: SmallTown) -> None:
        Membership.objects.filter(person=town.member).update(named=False)

        named = add_membership(
            viewer=viewer_of(town.clerk),
            organization_id=town.organization.public_id,
            person_id=town.member.public_id,
            now=NOW,
        )

        assert named.named
        assert Membership.objects.filter(person=town.member).count() == 1

    def test_is_refused_to_everybody_else(self, town: SmallTown) -> None:
        for person in (town.stranger, town.member, town.grid_head, town.auditor, town.other_coordinator):
            with pytest.raises(NotAllowed):
                add_membership(
                    viewer=viewer_of(person),
                    organization_id=town.organization.public_id,
                    person_id=town.stranger.public_id,
                    now=NOW,
                )

        assert (Membership.objects.count(), Record.objects.count()) == (2, 0)

    def test_is_refused_to_a_member(self, town: SmallTown) -> None:
        with pytest.raises(MemberAlready):
            add_membership(
                viewer=viewer_of(town.clerk),
                organization_id=town.organization.public_id,
                person_id=town.member.public_id,
                role="CLERK",
                now=NOW,
            )

        assert Membership.objects.get(person=town.member).role == MembershipRole.VOLUNTEER
        assert Record.objects.count() == 0

    def test_is_refused_for_a_role_there_is_not(self, town: SmallTown) -> None:
        with pytest.raises(InvalidInput) as refusal:
            add_membership(
                viewer=viewer_of(town.clerk),
                organization_id=town.organization.public_id,
                person_id=town.stranger.public_id,
                role="KING",
                now=NOW,
            )

        assert refusal.value.field == "role"
        assert (Membership.objects.count(), Record.objects.count()) == (2, 0)

    def test_does_not_find_people_of_another_community(self, town: SmallTown) -> None:
        for person_id in (town.other_coordinator.public_id, uuid4()):
            with pytest.raises(NotFound):
                add_membership(
                    viewer=viewer_of(town.clerk),
                    organization_id=town.organization.public_id,
                    person_id=person_id,
                    now=NOW,
                )

        assert Membership.objects.count() == 2


class TestEndMembership:
    @pytest.mark.parametrize("role", ["member", "clerk", "coordinator"])
    def test_is_by_the_member_a_clerk_or_a_worker(self, town: SmallTown, role: str) -> None:
        end_membership(
            viewer=viewer_of(getattr(town, role)),
            organization_id=town.organization.public_id,
            person_id=town.member.public_id,
            now=NOW,
        )

        assert Membership.objects.get(person=town.member).until_date == NOW.date()
        assert kinds_recorded() == ["membership.ended"]

    def test_is_refused_to_everybody_else(self, town: SmallTown) -> None:
        for person in (town.stranger, town.grid_head, town.other_coordinator):
            with pytest.raises(NotAllowed):
                end_membership(
                    viewer=viewer_of(person),
                    organization_id=town.organization.public_id,
                    person_id=town.member.public_id,
                    now=NOW,
                )

        assert Membership.objects.get(person=town.member).until_date is None
        assert Record.objects.count() == 0

    @pytest.mark.parametrize("role", ["clerk", "coordinator"])
    def test_keeps_the_last_clerk(self, town: SmallTown, role: str) -> None:
        with pytest.raises(LastClerk):
            end_membership(
                viewer=viewer_of(getattr(town, role)),
                organization_id=town.organization.public_id,
                person_id=town.clerk.public_id,
                now=NOW,
            )

        assert Membership.objects.get(person=town.clerk).until_date is None
        assert Record.objects.count() == 0

    def test_lets_a_clerk_go_where_another_stays(self, town: SmallTown) -> None:
        membership(town.stranger, town.organization, MembershipRole.CLERK)

        end_membership(
            viewer=viewer_of(town.clerk),
            organization_id=town.organization.public_id,
            person_id=town.clerk.public_id,
            now=NOW,
        )

        assert Membership.objects.get(person=town.clerk).until_date == NOW.date()

    def test_does_not_find_who_is_no_member(self, town: SmallTown) -> None:
        with pytest.raises(NotFound):
            end_membership(
                viewer=viewer_of(town.clerk),
                organization_id=town.organization.public_id,
                person_id=town.stranger.public_id,
                now=NOW,
            )
