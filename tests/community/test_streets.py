"""Street maps: what of a file one may walk on, how maps are joined, and what the command says."""

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matchmaker.community.actions.streets import put_street_map, remove_street_map
from matchmaker.community.models import StreetMap
from matchmaker.community.queries import street_attributions, street_network
from matchmaker.community.street_files import NotAStreetMap, StreetFile, is_walkable, read_street_file
from tests.towns import NOW

POINTS = 60  # a part of fewer than fifty is left out
A_METRE = 1.0 / 111_195.08  # degrees northwards


def written(path: Path, *ways: tuple[range, dict[str, str]]) -> Path:
    """A map with a point every ten metres northwards, from number 1, and ways along them."""
    lines = ['<osm version="0.6">']
    numbers = sorted({number for along, _ in ways for number in along})
    lines += [f'<node id="{n}" version="1" lat="{40.8 + n * 10 * A_METRE:.7f}" lon="111.6"/>' for n in numbers]
    for pk, (along, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{n}"/>' for n in along)
        says = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{pk}" version="1">{refs}{says}</way>')
    path.write_text("\n".join([*lines, "</osm>"]))
    return path


def road(path: Path, first: int = 1, points: int = POINTS) -> Path:
    return written(path, (range(first, first + points), {"highway": "residential"}))


def at(number: float) -> tuple[float, float]:
    return 40.8 + number * 10 * A_METRE, 111.6


def walk_m(here: float, there: float) -> float:
    network = street_network()
    assert network is not None
    latitude, longitude = at(there)
    return float(network.walks_m(*at(here), np.asarray([latitude]), np.asarray([longitude]))[0])


class TestIsWalkable:
    @pytest.mark.parametrize(
        ("tags", "walkable"),
        [
            ({"highway": "steps"}, True),
            ({"highway": "cycleway"}, True),
            ({"highway": "trunk"}, True),
            ({"highway": "motorway"}, False),
            ({"highway": "construction"}, False),
            ({"highway": "footway", "foot": "no"}, False),
            ({"highway": "service", "access": "private"}, False),
            ({"highway": "service", "access": "private", "foot": "designated"}, True),
            ({"railway": "rail"}, False),
            ({}, False),
        ],
    )
    def test_goes_by_kind_and_by_who_may_pass(self, tags: dict[str, str], walkable: bool) -> None:
        assert is_walkable(tags) is walkable


class TestReadStreetFile:
    def test_keeps_what_one_may_walk_on(self, tmp_path: Path) -> None:
        path = written(
            tmp_path / "town.osm",
            (range(1, 5), {"highway": "residential"}),
            (range(4, 7), {"highway": "motorway"}),
            (range(8, 10), {"building": "yes"}),
        )

        file = read_street_file(path)

        assert file.node_ids.tolist() == [1, 2, 3, 4]
        assert list(zip(file.tails.tolist(), file.heads.tolist(), strict=True)) == [(0, 1), (1, 2), (2, 3)]
        assert file.latitudes[0] == pytest.approx(at(1)[0], abs=1e-7)

    def test_leaves_out_ends_that_lie_outside_the_extract(self, tmp_path: Path) -> None:
        path = road(tmp_path / "town.osm", points=3)
        path.write_text(path.read_text().replace('<nd ref="3"/>', '<nd ref="3"/><nd ref="999"/>'))

        assert read_street_file(path).node_ids.tolist() == [1, 2, 3]

    @pytest.mark.parametrize("words", ["", "name,street\n", "<osm></osm>", "<osm version='0.6'><node", "\x00\xff" * 50])
    @pytest.mark.parametrize("ending", [".osm", ".osm.pbf", ".csv"])
    def test_refuses_what_is_no_street_map(self, tmp_path: Path, words: str, ending: str) -> None:
        path = tmp_path / f"town{ending}"
        path.write_text(words)

        with pytest.raises(NotAStreetMap):
            read_street_file(path)

    def test_reads_a_real_town(self, data_dir: Path) -> None:
        file = read_street_file(data_dir / "streets" / "helsinki_centre.osm.pbf")

        # 5,559 points is what another reader finds in the part of it that hangs together.
        assert 5_000 < len(file.node_ids) < 8_000
        assert 60.15 < file.latitudes.min() < file.latitudes.max() < 60.20


@pytest.mark.django_db
class TestStreetNetwork:
    def test_is_none_where_no_map_was_imported(self) -> None:
        assert street_network() is None
        assert street_attributions() == []

    def test_is_the_imported_map_until_it_changes(self, tmp_path: Path) -> None:
        put_street_map(name="town", file=read_street_file(road(tmp_path / "town.osm")), now=NOW)
        first = street_network()

        assert walk_m(1, 31) == pytest.approx(300.0, abs=0.1)
        assert street_network() is first
        put_street_map(name="town", file=read_street_file(road(tmp_path / "town.osm", points=70)), now=NOW)
        assert street_network() is not first
        assert StreetMap.objects.get().points == 70
        remove_street_map(name="town")
        assert street_network() is None

    def test_joins_maps_where_they_share_points(self, tmp_path: Path) -> None:
        put_street_map(name="south", file=read_street_file(road(tmp_path / "south.osm")), now=NOW)
        put_street_map(name="north", file=read_street_file(road(tmp_path / "north.osm", first=POINTS)), now=NOW)

        network = street_network()

        assert network is not None
        assert len(network) == 2 * POINTS - 1
        assert walk_m(POINTS - 10, POINTS + 10) == pytest.approx(200.0, abs=0.1)

    def test_costs_one_query_once_it_is_built(self, tmp_path: Path, django_assert_num_queries: object) -> None:
        put_street_map(name="town", file=read_street_file(road(tmp_path / "town.osm")), now=NOW)
        street_network()

        with django_assert_num_queries(1):  # type: ignore[operator] # the fixture has no type
            street_network()


@pytest.mark.django_db
class TestPutStreetMap:
    def test_changes_nothing_for_the_same_file(self, tmp_path: Path) -> None:
        file = read_street_file(road(tmp_path / "town.osm"))

        assert put_street_map(name="town", file=file, now=NOW)
        before = StreetMap.objects.values().get()
        assert not put_street_map(name="town", file=file, now=NOW)
        assert StreetMap.objects.values().get() == before


@pytest.mark.django_db
class TestImportStreets:
    def said(self, *arguments: str) -> str:
        out = StringIO()
        call_command("import_streets", *arguments, stdout=out)
        return out.getvalue().strip()

    def test_says_what_it_found(self, tmp_path: Path) -> None:
        path = str(road(tmp_path / "town.osm"))

        assert self.said(path) == "town: 60 points and 59 stretches to walk on."
        assert self.said(path) == "town is this very map already; nothing was changed."
        assert street_attributions() == ["© OpenStreetMap contributors, ODbL"]

    def test_takes_a_map_out_again(self, tmp_path: Path) -> None:
        self.said(str(road(tmp_path / "town.osm")), "--name", "old town")

        assert "are gone" in self.said("--remove", "old town")
        assert not StreetMap.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            ((), "Name one file"),
            (("nowhere.osm", "--remove", "town"), "Name one file"),
            (("nowhere.osm",), "cannot be read"),
            (("--remove", "town"), "No street map is called town"),
        ],
    )
    def test_refuses_in_one_sentence(self, arguments: tuple[str, ...], why: str) -> None:
        with pytest.raises(CommandError, match=why):
            self.said(*arguments)

    def test_keeps_the_old_map_where_the_new_file_is_none(self, tmp_path: Path) -> None:
        path = road(tmp_path / "town.osm")
        self.said(str(path))
        path.write_text("no map")

        with pytest.raises(CommandError, match="is no street map"):
            self.said(str(path))
        assert StreetMap.objects.get().points == POINTS


def test_a_file_is_packed_and_unpacked_alike(tmp_path: Path) -> None:
    file = read_street_file(road(tmp_path / "town.osm"))

    assert isinstance(file, StreetFile)
    assert len(file.packed()) < 4_000
