"""Many at once: one match, clear refusals, nothing lost, nothing doubled."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError
from matchmaker.matches import actions
from matchmaker.matches.models import BookedQuarter, Match, Proposal, ProposalState
from matchmaker.needs.models import TourSignUp
from matchmaker.records.models import Record
from tests.matches.writers import WRITES
from tests.tour_rows import announced, stop_draft
from tests.towns import NOW, SmallTown, helper_says_yes, open_need_for, open_offer_for, small_town, viewer_of, vouch

ROOT = Path(__file__).resolve().parents[2]
THREADS = 20
PROCESSES = 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwentyThreads:
    def test_accepting_one_proposal_end_in_one_match_and_nineteen_refusals(self) -> None:
        town = small_town()
        proposal = awaiting_askers(town, [town.asker])[0]
        asker = viewer_of(town.asker)

        said = all_at_once([lambda: accept(asker, proposal.public_id)] * THREADS)

        assert said == Counter({"ACCEPTED": 1, "PROPOSAL_ALREADY_ANSWERED": THREADS - 1})
        assert Match.objects.count() == 1
        assert BookedQuarter.objects.count() == 8
        assert Record.objects.filter(kind="match.agreed").count() == 1

    def test_accepting_one_helper_for_one_hour_end_in_one_match(self) -> None:
        town = small_town()
        first, second = awaiting_askers(town, [town.asker, town.newcomer])
        Proposal.objects.filter(pk=second.pk).update(starts_at=first.starts_at, ends_at=first.ends_at)
        acts = [
            lambda: accept(viewer_of(town.asker), first.public_id),
            lambda: accept(viewer_of(town.newcomer), second.public_id),
        ]

        said = all_at_once(acts)

        assert said == Counter({"ACCEPTED": 1, "HELPER_ALREADY_BOOKED": 1})
        assert BookedQuarter.objects.filter(person=town.helper).count() == 4

    def test_looking_for_the_next_propose_one(self) -> None:
        town = small_town()
        for person in (town.helper, town.neighbour):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        need = open_need_for(town)

        def look() -> str:
            return "PROPOSED" if actions.propose_next(need_id=need.pk, now=NOW) else "NOTHING"

        said = all_at_once([look] * THREADS)

        assert said == Counter({"PROPOSED": 1, "NOTHING": THREADS - 1})
        assert Proposal.objects.count() == 1

    def test_signing_up_for_the_last_place_of_a_stop_keep_it_for_one(self) -> None:
        town = small_town()
        stop = announced(town, stops=(stop_draft(town, capacity=1),)).stops.get()
        viewers = [viewer_of(person) for person in (town.asker, town.neighbour, town.helper, town.stranger)]

        def sign_up(viewer: Viewer) -> str:
            try:
                actions.sign_up(viewer=viewer, stop_id=stop.public_id, now=NOW)
            except DomainError as refusal:
                return refusal.code
            return "SIGNED_UP"

        said = all_at_once([partial(sign_up, viewer) for viewer in (*viewers, *viewers)])

        assert said["SIGNED_UP"] == TourSignUp.objects.count() == 1
        assert said == Counter({"SIGNED_UP": 1, "ALREADY_SIGNED_UP": 1, "STOP_IS_FULL": 6})


@pytest.mark.sqlite
class TestFourProcesses:
    def test_writing_to_one_file_lose_nothing_and_double_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "shared.sqlite3"
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{file}", "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "tests.matches.writers"]
        seeded = subprocess.run(
            [*command, "seed"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        proposal_id = seeded.stdout.split()[-1]

        writers = [
            subprocess.Popen(
                [*command, "write", str(number), proposal_id],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(PROCESSES)
        ]
        ended = [writer.communicate(timeout=240) for writer in writers]

        assert [writer.returncode for writer in writers] == [0] * PROCESSES, [error for _, error in ended]
        said = Counter(output.split()[-1] for output, _ in ended)
        assert said == Counter({"ACCEPTED": 1, "PROPOSAL_ALREADY_ANSWERED": PROCESSES - 1})
        with sqlite3.connect(file) as rows:
            assert rows.execute("select count(*) from matches_match").fetchone() == (1,)
            assert rows.execute("select count(*) from jobs_outboxjob where key like 'own:%'").fetchone() == (
                PROCESSES * WRITES,
            )
            assert rows.execute("select count(*) from jobs_outboxjob where key like 'shared:%'").fetchone() == (WRITES,)
            chain = "select seq from records_record where kind = 'written' order by seq"
            assert [seq for (seq,) in rows.execute(chain)] == list(range(1, PROCESSES * WRITES + 1))


def awaiting_askers(town: SmallTown, people: list[Person]) -> list[Proposal]:
    """The helper said yes to a need of each of these people."""
    vouch(town.coordinator, town.helper)
    open_offer_for(town)
    for person in people:
        actions.propose_next(need_id=open_need_for(town, person=person).pk, now=NOW)
    proposals = list(Proposal.objects.order_by("pk"))
    for proposal in proposals:
        helper_says_yes(town, proposal)
    assert set(Proposal.objects.values_list("state", flat=True)) == {ProposalState.AWAITING_ASKER}
    return proposals


def accept(viewer: Viewer, proposal_id: UUID) -> str:
    actions.accept_proposal(viewer=viewer, proposal_id=proposal_id, now=NOW)
    return "ACCEPTED"


def all_at_once(acts: list[Callable[[], str]]) -> Counter[str]:
    """What each said, or the code of its refusal; all begin together, each with a connection of its own."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], str]) -> str:
        ready.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(one, acts))
