"""Who looks on while a round is computed: says in its row how far it is, and ends it where someone asked for that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from matchmaker import news
from matchmaker.engine.batch import Solution
from matchmaker.matches.models import Round, RoundCut, RoundPhase, RoundState
from matchmaker.matches.queries.live import round_topic

Progress = Callable[[int, int, str], None]
Clock = Callable[[], datetime]

BEAT: Final = timedelta(seconds=1)
"""So often at most the row is written and looked at."""
PLAN_WANTED_EVERY: Final = timedelta(seconds=2)
STEPS: Final = len(RoundPhase)
FROM_PERCENT: Final = {
    RoundPhase.READING: 0,
    RoundPhase.MEASURING: 5,
    RoundPhase.PAIRING: 30,
    RoundPhase.SCORING: 45,
    RoundPhase.PLANNING: 60,
    RoundPhase.WRITING: 95,
}
"""Where each phase begins; how long each takes differs from town to town, so this only ever grows."""
PHASES: Final = tuple(RoundPhase)
WORDS: Final = {
    RoundPhase.READING: "reading needs and offers",
    RoundPhase.MEASURING: "measuring the town",
    RoundPhase.PAIRING: "finding candidates",
    RoundPhase.SCORING: "scoring",
    RoundPhase.PLANNING: "planning",
    RoundPhase.WRITING: "writing",
}


class RoundCalledOff(Exception):
    """The round was called off, or taken up by another worker; nothing that was computed here is kept."""


class EnoughFound(Exception):
    """The round ends with the best plan found so far."""

    def __init__(self, why: RoundCut, best: Solution) -> None:
        super().__init__(why)
        self.why, self.best = why, best


class RoundWatch:
    """The watch of one attempt at a round, with the best plan it was told of."""

    def __init__(self, row: Round, *, clock: Clock, progress: Progress | None = None) -> None:
        self._best: Solution | None = None
        self._row, self._clock, self._progress = row, clock, progress
        self._phase, self._percent = "", 0
        self._beaten_at = self._planned_at = clock()
        self._ends_at = self._beaten_at + timedelta(seconds=settings.ROUND_TIME_LIMIT_SECONDS)
        self._has_news = False

    def reached(self, phase: str, share: float) -> None:
        """The row says so, within a second; raises where the round is to end."""
        known = RoundPhase(phase)
        if is_new := known != self._phase:
            self._phase = known
            if self._progress is not None:
                self._progress(PHASES.index(known), STEPS, WORDS[known])
        self._percent = max(self._percent, _percent(known, share))
        self._beat(at_once=is_new)

    def still(self) -> None:
        """Nothing new, but its worker is at work; raises where the round is to end."""
        self._beat(at_once=False)

    def wants_plan(self) -> bool:
        return self._clock() - self._planned_at >= PLAN_WANTED_EVERY

    def found(self, solution: Solution) -> None:
        """The plan is kept for the case that the round is stopped."""
        self._best, self._planned_at, self._has_news = solution, self._clock(), True
        self._beat(at_once=True)

    def done(self) -> None:
        if self._progress is not None:
            self._progress(STEPS, STEPS, "done")

    def _beat(self, *, at_once: bool) -> None:
        now = self._clock()
        if not at_once and now - self._beaten_at < BEAT:
            return
        self._beaten_at = now
        mine = Round.objects.filter(pk=self._row.pk, state=RoundState.RUNNING, attempts=self._row.attempts)
        written = mine.update(phase=self._phase, progress_percent=self._percent, heartbeat_at=now, **self._news())
        if not written:
            raise RoundCalledOff
        news.tell(round_topic(self._row.public_id))
        if self._best is None or self._phase == RoundPhase.WRITING:
            return
        if mine.filter(stop_asked_at__isnull=False).exists():
            raise EnoughFound(RoundCut.STOPPED, self._best)
        if now >= self._ends_at:
            raise EnoughFound(RoundCut.TIME_LIMIT, self._best)

    def _news(self) -> dict[str, object]:
        if self._best is None or not self._has_news:
            return {}
        self._has_news = False
        plan = self._best.plan
        return {
            "incumbent_score": plan.total_score,
            "score_bound": plan.bound,
            "incumbent": [list(one.key) for one in plan.chosen],
        }


def _percent(phase: RoundPhase, share: float) -> int:
    number = PHASES.index(phase)
    begins = FROM_PERCENT[phase]
    ends = FROM_PERCENT[PHASES[number + 1]] if number + 1 < STEPS else 100
    return begins + int((ends - begins) * min(1.0, max(0.0, share)))
