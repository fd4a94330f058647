"""Pins and bans, what if, and why a helper was not asked, on pages."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse

from matchmaker.matches import actions
from matchmaker.matches.models import PairDecision, PairDecisionKind, Proposal, Round, UnmetNeed, WhatIf, WhatIfState
from matchmaker.needs.models import Need, Offer
from matchmaker.web.wording import offer_title
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, viewer_of, vouch
from tests.web.conftest import SignedIn, leads_to


@pytest.fixture
def planned(town: SmallTown) -> SmallTown:
    """One need, and two who could help; a round asked the newcomer."""
    for one in (town.helper, town.newcomer):
        vouch(town.coordinator, one)
        open_offer_for(town, person=one)
    open_need_for(town)
    run(town)
    return town


def run(town: SmallTown) -> Round:
    worker = viewer_of(town.coordinator)
    row = actions.request_round(viewer=worker, community_id=town.community.public_id, now=NOW, seed=5)
    return actions.run_round(round_id=row.pk, now=NOW)


def pin(town: SmallTown) -> PairDecision:
    return actions.pin_pair(
        viewer=viewer_of(town.coordinator),
        need_id=Need.objects.get().public_id,
        offer_id=Offer.objects.get(person=town.helper).public_id,
        reason="两家都说好了",
        now=NOW,
    )


def main_of(page: HttpResponse) -> str:
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


class TestPairs:
    def test_are_said_on_a_page_of_the_need(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()
        form = main_of(browser.get(f"/needs/{need.public_id}/pair"))
        assert "已在推荐中" in form  # the newcomer, whom the round asked
        assert planned.helper.name in form
        offer = Offer.objects.get(person=planned.newcomer)

        answer = browser.post(
            f"/needs/{need.public_id}/pair", {"offer": str(offer.public_id), "kind": "ban", "reason": "两家不合适"}
        )

        assert (answer.status_code, leads_to(answer)) == (302, "/pairs")
        row = PairDecision.objects.get()
        assert (row.kind, row.offer, row.reason) == (PairDecisionKind.BAN, offer, "两家不合适")
        listed = main_of(browser.get("/pairs"))
        assert "两家不合适" in listed
        assert f"{planned.newcomer.name} → {planned.asker.name}" in listed

    def test_ask_for_a_reason_and_a_choice(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()

        page = main_of(browser.post(f"/needs/{need.public_id}/pair", {"reason": ""}))

        assert "请写明原因。" in page
        assert page.count("请选一项。") >= 2
        assert PairDecision.objects.count() == 0

    def test_say_a_refusal_beside_its_field(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()
        offer = str(Offer.objects.get(person=planned.helper).public_id)
        past = (NOW - timedelta(days=1)).date().isoformat()

        page = browser.post(
            f"/needs/{need.public_id}/pair", {"offer": offer, "kind": "pin", "reason": "好", "until_date": past}
        )

        assert "这一天已经过去了。" in main_of(page)
        assert PairDecision.objects.count() == 0

    def test_are_lifted_by_a_button(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, row = signed_in(planned.coordinator), pin(planned)
        assert f"/pairs/{row.public_id}/lift" in main_of(browser.get("/pairs"))

        browser.post(f"/pairs/{row.public_id}/lift")

        page = main_of(browser.get("/pairs"))
        assert "解除：" in page
        assert "/lift" not in page

    def test_say_why_a_pin_could_not_stand(self, planned: SmallTown, signed_in: SignedIn) -> None:
        pin(planned)
        PairDecision.objects.update(refused_rule="EXCLUDED", refused_at=NOW)

        page = main_of(signed_in(planned.coordinator).get("/pairs"))

        assert "上次没能安排：双方没有都方便的时间。" in page

    def test_tell_an_auditor_no_name_and_no_link(self, planned: SmallTown, signed_in: SignedIn) -> None:
        pin(planned)

        page = main_of(signed_in(planned.auditor).get("/pairs"))

        assert "两家都说好了" in page
        assert planned.helper.name not in page
        assert planned.asker.name not in page
        assert "/needs/" not in page

    @pytest.mark.parametrize("role", ["asker", "helper", "clerk", "police"])
    def test_are_no_page_of_others(self, planned: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(planned, role))

        assert browser.get("/pairs").status_code == 403
        assert "/pairs" not in browser.get("/").content.decode()

    @pytest.mark.parametrize("role", ["asker", "helper", "auditor", "other_coordinator"])
    def test_are_decided_by_workers_of_the_area_alone(self, planned: SmallTown, signed_in: SignedIn, role: str) -> None:
        page = signed_in(getattr(planned, role)).get(f"/needs/{Need.objects.get().public_id}/pair")

        assert page.status_code in (403, 404)

    def test_are_linked_where_a_worker_would_look(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()

        assert 'href="/pairs"' in browser.get("/review").content.decode()
        assert 'href="/pairs"' in browser.get("/").content.decode()
        assert f'href="/needs/{need.public_id}/pair"' in browser.get(f"/needs/{need.public_id}").content.decode()
        assert "/pair" not in main_of(signed_in(planned.asker).get(f"/needs/{need.public_id}"))


class TestWhatIf:
    def address(self, town: SmallTown) -> str:
        return f"/rounds/{Round.objects.get(community=town.community).public_id}/what-if"

    def test_shows_both_plans_side_by_side(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()
        address = self.address(planned)
        form = main_of(browser.get(f"{address}?need={need.public_id}"))
        assert planned.newcomer.name in form  # whom the round asked may be supposed away
        offer = Offer.objects.get(person=planned.newcomer)

        answer = browser.post(address, {"need": str(need.public_id), "offer": str(offer.public_id), "kind": "ban"})

        asked = WhatIf.objects.get()
        assert answer.headers["Location"] == f"/what-if/{asked.public_id}"
        page = re.sub(r"<[^>]*>", "|", main_of(browser.get(answer.headers["Location"])))
        assert f"排除：{planned.newcomer.name} → {planned.asker.name}" in page
        assert re.search(r"有人来的需求\|+1\|+1\|+0\|", page)
        assert f"{planned.helper.name} → {planned.asker.name}" in page
        assert Proposal.objects.get().helper == planned.newcomer

    def test_takes_one_more_offer_other_weights_and_floors(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(planned.coordinator)
        grid = planned.grid

        browser.post(
            self.address(planned),
            {
                "service_type": "SHOPPING", "area": str(grid.public_id), "weekdays": ["1", "2"], "starts": "08:00",
                "ends": "12:00", "reach_minutes": "10", "visits_per_week": "2", "floor": "100", "weight_walk": "99",
                "weight_fit": "10",
            },
        )  # fmt: skip

        changes = WhatIf.objects.get().changes
        assert changes["weights"] == {"walk": 99}
        assert changes["floor_margin"] == 100
        assert changes["offer"] == {
            "service_type": "SHOPPING", "area": grid.pk, "reach_m": 700, "visits_per_week": 2,
            "hours": [[1, "08:00:00", "12:00:00"], [2, "08:00:00", "12:00:00"]],
        }  # fmt: skip
        page = main_of(browser.get(f"/what-if/{WhatIf.objects.get().public_id}"))
        assert "各网格不设底线" in page
        assert "“路近”的比重改为99" in page

    def test_asks_what_is_to_be_different(self, planned: SmallTown, signed_in: SignedIn) -> None:
        page = main_of(signed_in(planned.coordinator).post(self.address(planned), {}))

        assert "请填写想改动的地方。" in page
        assert WhatIf.objects.count() == 0

    def test_says_which_of_two_fields_is_missing(self, planned: SmallTown, signed_in: SignedIn) -> None:
        page = main_of(
            signed_in(planned.coordinator).post(self.address(planned), {"service_type": "SHOPPING", "starts": "08:00"})
        )

        assert "请选从哪里出发。" in page
        assert "请把两个时间都填上。" in page
        assert WhatIf.objects.count() == 0

    def test_leads_to_the_latest_round(self, planned: SmallTown, signed_in: SignedIn) -> None:
        earlier = self.address(planned)
        Proposal.objects.all().delete()
        later = run(planned)

        answer = signed_in(planned.coordinator).get(earlier)

        assert answer.headers["Location"] == f"/rounds/{later.public_id}/what-if"

    @pytest.mark.parametrize(
        ("state", "told"), [(WhatIfState.QUEUED, "正在算，请过一会儿再看。"), (WhatIfState.FAILED, "没有算成")]
    )
    def test_says_that_it_is_not_there(
        self, planned: SmallTown, signed_in: SignedIn, state: WhatIfState, told: str
    ) -> None:
        finished = None if state == WhatIfState.QUEUED else NOW
        row = WhatIf.objects.create(
            round=Round.objects.get(), asked_at=NOW, changes={"floor_margin": 5}, state=state, finished_at=finished
        )

        assert told in main_of(signed_in(planned.coordinator).get(f"/what-if/{row.public_id}"))

    @pytest.mark.parametrize("role", ["asker", "helper", "auditor", "other_coordinator", "grid_head"])
    def test_is_for_workers_of_the_whole_community(self, planned: SmallTown, signed_in: SignedIn, role: str) -> None:
        row = WhatIf.objects.create(round=Round.objects.get(), asked_at=NOW, changes={"floor_margin": 5})
        browser = signed_in(getattr(planned, role))

        assert browser.get(self.address(planned)).status_code in (403, 404)
        assert browser.get(f"/what-if/{row.public_id}").status_code == 404

    def test_is_linked_from_the_desk_and_from_a_need(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser, need = signed_in(planned.coordinator), Need.objects.get()

        assert f'href="{self.address(planned)}"' in browser.get("/review").content.decode()
        assert (
            f"{self.address(planned)}?need={need.public_id}" in browser.get(f"/needs/{need.public_id}").content.decode()
        )

    def test_of_a_need_that_nobody_knows_is_not_found(self, planned: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(planned.coordinator)

        assert browser.get(f"{self.address(planned)}?need=nothing").status_code == 404


class TestWhyNobody:
    def test_tells_a_worker_every_change_that_would_help(self, planned: SmallTown, signed_in: SignedIn) -> None:
        Proposal.objects.all().delete()
        need = Need.objects.get()
        reasons = [
            {"rule": "TIME", "offers": 1, "params": {"hours": 2}},
            {"rule": "REACH", "offers": 1, "params": {"more_m": 300}},
        ]
        UnmetNeed.objects.create(need=need, helpers_missing=1, rule_code="TIME", reasons=reasons)

        page = main_of(signed_in(planned.coordinator).get(f"/needs/{need.public_id}"))

        assert "如果时间能前后挪动2小时，就有1人可以来。" in page
        assert "如果有人愿意多走300米，就有1人可以来。" in page


class TestWhyNotAsked:
    def test_tells_a_helper_of_their_own_rules(self, planned: SmallTown, signed_in: SignedIn) -> None:
        Proposal.objects.all().delete()
        for one in (planned.neighbour, planned.stranger):
            open_need_for(planned, person=one)
        Offer.objects.filter(person=planned.helper).update(reach="METRES", reach_m=1)

        page = main_of(signed_in(planned.helper).get("/why-not-asked"))

        assert "如果您愿意多走500米，还有几项需求可以请您。" in page
        assert planned.neighbour.name not in page

    def test_is_kind_where_there_is_nothing_to_say(self, planned: SmallTown, signed_in: SignedIn) -> None:
        assert "有合适的，我们会问您。" in main_of(signed_in(planned.helper).get("/why-not-asked"))
        assert "您自己现在没有登记能帮的事" in main_of(signed_in(planned.asker).get("/why-not-asked"))

    def test_tells_a_clerk_of_the_offers_of_the_organization(self, planned: SmallTown, signed_in: SignedIn) -> None:
        offer = open_offer_for(planned, organization=planned.organization)

        page = main_of(signed_in(planned.clerk).get("/why-not-asked"))

        assert "您自己名下没有登记能帮的事" in page
        listed = page[page.index('id="organizations"') :].partition("</section>")[0]
        assert f'href="/organizations/{planned.organization.public_id}"' in listed
        assert offer_title(offer) in listed

    def test_is_linked_beside_ones_offers(self, planned: SmallTown, signed_in: SignedIn) -> None:
        assert 'href="/why-not-asked"' in main_of(signed_in(planned.helper).get("/mine"))
        assert 'href="/why-not-asked"' not in main_of(signed_in(planned.asker).get("/mine"))
