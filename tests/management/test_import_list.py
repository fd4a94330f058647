"""The command: a dry run keeps nothing, a confirmed one imports, and refusals are one line."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matchmaker.community.models import Person
from matchmaker.lists.models import ImportRun, ImportUpload
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident
from tests.towns import SmallTown, small_town

pytestmark = pytest.mark.django_db
BY = "coordinator@town.invalid"


@pytest.fixture
def town() -> SmallTown:
    from django.utils import timezone

    return small_town(timezone.now())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(csv_file(PEOPLE_HEADER, [resident(1), resident(2), resident(3, 姓名="")]))
    return path


def said(*arguments: Any) -> tuple[dict[str, Any], str]:
    """What the command printed on stdout as JSON, and on stderr."""
    out, errors = StringIO(), StringIO()
    call_command("import_list", *map(str, arguments), "--by", BY, "--json", stdout=out, stderr=errors)
    return json.loads(out.getvalue()), errors.getvalue()


class TestImportList:
    def test_keeps_nothing_of_a_dry_run(self, town: SmallTown, file: Path) -> None:
        answer, errors = said(file, "--kind", "people", "--dry-run")

        assert answer["state"] == "WITHDRAWN"
        assert (answer["rows_count"], answer["new_count"], answer["faulty_count"]) == (3, 2, 1)
        assert "row 4, Name: This cell is empty. Fill it in." in errors
        assert ImportUpload.objects.count() == Person.objects.filter(external_id__startswith="L-").count() == 0

    def test_imports_what_is_confirmed(self, town: SmallTown, file: Path, tmp_path: Path) -> None:
        faults = tmp_path / "faults.csv"

        answer, _ = said(file, "--kind", "people", "--confirm", "--community", "测试社区", "--faults", faults)
        again, _ = said(file, "--kind", "people", "--confirm")

        assert (answer["state"], again["state"]) == ("DONE", "DONE")
        assert (again["new_count"], again["unchanged_count"], again["faulty_count"]) == (0, 2, 1)
        assert Person.objects.filter(external_id__startswith="L-").count() == 2
        assert faults.read_text("utf-8-sig").splitlines()[1].startswith("4,姓名,")

    def test_without_a_flag_waits_for_a_confirmation_on_the_pages(self, town: SmallTown, file: Path) -> None:
        answer, _ = said(file, "--kind", "people")

        assert answer["state"] == ImportRun.objects.get().state == "CHECKED"

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("--kind", "people", "--by", "nobody@town.invalid"), "no account"),
            (("--kind", "people", "--by", "asker@town.invalid"), "NOT_ALLOWED"),
            (("--kind", "offers", "--by", BY), "NOT_ALLOWED"),
            (("--kind", "people", "--by", BY, "--community", "火星"), "none of this name"),
        ],
    )
    def test_says_in_one_line_why_not(
        self, town: SmallTown, file: Path, arguments: tuple[str, ...], sentence: str
    ) -> None:
        with pytest.raises(CommandError, match=sentence):
            call_command("import_list", str(file), *arguments)
        assert ImportRun.objects.count() == 0

    def test_says_that_a_file_is_missing(self, town: SmallTown, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_list", str(tmp_path / "none.csv"), "--kind", "people", "--by", BY)
