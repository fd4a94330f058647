"""Several workers at once: one message, one text, one log of a call."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from matchmaker.community.models import User
from matchmaker.errors import DomainError
from matchmaker.jobs.models import OutboxJob
from matchmaker.notices.actions import log_call, plan_deliveries, read_notices, send_delivery
from matchmaker.notices.models import Call, Delivery, Notice
from matchmaker.notices.ports import SendFailed
from matchmaker.records.models import Record
from tests.notices.messages import PHONE_NAME, SOON, tell, told
from tests.notices.servers import Gateway
from tests.towns import NOW, SmallTown, small_town, viewer_of

THEN = NOW + SOON
WORKERS = 6

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
    return town


def all_at_once(act: Callable[[int], str]) -> Counter[str]:
    """What each worker says who begins together with the others."""
    barrier = Barrier(WORKERS)

    def begin(number: int) -> str:
        try:
            barrier.wait(timeout=30)
            return act(number)
        except DomainError as refusal:
            return refusal.code
        except SendFailed as failure:
            return str(failure)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return Counter(pool.map(begin, range(WORKERS)))


class TestWorkersAtOnce:
    def test_plan_one_message_for_a_burst(self, town: SmallTown, gateway: Gateway) -> None:
        for _ in range(5):
            tell(town.helper)

        said = all_at_once(lambda _: str(plan_deliveries(now=THEN)))

        assert said.total() == WORKERS
        assert Delivery.objects.get().notices.count() == 5
        assert OutboxJob.objects.filter(name="notices.send_delivery").count() == 1
        assert not Notice.objects.filter(planned_at=None).exists()

    def test_hand_a_message_over_once(self, town: SmallTown, gateway: Gateway) -> None:
        told(town.helper)
        delivery = Delivery.objects.get()

        def send(_: int) -> str:
            send_delivery(delivery_id=delivery.pk, now=THEN)
            return "ENDED"

        said = all_at_once(send)

        assert set(said) <= {"ENDED", "UNDER_WAY"}
        assert len(gateway.asked) == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("SENT", 1)

    def test_log_a_call_once(self, town: SmallTown) -> None:
        told(town.elder)
        call = Call.objects.get()
        worker = viewer_of(town.grid_head)

        def log(_: int) -> str:
            log_call(viewer=worker, call_id=call.public_id, result="REACHED", now=THEN)
            return "LOGGED"

        said = all_at_once(log)

        assert said == Counter({"LOGGED": 1, "CALL_ALREADY_LOGGED": WORKERS - 1})
        assert Record.objects.filter(kind="call.logged").count() == 1

    def test_read_tell_and_plan_without_waiting_for_each_other_for_ever(
        self, town: SmallTown, gateway: Gateway
    ) -> None:
        told(town.helper)
        told(town.elder)
        delivery, call = Delivery.objects.get(), Call.objects.get()
        reader, worker = viewer_of(town.helper), viewer_of(town.grid_head)

        def act(number: int) -> str:
            tell(town.helper, now=NOW - SOON)
            if number % 3 == 0:
                read_notices(viewer=reader, now=THEN)
            elif number % 3 == 1:
                send_delivery(delivery_id=delivery.pk, now=THEN)
            else:
                log_call(viewer=worker, call_id=call.public_id, result="NOT_REACHED", now=THEN)
            plan_deliveries(now=THEN)
            return "DONE"

        said = all_at_once(act)

        assert said["DONE"] + said["UNDER_WAY"] == WORKERS
        assert Call.objects.get().tries == 2
        assert len(gateway.asked) <= 1
