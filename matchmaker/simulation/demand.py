"""What people of the sample community lack over the month: the same needs whatever policy answers them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.community.models import ConsentManner, Mandate, Sex
from matchmaker.needs.drafts import NeedDraft, Window
from matchmaker.needs.models import NeedRepeat, ServiceType, Urgency
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.people import Resident
from matchmaker.simulation.places import TIME_ZONE
from matchmaker.simulation.sample import Sample

NEEDS_PER_DAY: Final = (2, 3)
WHO: Final = (("elder", 0.44), ("newcomer", 0.24), ("adult", 0.18), ("minor", 0.14))

LACKED_BY: Final = {
    "elder": (
        ("COMPANY", 3.0), ("SHOPPING", 3.0), ("CLINIC_COMPANY", 2.5), ("HOME_CARE", 2.0), ("SMALL_REPAIRS", 2.0),
        ("DIGITAL_HELP", 2.0), ("HEALTH_CHECK", 1.5), ("PENSION_CHECK", 1.5), ("BENEFIT_PAPERWORK", 1.0),
        ("FESTIVAL", 1.0), ("SPORTS", 1.0), ("FIRE_SAFETY", 0.7), ("NEIGHBOUR_MEDIATION", 0.6), ("NURSING", 0.4),
        ("PATROL", 0.3),
    ),
    "newcomer": (
        ("ORIENTATION", 2.5), ("RESIDENCE_PAPERWORK", 1.8), ("JOB_SEEKING", 1.8), ("LANGUAGE_PRACTICE", 1.4),
        ("SPORTS", 1.2), ("WORK_SKILLS", 1.0), ("BENEFIT_PAPERWORK", 0.8), ("FESTIVAL", 0.8), ("FAMILY_ADVICE", 0.7),
        ("SMALL_REPAIRS", 0.7), ("PATROL", 0.4), ("NEIGHBOUR_MEDIATION", 0.4),
    ),
    "adult": (
        ("SMALL_REPAIRS", 1.6), ("JOB_SEEKING", 1.4), ("WORK_SKILLS", 1.2), ("SPORTS", 1.0), ("FESTIVAL", 1.0),
        ("SHOPPING", 0.8), ("BENEFIT_PAPERWORK", 0.8), ("NEIGHBOUR_MEDIATION", 0.8), ("PATROL", 0.6),
        ("FIRE_SAFETY", 0.6), ("FAMILY_ADVICE", 0.6), ("DIGITAL_HELP", 0.5),
    ),
    "minor": (("TUTORING", 4.0), ("SPORTS", 1.0), ("LANGUAGE_PRACTICE", 0.7), ("FESTIVAL", 0.5)),
}  # fmt: skip

OFTEN_WEEKLY: Final = frozenset({"COMPANY", "HOME_CARE", "TUTORING", "LANGUAGE_PRACTICE", "SPORTS"})
FOR_TWO: Final = frozenset({"FESTIVAL", "SMALL_REPAIRS", "SHOPPING", "SPORTS"})
ANSWER_WITHIN_DAYS: Final = 11
MINUTES: Final = ((30, 0.25), (45, 0.2), (60, 0.35), (90, 0.12), (120, 0.08))
DAY_PARTS: Final = ((time(9), time(12)), (time(14), time(17, 30)), (time(18), time(20, 30)))


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """One need to be asked at a moment by someone: the person, their proxy, or the grid's worker at the desk."""

    at: datetime
    asked_by_id: int
    for_person: Resident
    draft: NeedDraft


def plan_needs(sample: Sample, *, days: int, start_date: date) -> list[list[PlannedNeed]]:
    """The needs of each day, in the order they are asked."""
    dice = Dice(sample.generated.seed, "demand")
    chooser = _Chooser(dice, sample)
    return [
        [chooser.need(start_date + timedelta(days=day), minute) for minute in _minutes_of_the_day(dice)]
        for day in range(days)
    ]


def _minutes_of_the_day(dice: Dice) -> list[int]:
    return sorted(dice.between(0, 50) for _ in range(dice.between(*NEEDS_PER_DAY)))


class _Chooser:
    """Draws needs one after another; nobody asks twice while there is someone who has not."""

    def __init__(self, dice: Dice, sample: Sample) -> None:
        self._dice = dice
        self._sample = sample
        self._zone = ZoneInfo(TIME_ZONE)
        self._kinds = {kind.code: kind for kind in ServiceType.objects.filter(parent__isnull=False)}
        self._mandates = {mandate.for_person_id: mandate for mandate in sample.mandates}
        heads = sample.workers.grid_heads
        self._desk = {grid.pk: heads[number].pk for number, grid in enumerate(sample.places.grids)}
        self._waiting = {who: self._shuffled(who) for who, _ in WHO}
        self._count = 0

    def need(self, day: date, minute: int) -> PlannedNeed:
        """The next need, asked so many minutes after nine."""
        who = self._dice.weighted(WHO)
        person = self._sample.asker if self._count == 0 else self._next_person(who)
        code = self._dice.weighted(LACKED_BY["elder" if self._count == 0 else who])
        mandate = self._mandates.get(person.pk)
        if mandate is not None and code not in mandate.scope:
            code = self._dice.pick(mandate.scope)
        self._count += 1
        asked_by_id, consent = self._asked_by(person, self._kinds[code], mandate)
        at = datetime.combine(day, time(9, minute), tzinfo=self._zone)
        return PlannedNeed(at, asked_by_id, person, self._draft(person, self._kinds[code], at, consent))

    def _asked_by(self, person: Resident, kind: ServiceType, mandate: Mandate | None) -> tuple[int, str]:
        """Who asks, and in what manner the person agreed where the type or their age calls for it."""
        if mandate is not None:
            return mandate.holder_id, ConsentManner.WRITTEN
        at_desk = person.age < 15 or (person.age >= 78 and self._dice.chance(0.4))
        if at_desk and self._desk[person.grid_id] != person.pk:
            return self._desk[person.grid_id], ConsentManner.SPOKEN
        asks_consent = kind.sensitive or bool(kind.care_dimension) or person.age < 19
        return person.pk, ConsentManner.IN_APP if asks_consent else ""

    def _draft(self, person: Resident, kind: ServiceType, at: datetime, consent: str) -> NeedDraft:
        dice = self._dice
        weekly = kind.code in OFTEN_WEEKLY and dice.chance(0.14)
        minutes = dice.weighted(MINUTES)
        windows = self._windows(at.date(), weekly)
        urgency = dice.weighted(((Urgency.WHENEVER, 0.80), (Urgency.SOON, 0.20)))
        return NeedDraft(
            service_type=kind.code,
            minutes=minutes,
            windows=windows,
            for_person=person.person.public_id,
            details="",
            helpers_wanted=2 if kind.code in FOR_TWO and not weekly and dice.chance(0.2) else 1,
            repeat=NeedRepeat.WEEKLY if weekly else NeedRepeat.ONCE,
            repeat_until_date=windows[-1].date + timedelta(weeks=3) if weekly else None,
            languages=self._languages(person),
            urgency=urgency,
            answer_by=at + timedelta(days=ANSWER_WITHIN_DAYS),
            nobody_from_building=dice.chance(0.06),
            helper_sex=person.person.sex
            if kind.code == "HOME_CARE" and dice.chance(0.35) and person.person.sex != Sex.UNSTATED
            else "",
            consent=consent,
            external_id=f"sample-need-{self._count:04d}",
        )

    def _windows(self, day: date, weekly: bool) -> tuple[Window, ...]:
        days = self._dice.some(range(6, 13), self._dice.between(2, 4))
        windows = {Window(day + timedelta(days=ahead), *self._dice.pick(DAY_PARTS)) for ahead in days}
        return tuple(sorted(windows))[: 2 if weekly else 4]

    def _languages(self, person: Resident) -> tuple[str, ...]:
        """Who does not speak Chinese asks for what they speak; some others would like their own language."""
        spoken = person.person.languages
        if "zh" not in spoken:
            return tuple(spoken)
        own = [tag for tag in spoken if tag != "zh"]
        return (own[0],) if own and self._dice.chance(0.15) else ()

    def _next_person(self, who: str) -> Resident:
        if not self._waiting[who]:
            self._waiting[who] = self._shuffled(who)
        return self._waiting[who].pop()

    def _shuffled(self, who: str) -> list[Resident]:
        people = [person for person in self._sample.residents if _is(who, person)]
        spoken_for = [person for person in people if person.pk in self._mandates]
        return self._dice.some(people, len(people)) + self._dice.some(spoken_for, 6)


def _is(who: str, person: Resident) -> bool:
    if who == "minor":
        return 6 <= person.age < 18
    if who == "elder":
        return person.age >= 60
    return 19 <= person.age < 60 and person.newcomer == (who == "newcomer")


def age_band(age: int) -> str:
    """The band under which a person of this age is counted."""
    for limit, band in ((18, "0-17"), (35, "18-34"), (60, "35-59"), (75, "60-74")):
        if age < limit:
            return band
    return "75+"
