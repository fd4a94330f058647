"""A coordinator wonders what would be if somebody were not asked, bans them, thinks better of it, and wonders again.

Nothing is put to anybody by wondering, and whoever was banned learns of neither the ban nor its end.
"""

from typing import Any

import pytest

from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import WhatIfDraft
from matchmaker.matches.models import PairDecision, Proposal
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


class Coordinator:
    """What the coordinator of the small town does and reads."""

    def __init__(self, town: SmallTown) -> None:
        self.town, self.viewer = town, viewer_of(town.coordinator)

    def plans(self) -> None:
        asked = actions.request_round(
            viewer=self.viewer, community_id=self.town.community.public_id, now=self.town.now, seed=5
        )
        actions.run_round(round_id=asked.pk, now=self.town.now)

    def wonders(self, **draft: Any) -> queries.Difference:
        asked = actions.ask_what_if(
            viewer=self.viewer,
            community_id=self.town.community.public_id,
            draft=WhatIfDraft(**draft),
            now=self.town.now,
        )
        found = queries.difference_of(self.viewer, asked)
        assert found is not None
        return found

    def could_ask(self, need: Need) -> list[Offer]:
        found = queries.suggest_for(self.viewer, need.public_id, "en", now=self.town.now)
        assert found is not None
        return [one.offer for one in found.ranked]


def told_to(person: Any) -> int:
    return Notice.objects.filter(person=person).count()


class TestAWorkerWonders:
    def test_bans_lifts_the_ban_and_wonders_again(self) -> None:
        town = small_town()
        for one in (town.helper, town.newcomer):
            vouch(town.coordinator, one)
            open_offer_for(town, person=one)
        need = open_need_for(town)
        coordinator = Coordinator(town)
        coordinator.plans()
        asked = Proposal.objects.get()
        first, second = asked.offer, Offer.objects.exclude(pk=asked.offer_id).get()
        assert coordinator.could_ask(need) == [second]
        heard = told_to(second.person)

        neither = coordinator.wonders(
            bans=((need.public_id, first.public_id), (need.public_id, second.public_id)),
        )
        assert (neither.before.needs_met, neither.after.needs_met) == (1, 0)
        assert not PairDecision.objects.exists()

        ban = actions.ban_pair(
            viewer=coordinator.viewer,
            need_id=need.public_id,
            offer_id=second.public_id,
            reason="上次两家有些误会",
            now=town.now,
        )
        assert coordinator.could_ask(need) == []
        assert Proposal.objects.get() == asked

        actions.lift_pair_decision(viewer=coordinator.viewer, decision_id=ban.public_id, now=town.now)
        assert coordinator.could_ask(need) == [second]

        instead = coordinator.wonders(pins=((need.public_id, second.public_id),))
        assert [pair.offer for pair in instead.added] == [second]
        assert [pair.offer for pair in instead.removed] == [first]
        assert (instead.before.needs_met, instead.after.needs_met) == (1, 1)

        assert Proposal.objects.get() == asked
        assert told_to(second.person) == heard
        lifted = PairDecision.objects.get()
        assert (lifted.pk, lifted.lifted_at) == (ban.pk, town.now)
        assert Record.objects.filter(kind__startswith="decision.").count() == 2
