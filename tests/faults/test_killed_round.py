"""A worker is killed in the middle of a round: another ends it, once, with the same plan."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import apart
from matchmaker.matches.models import Proposal, Round, RoundState
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.faults.big_rounds import asked, fill, plan_of, undisturbed_plan
from tests.processes import Processes, until
from tests.towns import SmallTown

WITHIN_SECONDS = 30
Start = Callable[[Processes, str], subprocess.Popen[bytes]]


def outbox_worker(processes: Processes, name: str) -> subprocess.Popen[bytes]:
    return processes.start(name, "python", "manage.py", "work", REDIS_URL="")


def celery_worker(processes: Processes, name: str) -> subprocess.Popen[bytes]:
    return processes.worker(name)


BOTH_FORMS = [
    pytest.param(outbox_worker, id="outbox", marks=pytest.mark.any),
    pytest.param(celery_worker, id="celery", marks=[pytest.mark.postgres, pytest.mark.redis]),
]


class TestWorkerKilledInMidRound:
    @pytest.mark.parametrize("start", BOTH_FORMS)
    def test_is_followed_by_one_that_ends_the_round_once(
        self, processes: Processes, town: SmallTown, start: Start, repeat: int
    ) -> None:
        """Two stand by; whichever has the round is hit, and the other ends it in time."""
        fill(town)
        expected = undisturbed_plan(town, timezone.now())
        OutboxJob.objects.all().delete()
        Notice.objects.all().delete()
        row = asked(town, timezone.now())
        workers = [start(processes, name) for name in ("first", "second")]
        if start is celery_worker:
            processes.beat()
        assert until(lambda: is_half_way(row)), processes.log_of("first")
        ((victim, computing),) = [(worker, pid) for worker in workers for pid in computing_for(worker)]

        processes.kill(victim)
        killed_at = time.monotonic()

        struck = Round.objects.get(pk=row.pk)
        assert (struck.state, struck.attempts, struck.phase) == (RoundState.RUNNING, 1, "PLANNING")
        assert Proposal.objects.count() == 0
        assert until(lambda: not is_alive(computing), seconds=2), "the computing process outlived its worker"
        ended = until(lambda: Round.objects.get(pk=row.pk).state != RoundState.RUNNING, seconds=WITHIN_SECONDS)
        took_seconds = time.monotonic() - killed_at
        assert ended, processes.log_of("first") + processes.log_of("second")

        settle(row)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.failure_code) == (RoundState.DONE, 2, "")
        assert plan_of(row) == expected != set()
        assert Proposal.objects.count() == row.proposals_count == len(expected)
        assert Record.objects.filter(kind="round.done", body__round=row.pk).count() == 1
        assert Notice.objects.count() == Proposal.objects.filter(helper_asked_at__isnull=False).count() > 0
        assert [pid for worker in workers for pid in computing_for(worker)] == []
        print(f"the round ended {took_seconds:.1f} s after the blow")


def is_half_way(row: Round) -> bool:
    """The round is being computed, and has a plan at hand that is not its last yet."""
    return Round.objects.filter(
        pk=row.pk, state=RoundState.RUNNING, phase="PLANNING", incumbent_score__isnull=False
    ).exists()


def settle(row: Round) -> None:
    """Whatever jobs still speak of the round have had their say."""
    assert until(lambda: not OutboxJob.objects.filter(payload__round_id=row.pk, done_at__isnull=True).exists())


def computing_for(worker: subprocess.Popen[bytes]) -> list[int]:
    """The processes that compute a round for this worker, or for one of its own processes."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or not is_alive(int(entry.name)):
            continue
        words = read(entry / "cmdline").split("\0")
        if apart.CHILD in words and group_of(int(words[words.index(apart.CHILD) + 1])) == worker.pid:
            found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    return stat_of(pid)[:1] not in ([], ["Z"])


def group_of(pid: int) -> int:
    """The leader of the process's group; 0 where there is no such process."""
    return int(stat_of(pid)[2]) if stat_of(pid) else 0


def stat_of(pid: int) -> list[str]:
    """State, parent, group and so on."""
    return read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
