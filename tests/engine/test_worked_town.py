"""Works out docs/algorithms.md again: every number that the page calls worked."""

from fractions import Fraction
from pathlib import Path

import pytest

from matchmaker.engine.eligibility import RULES, candidates
from matchmaker.engine.graph import HALF_LIFE_DAYS, tie_graph
from matchmaker.engine.neighbourhood import forest_of, largest_gain
from matchmaker.engine.problem import OutcomeFacts, Town, VouchFacts
from matchmaker.engine.scoring import CARDS, IDENTITY, NEAREST, TERMS, Knowledge, ScoreCard, score
from matchmaker.engine.trust import NO_TRUST, trust_in
from tests.engine.cases import TYPES, a_need, a_place, a_triangle_and_a_pair, an_offer

PAGE = (Path(__file__).parents[2] / "docs" / "algorithms.md").read_text(encoding="utf-8")
ANNA, BOLAT, CHEN, DORJI, ERDEM = 1, 2, 3, 4, 5


def said(value: float, text: str) -> bool:
    """The page says this fraction, and the value is it."""
    assert text in PAGE
    return value == pytest.approx(float(Fraction(text)))


class TestWorkedTown:
    def test_has_the_stranger_index_of_the_page(self) -> None:
        forest = forest_of(tie_graph(a_triangle_and_a_pair()))

        assert said(forest.islands, "17/6")
        assert said(forest.sigma, "11/24")
        assert said(forest.tie_gain(CHEN, DORJI), "67/156")
        assert said(forest.tie_gain(ANNA, BOLAT), "1/12")
        assert said(forest.tie_gain(DORJI, ERDEM), "2/15")
        assert said(largest_gain(), "2/3")
        assert said(forest.area_strangeness({ANNA, BOLAT, CHEN}), "1/2")
        assert said(forest.area_strangeness({DORJI, ERDEM}), "1/3")

    def test_has_the_trust_of_the_page(self) -> None:
        words = (VouchFacts(ANNA, BOLAT), VouchFacts(BOLAT, CHEN))
        anchored = trust_in(Town(people=(1, 2, 3), vouches=words, seeds=frozenset({ANNA}))).anchoring
        outcome = OutcomeFacts(helper_id=ERDEM, person_id=ANNA, went_well=1.0)
        trust = trust_in(Town(people=(1, 5), outcomes=(outcome,), seeds=frozenset({ANNA})))

        assert said(anchored[ANNA], "9/8")
        assert anchored[BOLAT] == pytest.approx(1.0)
        assert said(anchored[CHEN], "7/8")
        assert said(trust.standing_of(ERDEM).value, "5/6")
        assert said(trust.reliance_of(ERDEM, ANNA).value, "31/36")

    @pytest.mark.parametrize(("card", "of_chen", "of_erdem"), [(IDENTITY, 15_300, 15_050), (NEAREST, 17_500, 20_000)])
    def test_has_the_scores_of_the_page(self, card: ScoreCard, of_chen: int, of_erdem: int) -> None:
        forest = forest_of(tie_graph(a_triangle_and_a_pair()))
        need = a_need(person_id=DORJI)
        offers = [an_offer(CHEN, place=a_place(250.0)), an_offer(ERDEM)]

        scored = score(candidates([need], offers, TYPES), TYPES, Knowledge(NO_TRUST, forest, {}, {}), card)

        assert [one.total for one in scored] == [of_chen, of_erdem]
        assert f"{of_chen:,}" in PAGE
        assert f"{of_erdem:,}" in PAGE


class TestPage:
    def test_lists_every_rule_with_its_article(self) -> None:
        rows = [line for line in PAGE.splitlines() if line.startswith("|")]

        for rule in RULES:
            row = next(line for line in rows if rule.code in line.split("|")[1].replace(",", " ").split())
            assert row.split("|")[2].strip() == (rule.article or "")

    def test_lists_every_half_life(self) -> None:
        for kind, days in HALF_LIFE_DAYS.items():
            assert f"| {kind.value} | {days:.0f} |" in PAGE

    def test_lists_every_term_with_its_weights(self) -> None:
        for name in TERMS:
            row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
            weights = [int(cell or 0) for cell in map(str.strip, row.split("|")[3:6])]
            assert weights == [card.weights[name] for card in CARDS.values()]
