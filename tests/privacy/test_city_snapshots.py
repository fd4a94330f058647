"""Whoever is forgotten stands in no snapshot of the city either."""

from pathlib import Path
from typing import Any

import pytest

from matchmaker.matches import inputs
from matchmaker.matches.actions import keep_snapshot
from matchmaker.matches.snapshots import stored_city
from matchmaker.privacy.actions import forget_due, leave
from tests.towns import NOW, SmallTown, small_town, viewer_of


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> SmallTown:
    settings.SHRED_LIST = tmp_path / "kept" / "shred_list"
    return small_town()


class TestForgetting:
    def test_reaches_the_citys_snapshots(
        self, town: SmallTown, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.SNAPSHOT_FOLDER = str(tmp_path / "city")
        keep_snapshot(now=NOW)
        city = stored_city()
        assert city is not None
        assert city.row_of(town.asker.pk) >= 0
        leave(viewer=viewer_of(town.asker), now=NOW, at_once=True)

        with django_capture_on_commit_callbacks(execute=True):
            assert forget_due(now=NOW) == 1

        assert stored_city() is None
        assert [path for path in (tmp_path / "city").iterdir() if path.is_dir()] == []
        keep_snapshot(now=NOW)
        after = stored_city()
        assert after is not None
        with pytest.raises(LookupError):
            after.row_of(town.asker.pk)

    def test_lets_no_snapshot_be_written_from_rows_that_were_there_before(
        self, town: SmallTown, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody is forgotten while the city's rows are being read."""
        settings.SNAPSHOT_FOLDER = str(tmp_path / "city")
        leave(viewer=viewer_of(town.asker), now=NOW, at_once=True)
        read = inputs.city_of

        def read_and_forget(*, now: Any) -> Any:
            city = read(now=now)
            assert forget_due(now=NOW) == 1
            return city

        monkeypatch.setattr(inputs, "city_of", read_and_forget)

        assert keep_snapshot(now=NOW) is None
        assert stored_city() is None
