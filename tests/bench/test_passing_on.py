"""Rules about passing words on: the one in use is the engine's, and the others do what they say."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from bench import passing_on
from bench.passing_on import grown_by, over_at_least, passed_on_whole, split_among_all, walked
from bench.ratings import read_ratings
from matchmaker.engine.anchoring import anchored_share
from tests.bench.rating_files import text_of
from tests.engine.test_anchoring import one_way_town


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text(text_of("market"), encoding="utf-8")
    return path


class TestWalked:
    def test_by_the_rule_in_use_is_the_anchoring_of_the_engine(self) -> None:
        words, seeds = one_way_town(people=300, seed=3)

        assert walked(words, seeds, passed_on_whole) == pytest.approx(anchored_share(words, seeds))

    def test_carries_less_where_few_words_were_heard(self) -> None:
        chain = csr_array(([1.0, 1.0], ([0, 1], [1, 2])), (3, 3))

        kept = over_at_least(4.0)(chain)[1]

        assert kept.tolist() == [0.0, 0.25, 0.25]

    def test_splits_words_that_nobody_answered(self) -> None:
        words = csr_array(np.array([[0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0] * 4]))

        assert split_among_all(words)[1].tolist() == [1.0, 1.0, 0.5, 1.0]


class TestGrown:
    def test_by_two_gives_each_new_one_two_words_and_nobody_more_than_five(self, market: Path) -> None:
        attack = grown_by(2)(read_ratings(market), 1)

        made = attack.rater >= attack.real
        heard = np.bincount(attack.rated[made] - attack.real, minlength=200)
        assert heard.tolist() == [0] * 5 + [2] * 195
        assert np.bincount(attack.rater[made] - attack.real).max() == 5


class TestCommand:
    def test_prints_one_object(
        self, market: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(passing_on, "SEEDS", (0,))

        assert passing_on.main(["--ratings", str(market), "--json"]) == 0

        found = json.loads(capsys.readouterr().out)
        assert list(found) == list(passing_on.RULES)
        assert all(
            list(row) == [*passing_on.ATTACKS, "town of ties", "town of one-way words"] for row in found.values()
        )
        assert all(0.0 <= value <= 1.0 for row in found.values() for values in row.values() for value in values)

    def test_says_what_it_cannot_read(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert passing_on.main(["--ratings", str(tmp_path / "none.csv")]) == 2
        assert capsys.readouterr().err.count("\n") == 1
