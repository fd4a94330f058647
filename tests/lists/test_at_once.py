"""Two confirm at once, two workers run one import, one is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection, connections

from matchmaker.community.models import Person
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists import actions
from matchmaker.lists.models import ImportRun, ImportState, ImportUpload
from matchmaker.records.models import Record
from tests.lists.importing import confirmed, uploaded
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident
from tests.matches.test_at_once import all_at_once
from tests.town_rows import NOW
from tests.towns import small_town, viewer_of

ROOT = Path(__file__).resolve().parents[2]
ROWS = 600
LIST = csv_file(PEOPLE_HEADER, [resident(number) for number in range(ROWS)])


def listed_people() -> int:
    return Person.objects.filter(external_id__startswith="L-").count()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestThreads:
    def test_that_confirm_at_once_confirm_once(self) -> None:
        town = small_town()
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        viewer = viewer_of(town.coordinator)

        def confirm() -> str:
            return actions.confirm_import(viewer=viewer, import_id=run.public_id, now=NOW).state

        said = all_at_once([confirm] * 10)

        assert said == Counter({"CONFIRMED": 1, "IMPORT_NOT_CHECKED": 9})
        assert OutboxJob.objects.filter(name="lists.run_import").count() == 1

    def test_that_run_it_at_once_import_it_once(self) -> None:
        town = small_town()
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)

        said = all_at_once([lambda: actions.run_import(import_id=run.pk, now=NOW).state] * 4)

        assert said == Counter({"DONE": 4})
        assert listed_people() == ROWS
        assert Record.objects.filter(kind="list.imported").count() == 1

    def test_of_which_one_calls_it_off_leave_all_or_nothing(self) -> None:
        town = small_town()
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        viewer = viewer_of(town.coordinator)

        def call_off() -> str:
            time.sleep(0.05)
            return actions.withdraw_import(viewer=viewer, import_id=run.public_id, now=NOW).state

        said = all_at_once([lambda: actions.run_import(import_id=run.pk, now=NOW).state, call_off])

        ended = ImportRun.objects.get().state
        assert ended in (ImportState.DONE, ImportState.WITHDRAWN)
        assert said == Counter({"WITHDRAWN": 2} if ended == "WITHDRAWN" else {"DONE": 1, "IMPORT_OVER": 1})
        assert listed_people() == (ROWS if ended == "DONE" else 0)

    def test_importing_two_lists_with_the_same_numbers_add_each_person_once(self) -> None:
        town = small_town()
        runs = [uploaded(town.coordinator, "PEOPLE", LIST) for _ in range(2)]
        for run in runs:
            confirmed(town.coordinator, run)

        said = all_at_once([lambda pk=run.pk: actions.run_import(import_id=pk, now=NOW).state for run in runs])  # type: ignore[misc]  # a default binds the pk

        assert said == Counter({"DONE": 1, "CHECKED": 1})
        assert listed_people() == ROWS


@pytest.mark.django_db(transaction=True)
class TestKilledInTheMiddle:
    def test_leaves_nothing_and_is_done_once_when_taken_up_again(self, tmp_path: Path) -> None:
        """A process is killed (-9) when it has written every person and not yet committed."""
        town = small_town()
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        written = tmp_path / "written"
        database = connection.settings_dict["NAME"]
        connections.close_all()

        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.lists.dying_worker", str(run.pk), str(database), str(written)],
            cwd=ROOT,
            env=os.environ | {"LOG_LEVEL": "ERROR"},
        )
        try:
            for _ in range(600):
                if written.exists() or worker.poll() is not None:
                    break
                time.sleep(0.1)
            assert written.read_text() == str(ROWS), "the blow must hit work in progress"
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)

        assert listed_people() == Record.objects.count() == 0
        assert ImportRun.objects.get().state == ImportState.RUNNING
        assert ImportUpload.objects.count() == 1
        assert actions.run_import(import_id=run.pk, now=NOW).state == ImportState.DONE
        assert listed_people() == ROWS
        assert Record.objects.filter(kind="list.imported").count() == 1
