"""Coming in by an invitation: who may invite, what it opens, and when it holds no more."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.actions import invite, join_by_invitation
from matchmaker.community.actions.joining import GOOD_FOR, InvitationNotValid, SignInNameTaken
from matchmaker.community.models import Area, Invitation, Membership, MembershipRole, Person, User
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def code_of(town: SmallTown, area: Area | None = None, *, uses: int = 1, organization: bool = False) -> str:
    inviter = town.clerk if organization else town.coordinator
    return invite(
        viewer=viewer_of(inviter),
        area_id=(area or town.community).public_id,
        organization_id=town.organization.public_id if organization else None,
        uses=uses,
        now=NOW,
    )[1]


def join(code: str, **told: object) -> User:
    usual = {"name": "新邻居", "sign_in_name": "13912345678", "language": "zh-hans", "now": NOW}
    return join_by_invitation(code=code, **usual | told)  # type: ignore[arg-type]  # a test may tell anything


class TestInvite:
    def test_tells_the_code_once_and_keeps_a_hash(self, town: SmallTown) -> None:
        area_id = town.grid.public_id

        invitation, code = invite(viewer=viewer_of(town.grid_head), area_id=area_id, uses=20, now=NOW)

        stored = Invitation.objects.get()
        assert stored == invitation
        assert len(code) == 10
        assert code not in stored.code_hash
        assert (stored.area, stored.invited_by, stored.organization) == (town.grid, town.grid_head, None)
        assert (stored.expires_at, stored.uses_left) == (NOW + GOOD_FOR, 20)

    def test_is_for_the_workers_of_the_area(self, town: SmallTown) -> None:
        for person in (town.asker, town.clerk, town.police, town.auditor, town.other_coordinator):
            with pytest.raises(NotAllowed):
                invite(viewer=viewer_of(person), area_id=town.grid.public_id, now=NOW)
        for area in (town.community, town.other_grid):
            with pytest.raises(NotAllowed):
                invite(viewer=viewer_of(town.grid_head), area_id=area.public_id, now=NOW)
        with pytest.raises(SignInRequired):
            invite(viewer=VISITOR, area_id=town.grid.public_id, now=NOW)

        assert Invitation.objects.count() == 0

    def test_into_an_organization_is_for_its_clerks(self, town: SmallTown) -> None:
        ids: dict[str, Any] = {"area_id": town.community.public_id, "organization_id": town.organization.public_id}

        invitation, _ = invite(viewer=viewer_of(town.clerk), **ids, now=NOW)

        assert invitation.organization == town.organization
        with pytest.raises(NotAllowed):
            invite(viewer=viewer_of(town.member), **ids, now=NOW)
        with pytest.raises(NotAllowed):
            invite(viewer=viewer_of(town.clerk), **ids | {"area_id": town.other_community.public_id}, now=NOW)
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("uses", [0, -1, 501])
    def test_is_refused_for_no_or_too_many_uses(self, town: SmallTown, uses: int) -> None:
        with pytest.raises(InvalidInput):
            invite(viewer=viewer_of(town.coordinator), area_id=town.grid.public_id, uses=uses, now=NOW)

        assert Invitation.objects.count() == 0


class TestJoinByInvitation:
    def test_makes_a_person_and_an_account(self, town: SmallTown) -> None:
        user = join(code_of(town), name=" 新邻居 ", household_id=town.households[0].public_id)

        person = Person.objects.get(account=user)
        assert (person.name, person.phone, person.email) == ("新邻居", "+8613912345678", "")
        assert (person.community, person.household) == (town.community, town.households[0])
        assert person.home_confirmed_at is None
        assert (user.sign_in_name, user.created_at) == ("+8613912345678", NOW)
        assert not user.has_usable_password()
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert Invitation.objects.get().uses_left == 0
        assert [record.kind for record in Record.objects.all()] == ["person.joined"]

    def test_takes_a_code_as_it_is_spoken(self, town: SmallTown) -> None:
        code = code_of(town)

        user = join(f" {code[:5].lower()}-{code[5:].lower()} ", sign_in_name="New@Town.invalid", language="en")

        assert (user.sign_in_name, user.language) == ("new@town.invalid", "en")

    def test_into_an_organization_makes_a_volunteer(self, town: SmallTown) -> None:
        user = join(code_of(town, organization=True))

        membership = Membership.objects.get(person=user.person)
        assert (membership.organization, membership.role) == (town.organization, MembershipRole.VOLUNTEER)
        assert viewer_of(membership.person).clerk_of == frozenset()

    def test_of_a_household_leads_home(self, town: SmallTown) -> None:
        user = join(code_of(town, town.households[3]))

        assert user.person is not None
        assert user.person.household == town.households[3]

    def test_is_refused_for_a_household_outside_the_area(self, town: SmallTown) -> None:
        code = code_of(town, town.grid)

        for place in (town.households[-1], town.corridors[0], town.other_community):
            with pytest.raises(NotFound):
                join(code, household_id=place.public_id)

        assert Invitation.objects.get().uses_left == 1
        assert User.objects.filter(sign_in_name="+8613912345678").count() == 0

    def test_holds_for_as_many_as_were_invited(self, town: SmallTown) -> None:
        code = code_of(town, uses=2)
        join(code, sign_in_name="one@town.invalid")
        join(code, sign_in_name="two@town.invalid")

        with pytest.raises(InvitationNotValid):
            join(code, sign_in_name="three@town.invalid")

        assert Invitation.objects.get().uses_left == 0
        assert not User.objects.filter(sign_in_name="three@town.invalid").exists()

    def test_says_the_same_for_an_unknown_an_expired_and_a_revoked_code(self, town: SmallTown) -> None:
        code, revoked = code_of(town), code_of(town)
        Invitation.objects.filter(pk=Invitation.objects.latest("pk").pk).update(revoked_at=NOW)
        people = Person.objects.count()

        for told, now in (("NOSUCHCODE", NOW), ("", NOW), (code, NOW + GOOD_FOR), (revoked, NOW)):
            with pytest.raises(InvitationNotValid):
                join(told, now=now)

        assert Person.objects.count() == people
        assert join(code, now=NOW + GOOD_FOR - timedelta(seconds=1)).person is not None

    def test_is_refused_where_the_sign_in_name_is_taken(self, town: SmallTown) -> None:
        code = code_of(town)
        people = Person.objects.count()

        with pytest.raises(SignInNameTaken):
            join(code, sign_in_name="ASKER@town.invalid")

        assert (Person.objects.count(), Invitation.objects.get().uses_left) == (people, 1)
        assert Record.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", "  "), ("name", "长" * 81), ("name", "a\nb"), ("sign_in_name", "12"), ("language", "tlh")],
    )
    def test_is_refused_for_what_cannot_be_read(self, town: SmallTown, field: str, value: str) -> None:
        code = code_of(town)
        people = Person.objects.count()

        with pytest.raises(InvalidInput) as refusal:
            join(code, **{field: value})

        assert refusal.value.field == field
        assert (Person.objects.count(), Invitation.objects.get().uses_left) == (people, 1)
