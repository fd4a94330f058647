"""Entering people, and what they tell about themselves."""

from datetime import date, timedelta
from typing import Any

import pytest

from matchmaker.community.actions import add_person, change_profile
from matchmaker.community.models import Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

WRONG = [
    ("name", " "),
    ("name", "\u200d"),
    ("name", "王\x00晓晴"),
    ("name", "王\n晓晴"),
    ("name", "\u202e晴晓王"),
    ("phone", "none"),
    ("email", "nobody"),
    ("email", "a@" + "b" * 60 + "." + ".".join(["c" * 60] * 4)),
    ("birth_year", 1899),
    ("birth_year", 2027),
    ("birth_year", "1980"),
    ("sex", "OTHER"),
    ("languages", ["not a tag"]),
    ("skills", ["长" * 41]),
    ("skills", ["a\x00b"]),
    ("skills", ["\u202e\x07x"]),
    ("external_id", "17\x00"),
    ("skills", [str(n) for n in range(21)]),
    ("walking_speed_m_per_min", 9),
    ("visits_per_week_cap", -1),
    ("visits_per_week_cap", True),
    ("without_graph", "yes"),
    ("resident_since_date", NOW.date() + timedelta(days=1)),
]


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestAddPerson:
    def test_is_known_without_an_account_and_at_home(self, town: SmallTown) -> None:
        added = add_person(
            community=town.community, household=town.households[4], name=" 钱奶奶 ", birth_year=1939, now=NOW
        )

        stored = Person.objects.get(pk=added.pk)
        assert (stored.name, stored.birth_year, stored.household) == ("钱奶奶", 1939, town.households[4])
        assert (stored.home_confirmed_at, stored.joined_at) == (NOW, NOW)
        assert not hasattr(stored, "account")

    def test_keeps_a_name_as_its_script_spells_it(self, town: SmallTown) -> None:
        name = "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠰᠠᠷᠠ\u180eᠠ"

        assert add_person(community=town.community, household=None, name=name, now=NOW).name == name

    def test_says_of_a_name_what_is_wrong_with_it(self, town: SmallTown) -> None:
        for name, said in (("长" * 81, "最多80个字"), (" ", "请填写姓名"), ("王\u202e", "看不见的特殊字符")):
            with pytest.raises(InvalidInput) as refusal:
                add_person(community=town.community, household=None, name=name, now=NOW)
            assert said in refusal.value.sentence("zh")

    def test_without_a_household_has_no_confirmed_home(self, town: SmallTown) -> None:
        added = add_person(community=town.community, household=None, name="钱奶奶", now=NOW)

        assert added.home_confirmed_at is None

    def test_writes_no_column_that_nobody_may_tell(self, town: SmallTown) -> None:
        people = Person.objects.count()

        with pytest.raises(TypeError, match="left_at"):
            add_person(community=town.community, household=None, name="钱奶奶", left_at=NOW, now=NOW)

        assert Person.objects.count() == people


class TestChangeProfile:
    def test_says_what_was_given_and_keeps_the_rest(self, town: SmallTown) -> None:
        change_profile(
            viewer=viewer_of(town.helper),
            phone="139 1234 5678",
            email="Helper@Town.invalid",
            birth_year=1991,
            sex="MALE",
            languages=["zh", "mn", "zh"],
            skills=[" 修水管 "],
            walking_speed_m_per_min=80,
            visits_per_week_cap=0,
            without_graph=True,
            resident_since_date=date(2020, 5, 1),
            now=NOW,
        )

        helper = Person.objects.get(pk=town.helper.pk)
        assert (helper.phone, helper.email) == ("+8613912345678", "helper@town.invalid")
        assert (helper.birth_year, helper.sex) == (1991, "MALE")
        assert (helper.languages, helper.skills) == (["zh", "mn"], ["修水管"])
        assert (helper.walking_speed_m_per_min, helper.visits_per_week_cap) == (80, 0)
        assert (helper.without_graph, helper.listed_with_few_ties) == (True, False)
        assert (helper.name, helper.household) == (town.helper.name, town.helper.household)

    def test_lets_what_is_told_be_taken_back(self, town: SmallTown) -> None:
        change_profile(viewer=viewer_of(town.helper), phone="", birth_year=None, skills=None, now=NOW)

        helper = Person.objects.get(pk=town.helper.pk)
        assert (helper.phone, helper.birth_year, helper.skills) == ("", None, [])

    @pytest.mark.parametrize(("field", "value"), WRONG)
    def test_is_refused_for_what_cannot_be(self, town: SmallTown, field: str, value: Any) -> None:
        with pytest.raises(InvalidInput) as refusal:
            change_profile(viewer=viewer_of(town.helper), now=NOW, **{"sex": "MALE"} | {field: value})

        assert refusal.value.field == field
        assert Person.objects.get(pk=town.helper.pk).sex == town.helper.sex

    @pytest.mark.parametrize("column", ["household", "community", "home_confirmed_at", "left_at", "public_id"])
    def test_never_writes_what_is_not_the_persons_to_say(self, town: SmallTown, column: str) -> None:
        with pytest.raises(TypeError):
            change_profile(viewer=viewer_of(town.helper), now=NOW, **{column: None})

        assert getattr(Person.objects.get(pk=town.helper.pk), column) == getattr(town.helper, column)

    def test_is_refused_to_a_visitor_and_to_one_who_has_left_since(self, town: SmallTown) -> None:
        viewer = viewer_of(town.helper)
        Person.objects.filter(pk=town.helper.pk).update(left_at=NOW)

        with pytest.raises(SignInRequired):
            change_profile(viewer=VISITOR, birth_year=1991, now=NOW)
        with pytest.raises(NotFound):
            change_profile(viewer=viewer, birth_year=1991, now=NOW)

        assert Person.objects.filter(birth_year=1991).count() == 0

    def test_of_somebody_without_an_account_is_told_to_a_worker_of_their_area(self, town: SmallTown) -> None:
        change_profile(
            viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, birth_year=1940, phone="", now=NOW
        )

        elder = Person.objects.get(pk=town.elder.pk)
        assert (elder.birth_year, elder.phone, elder.name) == (1940, "", town.elder.name)
        record = Record.objects.get(kind="person.corrected")
        assert (record.body, len(record.commitments)) == ({}, 2)

    def test_of_somebody_else_is_refused_where_they_say_it_themselves_or_live_elsewhere(self, town: SmallTown) -> None:
        before = list(Person.objects.order_by("pk").values())

        with pytest.raises(NotAllowed):
            change_profile(viewer=viewer_of(town.grid_head), person_id=town.asker.public_id, birth_year=1940, now=NOW)
        for viewer in (viewer_of(town.other_coordinator), viewer_of(town.asker)):
            with pytest.raises(NotFound):
                change_profile(viewer=viewer, person_id=town.elder.public_id, birth_year=1940, now=NOW)

        assert list(Person.objects.order_by("pk").values()) == before
        assert not Record.objects.filter(kind="person.corrected").exists()
