"""Running a round: claimed by one worker at a time, computed, written once; taken up again where its worker died."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from matchmaker.engine.batch import Solution, solve
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs
from matchmaker.matches.actions import planning
from matchmaker.matches.actions.rounds import RoundUnderWay
from matchmaker.matches.actions.watching import Clock, EnoughFound, Progress, RoundCalledOff, RoundWatch
from matchmaker.matches.apart import ComputingBroke, solve_apart
from matchmaker.matches.models import Round, RoundPhase, RoundState

LOST_AFTER: Final = timedelta(seconds=10)
"""A running round whose worker has said nothing for so long was left by it, and is taken up again."""
MOST_ATTEMPTS: Final = 3
WORKER_LOST: Final = "WORKER_LOST"
"""Why a round failed whose workers died again and again: most likely it is what kills them."""
PAIRS_HERE: Final = 2_000
PEOPLE_HERE: Final = 1_500
"""Up to so many needs times offers, and people to measure, a round takes about a second and is computed in place."""

log = structlog.get_logger("matchmaker.matches")


class Where(Enum):
    """In which process a round is computed."""

    BY_SIZE = "by size"
    HERE = "here"
    APART = "apart"

    def is_here(self, problem: inputs.Problem, people: int) -> bool:
        if self is Where.BY_SIZE:
            return len(problem.needs) * len(problem.offers) <= PAIRS_HERE and people <= PEOPLE_HERE
        return self is Where.HERE


def run_round(
    *,
    round_id: int,
    now: datetime,
    clock: Clock | None = None,
    progress: Progress | None = None,
    where: Where = Where.BY_SIZE,
) -> Round:
    """The round is DONE with all its proposals, or FAILED or CANCELLED with none; the second run does nothing.

    While it runs, its row says once a second how far it is. Where another worker is at it, a later look is asked for.
    """
    moment = clock or (lambda: now)
    row = _claim(round_id, now)
    if row is None:
        return Round.objects.get(pk=round_id)
    watch = RoundWatch(row, clock=moment, progress=progress)
    try:
        found = _prepared(row, watch, now=now, where=where)
        watch.reached(RoundPhase.WRITING, 0.0)
        why_nobody = planning.unmet_in(row, found, still=watch.still)
        with transaction.atomic():
            planning.write(row, found, why_nobody=why_nobody, now=now, ended_at=moment())
    except RoundCalledOff:
        return Round.objects.get(pk=round_id)
    except (OperationalError, InterfaceError):
        raise  # the database went away, not the round: it is taken up again once its last word is old
    except Exception as error:
        _end_unless_ended(row, RoundState.FAILED, moment(), code=_code_of(error))
        raise
    except BaseException:
        _end_unless_ended(row, RoundState.CANCELLED, moment())
        raise
    watch.done()
    return row


def _prepared(row: Round, watch: RoundWatch, *, now: datetime, where: Where) -> planning.Prepared:
    """The plan looked for, or the best one so far where the round is to end before."""
    watch.reached(RoundPhase.READING, 0.0)
    read = planning.read(row, now=now, here=where.is_here, still=watch.still)
    try:
        return planning.prepared(read, _solution(read, watch))
    except EnoughFound as enough:
        log.info("round.cut_short", round_id=row.pk, why=enough.why.value)
        return planning.prepared(read, enough.best, cut=enough.why)


def _solution(read: planning.Read, watch: RoundWatch) -> Solution:
    """Computed in place where the town is known already, which it is in small towns alone; else apart."""
    if read.knowledge is not None:
        return solve(read.batch, watch, read.knowledge)
    return solve_apart(read.batch, watch)


def _claim(round_id: int, now: datetime) -> Round | None:
    """The round, now running, for this caller alone; None where it has ended or is in other hands."""
    try:
        with transaction.atomic():
            rows = Round.objects.select_for_update(of=("self",), no_key=True)
            row = rows.select_related("community", "score_card").get(pk=round_id)
            if row.state not in (RoundState.QUEUED, RoundState.RUNNING):
                return None
            if row.state == RoundState.RUNNING and row.heartbeat_at is not None:
                if row.heartbeat_at + LOST_AFTER > now:
                    _look_again(row, row.heartbeat_at + LOST_AFTER, now)
                    return None
                log.warning("round.worker_lost", round_id=row.pk, attempts=row.attempts)
            return _taken_up(row, now)
    except IntegrityError as error:
        raise RoundUnderWay from error


def _taken_up(row: Round, now: datetime) -> Round | None:
    """One attempt more, or the end of them."""
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.finished_at, row.failure_code, row.incumbent = RoundState.FAILED, now, WORKER_LOST, []
        row.save(update_fields=["state", "finished_at", "failure_code", "incumbent"])
        planning.go_on(row, now=now)
        log.error("round.failed", round_id=row.pk, code=WORKER_LOST)
        return None
    row.attempts += 1
    row.state, row.started_at, row.heartbeat_at = RoundState.RUNNING, now, now
    row.phase, row.progress_percent = RoundPhase.READING, 0
    row.save(update_fields=["attempts", "state", "started_at", "heartbeat_at", "phase", "progress_percent"])
    _look_again(row, now + LOST_AFTER, now)
    return row


def _look_again(row: Round, lost_at: datetime, now: datetime) -> None:
    """Somebody sees to the round then, whether or not its worker is alive, and whatever became of its job.

    On the full second that follows, which is what the key says: looks of one second are one, and it comes after both.
    """
    due_at = lost_at.replace(microsecond=0) + timedelta(seconds=lost_at.microsecond > 0)
    key = f"run_round:{row.pk}:{row.attempts}:{int(due_at.timestamp())}"
    enqueue(names.RUN_ROUND, {"round_id": row.pk}, now=now, due_at=due_at, key=key)


def _end_unless_ended(row: Round, state: RoundState, now: datetime, *, code: str = "") -> None:
    rows = Round.objects.filter(pk=row.pk, state=RoundState.RUNNING, attempts=row.attempts)
    with transaction.atomic():
        rows.update(state=state, finished_at=now, failure_code=code, incumbent=[])
        planning.go_on(row, now=now)


def _code_of(error: Exception) -> str:
    return error.code if isinstance(error, ComputingBroke) else type(error).__name__
