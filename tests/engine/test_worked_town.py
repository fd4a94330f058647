"""Works out docs/algorithms.md again: every number that the page calls worked."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from matchmaker.engine.anchoring import heard_words
from matchmaker.engine.bridging import best_introductions, who_bridges
from matchmaker.engine.companions import expected_together
from matchmaker.engine.eligibility import RULES, candidates
from matchmaker.engine.graph import snapshot_of, tie_graph
from matchmaker.engine.neighbourhood import forest_of, largest_gain
from matchmaker.engine.prices import SCARCE, STEPS, Market, Suggestion, flow_prices, prices_in, suggest
from matchmaker.engine.problem import HALF_LIFE_DAYS, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.scoring import CARDS, IDENTITY, NEAREST, Knowledge, ScoreCard, score
from matchmaker.engine.strangers import area_indexes, between_groups, reading_of
from matchmaker.engine.terms import TERMS
from matchmaker.engine.tie_columns import Kind
from matchmaker.engine.trust import NO_TRUST, trust_in
from matchmaker.engine.walks import Walker
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
        assert said(forest.gain_together([CHEN, BOLAT], [DORJI, CHEN]), "157/306")

    def test_has_the_areas_of_the_page(self) -> None:
        reading = reading_of(forest_of(tie_graph(a_triangle_and_a_pair())))

        areas = area_indexes(reading, np.array([1, 1, 1, 2, 2]))

        assert said(areas[1].share, "1/2")
        assert said(areas[2].share, "1/3")
        assert said(areas[1].alone.sigma, "1/4")
        assert said(areas[2].alone.sigma, "1/3")

    def test_has_the_groups_of_the_page(self) -> None:
        reading = reading_of(forest_of(tie_graph(a_triangle_and_a_pair())))
        newcomers = np.array([False, False, True, True, False])

        within, between, _ = between_groups(reading, {"newcomers": newcomers, "settled": ~newcomers})

        assert within.resistance is not None
        assert between.resistance is not None
        assert said(within.resistance, "7/6")
        assert said(between.resistance, "31/36")
        assert said(within.share, "7/12")

    def test_has_whoever_bridges_and_the_introduction_of_the_page(self) -> None:
        graph = tie_graph(a_triangle_and_a_pair())
        reading = reading_of(forest_of(graph))

        (best,) = best_introductions(reading, np.zeros(5, dtype=np.int64))
        bridging = {one.person_id: one.islands_more for one in who_bridges(reading, 5)}

        assert (best.one_id, best.other_id) == (ANNA, DORJI)
        assert said(best.gain, "67/156")
        assert best.chance == pytest.approx(0.45)
        assert said(bridging[ANNA], "1/3")
        assert said(bridging[DORJI], "1/3")

    def test_has_the_companion_of_the_page(self) -> None:
        forest = forest_of(tie_graph(a_triangle_and_a_pair()))
        trio = np.array([[forest.index[DORJI], forest.index[CHEN], forest.index[ANNA]]])

        together = expected_together(forest, trio, np.array([[1.0, 1.0, 0.0]]), np.ones((1, 3)))

        assert said(float(together[0]), "19/30")

    def test_has_the_epochs_of_the_page(self) -> None:
        met = TieFacts(ANNA, BOLAT, TieKind.MET, age_days=90.0)
        snapshot = snapshot_of(Town(people=(ANNA, BOLAT), ties=(met,)))
        built = snapshot.weight(ANNA, BOLAT, Kind.MET)

        snapshot.begin_epoch(90.0)

        assert said(built, "1/2")
        assert said(snapshot.weight(ANNA, BOLAT, Kind.MET), "1/4")

    def test_has_the_walk_of_the_page(self) -> None:
        snapshot = snapshot_of(a_triangle_and_a_pair())

        walk = Walker(snapshot.rows(), epsilon=1e-9).walk([snapshot.row_of(ANNA)])

        shares = dict(zip(snapshot.ids_of(walk.rows).tolist(), walk.share.tolist(), strict=True))
        assert set(shares) == {ANNA, BOLAT, CHEN}
        assert said(shares[ANNA], "23/57")
        assert said(shares[BOLAT], "17/57")
        assert said(shares[CHEN], "17/57")

    def test_has_the_trust_of_the_page(self) -> None:
        words = (VouchFacts(ANNA, BOLAT), VouchFacts(BOLAT, CHEN))
        anchored = trust_in(Town(people=(1, 2, 3), vouches=words, seeds=frozenset({ANNA}))).anchoring
        outcome = OutcomeFacts(helper_id=ERDEM, person_id=ANNA, went_well=1.0)
        trust = trust_in(Town(people=(1, 5), outcomes=(outcome,), seeds=frozenset({ANNA})))

        assert said(anchored[ANNA], "16/14")
        assert said(anchored[BOLAT], "15/14")
        assert said(anchored[CHEN], "11/14")
        assert said(trust.standing_of(ERDEM).value, "5/6")
        assert said(trust.standing_of(ERDEM).spread ** 2, "5/252")
        assert said(trust.reliance_of(ERDEM, ANNA).value, "31/36")

    def test_has_the_heard_words_of_the_page(self) -> None:
        words = csr_array(([1.0, 1.0, 1.0], ([0, 1, 1], [2, 2, 0])), (3, 3))

        heard = heard_words(words).toarray()

        assert heard[2].tolist() == [2.0, 2.0, 0.0]
        assert heard[0].tolist() == [0.0, 1.0, 0.0]

    @pytest.mark.parametrize(("card", "of_chen", "of_erdem"), [(IDENTITY, 15_300, 15_050), (NEAREST, 17_500, 20_000)])
    def test_has_the_scores_of_the_page(self, card: ScoreCard, of_chen: int, of_erdem: int) -> None:
        forest = forest_of(tie_graph(a_triangle_and_a_pair()))
        need = a_need(person_id=DORJI)
        offers = [an_offer(CHEN, place=a_place(250.0)), an_offer(ERDEM)]

        scored = score(candidates([need], offers, TYPES), TYPES, Knowledge(NO_TRUST, forest, {}, {}), card)

        assert [one.total for one in scored] == [of_chen, of_erdem]
        assert f"{of_chen:,}" in PAGE
        assert f"{of_erdem:,}" in PAGE

    def test_has_the_prices_of_the_page(self) -> None:
        anna, bolat = 0, 1
        market = Market(
            need=np.array([0, 0, 1]),
            offer=np.array([anna, bolat, anna]),
            value=np.array([90, 80, 70]),
            wanted=np.array([1, 1]),
            capacity=np.array([1, 1]),
        )
        alone = Market(np.array([0]), np.array([0]), np.array([15_000]), wanted=np.array([1]), capacity=np.array([1]))

        made = flow_prices(market)
        asked = suggest([90, 80], made.price.tolist())
        last_visit = prices_in(alone, samples=1, left=np.array([1])).of(np.array([0]), np.array([1]))

        assert made.price.tolist() == [10, 0]
        assert (made.certificate.primal, made.certificate.dual) == (150, 150)
        assert "`10 + 0 + 80 + 60 = 150`" in PAGE
        assert asked == Suggestion((bolat, anna), (80, 80), (SCARCE, ""), "")
        assert last_visit.tolist() == [9_482]
        assert "`15,000 * (1 - 1/e) = 9,482`" in PAGE
        assert f"`V_k += (1 - exp(-bids / {STEPS})) * mean" in PAGE


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
