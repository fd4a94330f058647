"""Four clients at once on the distributed form: no write is lost, none is doubled, none fails.

How fast it is says `python -m bench.load`; here only what was written counts.
"""

from collections import Counter

import pytest

from bench.load import CLIENTS, drive
from bench.load_rows import accounts_of, check
from matchmaker.jobs.models import OutboxJob
from tests.processes import Processes
from tests.towns import SmallTown

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

SECONDS = 6.0


class TestMixedLoad:
    def test_loses_no_write(self, processes: Processes, town: SmallTown, port: int, repeat: int) -> None:
        people = [town.asker, town.neighbour, town.helper, town.newcomer, town.stranger, town.grid_head]
        processes.web(port)
        processes.worker()
        processes.beat()

        load = drive(
            f"http://127.0.0.1:{port}",
            log=processes.folder / "web.log",
            accounts=accounts_of([*people, town.member, town.clerk]),
            desk=accounts_of([town.coordinator])[0],
            seconds=SECONDS,
        )

        assert load.failures == [], processes.log_of("web")
        assert check(load.writes) == []
        kinds = Counter(kind for kind, _ in load.writes)
        assert kinds["need"] >= CLIENTS, "each client asks at least once"
        assert kinds["verify"] > 0
        assert not OutboxJob.objects.filter(dead_at__isnull=False).exists(), processes.log_of("worker")


class TestCheck:
    def test_names_what_was_lost(self, town: SmallTown) -> None:
        """The check itself: a write that was acknowledged and is not there."""
        assert check([("need", "load-9-9"), ("offer", "load-9-8")]) == [
            "need: load-9-9 was lost",
            "offer: load-9-8 was lost",
        ]
