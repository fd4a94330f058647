"""Paths of areas, read and written in one place."""

from matchmaker.community.area_paths import keys_of_path, path_under, region_of_path


class TestPathUnder:
    def test_ends_with_the_key_of_the_area(self) -> None:
        assert path_under("", 7) == "0000000007/"
        assert path_under("0000000007/", 12) == "0000000007/0000000012/"


class TestKeysOfPath:
    def test_are_those_from_the_root_down(self) -> None:
        assert keys_of_path(path_under(path_under("", 7), 12)) == (7, 12)
        assert keys_of_path("") == ()


class TestRegionOfPath:
    def test_is_the_first_part_and_of_a_region_all_of_it(self) -> None:
        assert region_of_path("0000000007/0000000012/") == region_of_path("0000000007/") == "0000000007/"
