"""`manage.py start_community`: from a plan in a file to a community with posters."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.plans.toml import EXAMPLE

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("start_community", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(run("--example"), encoding="utf-8")
    return path


class TestStartCommunity:
    def test_starts_the_example_and_prints_its_posters(self, plan: Path, tmp_path: Path) -> None:
        posters = tmp_path / "posters.pdf"

        said = run(str(plan), "--posters", str(posters), "--url", "https://bridge.invalid/")

        assert "2 grids, 3 buildings, 5 stairwells, 92 households, 1 stations, 2 workers" in said
        assert "11 posts are vacant" in said
        pages = PdfReader(posters).pages
        assert len(pages) == 5
        assert "https://bridge.invalid/join/" in pages[0].extract_text()

    def test_makes_nothing_when_it_only_checks(self, plan: Path) -> None:
        assert "92 households" in run(str(plan), "--check")
        assert not Area.objects.exists()

    def test_names_every_fault_and_makes_nothing(self, plan: Path) -> None:
        plan.write_text(EXAMPLE.replace("1号楼, 2, 6", "1号楼, 2, six").replace("协调员\n", "总管\n"), encoding="utf-8")

        with pytest.raises(CommandError) as refused:
            run(str(plan))

        assert refused.value.returncode == 2
        assert "buildings 1: Corridors, floors and flats are whole numbers." in str(refused.value)
        assert "workers 1: Here a post is one of" in str(refused.value)
        assert not Area.objects.exists()

    def test_refuses_the_same_plan_a_second_time(self, plan: Path) -> None:
        run(str(plan))

        with pytest.raises(CommandError, match="There is a community of this name here already"):
            run(str(plan))

        assert Area.objects.filter(level=AreaLevel.COMMUNITY).count() == 1

    def test_says_in_one_sentence_that_a_file_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            run("nowhere.toml")
