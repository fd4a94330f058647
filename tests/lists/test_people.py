"""Lists of people: who is known by which number, where they live, what a row changes."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from matchmaker.community.models import Consent, Person, User
from matchmaker.lists.models import ImportState
from matchmaker.records.models import Record
from tests.lists.importing import counts, faults, imported, uploaded
from tests.lists.sheets import csv_file
from tests.town_rows import NOW, change, person
from tests.towns import SmallTown, small_town

pytestmark = pytest.mark.django_db

HEADER = (
    "编号",
    "姓名",
    "电话",
    "邮箱",
    "出生日期",
    "性别",
    "网格",
    "楼号",
    "单元",
    "房号",
    "入住日期",
    "语言",
    "技能",
    "每周最多帮几次",
    "同意方式",
    "同意日期",
    "谁听到的",
    "书面同意存放处",
)
HOME = {"网格": "第1网格", "楼号": "1号楼", "单元": "1单元", "房号": "102"}
FULL = HOME | {
    "编号": "L-1",
    "姓名": "名单居民",
    "电话": "１３８ 0000 0001",
    "邮箱": "Someone@Town.invalid",
    "出生日期": "1958-03-01",
    "性别": "女",
    "入住日期": "2015/6/1",
    "语言": "普通话、蒙古语",
    "技能": "做饭、修水管",
    "每周最多帮几次": "2",
}


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def people(*rows: dict[str, Any]) -> bytes:
    """A file of these rows; each has a number and a name unless it says otherwise."""
    usual = [{"编号": f"L-{number}", "姓名": f"名单居民{number}"} | row for number, row in enumerate(rows, 1)]
    return csv_file(HEADER, [[row.get(name, "") for name in HEADER] for row in usual])


class TestNewPeople:
    def test_are_known_with_all_that_their_row_says(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", people(FULL))

        assert (run.state, counts(run)) == (ImportState.DONE, (1, 0, 0, 0))
        row = Person.objects.get(external_id="L-1")
        assert (row.name, row.phone, row.email) == ("名单居民", "+8613800000001", "someone@town.invalid")
        assert (row.birth_year, row.sex, row.languages, row.skills) == (
            1958,
            "FEMALE",
            ["zh", "mn"],
            ["做饭", "修水管"],
        )
        assert (row.household, row.community, row.home_confirmed_at) == (town.households[1], town.community, NOW)
        assert (str(row.resident_since_date), row.visits_per_week_cap, row.joined_at) == ("2015-06-01", 2, NOW)
        assert not User.objects.filter(person=row).exists()

    def test_stand_in_one_record_of_the_import(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", people(FULL, {}))

        record = Record.objects.get()
        assert record.kind == "list.imported"
        assert record.body == {"import": run.pk, "list": "PEOPLE", "new": 2, "changed": 0}

    @pytest.mark.parametrize(
        "home",
        [
            {"楼号": "1", "房号": "102室"},
            {"单元": "1号楼1单元", "房号": "102"},
            {"网格": "第1网格", "楼号": "1栋", "单元": "１单元", "房号": "102号"},
        ],
    )
    def test_live_where_their_row_says_however_it_is_written(self, town: SmallTown, home: dict[str, str]) -> None:
        imported(town.coordinator, "PEOPLE", people(home))

        assert Person.objects.get(external_id="L-1").household == town.households[1]


class TestConsents:
    def test_are_kept_where_the_row_tells_of_one(self, town: SmallTown) -> None:
        told = {
            "同意方式": "书面",
            "同意日期": "2026-02-01",
            "谁听到的": town.grid_head.name,
            "书面同意存放处": "二号柜",
        }

        imported(town.coordinator, "PEOPLE", people(told, {}))

        consent = Consent.objects.get()
        assert (consent.person.external_id, consent.kind, consent.manner) == ("L-1", "KNOWN_HERE", "WRITTEN")
        assert (consent.heard_by, consent.paper_kept_at) == (town.grid_head, "二号柜")
        assert localdate(consent.given_at) == date(2026, 2, 1)

    def test_are_added_to_who_had_none_and_not_twice(self, town: SmallTown) -> None:
        told = {"同意方式": "口头", "同意日期": "2026-02-01"}
        imported(town.coordinator, "PEOPLE", people({}))

        added = imported(town.coordinator, "PEOPLE", people(told))
        again = imported(town.coordinator, "PEOPLE", people(told))

        assert (counts(added), added.changed_columns) == ((0, 1, 0, 0), {"consent": 1})
        assert counts(again) == (0, 0, 1, 0)
        assert Consent.objects.get().heard_by == town.coordinator

    @pytest.mark.parametrize(
        ("told", "column", "code"),
        [
            ({"同意方式": "口头"}, "consent_date", "MISSING"),
            ({"同意日期": "2026-02-01"}, "consent", "MISSING"),
            ({"同意方式": "书面", "同意日期": "2026-02-01"}, "paper_kept_at", "MISSING"),
            (
                {"同意方式": "口头", "同意日期": "2026-02-01", "谁听到的": "没有这人"},
                "consent_heard_by",
                "UNKNOWN_WITNESS",
            ),
        ],
    )
    def test_are_told_of_wholly_or_not_at_all(
        self, town: SmallTown, told: dict[str, str], column: str, code: str
    ) -> None:
        assert faults(uploaded(town.coordinator, "PEOPLE", people(told))) == [(2, column, code)]


class TestKnownPeople:
    def test_are_changed_where_a_row_says_something_new_and_nowhere_else(self, town: SmallTown) -> None:
        imported(town.coordinator, "PEOPLE", people(FULL, {}))

        run = imported(
            town.coordinator, "PEOPLE", people({"编号": "L-1", "电话": "13800000009", "房号": "103", "楼号": "1"})
        )

        assert counts(run) == (0, 1, 0, 0)
        assert run.changed_columns == {"name": 1, "phone": 1, "room": 1}
        row = Person.objects.get(external_id="L-1")
        assert (row.phone, row.household, row.birth_year, row.skills) == (
            "+8613800000009",
            town.households[2],
            1958,
            ["做饭", "修水管"],
        )
        assert Person.objects.filter(external_id="L-2").exists()

    def test_are_found_by_name_and_home_where_they_have_no_number_yet(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", people(HOME | {"姓名": town.neighbour.name}))

        assert counts(run) == (0, 1, 0, 0)
        town.neighbour.refresh_from_db()
        assert town.neighbour.external_id == "L-1"
        assert Person.objects.filter(name=town.neighbour.name).count() == 1

    def test_are_not_guessed_at_where_two_have_the_name(self, town: SmallTown) -> None:
        person(town.households[1], town.community, town.neighbour.name, birth_year=1950)
        before = Person.objects.count()

        unclear = uploaded(town.coordinator, "PEOPLE", people(HOME | {"姓名": town.neighbour.name}))
        clear = imported(town.coordinator, "PEOPLE", people(HOME | {"姓名": town.neighbour.name, "出生日期": "1950"}))

        assert faults(unclear) == [(2, "name", "PERSON_UNCLEAR")]
        assert counts(clear) == (0, 1, 0, 0)
        assert Person.objects.count() == before

    def test_keep_a_number_that_nobody_else_is_given_once_they_left(self, town: SmallTown) -> None:
        change(town.stranger, external_id="L-1", left_at=NOW)

        assert faults(uploaded(town.coordinator, "PEOPLE", people({}))) == [(2, "external_id", "PERSON_LEFT")]


class TestFaults:
    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"编号": ""}, "external_id", "MISSING"),
            ({"编号": "1.23E+17"}, "external_id", "SHORTENED_NUMBER"),
            ({"编号": "x" * 81}, "external_id", "TOO_LONG"),
            ({"姓名": ""}, "name", "MISSING"),
            ({"姓名": "#REF!"}, "name", "SPREADSHEET_ERROR"),
            ({"姓名": "\u202e反过来"}, "name", "REFUSED"),
            ({"电话": "1.38E+10"}, "phone", "SHORTENED_NUMBER"),
            ({"电话": "没有"}, "phone", "REFUSED"),
            ({"邮箱": "nobody"}, "email", "REFUSED"),
            ({"出生日期": "很久以前"}, "birth_year", "NO_DATE"),
            ({"出生日期": "1802"}, "birth_year", "REFUSED"),
            ({"出生日期": "2027"}, "birth_year", "REFUSED"),
            ({"性别": "猫"}, "sex", "NO_CHOICE"),
            ({"语言": "火星语"}, "languages", "UNKNOWN_LANGUAGE"),
            ({"技能": "字" * 41}, "skills", "REFUSED"),
            ({"入住日期": "2026-02-30"}, "resident_since_date", "NO_DATE"),
            ({"入住日期": "2026-03-03"}, "resident_since_date", "REFUSED"),
            ({"每周最多帮几次": "很多"}, "visits_per_week_cap", "NO_NUMBER"),
            ({"每周最多帮几次": "41"}, "visits_per_week_cap", "REFUSED"),
            (HOME | {"网格": "第9网格"}, "grid", "PLACE_LIKE"),
            (HOME | {"楼号": "57"}, "building", "UNKNOWN_PLACE"),
            (HOME | {"单元": "别的门"}, "corridor", "UNKNOWN_PLACE"),
            (HOME | {"房号": "999"}, "room", "UNKNOWN_PLACE"),
            (HOME | {"房号": ""}, "room", "MISSING"),
            ({"房号": "102"}, "corridor", "PLACE_UNCLEAR"),
        ],
    )
    def test_of_one_cell_name_row_column_and_what_to_do(
        self, town: SmallTown, cells: dict[str, str], column: str, code: str
    ) -> None:
        before = Person.objects.count()

        run = uploaded(town.coordinator, "PEOPLE", people({}, cells))

        assert faults(run) == [(3, column, code)]
        assert counts(run) == (1, 0, 0, 1)
        assert Person.objects.count() == before

    def test_of_a_row_are_all_named(self, town: SmallTown) -> None:
        run = uploaded(
            town.coordinator,
            "PEOPLE",
            people({"姓名": "", "电话": "12", "出生日期": "1802", "楼号": "57", "性别": "猫"}),
        )

        assert faults(run) == [
            (2, "name", "MISSING"),
            (2, "sex", "NO_CHOICE"),
            (2, "phone", "REFUSED"),
            (2, "birth_year", "REFUSED"),
            (2, "building", "UNKNOWN_PLACE"),
        ]
        assert counts(run) == (0, 0, 0, 1)

    def test_of_doubles_name_the_other_row(self, town: SmallTown) -> None:
        twice = HOME | {"姓名": "同名"}

        run = uploaded(town.coordinator, "PEOPLE", people({"编号": "A"}, {"编号": "A"}, twice, twice))

        assert [(fault.row_number, fault.code, fault.said) for fault in run.faults.order_by("row_number")] == [
            (2, "DOUBLE_NUMBER", {"other": "3"}),
            (3, "DOUBLE_NUMBER", {"other": "2"}),
            (4, "DOUBLE_PERSON", {"other": "5"}),
            (5, "DOUBLE_PERSON", {"other": "4"}),
        ]

    def test_are_found_at_the_edge_of_a_workers_own_area(self, town: SmallTown) -> None:
        """The head of the first grid moves nobody into the second, out of it, or into nowhere."""
        change(town.stranger, external_id="L-2")
        elsewhere = {"楼号": "3", "房号": "102"}

        run = uploaded(town.grid_head, "PEOPLE", people(elsewhere, HOME, {}, HOME | {"房号": "103"}))

        assert faults(run) == [
            (2, "room", "OUTSIDE_AREA"),
            (3, "external_id", "OUTSIDE_AREA"),
            (4, "room", "OUTSIDE_AREA"),
        ]
        assert counts(run) == (1, 0, 0, 3)

    def test_hold_a_new_home_of_ones_own(self, town: SmallTown) -> None:
        """A colleague confirms where a worker lives, by list too; the rest of the row is theirs to correct."""
        change(town.coordinator, external_id="L-9", household=None, home_confirmed_at=None)
        own = {"编号": "L-9", "姓名": town.coordinator.name}

        run = uploaded(town.coordinator, "PEOPLE", people(own | HOME))

        assert faults(run) == [(2, "room", "OWN_HOME")]
        assert faults(uploaded(town.coordinator, "PEOPLE", people(own | {"技能": "做饭"}))) == []
