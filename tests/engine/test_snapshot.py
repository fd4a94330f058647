"""The tie graph as arrays: built in bulk it equals networkx, changed by events it equals a rebuild."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.graph import snapshot_of, tie_graph, trust_view
from matchmaker.engine.problem import MembershipFacts, OutcomeFacts, TieFacts, TieKind, Town, VouchFacts
from matchmaker.engine.snapshot import Snapshot, View
from matchmaker.engine.tie_columns import HALF_LIVES, ONE_WAY, Columns, Kind

PEOPLE = st.integers(0, 9)
WEIGHTS = st.floats(0.01, 5.0)
AGES = st.floats(0.0, 4_000.0)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """With parallel ties, ties to oneself, to people elsewhere, bad outcomes, and sometimes nobody."""
    some = st.lists(st.tuples(PEOPLE, PEOPLE, AGES), max_size=12)
    kinds = st.sampled_from([TieKind.KIN, TieKind.FRIEND, TieKind.HELPED, TieKind.MET])
    return Town(
        people=tuple(draw(st.lists(PEOPLE, unique=True))),
        ties=tuple(TieFacts(u, v, draw(kinds), draw(WEIGHTS), age) for u, v, age in draw(some)),
        vouches=tuple(VouchFacts(u, v, age) for u, v, age in draw(some)),
        outcomes=tuple(OutcomeFacts(u, v, draw(st.sampled_from([0.0, 0.5, 1.0])), age) for u, v, age in draw(some)),
        memberships=tuple(MembershipFacts(u, 50 + v % 2) for u, v, _ in draw(some)),
    )


def edges_of(view: View) -> dict[tuple[int, int], float]:
    pairs = view.adjacency.tocoo()
    u, v = view.ids[pairs.coords[0]].tolist(), view.ids[pairs.coords[1]].tolist()
    return dict(zip(zip(u, v, strict=True), pairs.data.tolist(), strict=True))


def city(*, ids: list[int], lines: list[tuple[int, int, Kind, float, float]], day: float = 0.0) -> Snapshot:
    u, v, kind, weight, made = zip(*lines, strict=True) if lines else ((),) * 5
    return Snapshot.of(ids=ids, columns=Columns(u, v, kind, weight, made), epoch_day=day)


class TestBuild:
    @given(towns())
    def test_has_the_ties_that_networkx_has(self, town: Town) -> None:
        graph, view = tie_graph(town), snapshot_of(town).neighbourhood()

        both_ways = {(u, v): w for a, b, w in graph.edges(data="weight") for u, v in ((a, b), (b, a))}
        assert edges_of(view) == pytest.approx({pair: weight for pair, weight in both_ways.items() if weight > 0.0})
        assert view.ids.tolist() == sorted(graph)
        assert abs(view.adjacency - view.adjacency.T).nnz == 0

    @given(towns())
    def test_has_the_words_that_networkx_has(self, town: Town) -> None:
        graph, view = trust_view(town), snapshot_of(town).trust()

        def number(node: int | tuple[str, int]) -> int:
            return -node[1] if isinstance(node, tuple) else node

        words = {(number(u), number(v)): w for u, v, w in graph.edges(data="weight") if w > 0.0}
        assert edges_of(view) == pytest.approx(words)
        assert set(view.ids.tolist()) == {number(node) for node in graph}

    def test_keeps_the_order_of_rows(self) -> None:
        built = city(ids=[5, -3, 2, 9], lines=[(9, 5, Kind.KIN, 2.0, 0.0), (2, -3, Kind.MEMBERSHIP, 1.0, 0.0)])

        assert built.neighbourhood().ids.tolist() == [5, 2, 9]
        assert built.trust().ids.tolist() == [5, -3, 2, 9]
        assert built.neighbourhood().adjacency.toarray().tolist() == [[0, 0, 2], [0, 0, 0], [2, 0, 0]]

    def test_finds_ids_that_lie_far_apart(self) -> None:
        far = [10**15, 3, -(10**12), 7]
        lines = [(3, 10**15, Kind.KIN, 1.0, 0.0), (7, -(10**12), Kind.MEMBERSHIP, 1.0, 0.0), (3, 4, Kind.KIN, 1.0, 0.0)]

        built = city(ids=far, lines=lines)

        assert set(edges_of(built.trust())) == {(3, 10**15), (10**15, 3), (7, -(10**12)), (-(10**12), 7)}
        assert built.trust().ids.tolist() == far
        with pytest.raises(ValueError, match="distinct"):
            city(ids=[*far, 3], lines=[])

    def test_adds_up_the_lines_of_a_pair_alike_for_both(self) -> None:
        lines = [(1, 2, Kind.KIN, 0.0625, 0.0), (2, 1, Kind.KIN, 0.0117, -83.0), (2, 1, Kind.KIN, 0.125, 0.0)]

        near = city(ids=[1, 2], lines=lines).neighbourhood().adjacency.toarray()

        assert near[0, 1] == near[1, 0]

    def test_takes_a_day_to_come_as_today(self) -> None:
        assert city(ids=[1, 2], lines=[(1, 2, Kind.MET, 1.0, 50.0)], day=10.0).weight(2, 1, Kind.MET) == 1.0

    @pytest.mark.parametrize(
        ("ids", "line"),
        [
            ([1, 1], (1, 2, Kind.KIN, 1.0, 0.0)),
            ([1, 2], (1, 2, 7, 1.0, 0.0)),
            ([1, 2], (1, 2, -1, 1.0, 0.0)),
            ([1, 2], (1, 2, Kind.KIN, math.nan, 0.0)),
            ([1, 2], (1, 2, Kind.KIN, 1.0, math.inf)),
        ],
    )
    def test_refuses_what_is_no_tie(self, ids: list[int], line: tuple) -> None:
        with pytest.raises(ValueError, match=r"ids|kind|numbers"):
            city(ids=ids, lines=[line])

    def test_refuses_columns_of_different_lengths(self) -> None:
        with pytest.raises(ValueError, match="one length"):
            Snapshot.of(ids=[1, 2], columns=Columns([1], [2], [0], [1.0], []), epoch_day=0.0)

    @pytest.mark.parametrize("ids", [[], [1]])
    def test_is_fine_with_next_to_nobody(self, ids: list[int]) -> None:
        built = city(ids=ids, lines=[(1, 1, Kind.KIN, 1.0, 0.0), (1, 2, Kind.KIN, 1.0, 0.0)])

        assert built.neighbourhood().adjacency.shape == (len(ids), len(ids))
        assert built.entries == 0


@dataclass
class Ledger:
    """What the events come to, said once more in plain Python."""

    here: list[int]
    known: dict[tuple[int, int, Kind], list[tuple[float, float]]] = field(default_factory=dict)

    def key(self, u: int, v: int, kind: Kind) -> tuple[int, int, Kind]:
        return (u, v, kind) if kind in ONE_WAY else (min(u, v), max(u, v), kind)

    def rebuilt(self, day: float) -> Snapshot:
        lines = [(u, v, kind, weight, made) for (u, v, kind), all_of in self.known.items() for weight, made in all_of]
        return city(ids=self.here, lines=lines, day=day)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple]:
    pair = st.tuples(PEOPLE, PEOPLE, st.sampled_from(Kind), WEIGHTS, st.floats(-500.0, 600.0))
    step = st.one_of(
        st.tuples(st.sampled_from(["add", "add", "add", "renew", "end"]), pair),
        st.tuples(st.sampled_from(["come", "leave"]), PEOPLE),
        st.tuples(st.just("epoch"), st.floats(0.0, 200.0)),
        st.tuples(st.just("look"), st.none()),
    )
    return draw(st.lists(step, min_size=1, max_size=40))


def play(snapshot: Snapshot, ledger: Ledger, what: str, of: tuple) -> None:
    """One event on both; what cannot be is refused by the snapshot and not in the ledger."""
    u, v, kind, weight, day = of
    key = ledger.key(u, v, kind)
    both = u in ledger.here and v in ledger.here
    if not both or (what != "add" and key not in ledger.known):
        with pytest.raises(LookupError):
            snapshot.end(u, v, kind) if what == "end" else getattr(snapshot, what)(u, v, kind, weight=weight, day=day)
    elif u == v:
        with pytest.raises(ValueError, match="two people"):
            snapshot.add(u, v, kind, weight=weight, day=day)
    elif what == "end":
        snapshot.end(u, v, kind)
        del ledger.known[key]
    else:
        getattr(snapshot, what)(u, v, kind, weight=weight, day=day)
        fresh = (weight, min(day, snapshot.epoch_day))
        ledger.known[key] = [*ledger.known.get(key, []), fresh] if what == "add" else [fresh]


def move(snapshot: Snapshot, ledger: Ledger, what: str, person: int) -> None:
    if (what == "come") == (person in ledger.here):
        with pytest.raises(ValueError if what == "come" else LookupError):
            getattr(snapshot, what)(person)
    elif what == "come":
        snapshot.come(person)
        ledger.here.append(person)
    else:
        snapshot.leave(person)
        ledger.here.remove(person)
        ledger.known = {key: all_of for key, all_of in ledger.known.items() if person not in key[:2]}


def assert_same(changed: Snapshot, rebuilt: Snapshot) -> None:
    for view in ("neighbourhood", "trust"):
        one, other = getattr(changed, view)(), getattr(rebuilt, view)()
        assert set(one.ids.tolist()) == set(other.ids.tolist())
        assert edges_of(one) == pytest.approx(edges_of(other), rel=1e-11, abs=0.0)
    near = changed.neighbourhood().adjacency
    assert abs(near - near.T).nnz == 0
    assert changed.entries == rebuilt.entries
    assert len(changed) == len(rebuilt)
    for trust in (False, True):
        ids = rebuilt.trust().ids.tolist()
        one, other = changed.rows(trust=trust), rebuilt.rows(trust=trust)
        strengths = [one.strength[changed.row_of(person)] for person in ids]
        assert strengths == pytest.approx([other.strength[rebuilt.row_of(person)] for person in ids], rel=1e-11)


class TestEvents:
    @settings(max_examples=150)
    @given(histories(), st.lists(PEOPLE, unique=True))
    def test_leave_what_a_rebuild_would_find(self, history: list[tuple], here: list[int]) -> None:
        ledger = Ledger(list(here))
        snapshot = ledger.rebuilt(0.0)

        for what, of in history:
            if what == "epoch":
                snapshot.begin_epoch(snapshot.epoch_day + of)
            elif what == "look":
                snapshot.rows(trust=True), snapshot.neighbourhood()
            elif what in ("come", "leave"):
                move(snapshot, ledger, what, of)
            else:
                play(snapshot, ledger, what, of)

        assert_same(snapshot, ledger.rebuilt(snapshot.epoch_day))
        kept = Snapshot.from_arrays(snapshot.arrays())
        assert_same(kept, ledger.rebuilt(snapshot.epoch_day))
        assert sorted(kept.trust().ids.tolist()) == sorted(ledger.here)

    def test_of_thousands_pack_the_pool_and_lose_nothing(self) -> None:
        rng = np.random.default_rng(7)
        ids = list(range(300))
        snapshot, ledger = city(ids=ids, lines=[]), Ledger(ids)

        for number in range(20_000):
            u, v = (int(of) for of in rng.choice(300, size=2, replace=False))
            what = "end" if number % 3 == 0 and ledger.key(u, v, Kind.MET) in ledger.known else "add"
            play(snapshot, ledger, what, (u, v, Kind.MET, 1.0, float(-number)))

        assert_same(snapshot, ledger.rebuilt(0.0))

    @pytest.mark.parametrize("kind", list(Kind))
    def test_a_new_epoch_lets_each_kind_fade_at_its_own_pace(self, kind: Kind) -> None:
        snapshot = city(ids=[1, 2], lines=[(1, 2, kind, 3.0, 0.0)])

        snapshot.begin_epoch(180.0)

        assert snapshot.weight(1, 2, kind) == pytest.approx(3.0 * 0.5 ** (180.0 / HALF_LIVES[kind]), rel=1e-12)

    def test_a_revoked_vouch_is_no_word_any_more(self) -> None:
        snapshot = city(ids=[1, 2], lines=[(1, 2, Kind.VOUCH, 1.0, 0.0), (2, 1, Kind.VOUCH, 1.0, 0.0)])

        snapshot.end(1, 2, Kind.VOUCH)

        assert edges_of(snapshot.trust()) == {(2, 1): 1.0}

    def test_an_epoch_does_not_begin_before_the_last(self) -> None:
        snapshot = city(ids=[1, 2], lines=[(1, 2, Kind.MET, 1.0, 0.0)])

        with pytest.raises(ValueError, match="epoch"):
            snapshot.begin_epoch(-1.0)
        assert snapshot.epoch_day == 0.0

    def test_views_given_out_earlier_do_not_change(self) -> None:
        snapshot = city(ids=[1, 2, 3], lines=[(1, 2, Kind.MET, 1.0, 0.0)])
        before = snapshot.neighbourhood()

        snapshot.add(2, 3, Kind.KIN)
        snapshot.leave(1)

        assert edges_of(before) == {(1, 2): 1.0, (2, 1): 1.0}

    @pytest.mark.parametrize("event", ["add", "renew", "end", "leave", "come"])
    def test_touch_as_many_entries_in_a_city_as_in_a_town(self, event: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """What an event reads and writes is counted, not timed: rows of the pair, and nothing that grows."""
        from matchmaker.engine import pool

        def read_by(people: int) -> int:
            lines = [(u, (u + step) % people, Kind.MET, 1.0, 0.0) for u in range(people) for step in (1, 2)]
            snapshot = city(ids=list(range(people)), lines=lines)
            snapshot.rows(), snapshot.rows(trust=True)
            snapshot.come(people)
            snapshot.add(0, people, Kind.KIN)  # so that the pool and the rows have room
            read = 0
            plain = pool.Pool.words

            def counting(self: pool.Pool, row: int) -> np.ndarray:
                nonlocal read
                read += len(plain(self, row))
                return plain(self, row)

            monkeypatch.setattr(pool.Pool, "words", counting)
            monkeypatch.setattr(pool.Pool, "packed", lambda self: pytest.fail("the whole pool was read"))
            {
                "add": lambda: snapshot.add(4, 9, Kind.FRIEND),
                "renew": lambda: snapshot.renew(4, 5, Kind.MET),
                "end": lambda: snapshot.end(4, 5, Kind.MET),
                "leave": lambda: snapshot.leave(4),
                "come": lambda: snapshot.come(people + 1),
            }[event]()
            monkeypatch.undo()
            return read

        assert read_by(50) == read_by(5_000)
