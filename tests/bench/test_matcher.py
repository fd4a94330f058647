"""The laboratories of the matcher: what they print is of the promised shape, and says what it must."""

import json
from collections import Counter

import numpy as np
import pytest

from bench import candidates, matching
from bench.city import city
from bench.policies import lp_bound
from matchmaker.engine.cards import IDENTITY
from matchmaker.engine.explain import CHANGES, REASONS, REFUSALS
from matchmaker.engine.problem import Ring


@pytest.fixture(scope="module")
def laboratory() -> matching.Laboratory:
    return matching.Laboratory(city(needs=200, offers=200, seed=2))


def printed(capsys: pytest.CaptureFixture[str], module: object, monkeypatch: pytest.MonkeyPatch, *told: str) -> dict:
    monkeypatch.setattr("sys.argv", ["bench", *told, "--json"])
    module.main()  # type: ignore[attr-defined]  # both have one
    return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)  # NaN is no JSON


class TestMatching:
    def test_has_our_plan_at_the_bound_and_nobody_above(self, laboratory: matching.Laboratory) -> None:
        rows = {row["policy"]: row for row in matching.rows_of(laboratory)}

        assert rows["ours"]["gap"] == 0.0
        assert rows["LP bound (HiGHS)"]["share_of_optimal"] == pytest.approx(1.0, abs=1e-6)
        others = [row["share_of_optimal"] for name, row in rows.items() if name in matching.POLICIES and name != "ours"]
        assert len(others) == len(matching.POLICIES) - 1
        assert 0.5 < min(others) <= max(others) <= 1.0
        assert rows["ours, floors by grid"]["price_of_floors"] >= 0.0
        assert all(row["sigma"] < laboratory.before.sigma()[0] for row in rows.values() if "sigma" in row)

    def test_gives_the_bare_solver_the_arcs_of_the_plan(self, laboratory: matching.Laboratory) -> None:
        bare = laboratory.bare()

        assert bare["arcs"] > len(laboratory.scores)
        assert bare["seconds"] > 0.0

    def test_bounds_every_plan_by_the_linear_programme(self, laboratory: matching.Laboratory) -> None:
        bound = lp_bound(laboratory.choices)

        for policy in matching.POLICIES.values():
            made = policy(laboratory.made, laboratory.scores, laboratory.choices)
            assert made.total_score <= bound + 0.01

    @pytest.mark.parametrize("needs", ["1", "2", "7"])
    def test_prints_a_row_for_each_way_however_few_needs_there_are(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, needs: str
    ) -> None:
        rows = {row["policy"]: row for row in printed(capsys, matching, monkeypatch, "--needs", needs)["rows"]}

        assert set(rows) > set(matching.POLICIES)
        ours = rows["ours"]["share_of_optimal"]
        assert all(rows[name]["share_of_optimal"] <= ours == 1.0 for name in matching.POLICIES)

    def test_prints_our_plan_alone_where_asked_to(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, laboratory: matching.Laboratory
    ) -> None:
        told = printed(capsys, matching, monkeypatch, "--needs", "200", "--seed", "2", "--ours-alone")

        ours, nobody, bare = told["rows"]
        assert [row["policy"] for row in told["rows"]] == [
            "ours", "why nobody, all unmet needs at once", "bare solve of the same arrays",
        ]  # fmt: skip
        assert (ours["gap"], ours["share_of_optimal"]) == (0.0, 1.0)
        assert nobody["unmet"] == len(matching.ours(laboratory).unmet) > 0
        assert bare["ours_in_all_over_bare"] == ours["seconds_in_all"] / bare["seconds"]

    def test_gives_every_proposal_its_terms_reasons_and_ring(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = printed(capsys, matching, monkeypatch, "--needs", "150", "--open-hours", "--each")

        ours = told["rows"][0]
        proposals = told["proposals"]
        wanted = len(proposals) + sum(one["helpers_missing"] for one in told["unmet"])
        assert len(proposals) == round(ours["share_met"] * wanted) > 100
        assert {one["ring"] for one in proposals} <= {ring.name for ring in Ring}
        for one in proposals:
            assert {term["name"] for term in one["terms"]} == {
                name for name, weight in IDENTITY.weights.items() if weight
            }
            assert all(term["reason"] in REASONS for term in one["terms"])
            weighed = sum(term["weight"] * term["points"] for term in one["terms"])
            assert one["score"] == one["base_points"] + weighed
            assert len(one["reasons"]) > 0

    def test_gives_every_unmet_need_why_nobody(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = printed(capsys, matching, monkeypatch, "--needs", "150", "--open-hours", "--each")

        helped = Counter(one["need"] for one in told["proposals"])
        made = city(needs=150, offers=150, seed=matching.SEED, open_hours=True)
        lacking = {need.need_id: need.helpers_wanted - helped[need.need_id] for need in made.needs}
        told_of = {one["need"]: one for one in told["unmet"]}
        assert {need_id: one["helpers_missing"] for need_id, one in told_of.items()} == {
            need_id: lacks for need_id, lacks in lacking.items() if lacks
        }
        assert len(told_of) > 3
        for one in told_of.values():
            assert one["rule"] in REFUSALS
            assert one["changes"]
            assert all(change["rule"] in CHANGES for change in one["changes"])
            assert len(one["reasons"]) >= 2

    def test_refuses_to_measure_nothing(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(SystemExit):
            printed(capsys, matching, monkeypatch, "--needs", "0")

        assert "0 is too few: 1 or more" in capsys.readouterr().err

    def test_prints_one_object_with_rows(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = printed(capsys, matching, monkeypatch, "--needs", "60", "--open-hours")

        assert told["needs"] == 60
        assert {"policy", "share_met", "share_of_optimal", "walk_m", "load_gini", "seconds"} <= set(told["rows"][0])
        assert told["rows"][0]["policy"] == "ours"


class TestCandidates:
    def test_are_the_same_by_every_method(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = printed(capsys, candidates, monkeypatch, "--needs", "120", "--offers", "150")

        assert [row["method"] for row in told["rows"]] == [
            "batch in columns", "batch on streets", "one need, index in memory", "plain SQL, SQLite in memory",
            "brute force",
        ]  # fmt: skip
        assert len({row["pairs"] for row in told["rows"] if row["method"] != "batch on streets"}) == 1
        assert told["rows"][1]["pairs"] > 100
        assert told["rows"][0]["near_pairs"] >= told["rows"][0]["pairs"] > 100

    def test_say_so_where_a_method_finds_others(self) -> None:
        made = city(needs=30, offers=30, seed=2)
        pairs = matching.Laboratory(made).scores.pairs
        found = list(zip(pairs.needs.tolist(), pairs.offers.tolist(), strict=True))

        candidates._same(found, pairs, made.needs)
        with pytest.raises(AssertionError, match=f"{len(found) - 1} pairs instead of {len(found)}"):
            candidates._same(found[1:], pairs, made.needs)


class TestCity:
    def test_is_the_same_for_the_same_seed(self) -> None:
        one, again, other = (city(needs=20, offers=20, seed=seed) for seed in (4, 4, 5))

        assert (one.needs, one.offers) == (again.needs, again.offers)
        assert one.needs != other.needs
        assert np.array_equal(one.adjacency.toarray(), one.adjacency.toarray().T)
