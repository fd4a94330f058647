"""The laboratory of trust: what it reads, what it refuses, and the object it prints."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import sybils, trust
from bench.ratings import Ratings, UnreadableRatings, read_ratings
from bench.sybils import ANSWERED, EDGES, FLATTERED, GROWN, SEEDS, attacked, plain_words, ranked_last, sybil_figures
from bench.trust_baselines import goodness_of, online_means
from tests.bench.rating_files import INFORMATIVE, SHAPES, text_of
from tests.engine.streams import stream

HEADER = "rater,rated,rating,unix_time\n"


def a_file(folder: Path, text: str) -> Path:
    path = folder / "ratings.csv"
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(ratings: list[float]) -> str:
    return HEADER + "".join(f"{at % 4},{4 + at % 3},{rating},{at}\n" for at, rating in enumerate(ratings))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    events = stream(events=700, people=60, seed=6)
    lines = (f"{e.at_s},{e.rating * 5:.2f},p{e.rated},p{e.rater}\n" for e in reversed(events))
    return a_file(tmp_path_factory.mktemp("made"), "unix_time,rating,rated,rater\n" + "".join(lines))


@pytest.fixture(scope="module")
def market(data_dir: Path) -> Ratings:
    return read_ratings(data_dir / "ratings" / "bitcoin_otc.csv")


class TestReadRatings:
    def test_puts_rows_in_the_order_of_time_whatever_the_order_of_columns(self, made: Path) -> None:
        ratings = read_ratings(made)

        assert len(ratings) == 700
        assert np.all(np.diff(ratings.at_s) >= 0)

    def test_reads_a_scale_with_bad_ratings_evenly_to_both_sides(self, tmp_path: Path) -> None:
        ratings = read_ratings(a_file(tmp_path, rows_of([4, -2, 0, 1, 2, 3, 4, -1, 1, 1])))

        assert ratings.rating[:4].tolist() == [1.0, -0.5, 0.0, 0.25]

    def test_reads_words_that_are_all_alike_as_good(self, tmp_path: Path) -> None:
        ratings = read_ratings(a_file(tmp_path, rows_of([2.0] * 10)))

        assert ratings.rating.tolist() == [1.0] * 10
        assert ratings.scale == "all 2, read as good"

    @pytest.mark.parametrize("times", [1, 1_000, 1_000_000])
    def test_reads_times_in_thousandths_of_a_second(self, tmp_path: Path, times: int) -> None:
        lines = (f"{at % 4},{4 + at % 3},1,{(1_400_000_000 + at) * times}\n" for at in range(10))

        ratings = read_ratings(a_file(tmp_path, HEADER + "".join(lines)))

        assert ratings.at_s.tolist() == [1_400_000_000.0 + at for at in range(10)]

    @pytest.mark.parametrize("header", ["\ufeffRater, RATED ,rating,unix_time", '"rater","rated","rating","unix_time"'])
    @pytest.mark.parametrize("between", [",", ";", "\t"])
    def test_reads_other_headers_and_what_parts_them(self, tmp_path: Path, header: str, between: str) -> None:
        text = rows_of([4, -2, 0, 1, 2, 3, 4, -1, 1, 1]).replace(HEADER.strip(), header)

        ratings = read_ratings(a_file(tmp_path, text.replace(",", between)))

        assert ratings.rating[:4].tolist() == [1.0, -0.5, 0.0, 0.25]

    def test_reads_stars_from_their_middle(self, tmp_path: Path) -> None:
        ratings = read_ratings(a_file(tmp_path, rows_of([1, 5, 3, 4, 2, 5, 5, 5, 5, 5])))

        assert ratings.rating[:5].tolist() == [-1.0, 1.0, 0.0, 0.5, -0.5]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("rater,rated,rating\n1,2,3\n", "line 1: there is no column unix_time"),
            (HEADER + "1,2,x,4\n", "line 2"),
            (HEADER + "1,2,3,4\n1,2\n", "line 3"),
            (HEADER + "1,2,nan,4\n", "line 2"),
            (HEADER + "1,2,3,4\n", "1 ratings"),
            ("", "line 1"),
        ],
    )
    def test_refuses_what_is_no_stream_with_its_place(self, tmp_path: Path, text: str, said: str) -> None:
        with pytest.raises(UnreadableRatings, match=said):
            read_ratings(a_file(tmp_path, text))


class TestMain:
    def test_prints_one_object(self, made: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert trust.main(["--ratings", str(made), "--json"]) == 0

        report = json.loads(capsys.readouterr().out)
        assert {"auc", "rmse", "auc_newcomer", "ece", "us_per_event"} <= report["ours"].keys()
        assert set(report["baselines"]) == {
            *("mean", "beta", "fairness_goodness", "pagerank", "eigentrust", "sybilrank"),
        }
        assert list(report["sybil"]) == [str(edges) for edges in EDGES]
        assert all(0.0 <= figure <= 1.0 for figure in report["sybil"].values())
        assert len(report["ours"]["sybil_by_seed"]["200"]) == len(SEEDS)

    def test_says_in_one_sentence_what_it_cannot_read(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert trust.main(["--ratings", str(tmp_path / "none.csv")]) == 2

        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1


class TestFigures:
    def test_of_ranks_are_worked_by_hand(self) -> None:
        good = np.array([True, False, True, False])

        assert trust.auc(np.array([0.9, 0.1, 0.4, 0.4]), good) == pytest.approx(3.5 / 4)
        assert trust.auc(np.ones(4), good) == 0.5
        assert trust.auc(np.ones(2), np.array([True, True])) is None

    def test_of_calibration_are_worked_by_hand(self) -> None:
        chance = np.array([0.95, 0.95, 0.15, 0.15])

        assert trust.calibration_error(chance, np.array([True, False, False, False])) == pytest.approx(
            (2 * 0.45 + 2 * 0.15) / 4
        )

    def test_know_who_is_new(self, tmp_path: Path) -> None:
        text = HEADER + "1,2,1,1\n2,1,1,2\n1,2,1,3\n3,1,1,4\n" + "1,2,1,5\n" * 6

        new, unseen = trust.newcomers(read_ratings(a_file(tmp_path, text)))

        assert new.tolist() == [True, True, False, True, *[False] * 6]
        assert unseen.tolist() == [True, False, False, True, *[False] * 6]

    def test_of_fairness_and_goodness_are_worked_by_hand(self) -> None:
        rater = np.array([0, 1, 2, 0, 1, 2])
        rated = np.array([3, 3, 3, 4, 4, 4])

        # f0 = (1 + g) / 2, f2 = (1 - g) / 2 and g = (2 f0 - f2) / 3, so g = 1/3.
        goodness = goodness_of(rater, rated, np.array([1.0, 1.0, -1.0, 1.0, 1.0, -1.0]), 5)

        assert goodness[3] == pytest.approx(1 / 3)
        assert goodness[0] == 0.0


class TestAttacked:
    def test_is_the_attack_that_it_says(self, made: Path) -> None:
        ratings = read_ratings(made)

        attack = attacked(ratings, edges=50, seed=3)

        fake = attack.rater >= attack.real
        assert (attack.people - attack.real, int(fake.sum())) == (200, 4_000)
        won = ~fake & (attack.rated >= attack.real)
        assert int(won.sum()) == 50
        words = plain_words(attack)[attack.real :, attack.real :].toarray()
        assert np.array_equal(words, words.T)
        assert attack.anchors.max() < attack.real

    def test_grows_from_five_who_won_the_words(self, made: Path) -> None:
        ratings = read_ratings(made)

        attack = attacked(ratings, edges=50, seed=3, also=GROWN)

        words = plain_words(attack)
        heard = np.asarray((words[attack.real :, attack.real :] > 0).sum(axis=0)).ravel()
        assert heard.tolist() == [0] * 5 + [1] * 195
        assert np.flatnonzero(np.asarray(words[: attack.real, attack.real :].sum(axis=0)).ravel()).tolist() == [
            *range(5)
        ]
        assert np.asarray((words[attack.real :] > 0).sum(axis=1)).max() == 5

    def test_is_the_same_for_the_same_seed(self, made: Path) -> None:
        ratings = read_ratings(made)

        one, same, other = (attacked(ratings, edges=25, seed=seed) for seed in (1, 1, 2))

        assert np.array_equal(one.rated, same.rated)
        assert np.array_equal(one.anchors, same.anchors)
        assert not np.array_equal(one.rated, other.rated)

    def test_counts_equal_ranks_half(self, made: Path) -> None:
        attack = attacked(read_ratings(made), edges=0, seed=1)

        assert ranked_last(attack, np.zeros(attack.people)) == pytest.approx(0.5)
        assert ranked_last(attack, (np.arange(attack.people) < attack.real).astype(float)) == 1.0


class TestRealRatings:
    def test_are_read_whole(self, market: Ratings) -> None:
        assert (len(market), market.people) == (35_592, 5_881)
        assert (market.rating > 0).mean() == pytest.approx(0.8999, abs=1e-4)

    @pytest.mark.parametrize("also", ["", ANSWERED])
    def test_hold_against_fakes_no_worse_than_the_published_measure(self, market: Ratings, also: str) -> None:
        found = sybil_figures(market, also=also)

        for edges in map(str, EDGES):
            apart = np.subtract(found["ours"][edges], found["sybilrank"][edges])
            assert apart.min() > -0.005, edges
        assert np.mean(found["ours"]["200"]) >= 0.935

    def test_read_one_way_give_nothing_for_praising_the_trusted(self, market: Ratings) -> None:
        found = sybil_figures(market, also=FLATTERED)

        assert np.mean(found["ours_one_way"]["200"]) >= 0.91
        assert np.mean(found["sybilrank"]["200"]) < 0.5


class TestOtherFiles:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_are_read_and_forecast_whatever_their_shape(self, tmp_path: Path, shape: str) -> None:
        ratings = read_ratings(a_file(tmp_path, text_of(shape)))
        start = len(ratings) - int(trust.SCORED * len(ratings))

        run = trust.replay(ratings, start)

        assert np.all((run.chance > 0.0) & (run.chance < 1.0))
        assert np.all(np.abs(run.rating) <= 1.0)
        assert np.all(ratings.rater != ratings.rated)

    @pytest.mark.parametrize("shape", INFORMATIVE)
    def test_are_forecast_about_as_well_as_by_the_best_mean(self, tmp_path: Path, shape: str) -> None:
        """Nothing was chosen on them. What is allowed is less than half of what chance does to an AUC of so few."""
        ratings = read_ratings(a_file(tmp_path, text_of(shape)))
        start = len(ratings) - int(trust.SCORED * len(ratings))
        good, told = ratings.rating[start:] > 0.0, ratings.rating[start:]

        run = trust.replay(ratings, start)

        means = online_means(ratings, start)
        best = max(trust.auc(value, good) or 0.0 for value, _ in means.values())
        found = trust.auc(run.chance, good) or 0.0
        off = [float(np.sqrt(np.mean((value - told) ** 2))) for value in (run.rating, means["mean"][0])]
        apart = trust.calibration_error(run.chance, good)
        chance = 0.8 * np.sqrt(trust.BINS / len(good)) / 2
        print(f"\n{shape}: {found:.3f}, the best mean {best:.3f}; off by {off[0]:.3f} and {off[1]:.3f}; {apart:.3f}")
        assert found >= best - 0.2 / np.sqrt(min(good.sum(), (~good).sum()))
        assert off[0] <= off[1] + 0.005
        assert apart <= 0.03 + chance

    @pytest.mark.parametrize("shape", ["tiny", "grudges"])
    def test_are_measured_whole(self, tmp_path: Path, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sybils, "SEEDS", (0,))
        ratings = read_ratings(a_file(tmp_path, text_of(shape)))

        report = trust.measured(ratings)

        assert json.loads(json.dumps(report, allow_nan=False)) == report
        assert trust.told(ratings, report).startswith(f"{len(ratings):,} ratings")
