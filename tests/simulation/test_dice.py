from matchmaker.simulation.dice import Dice, draw


class TestDraw:
    def test_depends_on_its_words_alone(self) -> None:
        first = draw(7, "helps", "need-1", "household-2")
        draw(7, "something else")

        assert draw(7, "helps", "need-1", "household-2") == first
        assert draw(8, "helps", "need-1", "household-2") != first
        assert 0.0 <= first < 1.0

    def test_is_spread_evenly(self) -> None:
        drawn = [draw(1, number) for number in range(2_000)]

        assert 0.48 < sum(drawn) / len(drawn) < 0.52


class TestDice:
    def test_gives_the_same_stream_for_the_same_seed_and_words(self) -> None:
        one, same, other = Dice(3, "people"), Dice(3, "people"), Dice(3, "ties")

        drawn = [one.between(0, 10**6) for _ in range(5)]

        assert drawn == [same.between(0, 10**6) for _ in range(5)]
        assert drawn != [other.between(0, 10**6) for _ in range(5)]

    def test_draws_by_weight(self) -> None:
        dice = Dice(3, "weights")

        drawn = [dice.weighted((("rare", 0.1), ("usual", 0.9), ("never", 0.0))) for _ in range(1_000)]

        assert drawn.count("never") == 0
        assert 60 < drawn.count("rare") < 140
