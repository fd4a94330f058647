"""Many writers at once: nothing is lost, nothing is doubled, and the chain still verifies."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from matchmaker.records.actions import commit
from matchmaker.records.models import Chain, Record
from matchmaker.records.queries import verify_chain

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHAIN = "community:1"
WRITES = 150

WRITER = f"""
import sys, django
django.setup()
from django.db import transaction
from django.utils import timezone
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.records.actions import commit

writer = int(sys.argv[1])
for number in range({WRITES}):
    now = timezone.now()
    with transaction.atomic():
        facts = {{"writer": writer, "number": number}}
        commit(chain="{CHAIN}", kind="visit.done", facts=facts, persons=[1, 2 + writer], now=now)
        enqueue(names.PROPOSE_NEXT, {{"need_id": number}}, now=now, key=f"{{number}}")
"""

COUNTS = f"""
import django
django.setup()
from matchmaker.jobs.models import OutboxJob
from matchmaker.records.models import Record
from matchmaker.records.queries import verify_chain
bodies = set((body["writer"], body["number"]) for body in Record.objects.values_list("body", flat=True))
print(Record.objects.count(), len(bodies), OutboxJob.objects.count(), verify_chain("{CHAIN}"))
"""


@pytest.mark.sqlite
class TestProcessesOnSQLite:
    def test_write_every_record_and_every_job_once(self, tmp_path: Path) -> None:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'shared.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
        }

        def start(*arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, *arguments]
            return subprocess.Popen(command, cwd=settings.ROOT, env=environment, text=True, stdout=subprocess.PIPE)

        assert start("manage.py", "migrate", "--verbosity", "0").wait() == 0

        writers = [start("-c", WRITER, str(writer)) for writer in range(4)]
        ends = [writer.wait() for writer in writers]
        counted, _ = start("-c", COUNTS).communicate()

        assert ends == [0, 0, 0, 0]
        assert counted == f"{4 * WRITES} {4 * WRITES} {WRITES} []\n"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestThreadsOnPostgreSQL:
    def test_start_one_chain_together_and_extend_it_in_turn(self) -> None:
        barrier = threading.Barrier(8)

        def write(writer: int) -> None:
            barrier.wait()
            for number in range(20):
                commit(
                    chain=CHAIN,
                    kind="visit.done",
                    facts={"writer": writer, "number": number},
                    persons=[1, 2 + (writer + number) % 3],
                    now=NOW,
                )
            connection.close()

        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert Record.objects.count() == 160
        assert Chain.objects.get().head_seq == 160
        assert verify_chain(CHAIN) == []

    def test_are_about_people_first_spoken_of_side_by_side(self) -> None:
        """Keys are made and locked at once by all; whoever holds one never waits for the maker of a lower one."""
        barrier = threading.Barrier(8)
        faults: list[Exception] = []

        def write(writer: int) -> None:
            try:
                for number in range(12):
                    barrier.wait(timeout=60)
                    people = [100 * number + one for one in (1, 2 + writer % 3, 5 + writer % 2)]
                    commit(chain=f"community:{writer}", kind="visit.done", facts={}, persons=people, now=NOW)
            except (DatabaseError, threading.BrokenBarrierError) as fault:
                faults.append(fault)
                barrier.abort()
            finally:
                connection.close()

        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert faults == []
        assert Record.objects.count() == 8 * 12
