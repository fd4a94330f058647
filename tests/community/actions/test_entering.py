"""People entered at the desk: in the worker's own area, with consent, each of them once."""

from typing import Any

import pytest

from matchmaker.community.actions import enter_person
from matchmaker.community.actions.entering import PersonLikelyKnown
from matchmaker.community.models import Area, AreaLevel, Consent, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import DomainError, InvalidInput, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def entered(town: SmallTown, worker: Person | None = None, **words: Any) -> Person:
    """The grid head enters somebody who lives in building 1 and said yes at the door."""
    usual: dict[str, Any] = {
        "viewer": viewer_of(worker or town.grid_head),
        "area_id": town.corridors[0].public_id,
        "home": "301室",
        "name": "钱奶奶",
        "consent": "SPOKEN",
        "now": NOW,
    }
    return enter_person(**usual | words)


class TestEnterPerson:
    def test_makes_someone_known_with_a_home_that_is_confirmed(self, town: SmallTown) -> None:
        person = entered(town, birth_year=1938, languages=("zh", "mn"), phone="13800138000")

        assert person.household is not None
        assert (person.household.name, person.household.parent, person.household.level) == (
            "301室",
            town.corridors[0],
            AreaLevel.HOUSEHOLD,
        )
        assert person.household.latitude == town.corridors[0].latitude
        assert (person.community, person.home_confirmed_at) == (town.community, NOW)
        assert (person.phone, person.birth_year, person.languages) == ("+8613800138000", 1938, ["zh", "mn"])
        assert not hasattr(person, "account")

    def test_keeps_the_consent_that_the_worker_heard(self, town: SmallTown) -> None:
        person = entered(town)

        consent = Consent.objects.get()
        assert (consent.person, consent.kind, consent.manner) == (person, "KNOWN_HERE", "SPOKEN")
        assert (consent.heard_by, consent.text_version) == (town.grid_head, "2026-1")
        record = Record.objects.get()
        assert (record.kind, record.body, len(record.commitments)) == ("person.entered", {}, 2)

    def test_uses_the_home_that_is_there_already(self, town: SmallTown) -> None:
        homes = Area.objects.filter(level=AreaLevel.HOUSEHOLD).count()

        assert entered(town, home="101室").household == town.households[0]
        assert entered(town, area_id=town.households[1].public_id, name="李家婆婆").household == town.households[1]
        assert Area.objects.filter(level=AreaLevel.HOUSEHOLD).count() == homes

    @pytest.mark.parametrize("written", ["101", " 101室", "101号"])
    def test_knows_a_door_however_its_number_is_written(self, town: SmallTown, written: str) -> None:
        homes = Area.objects.filter(level=AreaLevel.HOUSEHOLD).count()

        assert entered(town, home=written).household == town.households[0]

        assert Area.objects.filter(level=AreaLevel.HOUSEHOLD).count() == homes

    def test_of_the_community_alone_is_for_its_own_workers(self, town: SmallTown) -> None:
        person = entered(town, town.coordinator, area_id=town.community.public_id, home="")

        assert (person.household, person.home_confirmed_at) == (None, None)
        self.refused(NotFound, town, area_id=town.community.public_id, name="另一位")

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_for_others(self, town: SmallTown, role: str) -> None:
        self.refused(NotFound, town, viewer=viewer_of(getattr(town, role)))

    def test_is_not_for_visitors_nor_for_another_grid(self, town: SmallTown) -> None:
        self.refused(SignInRequired, town, viewer=VISITOR)
        self.refused(NotFound, town, area_id=town.corridors[2].public_id)

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"consent": ""}, "consent"),
            ({"consent": "IN_APP"}, "consent"),
            ({"consent": "WRITTEN"}, "paper_kept_at"),
            ({"home": " "}, "home"),
            ({"name": ""}, "name"),
            ({"phone": "12"}, "phone"),
        ],
    )
    def test_is_refused_where_something_is_missing(self, town: SmallTown, words: dict[str, Any], field: str) -> None:
        assert self.refused(InvalidInput, town, **words) == field

    @pytest.mark.parametrize(
        "words", [{"name": "赵老根"}, {"name": "别的名字", "phone": "known"}, {"name": "王晓", "home": "101室"}]
    )
    def test_asks_first_whether_it_is_somebody_known(self, town: SmallTown, words: dict[str, Any]) -> None:
        if words.get("phone") == "known":
            words = words | {"phone": town.neighbour.phone}

        assert self.refused(PersonLikelyKnown, town, **words) == "is_another"
        assert entered(town, **words, is_another=True).pk is not None

    def refused(self, refusal: type[DomainError], town: SmallTown, **words: Any) -> str | None:
        before = [table.objects.count() for table in (Person, Consent, Area, Record)]
        with pytest.raises(refusal) as caught:
            entered(town, **words)
        assert [table.objects.count() for table in (Person, Consent, Area, Record)] == before
        return caught.value.field
