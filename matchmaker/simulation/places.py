"""The places of the sample community: a made-up town on an empty spot of the map."""

import math
from dataclasses import dataclass
from typing import Final

from matchmaker.community.actions.areas import plant_all
from matchmaker.community.models import Area, AreaLevel
from matchmaker.simulation.dice import Dice

TIME_ZONE: Final = "Asia/Shanghai"
ORIGIN: Final = (41.20, 111.30)
"""Open country: nobody's home is drawn here."""

METRES_PER_DEGREE: Final = 111_320.0
BUILDING_STEP_M: Final = (70.0, 55.0)
CORRIDOR_STEP_M: Final = 18.0
GRID_STEP_M: Final = 330.0


@dataclass(frozen=True)
class TownSize:
    """How much is built; the defaults follow the size of one residents' committee with three grids."""

    grids: int = 3
    buildings_per_grid: int = 8
    corridors_per_building: int = 2
    households_per_corridor: int = 25

    @property
    def households(self) -> int:
        return self.grids * self.buildings_per_grid * self.corridors_per_building * self.households_per_corridor


@dataclass(frozen=True)
class Places:
    region: Area
    joint_community: Area
    community: Area
    grids: tuple[Area, ...]
    corridors: tuple[Area, ...]
    households: tuple[Area, ...]


def build_places(*, seed: int, size: TownSize) -> Places:
    """The stored area tree from the region down to every household."""
    dice = Dice(seed, "places")
    (region,) = plant_all([_area(dice, AreaLevel.REGION, None, f"样本区 {seed}", f"Sample region {seed}")])
    (sub_district,) = plant_all([_area(dice, AreaLevel.SUB_DISTRICT, region, "样本街道", "Sample sub-district")])
    (joint,) = plant_all(
        [_area(dice, AreaLevel.JOINT_COMMUNITY, sub_district, "样本联合社区", "Sample joint community")]
    )
    (community,) = plant_all(
        [
            _area(
                dice,
                AreaLevel.COMMUNITY,
                joint,
                "样本社区（生成）",
                "Sample community (generated)",
                time_zone=TIME_ZONE,
            )
        ]
    )
    grids = plant_all(
        [
            _area(
                dice,
                AreaLevel.GRID,
                community,
                f"第{number}网格",
                f"Grid {number}",
                at=offset(east_m=GRID_STEP_M * (number - 1)),
            )
            for number in range(1, size.grids + 1)
        ]
    )
    corridors = plant_all(
        [corridor for index, grid in enumerate(grids) for corridor in _corridors_of(dice, grid, index, size)]
    )
    households = plant_all([home for corridor in corridors for home in _homes_of(dice, corridor, size)])
    return Places(region, joint, community, tuple(grids), tuple(corridors), tuple(households))


def offset(*, east_m: float = 0.0, north_m: float = 0.0, origin: tuple[float, float] = ORIGIN) -> tuple[float, float]:
    """Latitude and longitude of a point so many metres from the origin."""
    latitude = origin[0] + north_m / METRES_PER_DEGREE
    longitude = origin[1] + east_m / (METRES_PER_DEGREE * math.cos(math.radians(origin[0])))
    return round(latitude, 6), round(longitude, 6)


def _corridors_of(dice: Dice, grid: Area, grid_index: int, size: TownSize) -> list[Area]:
    corridors = []
    for number in range(size.buildings_per_grid):
        column, row = number % 4, number // 4
        for unit in range(size.corridors_per_building):
            at = offset(
                east_m=GRID_STEP_M * grid_index + BUILDING_STEP_M[0] * column + CORRIDOR_STEP_M * unit,
                north_m=BUILDING_STEP_M[1] * row,
            )
            building = f"{grid_index + 1}-{number + 1}"
            name, name_en = f"{number + 1}号楼{unit + 1}单元", f"Building {number + 1}, unit {unit + 1}"
            corridors.append(_area(dice, AreaLevel.CORRIDOR, grid, name, name_en, at=at, building=building))
    return corridors


def _homes_of(dice: Dice, corridor: Area, size: TownSize) -> list[Area]:
    if corridor.latitude is None or corridor.longitude is None:
        raise ValueError("a corridor of the sample has a place")
    at = (corridor.latitude, corridor.longitude)
    return [
        _area(
            dice,
            AreaLevel.HOUSEHOLD,
            corridor,
            f"{1 + number // 4}0{1 + number % 4}室",
            "",
            at=at,
            building=corridor.building,
        )
        for number in range(size.households_per_corridor)
    ]


def _area(
    dice: Dice,
    level: AreaLevel,
    parent: Area | None,
    name: str,
    name_en: str,
    *,
    at: tuple[float, float] | None = None,
    building: str = "",
    time_zone: str = "",
) -> Area:
    return Area(
        public_id=dice.public_id(),
        level=level,
        parent=parent,
        parent_level=parent.level if parent else None,
        path=str(dice.public_id()),  # until it is planted
        name=name,
        name_en=name_en,
        building=building,
        latitude=at[0] if at else None,
        longitude=at[1] if at else None,
        time_zone=time_zone,
    )
