"""Wishes how to be told: one's own, or entered by a worker for somebody in their care."""

from datetime import time

import pytest
from pytest_django import Settings

from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotFound, SignInRequired
from matchmaker.notices.actions import wish_notices
from matchmaker.notices.actions.wishing import ChannelNotPossible, QuietHoursNotPossible
from matchmaker.notices.models import ContactWish
from matchmaker.notices.queries import wishes_of
from tests.town_rows import change
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestWishNotices:
    def test_is_kept_once_for_each_person(self, town: SmallTown) -> None:
        viewer = viewer_of(town.helper)
        wish_notices(viewer=viewer, channel="CALL", language="en", now=NOW)

        wish_notices(viewer=viewer, channel="APP", quiet_from=time(21), quiet_until=time(8), now=NOW)

        wish = ContactWish.objects.get()
        assert (wish.person, wish.channel, wish.language) == (town.helper, "APP", "")
        assert (wish.quiet_from, wish.quiet_until, wish.changed_at) == (time(21), time(8), NOW)

    def test_is_entered_by_a_worker_for_who_has_no_account(self, town: SmallTown) -> None:
        wish_notices(viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, channel="CALL", now=NOW)

        assert ContactWish.objects.get().person == town.elder

    @pytest.mark.parametrize("who", ["helper", "other_coordinator", "auditor"])
    def test_is_nobody_elses_to_enter(self, town: SmallTown, who: str) -> None:
        with pytest.raises(NotFound):
            wish_notices(viewer=viewer_of(getattr(town, who)), person_id=town.elder.public_id, channel="CALL", now=NOW)

        assert not ContactWish.objects.exists()

    def test_needs_somebody(self) -> None:
        with pytest.raises(SignInRequired):
            wish_notices(viewer=VISITOR, channel="CALL", now=NOW)

    @pytest.mark.parametrize("channel", ["SMS", "MAIL"])
    def test_is_refused_where_the_way_is_not_open(self, town: SmallTown, settings: Settings, channel: str) -> None:
        with pytest.raises(ChannelNotPossible):
            wish_notices(viewer=viewer_of(town.helper), channel=channel, now=NOW)
        settings.NOTICE_CHANNELS = ["sms", "mail"]
        change(town.elder, phone="", email="")
        with pytest.raises(ChannelNotPossible) as refusal:
            wish_notices(viewer=viewer_of(town.coordinator), person_id=town.elder.public_id, channel=channel, now=NOW)

        assert refusal.value.field == "channel"
        assert not ContactWish.objects.exists()

    @pytest.mark.parametrize(
        "hours", [(time(22), None), (None, time(7)), (time(9), time(9))], ids=["no end", "no beginning", "all day"]
    )
    def test_is_refused_with_hours_that_are_none(self, town: SmallTown, hours: tuple[time | None, time | None]) -> None:
        with pytest.raises(QuietHoursNotPossible):
            wish_notices(viewer=viewer_of(town.helper), quiet_from=hours[0], quiet_until=hours[1], now=NOW)

        assert not ContactWish.objects.exists()

    @pytest.mark.parametrize("wrong", [{"channel": "PIGEON"}, {"language": "fr"}])
    def test_is_refused_for_what_nobody_knows(self, town: SmallTown, wrong: dict[str, str]) -> None:
        with pytest.raises(InvalidInput) as refusal:
            wish_notices(viewer=viewer_of(town.helper), now=NOW, **wrong)

        assert refusal.value.field == next(iter(wrong))


class TestWishesOf:
    def test_say_what_is_usual_until_something_was_wished(self, town: SmallTown, settings: Settings) -> None:
        settings.QUIET_HOURS = "21:30-06:30"

        wishes = wishes_of(viewer_of(town.helper))

        assert wishes is not None
        assert (wishes.channel, wishes.language, wishes.told_by) == ("", "", "APP")
        assert (wishes.quiet_from, wishes.quiet_until) == (time(21, 30), time(6, 30))
        assert wishes.possible == ("APP", "CALL")

    def test_offer_every_way_that_is_open(self, town: SmallTown, settings: Settings) -> None:
        settings.NOTICE_CHANNELS = ["sms", "mail"]

        wishes = wishes_of(viewer_of(town.helper))

        assert wishes is not None
        assert (wishes.possible, wishes.told_by) == (("APP", "SMS", "MAIL", "CALL"), "SMS")

    def test_are_none_of_a_visitor(self) -> None:
        assert wishes_of(VISITOR) is None
