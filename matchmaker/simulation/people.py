"""The people of the sample community: ages, languages, how long they have lived here, how fast they walk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from matchmaker.community.models import Area, Person, Sex
from matchmaker.engine.coverage import pace_at
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.places import Places

NEWCOMER_SHARE: Final = 0.30
NEWCOMER_DAYS: Final = 730

FAMILY_NAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_NAMES: Final = (
    "青杨",
    "白桦",
    "红柳",
    "沙枣",
    "云杉",
    "银杏",
    "山楂",
    "石竹",
    "冬青",
    "芦苇",
    "苜蓿",
    "榆叶",
    "金莲",
    "雪松",
    "紫藤",
    "木槿",
)
"""Trees and herbs; with the number behind them the names are plainly made up."""

NO_COUNTRY: Final = "+999"
"""A country code that is assigned to nobody: no generated number ever rings."""

HOUSEHOLD_SIZES: Final = {
    "elders": ((1, 0.40), (2, 0.46), (3, 0.14)),
    "family": ((2, 0.17), (3, 0.43), (4, 0.29), (5, 0.11)),
    "young": ((1, 0.52), (2, 0.35), (3, 0.13)),
}
SETTLED_HOMES: Final = (("elders", 0.32), ("family", 0.52), ("young", 0.16))
NEWCOMER_HOMES: Final = (("elders", 0.08), ("family", 0.47), ("young", 0.45))

SKILLS: Final = (
    "COOKING",
    "REPAIRS",
    "COMPUTERS",
    "READING",
    "MUSIC",
    "TEACHING",
    "CHESS",
    "GARDENING",
    "DRIVING",
    "INTERPRETING",
)


@dataclass(frozen=True, slots=True)
class Resident:
    """A stored person with what the generator needs to know of them."""

    person: Person
    household_id: int
    corridor: Area
    grid_id: int
    age: int
    newcomer: bool

    @property
    def pk(self) -> int:
        return self.person.pk


def settle_people(*, seed: int, places: Places, now: datetime) -> list[Resident]:
    """The stored residents of every household."""
    dice = Dice(seed, "people")
    corridor_of = {corridor.pk: corridor for corridor in places.corridors}
    order = dice.some(places.households, len(places.households))
    lately = {home.pk for home in order[: round(NEWCOMER_SHARE * len(order))]}
    people: list[Person] = []
    drafts: list[tuple[Area, int, bool]] = []
    for home in places.households:
        newcomer = home.pk in lately
        since = _resident_since(dice, newcomer, now.date())
        for age in _ages_in(dice, newcomer):
            people.append(_person(dice, len(people) + 1, home, places.community, age, since, now))
            drafts.append((home, age, newcomer))
    Person.objects.bulk_create(people, batch_size=1000)
    residents = []
    for person, (home, age, newcomer) in zip(people, drafts, strict=True):
        if home.parent_id is None:
            raise ValueError("a household stands under a corridor")
        corridor = corridor_of[home.parent_id]
        residents.append(Resident(person, home.pk, corridor, corridor.parent_id or 0, age, newcomer))
    return residents


def walking_speed(age: int) -> int:
    """Metres per minute on the flat for someone of this age."""
    return int(pace_at(age).metres_per_minute)


def _ages_in(dice: Dice, newcomer: bool) -> list[int]:
    """The ages of one household, the eldest adults first."""
    kind = dice.weighted(NEWCOMER_HOMES if newcomer else SETTLED_HOMES)
    size = dice.weighted(HOUSEHOLD_SIZES[kind])
    if kind == "elders":
        eldest = dice.between(62, 92)
        ages = [eldest, max(60, eldest - dice.between(0, 6))][:size]
        return ages + [dice.between(30, 58) for _ in range(size - len(ages))]
    if kind == "young":
        return [dice.between(18, 36) for _ in range(size)]
    first = dice.between(28, 57)
    ages = [first, max(24, first + dice.between(-5, 4))]
    for _ in range(size - len(ages)):
        ages.append(dice.between(60, 80) if dice.chance(0.14) else dice.between(0, min(21, first - 22)))
    return ages


def _person(dice: Dice, number: int, home: Area, community: Area, age: int, since: date, now: datetime) -> Person:
    return Person(
        public_id=dice.public_id(),
        name=f"{dice.pick(FAMILY_NAMES)}{dice.pick(GIVEN_NAMES)}{number:04d}",
        phone=f"{NO_COUNTRY}{number:08d}" if age >= 12 and dice.chance(0.55 if age >= 75 else 0.95) else "",
        household=home,
        community=community,
        home_confirmed_at=now,
        birth_year=now.year - age - 1,
        sex=dice.pick((Sex.FEMALE, Sex.MALE)),
        languages=_languages(dice, age),
        skills=sorted(dice.some(SKILLS, dice.between(0, 2))) if age >= 14 else [],
        walking_speed_m_per_min=walking_speed(age),
        resident_since_date=since,
        visits_per_week_cap=dice.between(1, 4),
        without_graph=dice.chance(0.01),
        external_id=f"sample-{number:05d}",
        joined_at=now,
    )


def _languages(dice: Dice, age: int) -> list[str]:
    """BCP 47 tags: Chinese nearly always, Jin, Mongolian and English here and there."""
    spoken = ["zh"]
    if dice.chance(0.30 if age >= 50 else 0.12):
        spoken.append("cjy")
    if dice.chance(0.09):
        spoken.append("mn")
    if dice.chance(0.28 if 10 <= age <= 40 else 0.03):
        spoken.append("en")
    if age >= 70 and len(spoken) > 1 and spoken[1] in ("cjy", "mn") and dice.chance(0.15):
        spoken.remove("zh")
    return spoken


def _resident_since(dice: Dice, newcomer: bool, today: date) -> date:
    days = dice.between(20, NEWCOMER_DAYS - 40) if newcomer else dice.between(NEWCOMER_DAYS + 60, 365 * 35)
    return today - timedelta(days=days)
