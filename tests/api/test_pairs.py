"""Pins, bans, what if and why not, through the API."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches import actions
from matchmaker.matches.drafts import WhatIfDraft
from matchmaker.matches.models import PairDecision, Proposal, Round, UnmetNeed, WhatIf
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.models import Notice
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db

PAIRS = """{ pairDecisions { nodes {
  kind reason inForce need { id } offer { id } refusedRule refusedWhy(language: EN) } } }"""
ASKED = """whatIf { id state
  changes { weights { term weight } floorMargin offer { reachM area { id } } pins { need { id } } }
  difference { sameInputs addedCount removedCount added { need { id } offer { person { name } } startsAt }
    refusedPins { rule why(language: EN) }
    before { needsMet needsCount walkM strangerIndex strangerIndexThen worstShare worstGrid { id } score }
    after { needsMet identityGainPromised worstShare } } }"""
COULD = "query ($id: ID!) { candidates(needId: $id) { nearest { offer { person { name } } walkM earliestAt } } }"
WHY_NOT = "{ whyNotAsked(language: EN) { rules { offer { id } rule about sentence } } }"
UNMET = "{ unmetNeeds { nodes { ruleCode whatWouldHelp(language: EN) } } }"


@pytest.fixture
def town() -> SmallTown:
    """One need, and two who could help; a round asked the newcomer."""
    town = small_town()
    for one in (town.helper, town.newcomer):
        vouch(town.coordinator, one)
        open_offer_for(town, person=one)
    open_need_for(town)
    run(town)
    return town


def run(town: SmallTown) -> None:
    row = actions.request_round(
        viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW, seed=5
    )
    actions.run_round(round_id=row.pk, now=NOW)


def asked(town: SmallTown, role: str, document: str, **values: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), document, **values)


def done(town: SmallTown, role: str, mutation: str, selection: str, **given: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return do(client_for(getattr(town, role)), mutation, selection, **given)


def pair_of(person: Any) -> dict[str, str]:
    return {
        "needId": global_id("Need", Need.objects.get()),
        "offerId": global_id("Offer", Offer.objects.get(person=person)),
    }


class TestPairDecisions:
    def test_are_said_listed_and_lifted(self, town: SmallTown) -> None:
        pair = pair_of(town.newcomer)

        made = done(town, "coordinator", "banPair", "pairDecision { id kind inForce }", **pair, reason="两家不合适")

        assert (made["errors"], made["pairDecision"]["kind"]) == ([], "BAN")
        (listed,) = asked(town, "coordinator", PAIRS)["pairDecisions"]["nodes"]
        assert listed == {
            "kind": "BAN", "reason": "两家不合适", "inForce": True, "need": {"id": pair["needId"]},
            "offer": {"id": pair["offerId"]}, "refusedRule": None, "refusedWhy": None,
        }  # fmt: skip
        lifted = done(
            town,
            "coordinator",
            "liftPairDecision",
            "pairDecision { inForce liftedBy { name } }",
            pairDecisionId=made["pairDecision"]["id"],
        )
        assert lifted["pairDecision"] == {"inForce": False, "liftedBy": {"name": town.coordinator.name}}

    def test_are_refused_in_words_for_a_day_that_is_past(self, town: SmallTown) -> None:
        refused = done(
            town,
            "coordinator",
            "pinPair",
            "pairDecision { id }",
            **pair_of(town.helper),
            reason="好",
            untilDate="2026-03-01",
        )

        assert refused["errors"] == [{"code": "INVALID_INPUT", "field": "untilDate"}]
        assert PairDecision.objects.count() == 0

    def test_tell_an_auditor_the_reason_and_no_offer(self, town: SmallTown) -> None:
        done(town, "coordinator", "pinPair", "", **pair_of(town.helper), reason="两家都说好了")

        (seen,) = asked(town, "auditor", PAIRS)["pairDecisions"]["nodes"]

        assert (seen["reason"], seen["offer"]) == ("两家都说好了", None)

    def test_do_not_tell_a_wish_not_to_meet_from_hours_that_do_not_fit(self, town: SmallTown) -> None:
        done(town, "coordinator", "pinPair", "", **pair_of(town.helper), reason="两家都说好了")
        PairDecision.objects.update(refused_rule="EXCLUDED", refused_at=NOW)

        (seen,) = asked(town, "coordinator", PAIRS)["pairDecisions"]["nodes"]

        assert (seen["refusedRule"], seen["refusedWhy"]) == ("TIME", "The two have no time in common.")

    def test_are_not_read_by_a_worker_who_is_part_of_the_pair(self, town: SmallTown) -> None:
        done(town, "coordinator", "banPair", "", **pair_of(town.newcomer), reason="两家不合适")
        Offer.objects.filter(person=town.newcomer).update(person=town.grid_head)

        assert asked(town, "grid_head", PAIRS)["pairDecisions"]["nodes"] == []
        assert len(asked(town, "coordinator", PAIRS)["pairDecisions"]["nodes"]) == 1

    def test_take_as_many_queries_for_several_as_for_one(self, town: SmallTown) -> None:
        done(town, "coordinator", "pinPair", "", **pair_of(town.helper), reason="好")
        with CaptureQueriesContext(connection) as few:
            asked(town, "coordinator", PAIRS)
        done(town, "coordinator", "banPair", "", **pair_of(town.newcomer), reason="好")

        with CaptureQueriesContext(connection) as many:
            found = asked(town, "coordinator", PAIRS)

        assert len(found["pairDecisions"]["nodes"]) == 2
        assert len(many) == len(few)


class TestCandidates:
    def test_are_who_passes_every_rule_the_nearest_first(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        need = global_id("Need", Need.objects.get())

        found = asked(town, "coordinator", COULD, id=need)["candidates"]["nearest"]

        assert {one["offer"]["person"]["name"] for one in found} == {town.helper.name, town.newcomer.name}
        assert [one["walkM"] for one in found] == sorted(one["walkM"] for one in found)
        assert found[0]["earliestAt"] == "2026-03-03T01:00:00+00:00"

    @pytest.mark.parametrize("role", ["asker", "helper", "auditor", "other_coordinator"])
    def test_are_for_workers_of_the_area(self, town: SmallTown, role: str) -> None:
        Proposal.objects.all().delete()

        assert asked(town, role, COULD, id=global_id("Need", Need.objects.get()))["candidates"] is None

    def test_are_not_for_a_worker_who_asks_for_themself(self, town: SmallTown) -> None:
        own = global_id("Need", open_need_for(town, person=town.grid_head))

        assert asked(town, "grid_head", COULD, id=own)["candidates"] is None
        assert asked(town, "coordinator", COULD, id=own)["candidates"]["nearest"] != []


class TestAskWhatIf:
    def what_if(self, town: SmallTown, role: str = "coordinator", **given: Any) -> Any:
        return done(town, role, "askWhatIf", ASKED, communityId=global_id("Area", town.community), **given)

    def test_of_a_pin_shows_both_plans_and_writes_nothing_else(self, town: SmallTown) -> None:
        before = [model.objects.count() for model in (Proposal, UnmetNeed, Notice, Round)]

        told = self.what_if(town, pins=[pair_of(town.helper)])["whatIf"]

        assert told["state"] == "DONE"
        difference = told["difference"]
        assert (difference["sameInputs"], difference["addedCount"], difference["removedCount"]) == (True, 1, 1)
        assert [one["offer"]["person"]["name"] for one in difference["added"]] == [town.helper.name]
        assert difference["added"][0]["startsAt"] is not None
        assert (difference["before"]["needsMet"], difference["after"]["needsMet"]) == (1, 1)
        assert difference["before"]["worstGrid"] == {"id": global_id("Area", town.grid)}
        assert difference["before"]["strangerIndexThen"] is difference["before"]["strangerIndex"] is None  # too few
        assert [model.objects.count() for model in (Proposal, UnmetNeed, Notice, Round)] == before

    def test_says_again_what_was_asked(self, town: SmallTown) -> None:
        grid = global_id("Area", town.grid)
        offer = {"serviceType": "SHOPPING", "areaId": grid, "reachM": 700}

        told = self.what_if(town, weights=[{"term": "walk", "weight": 9}], offer=offer, floorMargin=100)["whatIf"]

        assert told["changes"] == {
            "weights": [{"term": "walk", "weight": 9}], "floorMargin": 100,
            "offer": {"reachM": 700, "area": {"id": grid}}, "pins": [],
        }  # fmt: skip

    def test_names_a_pin_that_cannot_stand(self, town: SmallTown) -> None:
        Offer.objects.filter(person=town.helper).update(reach="METRES", reach_m=1)

        difference = self.what_if(town, pins=[pair_of(town.helper)])["whatIf"]["difference"]

        assert difference["refusedPins"] == [{"rule": "REACH", "why": "It is further than the helper would go."}]

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({}, {"code": "NOTHING_CHANGED", "field": None}),
            ({"floorMargin": 101}, {"code": "INVALID_INPUT", "field": "floorMargin"}),
            ({"weights": [{"term": "luck", "weight": 1}]}, {"code": "INVALID_INPUT", "field": "weights"}),
            ({"weights": [{"term": "walk", "weight": 1}] * 2}, {"code": "INVALID_INPUT", "field": "weights"}),
        ],
    )
    def test_is_refused_for_what_cannot_be_supposed(
        self, town: SmallTown, given: dict[str, Any], refusal: dict[str, Any]
    ) -> None:
        assert self.what_if(town, **given)["errors"] == [refusal]
        assert WhatIf.objects.count() == 0

    def test_lists_take_as_many_queries_for_several_as_for_one(self, town: SmallTown) -> None:
        document = f"{{ whatIfs {{ nodes {{ {ASKED.removeprefix('whatIf {').removesuffix('}')} }} }} }}"
        self.what_if(town, pins=[pair_of(town.helper)])
        with CaptureQueriesContext(connection) as few:
            asked(town, "coordinator", document)
        for margin in (5, 100):
            actions.ask_what_if(
                viewer=viewer_of(town.coordinator),
                community_id=town.community.public_id,
                draft=WhatIfDraft(floor_margin=margin),
                now=NOW,
            )

        with CaptureQueriesContext(connection) as many:
            found = asked(town, "coordinator", document)

        assert len(found["whatIfs"]["nodes"]) == 3
        assert len(many) == len(few)


class TestWhyNotAsked:
    def test_is_told_to_the_helper_of_their_own_offers(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        for one in (town.neighbour, town.stranger):
            open_need_for(town, person=one)
        offer = Offer.objects.get(person=town.helper)
        Offer.objects.filter(pk=offer.pk).update(reach="METRES", reach_m=1)

        assert asked(town, "helper", WHY_NOT)["whyNotAsked"]["rules"] == [
            {
                "offer": {"id": global_id("Offer", offer)},
                "rule": "REACH",
                "about": 0,
                "sentence": "If you went 500 m further, a few more could come to you.",
            }
        ]
        assert asked(town, "coordinator", WHY_NOT)["whyNotAsked"] is None


class TestWhatWouldHelp:
    def test_says_every_change_that_would_bring_somebody(self, town: SmallTown) -> None:
        reasons = [
            {"rule": "TIME", "offers": 1, "params": {"hours": 2}},
            {"rule": "REACH", "offers": 1, "params": {"more_m": 300}},
        ]
        UnmetNeed.objects.create(need=Need.objects.get(), helpers_missing=1, rule_code="EXCLUDED", reasons=reasons)

        assert asked(town, "coordinator", UNMET)["unmetNeeds"]["nodes"] == [
            {
                "ruleCode": "TIME",
                "whatWouldHelp": [
                    "If the time could move by 2 hours, 1 could come.",
                    "If a helper went 300 m further, 1 could come.",
                ],
            }
        ]
