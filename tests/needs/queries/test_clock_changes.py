"""The nights on which clocks change, from a need and an offer as they are opened to the blocks that both have: an hour
that a zone skips does not exist, one that it repeats exists twice, and elsewhere the night is like any other."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from matchmaker.community.models import Area
from matchmaker.engine.eligibility import candidates
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.errors import InvalidInput
from matchmaker.needs.availability import moment_of
from matchmaker.needs.drafts import Hours, Window
from matchmaker.needs.models import Need
from matchmaker.needs.queries import need_facts, offer_facts, service_type_facts
from tests.towns import SmallTown, open_need_for, open_offer_for, small_town

pytestmark = pytest.mark.django_db

HELSINKI: Final = "Europe/Helsinki"
SHANGHAI: Final = "Asia/Shanghai"
SPRING: Final = date(2026, 3, 29)
"""A Sunday: in Helsinki three o'clock is followed by five, so to say: 02:59 by 04:00."""
AUTUMN: Final = date(2026, 10, 25)
"""A Sunday: in Helsinki 03:59 is followed by 03:00 once more."""
SUNDAY: Final = 6
THREE: Final = SUNDAY * 96 + 3 * 4
"""The quarter of the week in which it would be three o'clock on Sunday, if no clock changed before."""
WEEK: Final = 672


def bits(first: int, count: int) -> int:
    return ((1 << count) - 1) << first


@dataclass(frozen=True)
class Night:
    """A town whose clocks are those of a zone, in the week of one of the two nights."""

    town: SmallTown
    zone: ZoneInfo
    sunday: date

    @property
    def start(self) -> datetime:
        monday = date.fromordinal(self.sunday.toordinal() - SUNDAY)
        return datetime.combine(monday, time(0), tzinfo=self.zone).astimezone(UTC)

    def ask(self, starts: time, ends: time, minutes: int) -> NeedFacts:
        window = Window(self.sunday, starts, ends)
        need = open_need_for(self.town, windows=(window,), minutes=minutes)
        found = need_facts(self.town.community.pk, horizon_start=self.start, now=self.town.now)
        return next(one for one in found if one.need_id == need.pk)

    def give(self, starts: time, ends: time) -> OfferFacts:
        open_offer_for(self.town, hours=(Hours(SUNDAY, starts, ends),))
        (found,) = offer_facts(self.town.community.pk, horizon_start=self.start, now=self.town.now)
        return found

    def meets_at(self, need: NeedFacts, offer: OfferFacts) -> list[str]:
        """When a visit may begin, on the clocks of the town with their distance from UTC."""
        found = candidates([need], [offer], service_type_facts())
        starts = [quarter for one in found for quarter in range(4 * WEEK) if one.starts >> quarter & 1]
        moments = [moment_of(quarter, horizon_start=self.start).astimezone(self.zone) for quarter in starts]
        return [moment.strftime("%a %H:%M%z") for moment in moments]


def night(zone: str, sunday: date) -> Night:
    clock = ZoneInfo(zone)
    monday = datetime.combine(date.fromordinal(sunday.toordinal() - SUNDAY), time(8), tzinfo=clock).astimezone(UTC)
    town = small_town(now=monday)
    Area.objects.exclude(time_zone="").update(time_zone=zone)
    town.community.refresh_from_db()
    return Night(town, clock, sunday)


class TestANeed:
    def test_has_no_block_in_the_hour_that_is_skipped(self) -> None:
        helsinki = night(HELSINKI, SPRING)

        with pytest.raises(InvalidInput) as refused:
            helsinki.ask(time(3), time(4), minutes=15)

        assert refused.value.field == "windows"
        assert Need.objects.count() == 0

    def test_has_that_hour_where_no_clock_changes(self) -> None:
        assert night(SHANGHAI, SPRING).ask(time(3), time(4), minutes=15).open_quarters == bits(THREE, 4)

    @pytest.mark.parametrize(("zone", "quarters"), [(HELSINKI, 8), (SHANGHAI, 12)])
    def test_has_an_hour_less_around_it(self, zone: str, quarters: int) -> None:
        assert night(zone, SPRING).ask(time(2), time(5), minutes=120).open_quarters == bits(THREE - 4, quarters)

    def test_does_not_fit_into_what_is_left(self) -> None:
        with pytest.raises(InvalidInput):
            night(HELSINKI, SPRING).ask(time(2), time(5), minutes=150)
        assert Need.objects.count() == 0

    @pytest.mark.parametrize(("zone", "quarters"), [(HELSINKI, 8), (SHANGHAI, 4)])
    def test_has_the_hour_that_is_repeated_twice(self, zone: str, quarters: int) -> None:
        assert night(zone, AUTUMN).ask(time(3), time(4), minutes=60).open_quarters == bits(THREE, quarters)


class TestAnOffer:
    def test_has_no_block_in_the_hour_that_is_skipped_and_has_it_a_week_later(self) -> None:
        """A week later it is three o'clock an hour earlier, counted from the start of the horizon."""
        offer = night(HELSINKI, SPRING).give(time(3), time(4))

        assert offer.free_quarters == sum(bits(THREE - 4 + WEEK * week, 4) for week in (1, 2, 3))

    def test_has_the_hour_that_is_repeated_twice_and_once_a_week_later(self) -> None:
        offer = night(HELSINKI, AUTUMN).give(time(3), time(4))

        later = sum(bits(THREE + 4 + WEEK * week, 4) for week in (1, 2, 3))
        assert offer.free_quarters == bits(THREE, 8) | later

    @pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
    def test_has_the_same_hour_every_week_where_no_clock_changes(self, sunday: date) -> None:
        offer = night(SHANGHAI, sunday).give(time(3), time(4))

        assert offer.free_quarters == sum(bits(THREE + WEEK * week, 4) for week in range(4))


class TestTheTwo:
    def test_meet_after_the_hour_that_is_skipped(self) -> None:
        helsinki = night(HELSINKI, SPRING)

        need, offer = helsinki.ask(time(2), time(5), minutes=60), helsinki.give(time(3), time(5))

        assert helsinki.meets_at(need, offer) == ["Sun 04:00+0300"]

    def test_meet_in_it_where_it_is_not_skipped(self) -> None:
        shanghai = night(SHANGHAI, SPRING)

        need, offer = shanghai.ask(time(2), time(5), minutes=60), shanghai.give(time(3), time(5))

        assert shanghai.meets_at(need, offer) == [
            f"Sun {clock}+0800" for clock in ("03:00", "03:15", "03:30", "03:45", "04:00")
        ]

    def test_meet_for_two_hours_in_one_that_is_repeated(self) -> None:
        helsinki = night(HELSINKI, AUTUMN)

        need, offer = helsinki.ask(time(3), time(4), minutes=120), helsinki.give(time(3), time(4))

        assert helsinki.meets_at(need, offer) == ["Sun 03:00+0300"]

    def test_do_not_join_two_halves_that_lie_an_hour_apart(self) -> None:
        """Half past three to four comes twice, with half an hour between the two."""
        helsinki = night(HELSINKI, AUTUMN)

        offer = helsinki.give(time(3, 30), time(4))
        hour, half = (helsinki.ask(time(3), time(4), minutes=minutes) for minutes in (60, 30))

        assert helsinki.meets_at(hour, offer) == []
        assert helsinki.meets_at(half, offer) == ["Sun 03:30+0300", "Sun 03:30+0200"]
