"""The evidence picture as drawn: nobody hides another, ties within a building are arcs, names are read out whole."""

import re
from xml.etree import ElementTree as ET

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.community.models import Person
from matchmaker.matches.queries.around import Part
from matchmaker.matches.queries.dwellings import Building
from matchmaker.matches.queries.evidence_picture import Bond, EvidencePicture, Neighbour
from matchmaker.matches.queries.known import KnownBy
from matchmaker.web import lanes

FRIENDS = (KnownBy.FRIEND,)


def picture(lanes_of: list[int], bonds: list[tuple[int, int, bool]], *, name: str = "王晓晴") -> EvidencePicture:
    """Number 0 is helped, 1 would help; everybody on a bold tie is on the way."""
    walked = {number for one, other, bold in bonds if bold for number in (one, other)}
    parts = [Part.HELPED, Part.PROPOSED, *[Part.AROUND] * len(lanes_of)]
    people = tuple(
        Neighbour(number, parts[number], Person(name=name) if number < 2 else None, lane, number in walked)
        for number, lane in enumerate(lanes_of)
    )
    homes = tuple(Building("第1网格", str(number + 1)) for number in range(max(lanes_of) + 1))
    steps = 2 if walked else None
    return EvidencePicture(
        homes, people, tuple(Bond(one, other, FRIENDS, bold) for one, other, bold in bonds), steps, 0
    )


def places(svg: str) -> list[tuple[str, str]]:
    return re.findall(r'data-n="\d+" data-x="(\d+)" data-y="(\d+)"', svg)


class TestDrawing:
    @given(lanes_of=st.lists(st.integers(0, 3), min_size=2, max_size=24))
    def test_puts_everybody_on_a_place_of_their_own_within_the_picture(self, lanes_of: list[int]) -> None:
        svg = lanes.drawing(picture(lanes_of, []), label="x")
        found = places(svg)
        height = int(re.findall(r'viewBox="0 0 360 (\d+)"', svg)[0])

        assert len(set(found)) == len(lanes_of)
        assert all(20 <= int(x) <= 340 and 20 <= int(y) <= height - 20 for x, y in found)

    def test_keeps_the_way_clear_of_whoever_is_not_on_it(self) -> None:
        svg = lanes.drawing(picture([0, 2, 1, 1, 0], [(0, 2, True), (1, 2, True), (0, 3, False)]), label="x")

        assert [int(x) == lanes.WAY_X for x, _ in places(svg)] == [True, True, True, False, False]
        assert len(re.findall(r'stroke-width="5"', svg)) == 2

    def test_draws_ties_within_a_building_as_arcs_and_others_straight(self) -> None:
        svg = lanes.drawing(picture([0, 1, 0, 0], [(2, 3, False), (0, 3, False), (0, 1, False)]), label="x")
        curves = re.findall(r'd="M(\d+) (\d+)Q(\d+) (\d+) (\d+) (\d+)"', svg)
        lifts = [(int(y) + int(other_y)) / 2 - int(middle) for _, y, _, middle, _, other_y in curves]

        assert [lift > 20 for lift in lifts] == [True, True, False]
        assert lifts[2] == 0

    def test_reads_out_names_whole_and_never_as_marks(self) -> None:
        svg = lanes.drawing(picture([0, 1], [], name="<b>Alexandra of the long name"), label="x")

        assert 'aria-label="&lt;b&gt;Alexandra of the long name' in svg
        assert ">&lt;b&gt;Alexand…<" in svg
        assert "<b>" not in svg

    def test_stands_alone_as_a_file(self) -> None:
        file = ET.fromstring(lanes.drawing(picture([0, 1, 0], [(0, 1, True)]), label="", linked=False))  # noqa: S314

        assert file.get("width") == "720"
        assert file.findall(".//{*}a") == []
        assert len(file.findall(".//{*}title")) == 3


class TestWhatToSee:
    def test_says_whether_and_how_they_know_each_other(self) -> None:
        known, unknown = picture([0, 0], [(0, 1, True)]), picture([0, 0], [])

        with translation.override("zh-hans"):
            assert lanes.what_to_see(known) == "粗线是两人之间最短的往来，中间有1位邻居。"
            assert "没有粗线" in lanes.what_to_see(unknown)
        with translation.override("en"):
            assert "with 1 in between" in lanes.what_to_see(known)
