"""A town to look at: buildings of many people with ties of every kind within and between them."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from matchmaker.community.models import Area, AreaLevel, Person, Tie, TieKind
from tests.town_rows import area
from tests.towns import NOW, SmallTown

KINDS = tuple(TieKind)


def more_buildings(town: SmallTown, buildings: int, people: int) -> list[Person]:
    """So many buildings more, by turns in both grids, and so many people in them; nobody has ties yet."""
    homes = []
    for number in range(buildings):
        grid = (town.grid, town.other_grid)[number % 2]
        name = str(11 + number)
        corridor = area(AreaLevel.CORRIDOR, grid, f"{name}号楼1单元", building=name, east=0.01 + number * 0.0004)
        homes.append(area(AreaLevel.HOUSEHOLD, corridor, "101室", east=0.01 + number * 0.0004))
    return _people(town, homes, people)


def tie_at_random(people: Sequence[Person], ties: int, *, seed: int = 1) -> None:
    """So many ties of all kinds, made over the last two years and renewed lately."""
    rng = Random(seed)  # a town to look at, no secret
    rows = {}
    while len(rows) < ties:
        one, other = sorted(rng.sample(people, 2), key=lambda row: row.pk)
        kind = rng.choice(KINDS)
        made = NOW - timedelta(days=rng.randrange(720))
        told = {"made_at": made, "renewed_at": NOW, "low_confirmed_at": made, "high_confirmed_at": made}
        rows[one.pk, other.pk, kind] = Tie(low=one, high=other, kind=kind, **told)
    Tie.objects.bulk_create(rows.values(), batch_size=500, ignore_conflicts=True)


def _people(town: SmallTown, homes: Sequence[Area], count: int) -> list[Person]:
    rows = [
        Person(
            name=f"居民{number}",
            household=homes[number % len(homes)],
            community=town.community,
            home_confirmed_at=NOW,
            birth_year=1980,
            languages=["zh"],
            joined_at=NOW,
        )
        for number in range(count)
    ]
    return Person.objects.bulk_create(rows, batch_size=500)
