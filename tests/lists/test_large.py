"""Ten thousand rows of which two hundred are faulty: these are named, the rest is imported, and once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel, Person, User
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists import actions
from matchmaker.lists.models import ImportFault, ImportRun, ImportState, ImportUpload
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident
from tests.town_rows import NOW, area
from tests.towns import SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

ROWS = 10_000
FAULTY = 200
FAULTS = (
    ("name", "MISSING", {"姓名": ""}),
    ("phone", "SHORTENED_NUMBER", {"电话": "1.38E+10"}),
    ("phone", "REFUSED", {"电话": "12"}),
    ("birth_year", "REFUSED", {"出生年份": "1802"}),
    ("birth_year", "NO_DATE", {"出生年份": "老年"}),
    ("building", "PLACE_LIKE", {"楼号": "11号楼"}),
    ("room", "UNKNOWN_PLACE", {"房号": "9999室"}),
    ("birth_year", "REFUSED", {"出生年份": "2999"}),
)
"""Column, code, and what the cell says: one after the other through the faulty rows."""


def add_homes(town: SmallTown) -> None:
    """Ten homes more in each corridor."""
    for corridor in town.corridors:
        for number in range(10):
            area(AreaLevel.HOUSEHOLD, corridor, f"2{number:02d}室", east=0.001)


def large_list() -> tuple[bytes, dict[int, tuple[str, str]]]:
    """The file, and for each faulty row, by its number in the spreadsheet, column and code."""
    rows, faulty = [], {}
    for number in range(ROWS):
        building = number % 4 + 1
        cells = {
            "网格": "第1网格" if building < 3 else "第2网格",
            "楼号": f"{building}号楼",
            "单元": "1单元",
            "房号": f"2{number % 10:02d}",
        }
        if number % (ROWS // FAULTY) == 7:
            column, code, wrong = FAULTS[len(faulty) % len(FAULTS)]
            faulty[number + 2] = (column, code)
            cells |= wrong
        rows.append(resident(number, **cells))
    return csv_file(PEOPLE_HEADER, rows), faulty


def imported(town: SmallTown, content: bytes) -> ImportRun:
    viewer = viewer_of(town.coordinator)
    run = actions.upload_list(viewer=viewer, kind="PEOPLE", content=content, now=NOW)
    assert run.state == ImportState.DRAFT
    actions.check_import(import_id=run.pk, now=NOW)
    actions.confirm_import(viewer=viewer, import_id=run.public_id, now=NOW)
    return actions.run_import(import_id=run.pk, now=NOW)


def written() -> dict[str, int]:
    """How many rows there are of all that an import could write."""
    return {model.__name__: model.objects.count() for model in (Person, Record, Notice, User)}


class TestTenThousandRows:
    def test_of_which_two_hundred_are_faulty_import_the_rest_once(self) -> None:
        town = small_town()
        add_homes(town)
        content, faulty = large_list()
        before = written()

        with CaptureQueriesContext(connection) as queries:
            run = imported(town, content)

        assert run.state == ImportState.DONE
        assert (run.new_count, run.changed_count, run.unchanged_count, run.faulty_count) == (9_800, 0, 0, 200)
        found = ImportFault.objects.filter(run=run).values_list("row_number", "column", "code")
        assert {row: (column, code) for row, column, code in found} == faulty
        assert len(found) == len(faulty) == FAULTY
        assert written() == {
            name: count + {"Person": 9_800, "Record": 1}.get(name, 0) for name, count in before.items()
        }
        assert ImportUpload.objects.count() == 0
        # SQLite takes about fifty rows in one statement: some queries for each thousand rows, never one for each.
        assert len(queries) < 400

        again = imported(town, content)

        assert again.state == ImportState.DONE
        assert (again.new_count, again.changed_count, again.unchanged_count, again.faulty_count) == (0, 0, 9_800, 200)
        assert written() == {
            name: count + {"Person": 9_800, "Record": 1}.get(name, 0) for name, count in before.items()
        }
        assert OutboxJob.objects.exclude(name__startswith="lists.").count() == 0
        number_17 = Person.objects.get(external_id="L-00018")
        assert (number_17.name, number_17.phone, number_17.birth_year) == ("名单居民18", "+8613800000018", 1958)
        assert number_17.household is not None
        assert (number_17.household.name, number_17.household.parent) == ("208室", town.corridors[2])
