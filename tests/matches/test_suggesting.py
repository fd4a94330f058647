"""Who could come to one need at once: no name for its asker, all of it for a worker, always as things are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import MembershipRole, Person, PersonBlock, Qualification
from matchmaker.engine.prices import SCARCE
from matchmaker.engine.sentences import REASONS, sentence
from matchmaker.matches import actions, inputs
from matchmaker.matches.queries import Suggestions, suggest, why_this
from matchmaker.needs.actions import close_offer, pause_offer, resume_offer
from matchmaker.needs.models import Need, Offer
from tests.matches.test_pricing import DEAR, priced
from tests.town_rows import membership
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, proposal_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def fresh(need: Need) -> Need:
    """The need as a door reads it."""
    return Need.objects.select_related("for_person", "service_type", "place", "community").get(pk=need.pk)


def shown(town: SmallTown, need: Need, who: Person | None = None, language: str = "en") -> Suggestions:
    found = suggest(viewer_of(who or town.coordinator), fresh(need), language, now=NOW)
    assert found is not None
    return found


def ranked(town: SmallTown, need: Need) -> list[int]:
    return [one.offer.pk for one in shown(town, need).ranked]


class TestSuggest:
    def test_tells_the_asker_how_many_when_and_why_without_a_name(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.helper)
        open_offer_for(town, person=town.neighbour)

        found = shown(town, open_need_for(town, verified=False), town.asker)

        assert found.could_come == 2
        assert found.ranked == ()
        assert NOW < found.times[0] <= NOW + timedelta(days=2)
        assert found.reasons[0] == "2 offer just this kind of help."
        assert found.reasons[1].startswith("The nearest is less than 5 minutes")
        assert not any(person.name in " ".join(found.reasons) for person in (town.helper, town.neighbour))

    def test_tells_a_worker_all_of_it_the_one_to_ask_first_at_the_front(self, town: SmallTown) -> None:
        offers = [open_offer_for(town, person=person) for person in (town.helper, town.neighbour)]
        need = open_need_for(town)

        found = shown(town, need)

        assert {one.offer.pk for one in found.ranked} == {offer.pk for offer in offers}
        assert [one.net for one in found.ranked] == sorted((one.net for one in found.ranked), reverse=True)
        assert all(one.terms and one.why and not one.is_scarce for one in found.ranked)
        made = actions.propose_next(need_id=need.pk, now=NOW)
        assert made is not None
        assert (made.offer_id, made.score) == (found.ranked[0].offer.pk, found.ranked[0].score)

    def test_says_scarce_where_the_price_tipped_the_order_and_the_proposal_keeps_it(self, town: SmallTown) -> None:
        for person in (town.helper, town.neighbour):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        need = open_need_for(town)
        best, other = ranked(town, need)
        priced(town, Offer.objects.get(pk=best), DEAR)

        found = shown(town, need)

        assert [(one.offer.pk, one.price, one.is_scarce) for one in found.ranked] == [
            (other, 0, False),
            (best, DEAR, True),
        ]
        assert found.ranked[1].why[0] == sentence(REASONS, SCARCE, {}, "en")
        made = actions.propose_next(need_id=need.pk, now=NOW)
        assert made is not None
        assert made.offer_id == other
        left = sentence(REASONS, "LEFT_FOR_OTHERS", {"people": 1}, "zh")
        assert left in why_this(viewer_of(town.coordinator), made, "zh")
        assert left not in why_this(viewer_of(town.neighbour), made, "zh") + why_this(
            viewer_of(town.helper), made, "zh"
        )

    def test_is_for_the_asker_and_workers_while_the_need_is_open(self, town: SmallTown) -> None:
        need = open_need_for(town)
        roles = ("asker", "coordinator", "grid_head", "helper", "police", "auditor", "other_coordinator")

        told = [
            role for role in roles if suggest(viewer_of(getattr(town, role)), fresh(need), "en", now=NOW) is not None
        ]
        Need.objects.filter(pk=need.pk).update(state="WITHDRAWN", closed_at=NOW)

        assert told == ["asker", "coordinator", "grid_head"]
        assert suggest(viewer_of(town.coordinator), fresh(need), "en", now=NOW) is None

    def test_names_nobody_to_a_worker_who_asks_for_themselves(self, town: SmallTown) -> None:
        open_offer_for(town)

        found = shown(town, open_need_for(town, person=town.grid_head), town.grid_head)

        assert (found.could_come, found.ranked) == (1, ())

    def test_says_that_nobody_could_come(self, town: SmallTown) -> None:
        found = shown(town, open_need_for(town))

        assert (found.could_come, found.times, found.reasons, found.ranked) == (0, (), (), ())

    def test_leaves_out_whoever_was_asked_or_is_blocked(self, town: SmallTown) -> None:
        asked = proposal_for(town)
        other = open_offer_for(town, person=town.neighbour)
        third = open_offer_for(town, person=town.newcomer)
        PersonBlock.objects.create(person=town.newcomer, blocked=town.asker, made_at=NOW)

        assert ranked(town, asked.need) == [other.pk]
        assert third.pk not in ranked(town, asked.need)

    def test_counts_what_was_promised_meanwhile(self, town: SmallTown) -> None:
        offer = open_offer_for(town, visits_per_week=1)
        need = open_need_for(town, person=town.newcomer)
        assert ranked(town, need) == [offer.pk]

        proposal_for(town, offer=offer)

        assert ranked(town, need) == []

    def test_agrees_with_the_problem_read_from_rows(self, town: SmallTown) -> None:
        for person in (town.helper, town.neighbour, town.newcomer):
            open_offer_for(town, person=person)
        open_offer_for(town, organization=town.organization)
        proposal_for(town)
        need = open_need_for(town, person=town.grid_head)

        by_rows = inputs.problem_of_need(need.pk, town.community, service_type="SHOPPING", now=NOW)
        found = inputs.found_at_once(fresh(need), inputs.card_kept(town.community, now=NOW), now=NOW)

        assert found.need == by_rows.needs[0]
        offers = {offer.offer_id: offer for offer in by_rows.offers}
        assert len(found.candidates) >= 2
        assert [offers[one.candidate.offer.offer_id] for one in found.candidates] == [
            one.candidate.offer for one in found.candidates
        ]


class TestOffersKept:
    """What is kept in memory follows every row it rests on, whoever wrote it."""

    def test_follow_an_offer_that_is_opened_paused_resumed_and_closed(self, town: SmallTown) -> None:
        need = open_need_for(town)
        assert ranked(town, need) == []

        offer = open_offer_for(town)
        assert ranked(town, need) == [offer.pk]
        pause_offer(viewer=viewer_of(town.helper), offer_id=offer.public_id, now=NOW)
        assert ranked(town, need) == []
        resume_offer(viewer=viewer_of(town.helper), offer_id=offer.public_id, now=NOW)
        assert ranked(town, need) == [offer.pk]
        close_offer(viewer=viewer_of(town.helper), offer_id=offer.public_id, now=NOW)
        assert ranked(town, need) == []

    def test_follow_a_person_by_any_way_of_writing(self, town: SmallTown) -> None:
        offer = open_offer_for(town)
        need = open_need_for(town, skills=("DRIVING",))
        assert ranked(town, need) == []

        Person.objects.filter(pk=town.helper.pk).update(skills=["DRIVING"])
        assert ranked(town, need) == [offer.pk]
        Person.objects.filter(pk=town.helper.pk).update(visits_per_week_cap=0)
        assert ranked(town, need) == []
        Person.objects.filter(pk=town.helper.pk).update(visits_per_week_cap=3, left_at=NOW)
        assert ranked(town, need) == []

    def test_follow_qualifications_and_members(self, town: SmallTown) -> None:
        person = open_offer_for(town, person=town.helper)
        team = open_offer_for(town, organization=town.organization)
        need = open_need_for(town, risk_class=2, risks="要登高")
        before = set(ranked(town, need))

        Qualification.objects.create(person=town.helper, kind="INSURANCE", code="ACCIDENT", valid_from_date=NOW.date())
        Qualification.objects.create(person=town.member, kind="INSURANCE", code="ACCIDENT", valid_from_date=NOW.date())
        membership(town.newcomer, town.organization, MembershipRole.MEMBER)

        assert before <= {person.pk, team.pk}
        by_rows = inputs.problem_of_need(need.pk, town.community, service_type="SHOPPING", now=NOW)
        found = inputs.found_at_once(fresh(need), inputs.card_kept(town.community, now=NOW), now=NOW)
        rows = {offer.offer_id: offer for offer in by_rows.offers}
        assert all(rows[one.candidate.offer.offer_id] == one.candidate.offer for one in found.candidates)

    def test_are_laid_out_anew_where_much_was_written(self, town: SmallTown, monkeypatch: Any) -> None:
        monkeypatch.setattr("matchmaker.matches.inputs.kept_offers.MOST_CAUGHT_UP", 1)
        need = open_need_for(town)
        assert ranked(town, need) == []

        opened = [open_offer_for(town, person=person).pk for person in (town.helper, town.neighbour, town.newcomer)]

        assert sorted(ranked(town, need)) == sorted(opened)

    def test_ask_one_query_where_nothing_was_written(self, town: SmallTown) -> None:
        for person in (town.helper, town.neighbour):
            open_offer_for(town, person=person)
        need = fresh(open_need_for(town))
        viewer = viewer_of(town.asker)
        suggest(viewer, need, "en", now=NOW)

        with CaptureQueriesContext(
            connection,
        ) as few:
            suggest(viewer, need, "en", now=NOW)
        for person in (town.newcomer, town.stranger, town.grid_head, town.member):
            open_offer_for(town, person=person)
        suggest(viewer, need, "en", now=NOW)
        with CaptureQueriesContext(connection) as more:
            found = suggest(viewer, need, "en", now=NOW)

        assert found is not None
        assert found.could_come > 2
        assert len(more) == len(few) <= 16
        assert sum("community_moved" in query["sql"] for query in more.captured_queries) == 1
