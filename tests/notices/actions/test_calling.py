"""Logging a call: who was reached has heard, who was not stands on the list again."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Person, PostKind
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.notices.actions import log_call, plan_deliveries, read_notices, wish_notices
from matchmaker.notices.actions.calling import CallAlreadyLogged
from matchmaker.notices.models import Call, NoticeKind
from matchmaker.notices.queries import reached_since
from matchmaker.records.models import Record
from matchmaker.records.queries import verify_chain
from tests.notices.messages import ABOUT, SOON, tell, told
from tests.town_rows import appoint, change
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

THEN = NOW + SOON
TOMORROW_AT_NINE = NOW + timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    change(town.elder, phone="+8613900000009")
    return town


@pytest.fixture
def call(town: SmallTown) -> Call:
    """The elder, who has no account, is to be told that a helper was found."""
    told(town.elder, NoticeKind.HELPER_FOUND)
    return Call.objects.get()


def logged(call: Call, result: str, by: Person, *, minutes: int = 2, note: str = "") -> Call:
    now = NOW + timedelta(minutes=minutes)
    log_call(viewer=viewer_of(by), call_id=call.public_id, result=result, note=note, now=now)
    call.refresh_from_db()
    return call


class TestLogCall:
    def test_counts_as_having_told_who_was_reached(self, town: SmallTown, call: Call) -> None:
        logged(call, "REACHED", town.grid_head, note="  说好，明天可以 ")

        assert (call.state, call.result, call.tries, call.note) == ("DONE", "REACHED", 1, "说好，明天可以")
        assert (call.logged_by, call.logged_at) == (town.grid_head, THEN)
        assert reached_since(person_ids=[town.elder.pk], about=ABOUT, since=NOW) == THEN

    def test_stands_in_the_records_by_ids_and_codes_alone(self, town: SmallTown, call: Call) -> None:
        logged(call, "NOT_REACHED", town.grid_head, note="没人接")
        logged(call, "REACHED", town.coordinator, minutes=90)

        chain = f"community:{town.community.pk}"
        bodies = [record.body for record in Record.objects.filter(kind="call.logged").order_by("seq")]
        assert bodies == [
            {"call": call.pk, "result": "NOT_REACHED", "manner": "PHONE", "tries": 1},
            {"call": call.pk, "result": "REACHED", "manner": "PHONE", "tries": 2},
        ]
        assert verify_chain(chain) == []

    @pytest.mark.parametrize(
        ("result", "due_at", "manner"),
        [
            ("NOT_REACHED", TOMORROW_AT_NINE, "PHONE"),
            ("CALL_BACK", THEN + timedelta(hours=1), "PHONE"),
            ("WRONG_NUMBER", THEN + timedelta(hours=1), "DOORSTEP"),
        ],
    )
    def test_puts_who_was_not_reached_on_the_list_again(
        self, town: SmallTown, call: Call, result: str, due_at: object, manner: str
    ) -> None:
        logged(call, result, town.grid_head)

        assert (call.state, call.due_at, call.manner) == ("OPEN", due_at, manner)
        assert reached_since(person_ids=[town.elder.pk], about=ABOUT, since=NOW) is None

    def test_comes_again_within_the_hour_where_it_is_urgent(self, town: SmallTown, call: Call) -> None:
        tell(town.elder, urgent=True)
        plan_deliveries(now=NOW)

        logged(call, "NOT_REACHED", town.grid_head)

        assert (call.urgent, call.due_at) == (True, THEN + timedelta(hours=1))

    def test_sends_somebody_to_the_door_after_three_rings(self, town: SmallTown, call: Call) -> None:
        manners = [logged(call, "NOT_REACHED", town.grid_head, minutes=minutes).manner for minutes in (2, 3, 4, 5)]

        assert manners == ["PHONE", "PHONE", "DOORSTEP", "DOORSTEP"]

    def test_tells_on_one_call_whatever_has_come_meanwhile(self, town: SmallTown, call: Call) -> None:
        told(town.elder, NoticeKind.MATCH_AGREED)

        logged(call, "REACHED", town.grid_head, minutes=5)

        assert Call.objects.count() == 1
        assert not town.elder.notices.filter(reached_at=None).exists()

    def test_opens_a_new_call_after_one_that_is_done(self, town: SmallTown, call: Call) -> None:
        logged(call, "REACHED", town.grid_head)

        told(town.elder, NoticeKind.MATCH_AGREED, now=NOW + timedelta(hours=1))

        assert list(Call.objects.order_by("pk").values_list("state", "tries")) == [("DONE", 1), ("OPEN", 0)]

    def test_is_refused_once_the_person_has_heard(self, town: SmallTown, call: Call) -> None:
        logged(call, "REACHED", town.grid_head)

        with pytest.raises(CallAlreadyLogged):
            logged(call, "NOT_REACHED", town.coordinator)

        call.refresh_from_db()
        assert (call.tries, call.result) == (1, "REACHED")
        assert Record.objects.filter(kind="call.logged").count() == 1

    def test_is_refused_for_whom_the_inbox_has_told(self, town: SmallTown) -> None:
        change(town.neighbour, phone="+8613900000008")
        wish_notices(viewer=viewer_of(town.neighbour), channel="CALL", now=NOW)
        told(town.neighbour)
        read_notices(viewer=viewer_of(town.neighbour), now=THEN)

        with pytest.raises(CallAlreadyLogged):
            logged(Call.objects.get(), "REACHED", town.grid_head)

    def test_is_not_found_by_whoever_does_not_work_there(self, town: SmallTown, call: Call) -> None:
        appoint(town.stranger, PostKind.GRID_HEAD, town.other_grid)
        others = (town.helper, town.clerk, town.police, town.auditor, town.other_coordinator, town.stranger)

        for other in others:
            with pytest.raises(NotFound):
                logged(call, "REACHED", other)
        with pytest.raises(DomainError):
            log_call(viewer=VISITOR, call_id=call.public_id, result="REACHED", now=NOW)

        call.refresh_from_db()
        assert (call.state, call.tries) == ("OPEN", 0)
        assert not Record.objects.filter(kind="call.logged").exists()

    def test_is_not_logged_by_the_person_themselves(self, town: SmallTown) -> None:
        wish_notices(viewer=viewer_of(town.grid_head), channel="CALL", now=NOW)
        told(town.grid_head)

        with pytest.raises(NotFound):
            logged(Call.objects.get(), "REACHED", town.grid_head)

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [("result", {"result": "MAYBE"}), ("note", {"note": "长" * 201}), ("note", {"note": "a\x00b"})],
    )
    def test_refuses_what_cannot_be_kept(self, town: SmallTown, call: Call, field: str, wrong: dict[str, str]) -> None:
        words = {"result": "REACHED", "note": ""} | wrong

        with pytest.raises(InvalidInput) as refusal:
            log_call(viewer=viewer_of(town.grid_head), call_id=call.public_id, now=NOW, **words)

        assert refusal.value.field == field
        call.refresh_from_db()
        assert call.tries == 0
