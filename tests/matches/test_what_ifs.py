"""What if: both plans of one round side by side, nothing written for people; and why a helper was not asked."""

from datetime import time
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, queries
from matchmaker.matches.actions import what_ifs
from matchmaker.matches.actions.running import Where
from matchmaker.matches.actions.what_ifs import LEFT_AFTER, NoRoundYet, NothingChanged
from matchmaker.matches.drafts import SupposedOffer, WhatIfDraft
from matchmaker.matches.models import Proposal, Round, UnmetNeed, WhatIf, WhatIfState
from matchmaker.needs.availability import Hours
from matchmaker.needs.models import Need, Offer
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


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


def run(town: SmallTown, **how: Any) -> Round:
    row = actions.request_round(
        viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now, seed=5
    )
    return actions.run_round(round_id=row.pk, now=town.now, **how)


def asked(town: SmallTown, *, who: str = "coordinator", **draft: Any) -> WhatIf:
    return actions.ask_what_if(
        viewer=viewer_of(getattr(town, who)),
        community_id=town.community.public_id,
        draft=WhatIfDraft(**draft),
        now=town.now,
    )


def the_pair(person: Any) -> tuple[Any, Any]:
    return Need.objects.get().public_id, Offer.objects.get(person=person).public_id


def told(town: SmallTown, row: WhatIf) -> queries.Difference:
    found = queries.difference_of(viewer_of(town.coordinator), row)
    assert found is not None
    return found


class TestAskWhatIf:
    def test_shows_what_a_pin_would_change(self, town: SmallTown) -> None:
        row = asked(town, pins=(the_pair(town.helper),))

        difference = told(town, row)
        assert (row.state, difference.same_inputs) == (WhatIfState.DONE, True)
        assert [pair.offer.person for pair in difference.added if pair.offer] == [town.helper]
        assert [pair.offer.person for pair in difference.removed if pair.offer] == [town.newcomer]
        assert (difference.before.needs_met, difference.after.needs_met) == (1, 1)
        assert difference.after.score == difference.before.score  # the two were equal, and a seed had decided
        assert difference.before.score == Round.objects.get().total_score
        assert (difference.before.worst_share, difference.before.worst_grid) == (1.0, town.grid)

    def test_writes_no_proposal_and_tells_nobody(self, town: SmallTown) -> None:
        before = [model.objects.count() for model in (Proposal, UnmetNeed, Notice, Record, Round)]

        asked(town, bans=(the_pair(town.newcomer),))

        assert [model.objects.count() for model in (Proposal, UnmetNeed, Notice, Record, Round)] == before
        assert Proposal.objects.get().helper == town.newcomer

    def test_shows_what_a_ban_would_change(self, town: SmallTown) -> None:
        difference = told(town, asked(town, bans=(the_pair(town.newcomer), the_pair(town.helper))))

        assert (difference.before.needs_met, difference.after.needs_met) == (1, 0)
        assert (len(difference.removed), difference.added, difference.after.walk_m) == (1, (), None)

    def test_shows_what_other_weights_would_change(self, town: SmallTown) -> None:
        difference = told(town, asked(town, weights={"walk": 1000, "identity_gain": 0, "fit": 0}))

        assert difference.after.walk_m is not None
        assert difference.before.walk_m is not None
        assert difference.after.walk_m <= difference.before.walk_m
        assert Round.objects.get().score_card.weights["walk"] != 1000

    def test_supposes_an_offer_of_a_kind_in_a_grid_at_hours(self, town: SmallTown) -> None:
        need = open_need_for(town, service_type="CLINIC_COMPANY", consent="IN_APP")
        run(town)
        hours = tuple(Hours(weekday=day, starts=time(8), ends=time(12)) for day in range(7))
        supposed = SupposedOffer(service_type="CLINIC_COMPANY", area=town.grid.public_id, hours=hours)

        difference = told(town, asked(town, offer=supposed))

        assert (difference.before.needs_met, difference.after.needs_met) == (0, 1)
        assert [(pair.need, pair.offer) for pair in difference.added] == [(need, None)]
        assert difference.removed == ()

    def test_names_the_rule_of_a_pin_that_cannot_stand(self, town: SmallTown) -> None:
        Offer.objects.filter(person=town.helper).update(reach="METRES", reach_m=1)

        difference = told(town, asked(town, pins=(the_pair(town.helper),)))

        assert [pair.rule for pair in difference.refused_pins] == ["REACH"]
        assert difference.same_inputs is False

    def test_waits_for_a_worker_where_the_town_is_large(self, monkeypatch: pytest.MonkeyPatch, town: SmallTown) -> None:
        monkeypatch.setattr(what_ifs, "PEOPLE_HERE", 3)

        row = asked(town, pins=(the_pair(town.helper),))

        job = OutboxJob.objects.get(name=names.WHAT_IF)
        assert (row.state, job.payload) == (WhatIfState.QUEUED, {"what_if_id": row.pk})
        assert queries.difference_of(viewer_of(town.coordinator), row) is None
        done = actions.run_what_if(what_if_id=row.pk, now=town.now)
        assert len(told(town, done).added) == 1
        done.refresh_from_db()
        assert actions.run_what_if(what_if_id=row.pk, now=town.now).result == done.result

    def test_says_of_a_computation_that_broke(self, monkeypatch: pytest.MonkeyPatch, town: SmallTown) -> None:
        def broken(_batch: object) -> None:
            raise ArithmeticError

        monkeypatch.setattr(what_ifs, "_solved", broken)

        with pytest.raises(ArithmeticError):
            asked(town, pins=(the_pair(town.helper),))

        row = WhatIf.objects.get()
        assert (row.state, row.failure_code, row.result) == (WhatIfState.FAILED, "ArithmeticError", {})

    def test_is_computed_later_where_the_database_went_away(
        self, monkeypatch: pytest.MonkeyPatch, town: SmallTown
    ) -> None:
        def goes_away(_batch: object) -> None:
            raise OperationalError

        with monkeypatch.context() as broken:
            broken.setattr(what_ifs, "_solved", goes_away)
            with pytest.raises(OperationalError):
                asked(town, pins=(the_pair(town.helper),))

        row, job = WhatIf.objects.get(), OutboxJob.objects.get(name=names.WHAT_IF)
        assert (row.state, job.payload) == (WhatIfState.QUEUED, {"what_if_id": row.pk})
        assert job.due_at == town.now + LEFT_AFTER
        done = actions.run_what_if(what_if_id=row.pk, now=job.due_at)
        assert (done.state, len(told(town, done).added)) == (WhatIfState.DONE, 1)

    @pytest.mark.parametrize(("who", "refusal"), [("asker", NotAllowed), ("other_coordinator", NotAllowed)])
    def test_is_for_workers_of_the_community(self, town: SmallTown, who: str, refusal: type[Exception]) -> None:
        with pytest.raises(refusal):
            asked(town, who=who, weights={"walk": 1})

        assert WhatIf.objects.count() == 0

    @pytest.mark.parametrize(
        ("draft", "refusal"),
        [({}, NothingChanged), ({"weights": {"luck": 1}}, InvalidInput), ({"weights": {"walk": -1}}, InvalidInput)],
    )
    def test_is_refused_for_what_cannot_be_supposed(
        self, town: SmallTown, draft: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            asked(town, **draft)

        assert WhatIf.objects.count() == 0

    @pytest.mark.parametrize("hours", [(Hours(7, time(9), time(10)),), (Hours(1, time(9), time(10)),) * 29])
    def test_is_refused_for_hours_of_no_week(self, town: SmallTown, hours: tuple[Hours, ...]) -> None:
        supposed = SupposedOffer(service_type="CLINIC_COMPANY", area=town.grid.public_id, hours=hours)

        with pytest.raises(InvalidInput):
            asked(town, offer=supposed)

        assert WhatIf.objects.count() == 0

    def test_needs_a_round_to_compare_with(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        Round.objects.all().delete()

        with pytest.raises(NoRoundYet):
            asked(town, weights={"walk": 1})

    def test_is_seen_by_workers_of_the_community_alone(self, town: SmallTown) -> None:
        row = asked(town, weights={"walk": 1})

        for who in ("asker", "other_coordinator", "auditor", "police"):
            with pytest.raises(NotFound):
                queries.what_if_by_id(viewer_of(getattr(town, who)), row.public_id)

    def test_is_read_with_as_many_queries_for_many_pairs_as_for_one(self, town: SmallTown) -> None:
        viewer, row = viewer_of(town.coordinator), asked(town, bans=(the_pair(town.newcomer),))
        with CaptureQueriesContext(connection) as few:
            queries.difference_of(viewer, row)
        offers_of_the_crowd(town, crowd(town, 3))
        for one in (town.neighbour, town.stranger):
            open_need_for(town, person=one)
        run(town)
        row = asked(town, weights={"walk": 1000, "identity_gain": 0})
        offer_pk = Offer.objects.values_list("pk", flat=True)[0]
        row.result["added"] = [[pk, offer_pk, 9] for pk in Need.objects.values_list("pk", flat=True)]

        with CaptureQueriesContext(connection) as many:
            found = queries.difference_of(viewer, row)

        assert found is not None
        assert len(found.added) == 3
        assert len(many) == len(few) <= 8


class TestRunAgain:
    def test_gives_the_same_plan_here_and_apart(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        offers_of_the_crowd(town, crowd(town, 6))
        for one in (town.neighbour, town.stranger):
            open_need_for(town, person=one)
        open_need_for(
            town, person=town.elder, asked_by=town.coordinator, consent="SPOKEN", helpers_wanted=2, all_or_none=True
        )
        plans = []
        for where in (Where.HERE, Where.APART, Where.HERE):
            row = run(town, where=where)
            plan = set(Proposal.objects.values_list("need_id", "offer_id", "starts_at"))
            plans.append((plan, row.inputs_hash, row.total_score, row.parameters, row.worst_share, row.fairness_price))
            Proposal.objects.all().delete()

        assert plans[0] == plans[1] == plans[2]
        assert len(plans[0][0]) == 5


class TestWhyNotAsked:
    def test_counts_by_the_helpers_own_rules(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        for one in (town.neighbour, town.stranger):
            open_need_for(town, person=one)
        Offer.objects.filter(person=town.helper).update(reach="METRES", reach_m=1)

        (found,) = queries.why_not_asked(viewer_of(town.helper), "en", now=town.now)

        assert (found.offer.person, found.rule, found.about) == (town.helper, "REACH", 0)
        assert found.sentence == "If you went 500 m further, a few more could come to you."

    def test_is_silent_about_one_or_two(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()

        assert queries.why_not_asked(viewer_of(town.helper), "en", now=town.now) == []

    def test_names_the_kind_of_help_in_the_readers_language(self, town: SmallTown) -> None:
        for one in (town.neighbour, town.stranger, town.elder):
            by = {"asked_by": town.coordinator, "consent": "SPOKEN"} if one == town.elder else {"consent": "IN_APP"}
            open_need_for(town, person=one, service_type="CLINIC_COMPANY", **by)

        told = [queries.why_not_asked(viewer_of(town.helper), tag, now=town.now) for tag in ("zh-hans", "en")]

        assert [[one.rule for one in found] for found in told] == [["SERVICE_TYPE"]] * 2
        assert "陪" in told[0][0].sentence

    def test_is_the_same_for_whom_an_asker_avoids(self, town: SmallTown) -> None:
        Proposal.objects.all().delete()
        for one in (town.neighbour, town.stranger):
            open_need_for(town, person=one)
        before = queries.why_not_asked(viewer_of(town.helper), "en", now=town.now)

        for need in Need.objects.all():
            actions.ban_pair(
                viewer=viewer_of(town.coordinator),
                need_id=need.public_id,
                offer_id=Offer.objects.get(person=town.helper).public_id,
                reason="不合适",
                now=town.now,
            )

        assert queries.why_not_asked(viewer_of(town.helper), "en", now=town.now) == before != []

    def test_has_nothing_for_who_offers_nothing(self, town: SmallTown) -> None:
        assert queries.why_not_asked(viewer_of(town.asker), "en", now=town.now) == []
