"""Many at once: one companion for a visit, three words apart, nothing doubled."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from matchmaker.community.models import Tie, TieKind
from matchmaker.errors import DomainError
from matchmaker.matches import actions
from matchmaker.matches.drafts import CompanionDraft
from matchmaker.matches.models import BookedQuarter, CompanionProposal, CompanionState, CompanionWord
from matchmaker.records.queries import chain_keys, verify_chain
from tests.company import agreed, company, named
from tests.town_rows import NOW

THREADS = 8


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """What each act ended in, all begun at the same moment."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait()
            act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "DONE"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(one, acts))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_yes_is_one_promise(self) -> None:
        made = named()
        asker, proposal = made.viewer("asker"), made.proposal

        said = at_once(
            [lambda: actions.approve_companion(viewer=asker, proposal_id=proposal.public_id, now=NOW)] * THREADS
        )

        assert said == Counter({"DONE": 1, "COMPANION_NOT_OPEN": THREADS - 1})
        assert BookedQuarter.objects.filter(person=made.town.newcomer).count() == 4

    def test_a_yes_and_a_cancelled_match_leave_nobody_on_the_way(self) -> None:
        made = named()
        asker, helper, proposal = made.viewer("asker"), made.viewer("helper"), made.proposal

        at_once(
            [
                lambda: actions.approve_companion(viewer=asker, proposal_id=proposal.public_id, now=NOW),
                lambda: actions.cancel_match(viewer=helper, match_id=made.match.public_id, now=NOW),
            ]
        )

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert not BookedQuarter.objects.exists()

    def test_four_passes_ask_once(self) -> None:
        company()

        at_once([lambda: actions.propose_companions(now=NOW)] * 4)

        assert CompanionProposal.objects.count() == 1

    def test_three_words_leave_two_ties_and_chains_that_verify(self) -> None:
        made = agreed()
        words = {
            "asker": CompanionDraft(came=True, greet_companion=True, welcome=True),
            "helper": CompanionDraft(came=True, greet_companion=True),
            "newcomer": CompanionDraft(came=True, greet_asker=True, greet_helper=True),
        }
        proposal, at = made.proposal, made.afterwards
        viewers = {name: made.viewer(name) for name in words}

        def speaking(name: str) -> Callable[[], object]:
            return lambda: actions.record_companion_words(
                viewer=viewers[name], proposal_id=proposal.public_id, draft=words[name], now=at
            )

        said = at_once([speaking(name) for name in words])

        assert said == Counter({"DONE": 3})
        assert CompanionWord.objects.count() == 3
        assert Tie.objects.filter(kind=TieKind.MET).count() == 2
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []
