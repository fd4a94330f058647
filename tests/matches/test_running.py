"""A round while it runs: what its row says, how it is ended early, and what becomes of it when its worker dies."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.actions import planning, running
from matchmaker.matches.actions.rounds import LEFT_AFTER, NoPlanYet, RoundUnderWay
from matchmaker.matches.actions.running import LOST_AFTER, MOST_ATTEMPTS, Where
from matchmaker.matches.apart import ComputingBroke
from matchmaker.matches.models import Proposal, Round, RoundCut, RoundPhase, RoundState
from matchmaker.records.models import Record
from tests.faults.big_rounds import fill
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.matches.test_apart import processes_apart, until
from tests.towns import SmallTown, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

Plan = set[tuple[int, int, datetime]]


@pytest.fixture
def town() -> SmallTown:
    """Three needs, and four who could help with each of them."""
    town = small_town()
    offers_of_the_crowd(town, crowd(town, 4))
    for person in (town.asker, town.neighbour, town.stranger):
        open_need_for(town, person=person)
    return town


def asked(town: SmallTown, **wishes: Any) -> Round:
    return actions.request_round(
        viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now, seed=5, **wishes
    )


def called_off(town: SmallTown, row: Round, **wishes: Any) -> Round:
    return actions.cancel_round(viewer=viewer_of(town.coordinator), round_id=row.public_id, now=town.now, **wishes)


def left_by_its_worker(row: Round, town: SmallTown, *, silent_for: timedelta = LOST_AFTER, attempts: int = 1) -> None:
    Round.objects.filter(pk=row.pk).update(
        state=RoundState.RUNNING, attempts=attempts, started_at=town.now, heartbeat_at=town.now - silent_for
    )


def when(phase: str, act: Callable[[], object]) -> Callable[[int, int, str], None]:
    """Acts once, as the round reaches this phase."""
    waiting = [act]

    def progress(_done: int, _total: int, what: str) -> None:
        if what == phase and waiting:
            waiting.pop()()

    return progress


def plan_of() -> Plan:
    return set(Proposal.objects.values_list("need_id", "offer_id", "starts_at"))


def interrupted() -> None:
    raise KeyboardInterrupt


def looked_at_whenever_due(row: Round, *, until: datetime) -> list[datetime]:
    """When the jobs that stand in the outbox for the round have looked at it, one after the other."""
    looks: list[datetime] = []
    while job := OutboxJob.objects.filter(name=names.RUN_ROUND, done_at=None, due_at__lte=until).order_by("pk").first():
        OutboxJob.objects.filter(pk=job.pk).update(done_at=job.due_at)
        actions.run_round(round_id=row.pk, now=job.due_at)
        looks.append(job.due_at)
    return looks


class Ticking:
    """A clock that goes on by a second with every look."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class TestRunRound:
    def test_says_in_its_row_how_far_it_is(self, town: SmallTown) -> None:
        row = asked(town)
        said: list[tuple[str, int, int | None]] = []

        def look(_done: int, _total: int, _what: str) -> None:
            said.extend(Round.objects.values_list("phase", "progress_percent", "incumbent_score"))

        ended = actions.run_round(round_id=row.pk, now=town.now, clock=Ticking(town.now), progress=look)

        assert [phase for phase, _, _ in said] == [
            "READING", "READING", "MEASURING", "PAIRING", "SCORING", "PLANNING", "WRITING",
        ]  # fmt: skip
        assert [percent for _, percent, _ in said] == sorted(percent for _, percent, _ in said)
        assert [score is None for _, _, score in said] == [True] * 5 + [False] * 2
        assert said[6][2] == ended.total_score > 0
        ended.refresh_from_db()
        assert (ended.phase, ended.progress_percent, ended.attempts) == (RoundPhase.WRITING, 100, 1)
        assert (ended.incumbent_score, ended.incumbent, ended.cut_short) == (ended.total_score, [], "")

    def test_gives_the_same_plan_in_a_process_of_its_own(self, town: SmallTown) -> None:
        here = actions.run_round(round_id=asked(town).pk, now=town.now, where=Where.HERE)
        plan = plan_of()
        Proposal.objects.all().delete()

        apart = actions.run_round(round_id=asked(town).pk, now=town.now, where=Where.APART)

        assert plan_of() == plan != set()
        assert (apart.total_score, apart.score_bound, apart.inputs_hash) == (
            here.total_score, here.score_bound, here.inputs_hash,
        )  # fmt: skip
        assert processes_apart() == []

    def test_is_computed_in_place_where_it_is_small(self, monkeypatch: pytest.MonkeyPatch, town: SmallTown) -> None:
        asked_for = Fake()
        monkeypatch.setattr(running, "solve_apart", asked_for)

        actions.run_round(round_id=asked(town).pk, now=town.now)

        assert asked_for.times == 0

    @pytest.mark.parametrize("limit", ["PAIRS_HERE", "PEOPLE_HERE"])
    def test_is_computed_apart_where_it_is_large(
        self, monkeypatch: pytest.MonkeyPatch, town: SmallTown, limit: str
    ) -> None:
        asked_for = Fake()
        monkeypatch.setattr(running, "solve_apart", asked_for)
        monkeypatch.setattr(running, limit, 3)

        with pytest.raises(ComputingBroke):
            actions.run_round(round_id=asked(town).pk, now=town.now)

        assert asked_for.times == 1

    def test_fails_with_a_code_where_its_process_is_lost(
        self, monkeypatch: pytest.MonkeyPatch, town: SmallTown
    ) -> None:
        row = asked(town)
        monkeypatch.setattr(running, "solve_apart", Fake())

        with pytest.raises(ComputingBroke):
            actions.run_round(round_id=row.pk, now=town.now, where=Where.APART)

        row.refresh_from_db()
        assert (row.state, row.failure_code, row.finished_at) == (RoundState.FAILED, "ROUND_PROCESS_LOST", town.now)
        assert Proposal.objects.count() == 0

    def test_stays_to_be_taken_up_where_the_database_went_away(
        self, monkeypatch: pytest.MonkeyPatch, town: SmallTown
    ) -> None:
        row = asked(town)
        with monkeypatch.context() as broken:
            broken.setattr(planning, "read", _goes_away)
            with pytest.raises(OperationalError):
                actions.run_round(round_id=row.pk, now=town.now)
        row.refresh_from_db()
        assert row.state == RoundState.RUNNING

        ended = actions.run_round(round_id=row.pk, now=town.now + LOST_AFTER)

        assert (ended.state, ended.attempts) == (RoundState.DONE, 2)


class TestTimeLimit:
    @pytest.fixture(autouse=True)
    def limit(self) -> Iterator[None]:
        before = django_settings.ROUND_TIME_LIMIT_SECONDS
        django_settings.ROUND_TIME_LIMIT_SECONDS = 1
        yield
        django_settings.ROUND_TIME_LIMIT_SECONDS = before

    @pytest.mark.parametrize("where", [Where.HERE, Where.APART])
    def test_ends_the_round_with_the_plan_at_hand(self, town: SmallTown, where: Where) -> None:
        row = asked(town)

        ended = actions.run_round(round_id=row.pk, now=town.now, clock=Ticking(town.now), where=where)

        assert (ended.state, ended.cut_short) == (RoundState.DONE, RoundCut.TIME_LIMIT)
        assert ended.proposals_count == Proposal.objects.count() == 3
        assert 0 < ended.total_score <= ended.score_bound
        assert Record.objects.filter(kind="round.done").count() == 1
        assert processes_apart() == []


class TestCancelRound:
    def test_ends_the_round_with_the_plan_at_hand_where_it_is_to_be_kept(self, town: SmallTown) -> None:
        row = asked(town)
        left_by_its_worker(row, town)
        Round.objects.filter(pk=row.pk).update(incumbent_score=1)
        called_off(town, row, keep=True)

        ended = actions.run_round(round_id=row.pk, now=town.now)

        assert (ended.state, ended.cut_short) == (RoundState.DONE, RoundCut.STOPPED)
        assert (ended.proposals_count, Proposal.objects.count()) == (3, 3)

    def test_keeps_the_very_plan_that_was_shown(self, town: SmallTown) -> None:
        actions.run_round(round_id=asked(town).pk, now=town.now)
        shown = list(Proposal.objects.order_by("need_id"))
        Proposal.objects.all().delete()
        row = asked(town)
        start = row.horizon_start_at
        kept = [[one.need_id, one.offer_id, (one.starts_at - start) // timedelta(minutes=15) + 4] for one in shown]
        left_by_its_worker(row, town)
        Round.objects.filter(pk=row.pk).update(incumbent_score=1, incumbent=kept, stop_asked_at=town.now)

        actions.run_round(round_id=row.pk, now=town.now)

        hour = timedelta(hours=1)
        assert plan_of() == {(one.need_id, one.offer_id, one.starts_at + hour) for one in shown}

    def test_is_refused_while_there_is_no_plan_to_keep(self, town: SmallTown) -> None:
        row = asked(town)

        with pytest.raises(NoPlanYet):
            called_off(town, row, keep=True)

        row.refresh_from_db()
        assert (row.state, row.stop_asked_at) == (RoundState.QUEUED, None)

    def test_may_be_asked_twice(self, town: SmallTown) -> None:
        row = asked(town)
        Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, incumbent_score=1, heartbeat_at=town.now)
        called_off(town, row, keep=True)

        again = called_off(town, row, keep=True)

        assert (again.state, again.stop_asked_at) == (RoundState.RUNNING, town.now)

    def test_leaves_nothing_of_a_plan_at_hand_where_it_is_not_kept(self, town: SmallTown) -> None:
        row = asked(town)

        ended = actions.run_round(
            round_id=row.pk, now=town.now, progress=when("writing", lambda: called_off(town, row))
        )

        assert (ended.state, ended.incumbent, ended.cut_short) == (RoundState.CANCELLED, [], "")
        assert Proposal.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestCancelRoundApart:
    @pytest.mark.parametrize("keep", [False, True], ids=["nothing kept", "plan kept"])
    def test_ends_the_process_in_the_middle_of_its_search(self, keep: bool) -> None:
        now = timezone.now()
        town = small_town(now)
        fill(town, needs=150, offers=60)
        coordinator = viewer_of(town.coordinator, now=now)
        row = actions.request_round(viewer=coordinator, community_id=town.community.public_id, now=now)
        runner = Thread(target=run_with_the_clock, args=(row.pk,))
        runner.start()
        assert until(lambda: Round.objects.filter(pk=row.pk, phase="PLANNING", incumbent_score__gt=0).exists())
        assert len(processes_apart()) == 1

        actions.cancel_round(viewer=coordinator, round_id=row.public_id, now=now, keep=keep)
        asked_at = time.monotonic()
        runner.join(timeout=30)

        print(f"over {time.monotonic() - asked_at:.1f} s after it was asked for")
        assert not runner.is_alive()
        assert processes_apart() == []
        row.refresh_from_db()
        assert row.phase == ("WRITING" if keep else "PLANNING")
        assert (row.state, row.cut_short) == ((RoundState.DONE, "STOPPED") if keep else (RoundState.CANCELLED, ""))
        assert (Proposal.objects.count() > 0) == keep
        assert Proposal.objects.count() == row.proposals_count


class TestLostWorker:
    def test_leaves_a_round_that_is_taken_up_again_with_the_same_plan(self, town: SmallTown) -> None:
        actions.run_round(round_id=asked(town).pk, now=town.now)
        undisturbed = plan_of()
        Proposal.objects.all().delete()
        row = asked(town)
        left_by_its_worker(row, town)

        ended = actions.run_round(round_id=row.pk, now=town.now)

        assert (ended.state, ended.attempts) == (RoundState.DONE, 2)
        assert plan_of() == undisturbed != set()

    def test_is_not_believed_before_its_last_word_is_old(self, town: SmallTown) -> None:
        row = asked(town)
        left_by_its_worker(row, town, silent_for=timedelta(seconds=4))

        untouched = actions.run_round(round_id=row.pk, now=town.now)

        assert (untouched.state, untouched.attempts) == (RoundState.RUNNING, 1)
        later = OutboxJob.objects.filter(name=names.RUN_ROUND, due_at__gt=town.now).get()
        assert later.due_at == town.now + LOST_AFTER - timedelta(seconds=4)
        assert later.payload == {"round_id": row.pk}

    def test_is_looked_after_from_the_beginning(self, town: SmallTown) -> None:
        """Whatever became of the job: another look stands in the outbox as soon as the round runs."""
        row = asked(town)
        seen: list[datetime] = []

        def look() -> None:
            due = OutboxJob.objects.filter(name=names.RUN_ROUND, due_at__gt=town.now)
            seen.extend(due.values_list("due_at", flat=True))

        actions.run_round(round_id=row.pk, now=town.now, progress=when("planning", look))

        assert seen == [town.now + LOST_AFTER]

    def test_is_looked_after_where_its_last_word_and_its_first_fell_into_one_second(self, town: SmallTown) -> None:
        """The look that was asked for at the beginning comes too soon by a part of a second: one more must follow."""
        row = asked(town)
        claimed_at, last_heard_at = town.now + timedelta(seconds=0.3), town.now + timedelta(seconds=0.9)
        with pytest.raises(KeyboardInterrupt):
            actions.run_round(round_id=row.pk, now=claimed_at, progress=when("planning", interrupted))
        Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, finished_at=None, heartbeat_at=last_heard_at)
        OutboxJob.objects.filter(key=f"run_round:{row.pk}").delete()

        looks = looked_at_whenever_due(row, until=last_heard_at + LOST_AFTER + timedelta(seconds=1))

        assert looks == [town.now + LOST_AFTER + timedelta(seconds=1)]
        row.refresh_from_db()
        assert (row.state, row.attempts) == (RoundState.DONE, 2)

    def test_writes_nothing_once_another_has_taken_the_round_up(self, town: SmallTown) -> None:
        row = asked(town)

        def take_up() -> None:
            Round.objects.filter(pk=row.pk).update(heartbeat_at=town.now - LOST_AFTER)
            actions.run_round(round_id=row.pk, now=town.now)

        ended = actions.run_round(round_id=row.pk, now=town.now, progress=when("writing", take_up))

        assert (ended.state, ended.attempts) == (RoundState.DONE, 2)
        assert Proposal.objects.count() == ended.proposals_count == 3
        assert Record.objects.filter(kind="round.done").count() == 1

    def test_fails_the_round_after_too_many(self, town: SmallTown) -> None:
        row = asked(town)
        left_by_its_worker(row, town, attempts=MOST_ATTEMPTS)

        ended = actions.run_round(round_id=row.pk, now=town.now)

        ended.refresh_from_db()
        assert (ended.state, ended.failure_code, ended.finished_at) == (RoundState.FAILED, "WORKER_LOST", town.now)
        assert Proposal.objects.count() == 0

    def test_does_not_stand_in_the_way_for_ever(self, town: SmallTown) -> None:
        """No worker at all for half an hour: whoever asks again is heard."""
        row = asked(town)
        left_by_its_worker(row, town, silent_for=LEFT_AFTER)
        with pytest.raises(RoundUnderWay):
            asked(town)
        left_by_its_worker(row, town, silent_for=LEFT_AFTER + timedelta(seconds=1))

        asked(town)

        row.refresh_from_db()
        assert (row.state, row.failure_code) == (RoundState.FAILED, "LOST")


def run_with_the_clock(round_id: int) -> None:
    try:
        actions.run_round(round_id=round_id, now=timezone.now(), clock=timezone.now, where=Where.APART)
    finally:
        connection.close()


class Fake:
    """Stands in for the other process, and is lost."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *_: Any) -> None:
        self.times += 1
        raise ComputingBroke("ROUND_PROCESS_LOST")


def _goes_away(*_: Any, **__: Any) -> None:
    raise OperationalError
