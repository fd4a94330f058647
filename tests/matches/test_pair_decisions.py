"""Pins and bans: with a written reason, by a worker who is no part of it, respected wherever pairs are looked for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.pair_decisions import PairDecidedAlready, PairDecisionOver
from matchmaker.matches.actions.reviews import HardRuleBroken, OwnCase, ReasonMissing, SecondLookNeeded
from matchmaker.matches.models import (
    Decision,
    DecisionKind,
    PairDecision,
    PairDecisionKind,
    Proposal,
    ProposalState,
    Round,
    UnmetNeed,
)
from matchmaker.needs.models import Need, Offer
from matchmaker.records.models import Record
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """Two who could help, the newcomer and the helper; the newcomer would be asked first."""
    town = small_town()
    for one in (town.helper, town.newcomer):
        vouch(town.coordinator, one)
        open_offer_for(town, person=one)
    return town


def offer_of(person: Any) -> Offer:
    return Offer.objects.get(person=person)


def said(town: SmallTown, kind: str, need: Need, person: Any, **wishes: Any) -> PairDecision:
    act = actions.pin_pair if kind == "PIN" else actions.ban_pair
    asked = {"viewer": viewer_of(town.coordinator), "reason": "两家都说好了", "now": town.now} | wishes
    return act(need_id=need.public_id, offer_id=offer_of(person).public_id, **asked)


def run(town: SmallTown, *, seed: int = 5, now: Any = None) -> Round:
    at = now or town.now
    row = actions.request_round(
        viewer=viewer_of(town.coordinator, now=at), community_id=town.community.public_id, now=at, seed=seed
    )
    return actions.run_round(round_id=row.pk, now=at)


def proposed() -> set[tuple[int, int | None]]:
    return set(Proposal.objects.values_list("need_id", "helper_id"))


class TestPinPair:
    def test_is_planned_though_another_suits_better(self, town: SmallTown) -> None:
        need = open_need_for(town)
        run(town)
        assert proposed() == {(need.pk, town.newcomer.pk)}
        Proposal.objects.all().delete()

        said(town, "PIN", need, town.helper)
        run(town)

        assert proposed() == {(need.pk, town.helper.pk)}

    def test_is_looked_at_by_another_worker(self, town: SmallTown) -> None:
        need = open_need_for(town)
        said(town, "PIN", need, town.helper)

        run(town)

        proposal, decision = Proposal.objects.get(), Decision.objects.get()
        assert (proposal.state, proposal.review_reasons[-1]) == (ProposalState.IN_REVIEW, "OVERRIDE")
        assert (decision.kind, decision.decided_by_id, decision.reason) == (
            DecisionKind.OVERRIDE, town.coordinator.pk, "两家都说好了",
        )  # fmt: skip
        with pytest.raises(SecondLookNeeded):
            actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

    def test_holds_for_instant_answers(self, town: SmallTown) -> None:
        need = open_need_for(town)
        said(town, "PIN", need, town.helper)

        actions.propose_next(need_id=need.pk, now=town.now)

        assert proposed() == {(need.pk, town.helper.pk)}
        assert Proposal.objects.get().state == ProposalState.IN_REVIEW

    def test_names_the_rule_that_a_pair_breaks_by_now(self, town: SmallTown) -> None:
        need = open_need_for(town)
        row = said(town, "PIN", need, town.helper)
        Offer.objects.filter(pk=row.offer_id).update(reach="METRES", reach_m=1)

        run(town)

        row.refresh_from_db()
        assert (row.refused_rule, row.refused_at) == ("REACH", town.now)
        assert proposed() == {(need.pk, town.newcomer.pk)}

        Offer.objects.filter(pk=row.offer_id).update(reach_m=5000)
        Proposal.objects.all().delete()
        run(town)
        row.refresh_from_db()
        assert (row.refused_rule, row.refused_at) == ("", None)

    def test_is_refused_where_a_hard_rule_is_broken_already(self, town: SmallTown) -> None:
        need = open_need_for(town, helper_sex="MALE")

        with pytest.raises(HardRuleBroken):
            said(town, "PIN", need, town.helper)

        assert (PairDecision.objects.count(), Record.objects.filter(kind="decision.pin").count()) == (0, 0)

    def test_is_recorded_with_ids_alone(self, town: SmallTown) -> None:
        need = open_need_for(town)
        row = said(town, "PIN", need, town.helper)

        facts = Record.objects.get(kind="decision.pin").body
        assert {name: facts[name] for name in ("pair_decision", "need", "offer")} == {
            "pair_decision": row.pk, "need": need.pk, "offer": row.offer_id,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("wishes", "refusal"),
        [
            ({"reason": "  "}, ReasonMissing),
            ({"reason": "长" * 501}, InvalidInput),
            ({"until_date": -1}, InvalidInput),
        ],
    )
    def test_asks_for_a_reason_and_a_day_to_come(
        self, town: SmallTown, wishes: dict[str, Any], refusal: type[Exception]
    ) -> None:
        need = open_need_for(town)
        if "until_date" in wishes:
            wishes = {"until_date": town.now.date() - timedelta(days=1)}

        with pytest.raises(refusal):
            said(town, "PIN", need, town.helper, **wishes)

        assert PairDecision.objects.count() == 0

    @pytest.mark.parametrize(
        ("who", "refusal"),
        [("other_coordinator", NotFound), ("auditor", NotFound), ("helper", NotFound), ("asker", NotFound)],
    )
    def test_is_for_workers_of_the_area(self, town: SmallTown, who: str, refusal: type[Exception]) -> None:
        need = open_need_for(town)

        with pytest.raises(refusal):
            said(town, "PIN", need, town.helper, viewer=viewer_of(getattr(town, who)))

        assert PairDecision.objects.count() == 0

    def test_is_not_for_whoever_is_part_of_it(self, town: SmallTown) -> None:
        need = open_need_for(town)
        open_offer_for(town, person=town.coordinator)

        with pytest.raises(OwnCase):
            said(town, "PIN", need, town.coordinator)

        assert PairDecision.objects.count() == 0

    def test_is_refused_beside_another_word_on_the_pair(self, town: SmallTown) -> None:
        need = open_need_for(town)
        said(town, "BAN", need, town.helper)

        with pytest.raises(PairDecidedAlready):
            said(town, "PIN", need, town.helper)

        assert PairDecision.objects.get().kind == PairDecisionKind.BAN


class TestBanPair:
    def test_is_no_pair_for_rounds_and_instant_answers(self, town: SmallTown) -> None:
        need = open_need_for(town)
        said(town, "BAN", need, town.newcomer)

        run(town)
        assert proposed() == {(need.pk, town.helper.pk)}

        Proposal.objects.all().delete()
        actions.propose_next(need_id=need.pk, now=town.now)
        assert proposed() == {(need.pk, town.helper.pk)}

    def test_takes_back_what_nobody_agreed_to_yet(self, town: SmallTown) -> None:
        need = open_need_for(town)
        run(town)

        row = said(town, "BAN", need, town.newcomer)

        assert Proposal.objects.get().state == ProposalState.WITHDRAWN
        assert OutboxJob.objects.filter(name=names.PROPOSE_NEXT, key=f"propose_next@banned:{row.pk}").count() == 1

    def test_is_on_whoever_offers_and_not_on_one_of_their_offers(self, town: SmallTown) -> None:
        need = open_need_for(town)
        run(town)
        another = open_offer_for(town, person=town.newcomer)

        actions.ban_pair(
            viewer=viewer_of(town.coordinator),
            need_id=need.public_id,
            offer_id=another.public_id,
            reason="两家都说好了",
            now=town.now,
        )

        proposal = Proposal.objects.get()
        assert (proposal.state, proposal.helper) == (ProposalState.WITHDRAWN, town.newcomer)

    def test_is_told_like_any_lack_of_time(self, town: SmallTown) -> None:
        need = open_need_for(town)
        for one in (town.newcomer, town.helper):
            said(town, "BAN", need, one)

        run(town)

        unmet = UnmetNeed.objects.get()
        assert queries.rule_said_of(unmet) == "TIME"
        assert queries.said_of(unmet, "en") == [
            "Nobody who could help is available at these times.",
            "With one more offer of “Shopping and errands” in 第1网格 at these times, somebody could come.",
        ]

    def test_ends_after_its_last_day(self, town: SmallTown) -> None:
        need = open_need_for(town, windows=_in_three_days(town))
        row = said(town, "BAN", need, town.newcomer, until_date=town.now.date())

        run(town, now=town.now + timedelta(days=1))

        assert proposed() == {(need.pk, town.newcomer.pk)}
        assert said(town, "PIN", need, town.newcomer, now=town.now + timedelta(days=1)).kind == PairDecisionKind.PIN
        row.refresh_from_db()
        assert row.lifted_at == town.now + timedelta(days=1)


class TestLiftPairDecision:
    def test_lets_the_pair_be_looked_at_again(self, town: SmallTown) -> None:
        need = open_need_for(town)
        row = said(town, "BAN", need, town.newcomer)

        actions.lift_pair_decision(viewer=viewer_of(town.coordinator), decision_id=row.public_id, now=town.now)
        run(town)

        assert proposed() == {(need.pk, town.newcomer.pk)}
        with pytest.raises(PairDecisionOver):
            actions.lift_pair_decision(viewer=viewer_of(town.coordinator), decision_id=row.public_id, now=town.now)
        assert Record.objects.filter(kind="decision.lift").count() == 1

    def test_is_not_for_an_auditor(self, town: SmallTown) -> None:
        row = said(town, "BAN", open_need_for(town), town.newcomer)

        with pytest.raises(NotAllowed):
            actions.lift_pair_decision(viewer=viewer_of(town.auditor), decision_id=row.public_id, now=town.now)

        row.refresh_from_db()
        assert row.lifted_at is None

    def test_is_not_for_a_worker_who_has_become_a_clerk_of_the_other_side(self, town: SmallTown) -> None:
        need, offer = open_need_for(town), open_offer_for(town, organization=town.organization)
        worker = viewer_of(town.coordinator)
        row = actions.ban_pair(
            viewer=worker, need_id=need.public_id, offer_id=offer.public_id, reason="吵过架", now=town.now
        )
        clerk = replace(worker, clerk_of=frozenset({town.organization.pk}))

        with pytest.raises(NotFound):
            actions.lift_pair_decision(viewer=clerk, decision_id=row.public_id, now=town.now)

        row.refresh_from_db()
        assert row.lifted_at is None
        assert list(queries.pair_decisions_for(worker)) == [row]


class TestPairDecisions:
    def test_are_seen_by_workers_and_auditors_of_the_area(self, town: SmallTown) -> None:
        row = said(town, "BAN", open_need_for(town), town.newcomer)

        seen = {
            who: list(queries.pair_decisions_for(viewer_of(getattr(town, who))))
            for who in ("coordinator", "auditor", "asker", "helper", "other_coordinator", "police")
        }

        assert seen.pop("coordinator") == seen.pop("auditor") == [row]
        assert [found for found in seen.values() if found] == []


class TestTeams:
    def test_come_whole_or_not_at_all(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=3, all_or_none=True)

        run(town)

        assert proposed() == set()
        unmet = UnmetNeed.objects.get()
        assert (unmet.rule_code, unmet.helpers_missing) == ("TEAM_NOT_WHOLE", 3)
        actions.propose_next(need_id=need.pk, now=town.now)
        assert proposed() == set()

        offers_of_the_crowd(town, crowd(town, 1))
        run(town)
        assert len(proposed()) == 3

    def test_that_may_come_in_part_do(self, town: SmallTown) -> None:
        open_need_for(town, helpers_wanted=3)

        run(town)

        assert len(proposed()) == 2
        unmet = UnmetNeed.objects.get()
        assert (unmet.rule_code, [change["rule"] for change in unmet.reasons]) == (
            "SOME_FOUND", ["ONE_MORE_OFFER_OF"],
        )  # fmt: skip

    def test_are_put_to_nobody_where_one_was_lost_meanwhile(self, town: SmallTown) -> None:
        open_need_for(town, helpers_wanted=2, all_or_none=True)
        row = actions.request_round(
            viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now, seed=5
        )

        def pause(_done: int, _total: int, what: str) -> None:
            if what == "writing":
                Offer.objects.filter(person=town.helper).update(state="PAUSED")

        actions.run_round(round_id=row.pk, now=town.now, progress=pause)

        assert proposed() == set()


class TestFloors:
    def test_help_the_grid_that_is_worse_off(self, town: SmallTown) -> None:
        """One helper with one visit, two needs: the near grid would take it; with floors there is nothing to give."""
        first = open_need_for(town)
        open_need_for(town, person=town.helper)

        row = run(town)

        assert row.worst_share is not None
        assert row.worst_share_freely is not None
        assert 0 <= row.worst_share_freely <= row.worst_share <= 1
        assert (row.floor_share, row.fairness_price) == (pytest.approx(0.99), 0.0)
        assert (row.worst_share, row.worst_grid_id) == (1.0, first.place.parent.parent_id)
        assert row.parameters == {
            "below_the_average": [0.01, 0.019, 0.03], "plans_tried_for_teams": [1_000_000, 200],
            "moves_tried": 50_000, "pins": 0, "teams": 0,
        }  # fmt: skip


class TestStaysAsItIs:
    def test_what_waits_for_an_answer_and_what_is_agreed(self, town: SmallTown) -> None:
        first = open_need_for(town)
        run(town)
        waiting = Proposal.objects.get()

        second = open_need_for(town, person=town.neighbour)
        run(town, seed=99)

        waiting.refresh_from_db()
        assert waiting.state != ProposalState.WITHDRAWN
        assert Proposal.objects.filter(need=first).count() == 1
        assert Proposal.objects.filter(need=second).count() == 1


def _in_three_days(town: SmallTown) -> Any:
    from datetime import time

    from matchmaker.needs.availability import Window

    return (Window((town.now + timedelta(days=3)).date(), time(9), time(11)),)
