"""Help is agreed, a neighbour comes along, three people say apart that they would greet each other, and the town knows
itself a little better: by as much as was promised."""

import numpy as np
import pytest

from matchmaker.community.models import Tie, TieKind
from matchmaker.engine.companions import PAIRS_OF_THREE, expected_together
from matchmaker.engine.neighbourhood import Forest
from matchmaker.matches import actions, inputs
from matchmaker.matches.drafts import CompanionDraft, OutcomeDraft
from matchmaker.matches.models import BookedQuarter, CompanionState, LedgerEntry
from matchmaker.notices.models import Notice
from tests.company import Company, agreed, company
from tests.town_rows import NOW
from tests.towns import viewer_of

pytestmark = pytest.mark.django_db


def forest(made: Company) -> Forest:
    _, knowledge = inputs.knowledge_in(made.town.community, now=made.afterwards)
    assert isinstance(knowledge.forest, Forest)
    return knowledge.forest


def kinds_told(made: Company, name: str) -> list[str]:
    return list(Notice.objects.filter(person=getattr(made.town, name)).order_by("pk").values_list("kind", flat=True))


class TestThreeMeet:
    def test_from_the_agreement_to_three_ties(self) -> None:
        made = company()
        asker, helper, newcomer = made.viewer("asker"), made.viewer("helper"), made.viewer("newcomer")
        before = forest(made)

        assert actions.propose_companions(now=NOW) == 1
        proposal = made.proposal
        assert (proposal.companion, proposal.state) == (made.town.newcomer, CompanionState.AWAITING_COMPANION)
        assert "COMPANION_FOUND" not in kinds_told(made, "asker")

        actions.accept_companionship(viewer=newcomer, proposal_id=proposal.public_id, now=NOW)
        assert kinds_told(made, "asker")[-1] == "COMPANION_FOUND"

        actions.approve_companion(viewer=asker, proposal_id=proposal.public_id, now=NOW)
        assert kinds_told(made, "newcomer")[-1] == "COMPANION_AGREED"
        assert kinds_told(made, "helper")[-1] == "COMPANION_AGREED"
        assert BookedQuarter.objects.filter(person=made.town.newcomer, visit=made.visit).count() == 4

        for viewer in (asker, helper):
            said = OutcomeDraft(happened=True, went_well=1, greet_again=True)
            actions.record_outcome(viewer=viewer, visit_id=made.visit.public_id, draft=said, now=made.afterwards)
        words = {
            "asker": CompanionDraft(came=True, greet_companion=True, welcome=True),
            "helper": CompanionDraft(came=True, greet_companion=True),
            "newcomer": CompanionDraft(came=True, greet_asker=True, greet_helper=True),
        }
        for name, draft in words.items():
            actions.record_companion_words(
                viewer=viewer_of(getattr(made.town, name)),
                proposal_id=proposal.public_id,
                draft=draft,
                now=made.afterwards,
            )

        trio = {made.town.asker.pk, made.town.helper.pk, made.town.newcomer.pk}
        made_ties = Tie.objects.filter(low__in=trio, high__in=trio)
        assert sorted(made_ties.values_list("kind", flat=True)) == [TieKind.HELPED, TieKind.MET, TieKind.MET]
        assert LedgerEntry.objects.count() == 1
        assert not LedgerEntry.objects.filter(giver=made.town.newcomer).exists()

        after = forest(made)
        ids = (made.town.asker.pk, made.town.helper.pk, made.town.newcomer.pk)
        us, vs = zip(*((ids[i], ids[j]) for i, j in PAIRS_OF_THREE), strict=True)
        promised_if_all_last = before.gain_together(us, vs)
        assert before.islands - after.islands == pytest.approx(promised_if_all_last)
        rows = before.rows(ids).reshape(1, 3)
        expected = expected_together(before, rows, np.full((1, 3), proposal.chance), np.ones((1, 3)))
        assert proposal.gain_alone < proposal.gain_together == pytest.approx(expected[0], abs=0.05)
        assert proposal.gain_together < promised_if_all_last
        assert after.sigma < before.sigma

    def test_costs_nobody_anything_where_the_companion_cannot(self) -> None:
        made = agreed()

        actions.withdraw_companion(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert made.visit.state == "PLANNED"
        assert not BookedQuarter.objects.filter(person=made.town.newcomer).exists()
        assert kinds_told(made, "helper")[-1] == kinds_told(made, "asker")[-1] == "COMPANION_GONE"
