"""A new community as it is planned: plain values, each with the place in the list that it was read from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

BUILDINGS_AT_MOST: Final = 2_000
HOUSEHOLDS_AT_MOST: Final = 30_000
CORRIDORS_AT_MOST: Final = 30
FLOORS_AT_MOST: Final = 80
FLATS_PER_FLOOR_AT_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Point:
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class BuildingPlan:
    """A building: so many corridors, each with so many floors, each with so many flats."""

    where: str
    grid: str
    name: str
    corridors: int
    floors: int
    flats_per_floor: int
    at: Point | None = None

    @property
    def households(self) -> int:
        return self.corridors * self.floors * self.flats_per_floor

    def corridor_names(self) -> list[str]:
        """`1号楼1单元`, `1号楼2单元`; the building's own name where it has one corridor."""
        if self.corridors == 1:
            return [self.name]
        return [f"{self.name}{number}单元" for number in range(1, self.corridors + 1)]

    def flat_names(self) -> list[str]:
        """`101室` to `602室`, floor after floor."""
        return [
            f"{floor}{flat:02d}室" for floor in range(1, self.floors + 1) for flat in range(1, self.flats_per_floor + 1)
        ]


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on one weekday (0 is Monday), from and until as HH:MM."""

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class StationPlan:
    where: str
    name: str
    kind: str
    organization: str
    organization_kind: str
    hours: tuple[Hours, ...]
    phone: str = ""
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """Who holds which post from the first day; `grid` is empty for a post of the whole community."""

    where: str
    name: str
    sign_in_name: str
    post: str
    grid: str
    until_date: date


@dataclass(frozen=True, slots=True)
class CommunityPlan:
    region: str
    sub_district: str
    joint_community: str
    name: str
    time_zone: str
    centre: Point | None
    name_en: str = ""
    buildings: tuple[BuildingPlan, ...] = ()
    stations: tuple[StationPlan, ...] = ()
    workers: tuple[WorkerPlan, ...] = ()

    @property
    def grids(self) -> tuple[str, ...]:
        """The names of the grids, in the order in which the buildings name them."""
        return tuple(dict.fromkeys(building.grid for building in self.buildings))

    @property
    def corridors(self) -> int:
        return sum(building.corridors for building in self.buildings)

    @property
    def households(self) -> int:
        return sum(building.households for building in self.buildings)

    @property
    def without_place(self) -> tuple[BuildingPlan, ...]:
        """Buildings that will stand at the centre of the community until somebody says where they are."""
        return tuple(building for building in self.buildings if building.at is None)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a plan that cannot stand: where it was read, what is wrong and what to do."""

    where: str
    message: str
    message_zh: str

    def sentence(self, language: str) -> str:
        words = self.message_zh if language.startswith("zh") else self.message
        return f"{self.where}: {words}" if self.where else words


@dataclass(slots=True)
class Faults:
    """Those found so far; reading goes on after each, so that all are told at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, where: str, message: str, message_zh: str) -> None:
        self.found.append(Fault(where, message, message_zh))

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.found)

    def __bool__(self) -> bool:
        return bool(self.found)
