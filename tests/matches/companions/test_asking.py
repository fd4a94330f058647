"""Who is asked to come along, for which visits, and within which hours."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext

from matchmaker.community.actions import keep_apart
from matchmaker.community.models import Person, Sex
from matchmaker.matches import actions, inputs
from matchmaker.matches.actions.companions.wishes import MatchNotAhead, NobodyComesAlong
from matchmaker.matches.drafts import WillingDraft
from matchmaker.matches.models import (
    BookedQuarter,
    CompanionBudget,
    CompanionProposal,
    CompanionState,
    CompanionWish,
    Visit,
    Willingness,
)
from matchmaker.needs.availability import Hours, Window
from matchmaker.needs.models import Need, ServiceType
from matchmaker.notices.models import Notice
from tests.company import Company, agreed, asked, company, give_hours, willing
from tests.town_rows import NOW, vouch
from tests.towns import match_for, open_need_for, open_offer_for, viewer_of

pytestmark = pytest.mark.django_db


def pass_over(made: Company) -> list[str]:
    """The names of those whom the second pass asks now."""
    actions.propose_companions(now=NOW)
    return list(CompanionProposal.objects.values_list("companion__name", flat=True))


class TestProposeCompanions:
    def test_asks_the_willing_for_a_time_and_keeps_what_it_is_worth(self) -> None:
        made = asked()

        proposal = made.proposal
        assert (proposal.companion, proposal.visit) == (made.town.newcomer, made.visit)
        assert 0 < proposal.gain_alone < proposal.gain_together
        assert proposal.reason == "THREE_MEET"
        told = Notice.objects.get(kind="COMPANION_WANTED")
        assert (told.person, told.about) == (made.town.newcomer, proposal.public_id)

    def test_done_twice_is_done_once(self) -> None:
        asked()

        assert actions.propose_companions(now=NOW) == 0
        assert CompanionProposal.objects.count() == 1

    def test_asks_nobody_where_the_community_gives_no_hours(self) -> None:
        made = company(hours=0)

        assert pass_over(made) == []
        give_hours(made, 0)
        assert pass_over(made) == []

    def test_asks_nobody_without_a_wish(self) -> None:
        assert pass_over(company(wished=False)) == []

    def test_asks_nobody_whom_no_worker_has_looked_at_and_nobody_knows(self) -> None:
        made = company()
        Willingness.objects.update(vetted_at=None, vetted_by=None)

        assert pass_over(made) == []

    def test_asks_nobody_again_whom_a_worker_took_off_the_list_before_another_look(self) -> None:
        made = company()
        who = made.town.newcomer
        actions.stop_being_companion(viewer=made.viewer("grid_head"), now=NOW, for_person_id=who.public_id)
        actions.be_companion(viewer=made.viewer("newcomer"), draft=WillingDraft(), now=NOW)

        assert pass_over(made) == []
        actions.vet_companion(viewer=made.viewer("coordinator"), person_id=who.public_id, now=NOW)
        assert pass_over(made) == ["吴新来"]

    def test_asks_nobody_whom_a_worker_took_off_the_list_also_where_they_are_known(self) -> None:
        made = company()
        who = made.town.newcomer
        vouch(made.town.coordinator, who)
        actions.stop_being_companion(viewer=made.viewer("newcomer"), now=NOW)
        actions.stop_being_companion(viewer=made.viewer("grid_head"), now=NOW, for_person_id=who.public_id)
        actions.be_companion(viewer=made.viewer("newcomer"), draft=WillingDraft(), now=NOW)

        assert pass_over(made) == []
        actions.vet_companion(viewer=made.viewer("coordinator"), person_id=who.public_id, now=NOW)
        assert pass_over(made) == ["吴新来"]

    def test_asks_again_who_paused_by_themselves(self) -> None:
        made = company()
        actions.stop_being_companion(viewer=made.viewer("newcomer"), now=NOW)
        actions.be_companion(viewer=made.viewer("newcomer"), draft=WillingDraft(), now=NOW)

        assert pass_over(made) == ["吴新来"]

    def test_asks_who_is_known_around_here_without_a_look(self) -> None:
        made = company()
        Willingness.objects.update(vetted_at=None, vetted_by=None)
        vouch(made.town.coordinator, made.town.newcomer)

        assert pass_over(made) == ["吴新来"]

    def test_asks_nobody_in_a_town_not_known_yet(self) -> None:
        made = company()
        Person.objects.filter(name__startswith="邻居").update(left_at=NOW)

        assert pass_over(made) == []

    @pytest.mark.parametrize("by", ["asker", "helper", "newcomer"])
    def test_brings_nobody_to_whom_one_of_the_three_would_rather_not_meet(self, by: str) -> None:
        made = company()
        other = made.town.newcomer if by != "newcomer" else made.town.helper
        keep_apart(person_id=getattr(made.town, by).pk, blocked_id=other.pk, now=NOW)

        assert pass_over(made) == []

    def test_heeds_the_wish_for_somebody_of_ones_own_sex(self) -> None:
        made = company(helper_sex="FEMALE")
        Person.objects.filter(pk=made.town.newcomer.pk).update(sex=Sex.MALE)
        assert pass_over(made) == []

        Person.objects.filter(pk=made.town.newcomer.pk).update(sex=Sex.FEMALE)
        assert pass_over(made) == ["吴新来"]

    def test_heeds_the_wish_for_nobody_from_ones_building(self) -> None:
        made = company(nobody_from_building=True)
        place = made.match.need.place
        Person.objects.filter(pk=made.town.newcomer.pk).update(
            household=next(home for home in made.town.households if home.parent_id == place.pk)
        )

        assert pass_over(made) == []

    def test_heeds_hours_reach_and_the_month(self) -> None:
        made = company()
        viewer = made.viewer("newcomer")
        Person.objects.filter(pk=made.town.newcomer.pk).update(household=made.town.households[-1])
        for draft in (WillingDraft(hours=(Hours(5, time(9), time(12)),)), WillingDraft(reach_m=100)):
            actions.be_companion(viewer=viewer, draft=draft, now=NOW)
            assert pass_over(made) == []

        actions.be_companion(viewer=viewer, draft=WillingDraft(visits_per_month=1), now=NOW)
        earlier = made.visit.starts_at - timedelta(days=7)
        worth = {"walk_m": 1, "chance": 0.8, "gain_alone": 0.1, "gain_together": 0.2, "reason": "THREE_MEET"}
        past = Visit.objects.create(
            match=made.match,
            starts_at=earlier,
            ends_at=earlier + timedelta(hours=1),
            minutes=60,
            state="DONE",
            closed_at=NOW,
        )
        said: dict[str, Any] = {"companion_answered_at": NOW, "asker_answered_at": NOW, "asked_at": NOW}
        CompanionProposal.objects.create(
            visit=past, companion=made.town.newcomer, state=CompanionState.AGREED, **worth, **said
        )
        assert actions.propose_companions(now=NOW) == 0

    def test_asks_nobody_who_has_promised_that_hour(self) -> None:
        made = company()
        quarter = BookedQuarter.objects.aggregate(first=Max("quarter"))["first"]
        BookedQuarter.objects.create(person=made.town.newcomer, quarter=quarter, visit=made.visit, need=made.match.need)

        assert pass_over(made) == []

    def test_asks_for_no_more_minutes_than_the_week_has(self) -> None:
        made = company(hours=1)
        second = match_for(
            made.town,
            need=open_need_for(
                made.town,
                person=made.town.neighbour,
                service_type="ORIENTATION",
                at_home=False,
                place=made.town.corridors[1].public_id,
            ),
            offer=open_offer_for(made.town, person=made.town.stranger, service_types=("ORIENTATION",)),
        )
        actions.wish_companion(viewer=viewer_of(made.town.neighbour), match_id=second.public_id, now=NOW)
        willing(made, made.town.member)

        assert actions.propose_companions(now=NOW) == 1
        CompanionBudget.objects.update(hours_per_week=2)
        assert actions.propose_companions(now=NOW) == 1

    @pytest.mark.parametrize("together", [True, False])
    def test_asks_nobody_for_two_visits_at_one_hour(self, together: bool) -> None:
        made = company()
        if not together:
            assert actions.propose_companions(now=NOW) == 1
        second = match_for(
            made.town,
            need=open_need_for(
                made.town,
                person=made.town.neighbour,
                service_type="ORIENTATION",
                at_home=False,
                place=made.town.corridors[1].public_id,
                windows=(Window(made.visit.starts_at.date(), time(9), time(10)),),
            ),
            offer=open_offer_for(made.town, person=made.town.stranger, service_types=("ORIENTATION",)),
        )
        assert second.visits.get().starts_at == made.visit.starts_at
        actions.wish_companion(viewer=viewer_of(made.town.neighbour), match_id=second.public_id, now=NOW)

        actions.propose_companions(now=NOW)

        assert CompanionProposal.objects.count() == 1

    def test_never_accompanies_a_first_visit_to_a_home(self) -> None:
        made = company(at_home=True, place=None)
        assert pass_over(made) == []

        Visit.objects.create(
            match=made.match,
            starts_at=NOW - timedelta(days=7),
            ends_at=NOW - timedelta(days=7, hours=-1),
            minutes=60,
            state="DONE",
            closed_at=NOW,
        )
        assert pass_over(made) == ["吴新来"]

    def test_never_accompanies_a_visit_for_a_minor(self) -> None:
        made = company()
        Person.objects.filter(pk=made.town.asker.pk).update(birth_year=NOW.year - 10)

        assert pass_over(made) == []

    def test_reads_a_fixed_number_of_rows(self) -> None:
        made = company()
        with CaptureQueriesContext(
            connection,
        ) as few:
            inputs.company_in(made.town.community, now=NOW)
        for who in (made.town.member, made.town.stranger, made.town.clerk, made.town.police):
            willing(made, who)
        with CaptureQueriesContext(connection) as many:
            inputs.company_in(made.town.community, now=NOW)

        assert len(many) == len(few)


class TestAccompaniedTypes:
    def test_are_those_of_the_table_and_none_of_health_care_assistance_or_safety(self) -> None:
        company()

        assert inputs.accompanied_types() == {
            "JOB_SEEKING",
            "WORK_SKILLS",
            "DIGITAL_HELP",
            "FESTIVAL",
            "SPORTS",
            "ORIENTATION",
            "LANGUAGE_PRACTICE",
        }

    def test_leave_out_health_even_where_the_table_marks_it(self) -> None:
        company()
        ServiceType.objects.filter(parent__code="HEALTH").update(companions_allowed=True, sensitive=False)

        assert inputs.accompanied_types().isdisjoint(
            ServiceType.objects.filter(parent__code="HEALTH").values_list("code", flat=True)
        )


class TestWishCompanion:
    def test_is_refused_for_a_kind_that_nobody_accompanies(self) -> None:
        made = company(wished=False)
        shopping = ServiceType.objects.get(code="SHOPPING")
        Need.objects.filter(pk=made.match.need_id).update(service_type=shopping)

        with pytest.raises(NobodyComesAlong):
            actions.wish_companion(viewer=made.viewer("asker"), match_id=made.match.public_id, now=NOW)

        assert not CompanionWish.objects.exists()

    def test_is_refused_once_no_visit_is_ahead(self) -> None:
        made = company(wished=False)

        with pytest.raises(MatchNotAhead):
            actions.wish_companion(viewer=made.viewer("asker"), match_id=made.match.public_id, now=made.afterwards)

        assert not CompanionWish.objects.exists()

    def test_taken_back_leaves_nobody_asked(self) -> None:
        made = asked()

        actions.unwish_companion(viewer=made.viewer("asker"), match_id=made.match.public_id, now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert not CompanionWish.objects.exists()
        assert Notice.objects.filter(person=made.town.newcomer, kind="COMPANION_GONE").count() == 1

    def test_taken_back_is_told_to_the_two_who_would_have_met_and_not_to_who_took_it_back(self) -> None:
        made = agreed()

        actions.unwish_companion(viewer=made.viewer("asker"), match_id=made.match.public_id, now=NOW)

        told = Notice.objects.filter(kind="COMPANION_GONE").values_list("person", flat=True)
        assert sorted(told) == sorted([made.town.newcomer.pk, made.town.helper.pk])
