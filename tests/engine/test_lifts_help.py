"""What is said to help does: each change that "why nobody" names is made, as a person would make it, and all rules and
the plan are asked again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from matchmaker.engine.assignment import Plan, plan
from matchmaker.engine.eligibility import candidates, refusals
from matchmaker.engine.nobody import Change, why_nobody_of_each
from matchmaker.engine.problem import ALWAYS, HORIZON_WEEKS, PUBLIC, VOLUNTARY, NeedFacts, OfferFacts, Town
from matchmaker.engine.reach import furthest_m
from matchmaker.engine.scoring import IDENTITY, knowledge_of, score
from tests.engine.cases import TYPES, a_need, a_place, an_offer, an_organization, quarters
from tests.engine.drawn import needs, offers

Changed = tuple[NeedFacts, OfferFacts]
HOUR: Final = 4
QUALIFIED: Final = {
    "skills": frozenset({"DRIVING", "LIFTING"}),
    "languages": frozenset({"mn", "zh"}),
    "clearances": frozenset({"MINORS", "TUTOR"}),
    "trainings": frozenset({"HYGIENE"}),
    "licences": frozenset({"NURSE"}),
    "insured": True,
}


def _hours(need: NeedFacts, offer: OfferFacts, hours: int) -> Changed:
    wider = need.open_quarters
    for _ in range(hours * HOUR):
        wider = (wider | wider << 1 | wider >> 1) & ALWAYS
    return replace(need, open_quarters=wider), offer


def _further(need: NeedFacts, offer: OfferFacts, more_m: int) -> Changed:
    return need, replace(offer, reach_m=furthest_m(offer) + more_m, reach_minutes=None)


def _one_more_visit(need: NeedFacts, offer: OfferFacts) -> Changed:
    """One visit in each week in which none was left."""
    mine, all_mine = offer.visits_left_by_week, offer.person_visits_left_by_week
    more = replace(
        offer,
        visits_left_by_week=tuple(left or 1 for left in mine),
        person_visits_left_by_week=tuple(left or 1 for left in all_mine),
    )
    return need, more


def _words(said: Mapping[str, object]) -> frozenset[str]:
    return frozenset(str(said["what"]).split(", "))


MADE: Final[Mapping[str, Callable[[NeedFacts, OfferFacts, Mapping[str, object]], Changed]]] = {
    "TOUR": lambda need, offer, said: (
        replace(need, tour_offer_ids=need.tour_offer_ids | {offer.offer_id} if offer.at_stop else need.tour_offer_ids),
        offer,
    ),
    "TIME": lambda need, offer, said: _hours(need, offer, int(str(said["hours"]))),
    "REACH": lambda need, offer, said: _further(need, offer, int(str(said["more_m"]))),
    "DRIVE": lambda need, offer, said: _further(need, offer, int(str(said["more_m"]))),
    "LOAD": lambda need, offer, said: _one_more_visit(need, offer),
    "LANGUAGE": lambda need, offer, said: (replace(need, languages=frozenset()), offer),
    "SKILLS": lambda need, offer, said: (replace(need, skills=need.skills - _words(said)), offer),
    "FORM": lambda need, offer, said: (replace(need, forms_accepted=need.forms_accepted | _words(said)), offer),
    "SAME_BUILDING": lambda need, offer, said: (replace(need, nobody_from_building=False), offer),
    "HELPER_SEX": lambda need, offer, said: (replace(need, helper_sex=None), offer),
    "INSURANCE": lambda need, offer, said: (need, replace(offer, insured=True)),
    "TRAINING": lambda need, offer, said: (need, replace(offer, trainings=offer.trainings | _words(said))),
    "GUARDIAN_CONSENT": lambda need, offer, said: (need, replace(offer, guardian_consent=True)),
}


def who_then_comes(need: NeedFacts, offered: Sequence[OfferFacts], change: Change) -> list[Changed]:
    """Those who pass every rule once the change was made."""
    if change.rule == "ONE_MORE_OFFER":
        some = [(need, _somebody_else(need))]
    elif change.rule == "PUBLIC_HELP":
        some = [_by_the_authorities(need)]
    elif change.rule == "OTHER_HOURS":
        at_any_time = replace(need, open_quarters=ALWAYS, weeks=min(need.weeks, HORIZON_WEEKS))
        is_duty = TYPES[need.service_type].public_duty
        some = [_by_the_authorities(at_any_time) if is_duty else (at_any_time, _somebody_else(at_any_time))]
    else:
        some = [MADE[change.rule](need, offer, change.params) for offer in offered]
    return [(asked, offer) for asked, offer in some if not refusals(asked, offer, TYPES)]


def _somebody_else(need: NeedFacts) -> OfferFacts:
    """A neighbour with all it takes, near by, free at these hours, who offers this in a form that is accepted."""
    form = sorted(need.forms_accepted - {PUBLIC} or need.forms_accepted)[0]
    columns = {"service_types": frozenset({need.service_type}), "form": form, "place": _around_the_corner(need)}
    if form == PUBLIC:
        return an_organization(99, sex=need.helper_sex, **columns, **QUALIFIED)
    return an_offer(99, person_id=99, sex=need.helper_sex, **columns, **QUALIFIED)


def _by_the_authorities(need: NeedFacts) -> Changed:
    """They come, and whoever asked for a duty of theirs lets them."""
    columns = {"service_types": frozenset({need.service_type}), "place": _around_the_corner(need)}
    offer = an_organization(99, form=PUBLIC, sex=need.helper_sex, **columns, **QUALIFIED)
    return replace(need, forms_accepted=need.forms_accepted | {PUBLIC}), offer


def _around_the_corner(need: NeedFacts) -> object:
    """At the same point, in another building."""
    return replace(need.place, building="ELSEWHERE", household_id=None, corridor_id=None)


def planned(pairs: Iterable[Changed]) -> Plan:
    """The plan of one need and whoever comes."""
    found = list(pairs)
    asked = found[0][0]
    known = knowledge_of(Town(people=(*range(1, 7), 99, asked.person_id)))
    suiting = candidates([asked], [offer for _, offer in found], TYPES)
    return plan([asked], score(suiting, TYPES, known, IDENTITY), seed=1)


def assert_all_help(need: NeedFacts, offered: Sequence[OfferFacts]) -> list[str]:
    """Every change brings as many as it says, and the plan then has somebody; which changes these were."""
    (nobody,) = why_nobody_of_each([need], offered, TYPES)
    if not nobody.survivors:
        assert any(not refusals(need, offer, TYPES) for offer in offered)
        return []
    for change in nobody.changes:
        coming = who_then_comes(need, offered, change)
        assert len(coming) >= max(1, change.offers), change
        assert planned(coming[:1]).chosen, change
    return [change.rule for change in nobody.changes]


class TestEveryChange:
    @settings(max_examples=250)
    @given(
        needs(1), st.lists(st.integers(1, 6), max_size=5, unique=True).flatmap(lambda ids: st.tuples(*map(offers, ids)))
    )
    @example(a_need(), (an_offer(1, form=VOLUNTARY, languages=frozenset({"mn"})),))
    def test_brings_whom_it_says_and_the_plan_has_somebody(
        self, need: NeedFacts, offered: tuple[OfferFacts, ...]
    ) -> None:
        assert_all_help(need, offered)

    def test_is_told_of_each_rule_that_may_be_lifted(self) -> None:
        """Each lift is reached, so the property above is not about the last resort alone."""
        far = a_place(5_000.0)
        cases = {
            "TOUR": (a_need(), an_offer(1, at_stop=True)),
            "TIME": (a_need(open_quarters=quarters(40, 4)), an_offer(1, free_quarters=quarters(48, 8))),
            "REACH": (a_need(), an_offer(1, place=far, reach_m=500.0)),
            "DRIVE": (a_need(), an_offer(1, place=far, reach_minutes=5.0, vehicle_speed_m_per_min=500.0)),
            "LOAD": (a_need(), an_offer(1, visits_left_by_week=(0, 0, 0, 0))),
            "LANGUAGE": (a_need(languages=frozenset({"mn"})), an_offer(1)),
            "SKILLS": (a_need(skills=frozenset({"LIFTING"})), an_offer(1)),
            "FORM": (a_need(forms_accepted=frozenset({PUBLIC})), an_offer(1)),
            "SAME_BUILDING": (
                a_need(nobody_from_building=True, place=a_place(building="A")), an_offer(1, place=a_place(building="A"))
            ),
            "HELPER_SEX": (a_need(helper_sex="FEMALE"), an_offer(1, sex="MALE")),
            "INSURANCE": (
                a_need(service_type="INJECTIONS", risk_class=1),
                an_offer(1, service_types=frozenset({"INJECTIONS"}), **(QUALIFIED | {"insured": False})),
            ),
            "TRAINING": (
                a_need(service_type="INJECTIONS"),
                an_offer(1, service_types=frozenset({"INJECTIONS"}), licences=frozenset({"NURSE"})),
            ),
            "GUARDIAN_CONSENT": (a_need(), an_offer(1, age=17)),
        }  # fmt: skip
        assert set(cases) == set(MADE)
        for rule, (need, offer) in cases.items():
            assert assert_all_help(need, [offer]) == [rule]

    def test_is_other_hours_where_no_visit_fits_into_those_asked_for(self) -> None:
        """A neighbour more would help nobody whose hours are over."""
        assert assert_all_help(a_need(open_quarters=0), [an_offer(1)]) == ["OTHER_HOURS"]
        assert assert_all_help(a_need(open_quarters=0), []) == ["OTHER_HOURS"]
        assert assert_all_help(a_need(open_quarters=quarters(40, 3)), []) == ["OTHER_HOURS"]
        assert assert_all_help(a_need(open_quarters=quarters(40, 3)), [an_offer(1)]) == ["TIME"]

    def test_is_the_authorities_help_with_their_duty_whoever_else_is_there(self) -> None:
        kinds = frozenset({"PENSIONS"})
        assert assert_all_help(a_need(service_type="PENSIONS"), []) == ["PUBLIC_HELP"]
        assert assert_all_help(a_need(service_type="PENSIONS"), [an_offer(1, service_types=kinds)]) == ["PUBLIC_HELP"]
