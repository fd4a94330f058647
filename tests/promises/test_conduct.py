"""Declining, complaining, withdrawing, parting and being new lower none of one's own numbers, on a real town."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.community import actions as community
from matchmaker.community.models import Consent, Person, TieKind, Vouch
from matchmaker.engine.problem import Town
from matchmaker.engine.trust import trust_in
from matchmaker.errors import DomainError
from matchmaker.matches import actions, inputs
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import CompanionWish, SecondLook
from matchmaker.needs.actions import close_offer, pause_offer, withdraw_need
from matchmaker.notices.actions import wish_notices
from tests.promises.attempts_gone_wrong import WHEN_IT_BEGINS
from tests.promises.attempts_with_company import company_of
from tests.promises.conduct import CONDUCT, ROOMS, Effect, actions_of
from tests.towns import SmallTown, open_need_for, tie, viewer_of, vouch
from tests.way import AGREED, ASKED, ONE_YES, Way, way_to

LONG_AFTER: Final = timedelta(days=60)
Act = Callable[[Way], object]
PLAIN: Final = OutcomeDraft(happened=True)
GLAD: Final = OutcomeDraft(happened=True, went_well=1, greet_again=False)
SO_SO: Final = OutcomeDraft(happened=True, went_well=0, greet_again=False)
BADLY: Final = OutcomeDraft(happened=True, went_well=-1, greet_again=False)


@pytest.mark.parametrize("room", ROOMS)
class TestTable:
    def test_names_every_action_and_no_other(self, room: str) -> None:
        assert set(CONDUCT[room]) ^ actions_of(room) == set()


def said(way: Way, who: str, draft: OutcomeDraft) -> object:
    """The helper or the asker speaks of the helper's visit, a day after."""
    at = way.now + timedelta(hours=24)
    viewer = viewer_of(getattr(way.town, who), now=at)
    return actions.record_outcome(viewer=viewer, visit_id=way.visits[0].public_id, draft=draft, now=at)


def worried(way: Way, who: str) -> object:
    viewer = viewer_of(getattr(way.town, who))
    return actions.report_concern(viewer=viewer, match_id=way.matches[0].public_id, words="不放心", now=way.now)


def declined(way: Way, who: str) -> object:
    viewer = viewer_of(getattr(way.town, who))
    return actions.decline_proposal(viewer=viewer, proposal_id=way.proposals[0].public_id, now=way.now)


def parted(way: Way, who: str, other: str) -> object:
    viewer, person = viewer_of(getattr(way.town, who)), getattr(way.town, other)
    return actions.block_person(viewer=viewer, person_id=person.public_id, now=way.now)


def called_off(way: Way, who: str) -> object:
    viewer = viewer_of(getattr(way.town, who))
    return actions.cancel_match(viewer=viewer, match_id=way.matches[0].public_id, now=way.now)


def one_visit_off(way: Way, who: str) -> object:
    viewer = viewer_of(getattr(way.town, who))
    return actions.cancel_visit(viewer=viewer, visit_id=way.visits[0].public_id, now=way.now)


def nobody_came(way: Way) -> object:
    at = way.now + WHEN_IT_BEGINS + timedelta(hours=1)
    viewer = viewer_of(way.town.asker, now=at)
    return actions.report_no_show(viewer=viewer, visit_id=way.visits[0].public_id, now=at)


def company(way: Way, act: str, who: str, state: str, later: timedelta = timedelta()) -> object:
    at = way.now + later
    proposal_id = company_of(way, state).public_id
    return getattr(actions, act)(viewer=viewer_of(getattr(way.town, who), now=at), proposal_id=proposal_id, now=at)


def wished_no_more(way: Way) -> object:
    match = way.matches[0]
    CompanionWish.objects.get_or_create(match=match, defaults={"wished_at": way.now})
    return actions.unwish_companion(viewer=viewer_of(way.town.asker), match_id=match.public_id, now=way.now)


def took_consent_back(way: Way) -> object:
    consent = Consent.objects.filter(person=way.town.asker, withdrawn_at=None).earliest("pk")
    return community.withdraw_consent(viewer=viewer_of(way.town.asker), consent_id=consent.public_id, now=way.now)


def took_word_back(way: Way) -> object:
    word = Vouch.objects.get(voucher=way.town.helper)
    return community.revoke_vouch(viewer=viewer_of(way.town.helper), vouch_id=word.public_id, now=way.now)


def doubted(way: Way) -> SecondLook:
    return actions.ask_second_look(viewer=viewer_of(way.town.helper), question="KNOWN_HERE", words="不对", now=way.now)


def doubted_in_vain(way: Way) -> object:
    """Asked, and answered that it stands."""
    look, viewer = doubted(way), viewer_of(way.town.coordinator)
    actions.take_second_look(viewer=viewer, look_id=look.public_id, now=way.now)
    said = {"answer": "UPHELD", "reason": "看过了"}
    return actions.answer_second_look(viewer=viewer, look_id=look.public_id, now=way.now, **said)


def offer_act(act: Callable[..., object]) -> Act:
    return lambda way: act(viewer=viewer_of(way.town.helper), offer_id=way.offer.public_id, now=way.now)


ACTS: Final[Mapping[int, Mapping[str, Act]]] = {
    ASKED: {
        "helper: decline_proposal": lambda way: declined(way, "helper"),
        "asker: withdraw_need": lambda way: withdraw_need(
            viewer=viewer_of(way.town.asker), need_id=way.need.public_id, now=way.now
        ),
        "helper: pause_offer": offer_act(pause_offer),
        "helper: close_offer": offer_act(close_offer),
        "helper: expire_proposals": lambda way: actions.expire_proposals(now=way.now + timedelta(days=9)),
    },
    ONE_YES: {"asker: decline_proposal": lambda way: declined(way, "asker")},
    AGREED: {
        "helper: cancel_match": lambda way: called_off(way, "helper"),
        "asker: cancel_match": lambda way: called_off(way, "asker"),
        "helper: cancel_visit": lambda way: one_visit_off(way, "helper"),
        "asker: cancel_visit": lambda way: one_visit_off(way, "asker"),
        "asker: report_no_show": nobody_came,
        "asker: report_concern": lambda way: worried(way, "asker"),
        "helper: report_concern": lambda way: worried(way, "helper"),
        "helper: ask_second_look": doubted,
        "helper in vain: ask_second_look": doubted_in_vain,
        "asker: block_person": lambda way: parted(way, "asker", "helper"),
        "helper: block_person": lambda way: parted(way, "helper", "neighbour"),
        "stranger: decline_companionship": lambda way: company(
            way, "decline_companionship", "stranger", "AWAITING_COMPANION"
        ),
        "asker: refuse_companion": lambda way: company(way, "refuse_companion", "asker", "AWAITING_ASKER"),
        "stranger: withdraw_companion": lambda way: company(way, "withdraw_companion", "stranger", "AGREED"),
        "asker: turn_companion_away": lambda way: company(
            way, "turn_companion_away", "asker", "AGREED", WHEN_IT_BEGINS
        ),
        "asker: unwish_companion": wished_no_more,
        "asker: withdraw_consent": took_consent_back,
        "helper: revoke_vouch": took_word_back,
        "asker: wish_notices": lambda way: wish_notices(viewer=viewer_of(way.town.asker), channel="CALL", now=way.now),
        "asker: record_outcome": lambda way: (said(way, "helper", PLAIN), said(way, "asker", BADLY)),
        "asker so-so: record_outcome": lambda way: (said(way, "helper", PLAIN), said(way, "asker", SO_SO)),
        "helper: record_outcome": lambda way: (said(way, "asker", GLAD), said(way, "helper", BADLY)),
    },
}
AT_AGREED: Final = tuple(ACTS[AGREED])


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at_home(stage: int) -> Way:
    """The way's town, where those who act are known and somebody is spoken for."""
    way = way_to(stage)
    town = way.town
    for person in (town.asker, town.stranger):
        tie(town.neighbour, person, now=town.now)
    tie(town.asker, town.elder, kind=TieKind.KIN, now=town.now)
    vouch(town.helper, town.newcomer, now=town.now)
    return way


def facts_of(way: Way) -> Town:
    return inputs.town_of(way.town.community, now=way.now + LONG_AFTER)


def numbers_in(facts: Town, person: Person) -> dict[str, float]:
    trust = trust_in(facts)
    known = trust.anchoring_of(person.pk)
    return {
        "known": float(trust.is_known(person.pk)),
        "anchoring": 0.0 if known is None else known.value,
        "standing": trust.standing_of(person.pk).value,
        **{f"reliance for {other}": trust.reliance_of(person.pk, other).value for other in facts.people},
    }


def actor(town: SmallTown, name: str) -> Person:
    found = getattr(town, name.partition(":")[0].split()[0])
    assert isinstance(found, Person)
    return found


def assert_costs_nothing(way: Way, name: str, act: Act) -> None:
    facts = facts_of(way)
    act(way)
    after = facts_of(way)
    action = name.partition(": ")[2]
    effect = next(table[action] for table in CONDUCT.values() if action in table)
    if effect is Effect.NONE:
        assert after == facts, name
    who = actor(way.town, name)
    before, now = numbers_in(facts, who), numbers_in(after, who)
    if effect is Effect.OF_OTHERS:  # beside a neighbour whom it is not about: the usual warmth of all may move
        for facts_then, numbers in ((facts, before), (after, now)):
            numbers["anchoring"] /= numbers_in(facts_then, way.town.neighbour)["anchoring"]
    assert [number for number in before if now[number] < before[number] - 1e-12] == [], name


@pytest.mark.django_db
class TestSayingNoAndSpeakingUp:
    @pytest.mark.parametrize("stage", sorted(ACTS))
    def test_lowers_none_of_ones_own_numbers(self, stage: int) -> None:
        way = at_home(stage)
        for who in (way.town.asker, way.town.helper):
            assert numbers_in(facts_of(way), who)["anchoring"] > 0.0

        for name, act in ACTS[stage].items():
            with undone():
                assert_costs_nothing(way, name, act)

    @settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(steps=st.lists(st.sampled_from(AT_AGREED), min_size=2, max_size=4, unique=True))
    def test_lowers_none_in_any_order(self, steps: list[str]) -> None:
        with undone():
            way = at_home(AGREED)
            done = 0
            for name in steps:
                try:
                    with transaction.atomic():
                        assert_costs_nothing(way, name, ACTS[AGREED][name])
                        done += 1
                except DomainError:  # what came before has closed it
                    continue
            assert done

    def test_costs_no_more_than_a_plain_word_where_the_other_side_complained(self) -> None:
        """What was received counts once the visit is closed, whatever the helper says to close it."""
        way = at_home(AGREED)
        said(way, "asker", BADLY)
        numbers = {}
        for draft in (PLAIN, BADLY):
            with undone():
                said(way, "helper", draft)
                numbers[draft.went_well] = numbers_in(facts_of(way), way.town.helper)

        assert numbers[None] == numbers[-1]


@pytest.mark.django_db
class TestBeingNew:
    def test_is_unknown_and_never_low(self) -> None:
        way = at_home(ASKED)
        before = {who.pk: numbers_in(facts_of(way), who) for who in (way.town.asker, way.town.helper)}
        worker = viewer_of(way.town.coordinator)
        _, code = community.invite(viewer=worker, area_id=way.town.community.public_id, now=way.now)

        user = community.join_by_invitation(
            code=code, name="新来的", sign_in_name="new@town.invalid", language="zh-hans", now=way.now
        )

        assert user.person is not None
        trust = trust_in(facts_of(way))
        assert trust.anchoring_of(user.person.pk) is None
        assert trust.standing_of(user.person.pk).value == trust.prior.value
        assert trust.reliance_of(user.person.pk, way.town.asker.pk).value == trust.prior.value
        for who in (way.town.asker, way.town.helper):
            now = numbers_in(facts_of(way), who)
            assert {name: now[name] for name in before[who.pk]} == before[who.pk]

    def test_is_not_ended_by_a_no_or_a_need(self) -> None:
        way = at_home(ASKED)
        newcomer = way.town.newcomer
        before = numbers_in(facts_of(way), newcomer)

        need = open_need_for(way.town, person=newcomer)
        withdraw_need(viewer=viewer_of(newcomer), need_id=need.public_id, now=way.now)

        assert numbers_in(facts_of(way), newcomer) == before
