"""Why nobody, of many needs at once: the same as pair by pair, and the articles of the law behind the rules."""

from collections.abc import Sequence

from hypothesis import given, settings

from matchmaker.engine.eligibility import RULE_CODES, refusals
from matchmaker.engine.hours import common_starts
from matchmaker.engine.lifts import LIFTS, Around
from matchmaker.engine.nobody import ONE_MORE_OFFER, OTHER_HOURS, PUBLIC_HELP, Change, Nobody, why_nobody_of_each
from matchmaker.engine.problem import NeedFacts, OfferFacts
from tests.engine.cases import TYPES, a_need, a_place, an_offer, quarters
from tests.engine.drawn import problems


def pair_by_pair(need: NeedFacts, offers: Sequence[OfferFacts]) -> Nobody | None:
    """The slow way: every offer against every rule, every change by itself; None where some could come."""
    broken = {offer.offer_id: refusals(need, offer, TYPES) for offer in offers}
    if not all(broken.values()):
        return None
    last = max((RULE_CODES.index(codes[0]) for codes in broken.values()), default=0)
    smallest: dict[str, tuple[tuple[int, str], Change]] = {}
    for offer in offers:
        codes = broken[offer.offer_id]
        if len(codes) != 1 or codes[0] not in LIFTS:
            continue
        for place, lifted in enumerate(LIFTS[codes[0]](need, [offer], Around(TYPES))):
            if not refusals(*lifted.pairs[0], TYPES):
                size = _size(lifted.params, place)
                known = smallest.get(codes[0])
                if known is None or size < known[0]:
                    smallest[codes[0]] = (size, Change(codes[0], 1, lifted.params))
                elif size == known[0]:
                    smallest[codes[0]] = (size, Change(codes[0], known[1].offers + 1, lifted.params))
                break
    changes = tuple(smallest[code][1] for code in LIFTS if code in smallest)
    return Nobody((), RULE_CODES[last], changes or (_last_resort(need),))


def _last_resort(need: NeedFacts) -> Change:
    if not common_starts(need, an_offer()):
        return OTHER_HOURS
    return PUBLIC_HELP if TYPES[need.service_type].public_duty else ONE_MORE_OFFER


def _size(params: dict[str, object], place: int) -> tuple[int, str]:
    what = str(params.get("what", ""))
    amount = params.get("hours", params.get("more_m", what.count(",") + place))
    assert isinstance(amount, int)
    return amount, what


class TestWhyNobodyOfEach:
    @settings(max_examples=60)
    @given(problems())
    def test_says_the_same_as_pair_by_pair(self, problem: tuple[Sequence[NeedFacts], Sequence[OfferFacts]]) -> None:
        needs, offers = problem
        told = why_nobody_of_each(needs, offers, TYPES)

        for need, said in zip(needs, told, strict=True):
            slowly = pair_by_pair(need, offers)
            if slowly is None:
                assert said.rule == "ALL_TAKEN"
            else:
                assert (said.rule, said.changes) == (slowly.rule, slowly.changes)

    def test_counts_who_is_left_after_each_rule(self) -> None:
        needs = [a_need(1, languages=frozenset({"mn"})), a_need(2, open_quarters=quarters(40, 4))]
        offers = [an_offer(11, free_quarters=quarters(48, 8)), an_offer(12, free_quarters=quarters(60, 8))]

        by_language, by_time = why_nobody_of_each(needs, offers, TYPES)

        assert (dict(by_language.survivors)["SKILLS"], dict(by_language.survivors)["LANGUAGE"]) == (2, 0)
        assert (dict(by_time.survivors)["REACH"], dict(by_time.survivors)["TIME"]) == (2, 0)
        assert by_time.changes == (Change("TIME", 1, {"hours": 2}),)

    def test_tells_each_need_its_own(self) -> None:
        needs = [a_need(1), a_need(2, place=a_place(500.0)), a_need(3, service_type="INJECTIONS")]
        offers = [an_offer(11, reach_m=100.0)]

        told = why_nobody_of_each(needs, offers, TYPES, {1: 0})

        assert [one.rule for one in told] == ["ALL_TAKEN", "REACH", "SERVICE_TYPE"]
        assert told[1].changes == (Change("REACH", 1, {"more_m": 600}),) or told[1].changes[0].rule == "REACH"

    def test_asks_only_some_of_many_offers_again_and_counts_all(self) -> None:
        offers = [an_offer(10 + number) for number in range(50)]

        (told,) = why_nobody_of_each([a_need(languages=frozenset({"mn"}))], offers, TYPES)

        assert told.changes == (Change("LANGUAGE", 50),)

    def test_looks_at_the_nearest_where_all_are_too_far(self) -> None:
        offers = [an_offer(10 + number, place=a_place(1000.0 + number), reach_m=1.0) for number in range(100)]

        (told,) = why_nobody_of_each([a_need()], offers, TYPES)

        nearest = why_nobody_of_each([a_need()], offers[:1], TYPES)[0]
        assert told.changes[0].params == nearest.changes[0].params

    def test_says_that_it_is_still_at_work(self) -> None:
        beats: list[int] = []

        why_nobody_of_each([a_need(languages=frozenset({"mn"}))], [an_offer(11)], TYPES, still=lambda: beats.append(1))

        assert beats
