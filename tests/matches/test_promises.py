"""What holds whatever happens: hard rules on every match, nobody booked twice, trust that a no never lowers."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.community.models import Membership, Person, PersonBlock, PostTerm, Tie, Vouch
from matchmaker.engine.trust import trust_in
from matchmaker.errors import DomainError
from matchmaker.matches import actions, inputs
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    LIVE_STATES,
    BookedQuarter,
    LedgerEntry,
    Match,
    Outcome,
    Proposal,
    ProposalState,
    Visit,
)
from matchmaker.needs.actions import close_offer, withdraw_need
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from matchmaker.notices.actions import read_notices
from tests.matches.crowds import crowd, offers_of_the_crowd
from tests.towns import (
    NOW,
    SmallTown,
    helper_says_yes,
    match_for,
    open_need_for,
    open_offer_for,
    small_town,
    viewer_of,
    vouch,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=60)
BADLY = OutcomeDraft(happened=True, went_well=-1, greet_again=False)


def complain(town: SmallTown, visit: Visit, first: Person, second: Person) -> None:
    """The first said that it took place, the second that it went badly."""
    held = OutcomeDraft(happened=True, greet_again=False)
    for who, draft in ((first, held), (second, BADLY)):
        actions.record_outcome(viewer=viewer_of(who), visit_id=visit.public_id, draft=draft, now=visit.ends_at)


def withdraw_next(town: SmallTown) -> None:
    need = open_need_for(town, person=town.asker)
    withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=town.now)


ACTS_OF_SPEAKING_UP: Mapping[str, Callable[[SmallTown, Match, Visit], object]] = {
    "asker_complains": lambda town, match, visit: complain(town, visit, town.helper, town.asker),
    "helper_complains": lambda town, match, visit: complain(town, visit, town.asker, town.helper),
    "asker_worries": lambda town, match, visit: actions.report_concern(
        viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now
    ),
    "helper_worries": lambda town, match, visit: actions.report_concern(
        viewer=viewer_of(town.helper), match_id=match.public_id, now=town.now
    ),
    "asker_blocks": lambda town, match, visit: actions.block_person(
        viewer=viewer_of(town.asker), person_id=town.helper.public_id, now=town.now
    ),
    "asker_withdraws": lambda town, match, visit: withdraw_next(town),
    "helper_cancels": lambda town, match, visit: actions.cancel_match(
        viewer=viewer_of(town.helper), match_id=match.public_id, now=town.now
    ),
}


def numbers_of(person: Person, town: SmallTown) -> dict[str, float]:
    """All that is known of somebody, as numbers, long after."""
    facts = inputs.town_of(town.community, now=LATER)
    trust = trust_in(facts)
    known = trust.anchoring_of(person.pk)
    return {
        "known": float(trust.is_known(person.pk)),
        "anchoring": 0.0 if known is None else known.value,
        "standing": trust.standing_of(person.pk).value,
        **{f"reliance for {other}": trust.reliance_of(person.pk, other).value for other in facts.people},
    }


class TestEveryMatch:
    def test_keeps_every_hard_rule_at_the_moment_it_is_agreed(self) -> None:
        town = small_town()
        busy_town(town)
        row = actions.request_round(
            viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=town.now, seed=3
        )
        actions.run_round(round_id=row.pk, now=town.now)
        assert Proposal.objects.count() >= 8

        for proposal in Proposal.objects.order_by("pk"):
            helper_says_yes(town, proposal)
            proposal.refresh_from_db()
            assert proposal.helper is not None
            pair = inputs.pair_facts(proposal, proposal.helper, now=town.now)
            assert pair is not None
            assert pair.first_refusal() is None
            actions.accept_proposal(
                viewer=viewer_of(proposal.need.for_person), proposal_id=proposal.public_id, now=town.now
            )

        assert Match.objects.count() == Proposal.objects.count()
        assert_nobody_is_in_two_places()
        assert sum(Visit.objects.values_list("minutes", flat=True)) == 15 * helper_quarters()
        blocked = PersonBlock.objects.get()
        assert not Match.objects.filter(helper=blocked.blocked, person=blocked.person).exists()
        for helper in Person.objects.filter(matches_as_helper__isnull=False).distinct():
            assert helper.matches_as_helper.count() <= helper.visits_per_week_cap


class TestSayingNo:
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(steps=st.lists(st.sampled_from(("decline", "asker_declines", "withdraw", "pause", "expire")), max_size=6))
    def test_never_lowers_anybodys_trust(self, steps: list[str]) -> None:
        with transaction.atomic():
            town = small_town()
            offers_of_the_crowd(town, crowd(town, 5))
            for person in (town.asker, town.stranger):
                need = open_need_for(town, person=person)
                actions.propose_next(need_id=need.pk, now=town.now)
            rows, trust = trust_rows(), trust_of(town)

            for step in steps:
                take(town, step)

            assert trust_rows() == rows
            assert trust_of(town) == trust
            transaction.set_rollback(True)


class TestSpeakingUp:
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(steps=st.lists(st.sampled_from(sorted(ACTS_OF_SPEAKING_UP)), min_size=1, max_size=5))
    def test_never_lowers_ones_own_numbers(self, steps: list[str]) -> None:
        with transaction.atomic():
            town = small_town()
            vouch(town.coordinator, town.helper)
            match = match_for(town)
            visit = match.visits.get()
            offers_of_the_crowd(town, crowd(town, 3))

            for step in steps:
                who = town.helper if step.startswith("helper") else town.asker
                before = numbers_of(who, town)
                with suppress(DomainError), transaction.atomic():
                    ACTS_OF_SPEAKING_UP[step](town, match, visit)
                after = numbers_of(who, town)

                assert before.keys() == after.keys()
                lower = [name for name, number in after.items() if number < before[name] - 1e-12]
                assert lower == [], step
            transaction.set_rollback(True)

    def test_is_tried_by_acts_that_do_happen(self) -> None:
        """Else the property above could hold because everything was refused."""
        for name, act in ACTS_OF_SPEAKING_UP.items():
            with transaction.atomic():
                town = small_town()
                match = match_for(town)
                act(town, match, match.visits.get())
                if name == "asker_complains":
                    assert inputs.town_of(town.community, now=LATER).outcomes[0].went_well == 0.0
                transaction.set_rollback(True)


class TestVisits:
    def test_add_up_to_the_minutes_in_the_ledger_of_none_before_both_spoke(self) -> None:
        town = small_town()
        match = match_for(town)

        assert match.visits.count() == 1
        assert LedgerEntry.objects.count() == 0
        assert helper_quarters() * 15 == match.visits.get().minutes


def busy_town(town: SmallTown) -> None:
    """Needs and offers of several kinds, with wishes, blocks and an organization."""
    people = crowd(town, 18)
    offers_of_the_crowd(town, people[:12])
    open_offer_for(town, organization=town.organization)
    wishes: list[dict[str, Any]] = [
        {},
        {"nobody_from_building": True},
        {"helper_sex": "FEMALE"},
        {"languages": ("zh",)},
        {"minutes": 30},
        {"helpers_wanted": 2},
        {"forms_accepted": ("VOLUNTARY",)},
        {},
    ]
    for person, wish in zip((*people[12:], town.asker, town.stranger), wishes, strict=True):
        need = open_need_for(town, person=person, asked_by=town.coordinator, consent="SPOKEN", **wish)
        assert need.state == NeedState.OPEN
    PersonBlock.objects.create(person=people[12], blocked=people[0], made_at=town.now)


def take(town: SmallTown, step: str) -> None:
    """One act of saying no, where there is something to say no to."""
    proposal = Proposal.objects.filter(state=ProposalState.AWAITING_HELPER).order_by("pk").first()
    try:
        if step == "withdraw":
            need = Need.objects.filter(state=NeedState.OPEN).order_by("pk").first()
            if need is not None:
                withdraw_need(viewer=viewer_of(need.for_person), need_id=need.public_id, now=town.now)
                actions.close_need(need_id=need.pk, now=town.now)
        elif step == "pause":
            offer = Offer.objects.filter(state=OfferState.OPEN).order_by("pk").first()
            if offer is not None and offer.person is not None:
                close_offer(viewer=viewer_of(offer.person), offer_id=offer.public_id, now=town.now)
        elif step == "expire":
            for person in (offer.person for offer in Offer.objects.select_related("person")):
                if person is not None:
                    read_notices(viewer=viewer_of(person), now=town.now)
            actions.expire_proposals(now=town.now + timedelta(days=1))
        elif proposal is not None:
            say_no(town, proposal, by_asker=step == "asker_declines")
    except DomainError:
        pass
    for need_id in Need.objects.filter(state=NeedState.OPEN).order_by("pk").values_list("pk", flat=True):
        actions.propose_next(need_id=need_id, now=town.now)
        asked = Proposal.objects.filter(need_id=need_id, state__in=LIVE_STATES).count()
        assert asked <= Need.objects.get(pk=need_id).helpers_wanted


def say_no(town: SmallTown, proposal: Proposal, *, by_asker: bool) -> None:
    person = proposal.offer.person
    assert person is not None
    if by_asker:
        helper_says_yes(town, proposal)
        person = proposal.need.for_person
    actions.decline_proposal(viewer=viewer_of(person), proposal_id=proposal.public_id, now=town.now)


def trust_rows() -> list[object]:
    """All rows that trust is measured from."""
    tables = (Tie, Vouch, Membership, PostTerm, Outcome, Visit)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def trust_of(town: SmallTown) -> object:
    measured = trust_in(inputs.town_of(town.community, now=town.now))
    return measured.anchoring, measured.standing, measured.history, measured.vouched


def helper_quarters() -> int:
    return sum(match.visits.filter(booked_quarters__person=match.helper).count() for match in Match.objects.all())


def assert_nobody_is_in_two_places() -> None:
    booked = list(BookedQuarter.objects.values_list("person_id", "quarter"))
    assert len(booked) == len(set(booked))
