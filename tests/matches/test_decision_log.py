"""The log of decisions: every kind in one list, for workers and auditors who have no part in the case."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.viewers import VISITOR
from matchmaker.matches import actions
from matchmaker.matches.models import PairDecision, Proposal, ProposalState
from matchmaker.matches.queries.decision_log import LoggedKind, decision_log_for
from matchmaker.needs.models import Need
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

ROLES = (
    "asker", "neighbour", "elder", "helper", "newcomer", "grid_head", "coordinator", "stranger", "member", "clerk",
    "police", "auditor", "other_coordinator",
)  # fmt: skip


@pytest.fixture
def decided() -> SmallTown:
    """One hour after the other: approved, banned, lifted, looked at, refused."""
    town = small_town()
    worker, clinic = viewer_of(town.coordinator), {"service_type": "CLINIC_COMPANY", "consent": "IN_APP"}
    offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
    first, second = (open_need_for(town, person=who, **clinic) for who in (town.asker, town.newcomer))
    approved = proposal_for(town, need=first, offer=offer, state=ProposalState.IN_REVIEW)
    refused = proposal_for(town, need=second, offer=offer, state=ProposalState.IN_REVIEW)
    actions.approve_proposal(viewer=worker, proposal_id=approved.public_id, now=at(1))
    pair = actions.ban_pair(
        viewer=worker, need_id=open_need_for(town, person=town.neighbour).public_id, offer_id=offer.public_id,
        reason="两家不合适", now=at(2),
    )  # fmt: skip
    actions.lift_pair_decision(viewer=worker, decision_id=pair.public_id, now=at(3))
    actions.look_around(viewer=worker, need_id=second.public_id, reason="想知道谁能陪", now=at(4))
    actions.refuse_proposal(viewer=worker, proposal_id=refused.public_id, reason="时间太紧", now=at(5))
    return town


def at(hour: int):  # type: ignore[no-untyped-def]  # a moment of the day
    return NOW + timedelta(hours=hour)


def lines(town: SmallTown, role: str = "coordinator", **asked: object) -> list[tuple[str, str]]:
    log = decision_log_for(viewer_of(getattr(town, role)), **asked)  # type: ignore[arg-type]  # as a door asks
    assert len(log) == len(log[:100])
    return [(line.kind.value, line.reason) for line in log[:100]]


class TestDecisionLogFor:
    def test_lists_every_kind_newest_first_with_its_reason(self, decided: SmallTown) -> None:
        assert lines(decided) == [
            ("REFUSE", "时间太紧"),
            ("LOOK", "想知道谁能陪"),
            ("LIFT", ""),
            ("BAN", "两家不合适"),
            ("APPROVE", ""),
        ]

    def test_says_who_and_about_which_need(self, decided: SmallTown) -> None:
        line = decision_log_for(viewer_of(decided.auditor))[0]

        assert (line.decided_by, line.decided_at) == (decided.coordinator, at(5))
        assert line.need == Need.objects.get(for_person=decided.newcomer)

    def test_is_read_by_workers_and_auditors_of_the_area_alone(self, decided: SmallTown) -> None:
        counts = {role: len(lines(decided, role)) for role in ROLES}

        assert {role: count for role, count in counts.items() if count} == {
            "grid_head": 5,
            "coordinator": 5,
            "auditor": 5,
        }
        assert len(decision_log_for(VISITOR)) == 0

    def test_leaves_out_a_case_in_which_the_viewer_has_a_part(self, decided: SmallTown) -> None:
        Need.objects.filter(for_person=decided.newcomer).update(for_person=decided.grid_head)
        Proposal.objects.filter(need__for_person=decided.asker).update(helper=decided.grid_head)

        assert lines(decided, "grid_head") == [("LIFT", ""), ("BAN", "两家不合适")]
        assert len(lines(decided)) == 5

    def test_leaves_out_what_became_of_rivals_in_a_case_for_which_the_viewer_was_proposed(
        self, decided: SmallTown
    ) -> None:
        need = Need.objects.get(for_person=decided.newcomer)
        offer = open_offer_for(decided, person=decided.grid_head, service_types=("CLINIC_COMPANY",))
        proposal_for(decided, need=need, offer=offer)

        assert [kind for kind, _ in lines(decided, "grid_head")] == ["LIFT", "BAN", "APPROVE"]
        assert [kind for kind, _ in lines(decided)][:2] == ["REFUSE", "LOOK"]

    def test_shows_one_kind_or_a_span_of_time_alone(self, decided: SmallTown) -> None:
        assert [kind for kind, _ in lines(decided, kind="LIFT")] == ["LIFT"]
        assert [kind for kind, _ in lines(decided, since=at(2), until=at(4))] == ["LIFT", "BAN"]
        assert lines(decided, kind="APPROVE", since=at(2)) == []

    def test_shows_of_each_kind_its_own_lines(self, decided: SmallTown) -> None:
        worker, need, offer = viewer_of(decided.coordinator), open_need_for(decided), open_offer_for(decided)
        pair = {"viewer": worker, "need_id": need.public_id, "offer_id": offer.public_id}
        actions.pin_pair(**pair, reason="两家熟", now=at(6))
        actions.override_match(**pair, reason="电话里说好了", now=at(7))
        whole = lines(decided)

        by_kind = {kind.value: lines(decided, kind=kind.value) for kind in LoggedKind}

        assert by_kind == {kind.value: [line for line in whole if line[0] == kind.value] for kind in LoggedKind}
        assert {kind: len(found) for kind, found in by_kind.items()} == dict.fromkeys(by_kind, 1)
        assert by_kind["PIN"] + by_kind["OVERRIDE"] == [("PIN", "两家熟"), ("OVERRIDE", "电话里说好了")]

    def test_asks_as_often_for_many_lines_as_for_few(self, decided: SmallTown) -> None:
        worker = viewer_of(decided.coordinator)
        with CaptureQueriesContext(connection) as few:
            decision_log_for(worker)[:5]
        pair = PairDecision.objects.get()
        for number in range(6, 12):
            wish = {"need_id": pair.need.public_id, "offer_id": pair.offer.public_id, "reason": "再想想"}
            again = actions.ban_pair(viewer=worker, now=at(number), **wish)
            actions.lift_pair_decision(viewer=worker, decision_id=again.public_id, now=at(number))

        with CaptureQueriesContext(connection) as many:
            found = [
                (line.need.service_type.name_zh, line.need.place.parent, line.decided_by)
                for line in decision_log_for(worker)[:100]
            ]

        assert len(found) == 17
        assert len(many) == len(few) == 5
