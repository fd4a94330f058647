"""The number of the duty post: who sets it, and who reads which."""

from uuid import UUID, uuid4

import pytest

from matchmaker.community.models import Person
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.notices.actions import set_duty_phone
from matchmaker.notices.models import DutyPhone
from matchmaker.notices.queries import duty_phone_at, duty_phone_for
from tests.town_rows import NOW
from tests.towns import SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


class TestSetDutyPhone:
    def set(self, town: SmallTown, person: Person, phone: str, area_id: UUID | None = None) -> None:
        set_duty_phone(viewer=viewer_of(person), area_id=area_id or town.community.public_id, phone=phone, now=NOW)

    def test_is_what_the_people_of_the_area_call(self) -> None:
        town = small_town()

        self.set(town, town.coordinator, "0471 1234567")
        self.set(town, town.coordinator, "138 0000 0001", area_id=town.grid.public_id)

        near, far = duty_phone_for(viewer_of(town.asker)), duty_phone_for(viewer_of(town.stranger))
        assert near is not None
        assert far is not None
        assert (near.phone, far.phone) == ("+8613800000001", "+864711234567")
        assert duty_phone_at(town.other_community.path) is None

    def test_takes_it_away_again(self) -> None:
        town = small_town()
        self.set(town, town.coordinator, "0471 1234567")

        self.set(town, town.coordinator, "")

        assert DutyPhone.objects.count() == 0

    @pytest.mark.parametrize("role", ["grid_head", "asker", "other_coordinator"])
    def test_is_the_coordinators_alone(self, role: str) -> None:
        town = small_town()

        with pytest.raises(NotAllowed):
            self.set(town, getattr(town, role), "0471 1234567")

        assert DutyPhone.objects.count() == 0

    def test_refuses_what_is_no_number(self) -> None:
        town = small_town()

        with pytest.raises(InvalidInput):
            self.set(town, town.coordinator, "call me")
        with pytest.raises(NotFound):
            self.set(town, town.coordinator, "0471 1234567", area_id=uuid4())

        assert DutyPhone.objects.count() == 0
