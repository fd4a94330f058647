"""From grid, building, corridor and room, as people write them, to the one area that is meant."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from matchmaker.community.models import AreaLevel
from matchmaker.community.queries.listed import KnownArea
from matchmaker.lists.cells import Row, half_width
from matchmaker.lists.planning.near import Effort, Near

HOME: Final = ("grid", "building", "corridor", "room")
TAIL: Final = re.compile(r"(号楼|栋|幢|楼|室|号|房|户)$")


class Homes:
    """The homes of a community, found by what a row says of them."""

    def __init__(self, areas: Sequence[KnownArea]) -> None:
        self._by_pk = {area.pk: area for area in areas}
        self._grids = _by_name(area for area in areas if area.level == AreaLevel.GRID)
        self._corridors = [area for area in areas if area.level == AreaLevel.CORRIDOR]
        self._rooms: dict[int, dict[str, KnownArea]] = defaultdict(dict)
        for area in areas:
            if area.level == AreaLevel.HOUSEHOLD and area.parent_id is not None:
                self._rooms[area.parent_id][short(area.name)] = area
        self._places = _by_name(area for area in areas if area.level < AreaLevel.HOUSEHOLD)
        self._found: dict[tuple[str, ...], list[KnownArea]] = {}
        effort = Effort()
        self._near_grid = Near(self._grids, effort)
        self._near_corridor = Near((area.name for area in self._corridors), effort)
        self._near_building = Near((area.building for area in self._corridors if area.building), effort)
        self._near_place = Near((area.name for area in areas if area.level < AreaLevel.HOUSEHOLD), effort)
        self._near_room = {key: Near(rooms, effort) for key, rooms in self._rooms.items()}

    def of(self, row: Row) -> KnownArea | None:
        """The home that the row names; None where it names none, or a fault says why it is not found."""
        if not any(row.given(key) for key in HOME):
            return None
        corridors = self._corridors_of(row)
        if not corridors:
            return None
        text = row.text("room")
        if not text:
            row.fault("room", "MISSING")
            return None
        found = [room for corridor in corridors if (room := self._rooms.get(corridor.pk, {}).get(short(text)))]
        if len(found) > 1:
            row.fault("corridor", "PLACE_UNCLEAR")
            return None
        if not found:
            near = self._near_room.get(corridors[0].pk) if len(corridors) == 1 else None
            _say_unknown(row, "room", near.to(short(text)) if near else "")
            return None
        return found[0]

    def place(self, row: Row, column: str, name: str) -> KnownArea | None:
        """An area of this name that is nobody's home."""
        found = self._places.get(plain_name(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            row.fault(column, "PLACE_UNCLEAR")
        else:
            _say_unknown(row, column, self._near_place.to(half_width(name)))
        return None

    def point(self, area: KnownArea) -> tuple[float, float] | None:
        """Its own point, or that of the nearest area around it that has one."""
        for key in reversed(area.keys):
            around = self._by_pk.get(key)
            if around is not None and around.latitude is not None and around.longitude is not None:
                return around.latitude, around.longitude
        return None

    def _corridors_of(self, row: Row) -> list[KnownArea]:
        """Corridors that fit grid, building and corridor, as far as these are given."""
        said = tuple(plain_name(row.text(key)) for key in HOME[:3])
        if said not in self._found:
            self._found[said] = self._fitting(*said)
        found = self._found[said]
        if not found:
            self._say_what_does_not_fit(row, *said)
        return found

    def _fitting(self, grid: str, building: str, corridor: str) -> list[KnownArea]:
        within = self._grids.get(grid, []) if grid else None
        fits = []
        for area in self._corridors:
            if within is not None and not any(area.path.startswith(one.path) for one in within):
                continue
            if building and short(area.building) != short(building):
                continue
            name = plain_name(area.name)
            if corridor and corridor != name and not (building and name.endswith(corridor)):
                continue
            fits.append(area)
        return fits

    def _say_what_does_not_fit(self, row: Row, grid: str, building: str, corridor: str) -> None:
        if grid and grid not in self._grids:
            _say_unknown(row, "grid", self._near_grid.to(grid))
        elif building and not self._fitting(grid, building, ""):
            _say_unknown(row, "building", self._near_building.to(short(building)))
        else:
            _say_unknown(row, "corridor" if corridor else "building", self._near_corridor.to(corridor))


def plain_name(text: str) -> str:
    """Half width, lower case, without blanks."""
    return "".join(half_width(text).casefold().split())


def short(text: str) -> str:
    """`1号楼` and `1`, `101室` and `101` are the same."""
    return TAIL.sub("", plain_name(text))


def _by_name(areas: Iterable[KnownArea]) -> dict[str, list[KnownArea]]:
    found: dict[str, list[KnownArea]] = defaultdict(list)
    for area in areas:
        found[plain_name(area.name)].append(area)
    return dict(found)


def _say_unknown(row: Row, column: str, near: str) -> None:
    if near:
        row.fault(column, "PLACE_LIKE", near=near)
    else:
        row.fault(column, "UNKNOWN_PLACE")
