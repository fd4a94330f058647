"""Rounds: asked for by a worker, planned as a whole, written at once or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person, Tie, TieKind
from matchmaker.engine import scoring
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, inputs
from matchmaker.matches.actions import planning
from matchmaker.matches.actions.rounds import RoundOver, RoundUnderWay
from matchmaker.matches.actions.running import LOST_AFTER, Where
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import Proposal, ProposalState, Round, RoundState, ScoreCard, UnmetNeed
from matchmaker.needs.models import Need, NeedState
from matchmaker.records.models import Record
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def asked(town: SmallTown, **wishes: Any) -> Round:
    return actions.request_round(
        viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now, **wishes
    )


def run(town: SmallTown, **wishes: Any) -> Round:
    return actions.run_round(round_id=asked(town, **wishes).pk, now=town.now)


class TestPublishScoreCards:
    def test_stores_each_card_of_the_engine_once(self, town: SmallTown) -> None:
        assert actions.publish_score_cards(now=town.now) == 3
        assert actions.publish_score_cards(now=town.now) == 0

        stored = {row.name: row.weights for row in ScoreCard.objects.all()}
        assert stored == {name: dict(card.weights) for name, card in scoring.CARDS.items()}


class TestRequestRound:
    def test_waits_to_be_run(self, town: SmallTown) -> None:
        row = asked(town, seed=7, policy="nearest")

        assert (row.state, row.seed, row.score_card.name) == (RoundState.QUEUED, 7, "nearest")

    def test_is_refused_while_another_waits(self, town: SmallTown) -> None:
        asked(town)

        with pytest.raises(RoundUnderWay):
            asked(town)

        assert Round.objects.count() == 1

    def test_is_refused_for_a_policy_that_is_none(self, town: SmallTown) -> None:
        with pytest.raises(InvalidInput):
            asked(town, policy="guess")

        assert Round.objects.count() == 0

    @pytest.mark.parametrize("who", ["asker", "grid_head", "police", "auditor", "other_coordinator"])
    def test_is_for_workers_of_the_community_alone(self, town: SmallTown, who: str) -> None:
        with pytest.raises(NotAllowed):
            actions.request_round(
                viewer=viewer_of(getattr(town, who)), community_id=town.community.public_id, now=town.now
            )

        assert Round.objects.count() == 0


class TestRunRound:
    def test_proposes_the_best_plan_and_says_what_it_rests_on(self, town: SmallTown) -> None:
        vouch(town.coordinator, town.helper)
        open_offer_for(town)
        need = open_need_for(town)

        row = run(town, seed=1)

        proposal = Proposal.objects.get()
        assert (proposal.need, proposal.helper, proposal.round) == (need, town.helper, row)
        assert (row.state, row.needs_count, row.helpers_wanted, row.proposals_count) == (RoundState.DONE, 1, 1, 1)
        assert row.total_score == proposal.score == row.score_bound
        assert len(row.inputs_hash) == 64
        assert set(row.versions) == {"python", "networkx", "numpy", "ortools", "scipy", "django"}
        assert Record.objects.get(kind="round.done").body["round"] == row.pk

    def test_says_not_known_yet_with_fewer_than_thirty_people(self, town: SmallTown) -> None:
        row = run(town)

        assert row.stranger_index is None
        assert row.identity_gain_promised == 0.0

    def test_knows_the_stranger_index_of_a_larger_town(self, town: SmallTown) -> None:
        crowd(town, 30)

        row = run(town)

        _, knowledge = inputs.knowledge_in(town.community, now=town.now)
        assert knowledge.forest is not None
        assert row.stranger_index == knowledge.forest.sigma

    def test_writes_why_nobody_came(self, town: SmallTown) -> None:
        need = open_need_for(town)

        row = run(town)

        unmet = UnmetNeed.objects.get()
        assert (unmet.round, unmet.need, unmet.rule_code) == (row, need, "SERVICE_TYPE")

    def test_does_nothing_the_second_time(self, town: SmallTown) -> None:
        vouch(town.coordinator, town.helper)
        open_offer_for(town)
        open_need_for(town)
        row = run(town)

        actions.run_round(round_id=row.pk, now=town.now + timedelta(hours=1))

        assert Proposal.objects.count() == 1
        assert Record.objects.filter(kind="round.done").count() == 1

    def test_gives_the_same_plan_for_the_same_seed(self, town: SmallTown) -> None:
        offers_of_the_crowd(town, crowd(town, 12))
        for person in (town.asker, town.neighbour, town.stranger):
            open_need_for(town, person=person)
        first = run(town, seed=5)
        chosen = set(Proposal.objects.values_list("need_id", "offer_id", "starts_at"))
        Proposal.objects.all().delete()

        second = run(town, seed=5)

        assert set(Proposal.objects.values_list("need_id", "offer_id", "starts_at")) == chosen
        assert second.inputs_hash == first.inputs_hash

    def test_leaves_nothing_when_it_fails(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        open_offer_for(town)
        open_need_for(town)
        row = asked(town)
        monkeypatch.setattr(planning, "_finish", _fails)

        with pytest.raises(ArithmeticError):
            actions.run_round(round_id=row.pk, now=town.now)

        row.refresh_from_db()
        assert (row.state, row.failure_code) == (RoundState.FAILED, "ArithmeticError")
        assert (Proposal.objects.count(), town.helper.notices.count()) == (0, 0)

    def test_leaves_nothing_when_it_is_stopped(self, town: SmallTown) -> None:
        open_offer_for(town)
        open_need_for(town)
        row = asked(town)

        with pytest.raises(KeyboardInterrupt):
            actions.run_round(round_id=row.pk, now=town.now, progress=_interrupts)

        row.refresh_from_db()
        assert row.state == RoundState.CANCELLED
        assert Proposal.objects.count() == 0

    def test_stops_at_its_next_step_once_it_was_called_off(self, town: SmallTown) -> None:
        open_offer_for(town)
        open_need_for(town)
        row = asked(town)

        def call_off(done: int, total: int, what: str) -> None:
            if what == "planning":
                actions.cancel_round(viewer=viewer_of(town.coordinator), round_id=row.public_id, now=town.now)

        ended = actions.run_round(round_id=row.pk, now=town.now, progress=call_off)

        assert ended.state == RoundState.CANCELLED
        assert Proposal.objects.count() == 0

    def test_leaves_out_what_changed_while_it_planned(self, town: SmallTown) -> None:
        open_offer_for(town)
        need = open_need_for(town)
        row = asked(town)

        def withdraw(done: int, total: int, what: str) -> None:
            if what == "writing":
                Need.objects.update(state=NeedState.WITHDRAWN, closed_at=town.now)

        ended = actions.run_round(round_id=row.pk, now=town.now, progress=withdraw)

        assert (ended.state, ended.proposals_count) == (RoundState.DONE, 0)
        assert Proposal.objects.filter(need=need).count() == 0

    def test_ends_where_somebody_was_forgotten_while_it_planned(self, town: SmallTown) -> None:
        open_offer_for(town)
        found, unmet = open_need_for(town), open_need_for(town, at_home=True, helper_sex="MALE")
        stays = open_need_for(town, person=town.neighbour, helper_sex="MALE")
        row = asked(town)
        OutboxJob.objects.all().delete()

        def forget(done: int, total: int, what: str) -> None:
            if what == "writing":
                Need.objects.filter(pk__in=[found.pk, unmet.pk]).delete()

        ended = actions.run_round(round_id=row.pk, now=town.now, progress=forget)

        assert ended.state == RoundState.DONE
        assert [one.need_id for one in UnmetNeed.objects.all()] == [stays.pk]
        assert not OutboxJob.objects.filter(name=names.PROPOSE_NEXT).exists()
        connection.check_constraints()

    def test_reports_how_far_it_is(self, town: SmallTown) -> None:
        said: list[tuple[int, int]] = []

        actions.run_round(
            round_id=asked(town).pk, now=town.now, progress=lambda done, total, what: said.append((done, total))
        )

        assert said[0] == (0, 6)
        assert said[-1] == (6, 6)

    def test_takes_up_a_round_whose_worker_died(self, town: SmallTown) -> None:
        row = asked(town)
        Round.objects.filter(pk=row.pk).update(state=RoundState.RUNNING, heartbeat_at=town.now - LOST_AFTER)

        assert actions.run_round(round_id=row.pk, now=town.now).state == RoundState.DONE

    def test_asks_the_database_as_often_for_many_as_for_few(self, town: SmallTown) -> None:
        people = crowd(town, 16)
        offers_of_the_crowd(town, people[:4])
        open_need_for(town)
        few = queries_to_prepare(town)
        offers_of_the_crowd(town, people[4:])
        for person in (town.neighbour, town.stranger, town.newcomer):
            open_need_for(town, person=person)

        assert queries_to_prepare(town) == few
        assert few <= 45  # one of them asks which street maps there are

    def test_never_gives_one_person_two_needs_at_one_hour(self, town: SmallTown) -> None:
        offers_of_the_crowd(town, crowd(town, 12))
        for _ in range(3):
            open_need_for(town)

        run(town)

        starts = list(Proposal.objects.values_list("starts_at", flat=True))
        assert len(starts) == len(set(starts))

    def test_sees_in_the_next_round_the_tie_that_a_visit_left(self, town: SmallTown) -> None:
        crowd(town, 30)
        vouch(town.coordinator, town.helper)
        open_offer_for(town)
        open_need_for(town)
        run(town)
        before = gain_of(Proposal.objects.get())
        Proposal.objects.update(state=ProposalState.WITHDRAWN, closed_at=town.now)
        low, high = sorted((town.asker.pk, town.helper.pk))
        Tie.objects.create(
            low_id=low, high_id=high, kind=TieKind.HELPED, meetings=1, made_at=town.now, renewed_at=town.now
        )

        run(town)

        assert gain_of(Proposal.objects.latest("pk")) < before


class TestCancelRound:
    def test_keeps_a_waiting_round_from_running(self, town: SmallTown) -> None:
        row = asked(town)

        actions.cancel_round(viewer=viewer_of(town.coordinator), round_id=row.public_id, now=town.now)

        assert actions.run_round(round_id=row.pk, now=town.now).state == RoundState.CANCELLED

    def test_is_refused_once_it_is_done(self, town: SmallTown) -> None:
        row = run(town)

        with pytest.raises(RoundOver):
            actions.cancel_round(viewer=viewer_of(town.coordinator), round_id=row.public_id, now=town.now)

        row.refresh_from_db()
        assert row.state == RoundState.DONE

    def test_is_not_found_by_residents(self, town: SmallTown) -> None:
        row = asked(town)

        with pytest.raises(NotFound):
            actions.cancel_round(viewer=viewer_of(town.asker), round_id=row.public_id, now=town.now)

        row.refresh_from_db()
        assert row.state == RoundState.QUEUED


def queries_to_prepare(town: SmallTown) -> int:
    row = Round(community=town.community, score_card=latest_card("identity", now=town.now), seed=1)
    with CaptureQueriesContext(connection) as asked_for:
        planning.read(row, now=town.now, here=Where.HERE.is_here, still=lambda: None)
    return len(asked_for)


def gain_of(proposal: Proposal) -> float:
    assert Person.objects.count() >= 30
    return next(term["raw"] for term in proposal.terms if term["term"] == "identity_gain")


def _fails(*_: Any) -> None:
    raise ArithmeticError


def _interrupts(done: int, total: int, what: str) -> None:
    if what == "planning":
        raise KeyboardInterrupt
