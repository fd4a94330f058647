"""`load_sample` on a community that is there already: what it says, and what it ends with."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matchmaker.community.models import Person
from matchmaker.simulation.models import GeneratedCommunity
from matchmaker.simulation.places import TownSize
from matchmaker.simulation.sample import load_sample

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
SMALL = TownSize(grids=3, buildings_per_grid=2, corridors_per_building=2, households_per_corridor=12)


@pytest.fixture
def loaded() -> GeneratedCommunity:
    return load_sample(seed=4, now=NOW, size=SMALL).generated


def lived(generated: GeneratedCommunity, *, days: int) -> None:
    generated.month_from_date, generated.month_days = date(2026, 1, 30), days
    generated.save()


def said(*options: str) -> tuple[str, str]:
    """What stands on the two outputs."""
    out, err = StringIO(), StringIO()
    call_command("load_sample", "--seed", "4", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class TestLoadSampleAgain:
    def test_says_what_is_there_and_how_to_start_anew(self, loaded: GeneratedCommunity) -> None:
        lived(loaded, days=30)
        people = Person.objects.count()

        out, err = said("--month")

        name = connection.settings_dict["NAME"]
        way = f"delete {name}" if connection.vendor == "sqlite" else f"drop the database {name} and create it"
        assert err == (
            "Nothing was changed: the sample community of seed 4 was loaded before, with 30 days from 2026-01-30; "
            f"to start anew, {way}, then run manage.py migrate and this command again.\n"
        )
        assert "coordinator-4@sample.invalid" in out
        assert Person.objects.count() == people

    @pytest.mark.parametrize(("days", "asked"), [(0, ["--month"]), (30, ["--month", "--days", "7"])])
    def test_ends_with_one_where_the_days_asked_for_are_not_there(
        self, loaded: GeneratedCommunity, days: int, asked: list[str]
    ) -> None:
        if days:
            lived(loaded, days=days)

        with pytest.raises(CommandError, match="Nothing was changed") as refused:
            said(*asked)

        assert refused.value.returncode == 1
        assert ("without a month" in str(refused.value)) == (days == 0)
        assert str(refused.value).endswith("To look at it as it is, run manage.py serve.")
        loaded.refresh_from_db()
        assert loaded.month_days == days

    def test_wants_no_days_where_none_are_asked_for(self, loaded: GeneratedCommunity) -> None:
        out, err = said("--json")

        assert json.loads(out)["seed"] == 4
        assert "was loaded before, without a month;" in err
