"""The web process is killed while a form is sent: sent again, it has happened once."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from matchmaker.needs.models import Need, Offer
from tests.faults.browsers import Browser
from tests.faults.locks import held, somebody_waits
from tests.processes import Processes, accepts, until

pytestmark = pytest.mark.postgres

NEED_HALF_STORED = "LOCK TABLE needs_need IN EXCLUSIVE MODE"
OFFER_HALF_STORED = "LOCK TABLE needs_offer IN EXCLUSIVE MODE"
"""The form's transaction has begun, and waits to write its row."""
BEING_COMMITTED = "SELECT 1 FROM community_area FOR UPDATE"
"""The commit was asked for, and waits to see that the community is still there: nobody is left to hear its answer."""
STORED_BUT_NOT_ANSWERED = "LOCK TABLE django_session IN EXCLUSIVE MODE"
"""The row is there; the answer waits for the session to be saved."""


class Sending(threading.Thread):
    """A form on its way in the background; its answer, or the error that its sender saw."""

    def __init__(self, send: Callable[[], httpx.Response]) -> None:
        super().__init__(daemon=True)
        self._send = send
        self.answer: httpx.Response | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._send()
        except httpx.HTTPError as error:
            self.error = error


def killed_while_sending(processes: Processes, port: int, lock: str, send: Callable[[], httpx.Response]) -> None:
    """The web process has the form in hand, and is gone without an answer; then there is another."""
    web = processes.web(port)
    with held(lock):
        sending = Sending(send)
        assert somebody_waits(), processes.log_of("web")
        processes.kill(web)
    sending.join(timeout=30)
    assert sending.answer is None
    assert isinstance(sending.error, httpx.TransportError)
    assert until(lambda: not accepts(port))
    processes.web(port, name="next-web")


class TestWebKilledWhileANeedIsSent:
    @pytest.mark.parametrize(
        ("lock", "stored_before"), [(NEED_HALF_STORED, 0), (BEING_COMMITTED, 1), (STORED_BUT_NOT_ANSWERED, 1)]
    )
    def test_it_is_open_once_after_it_was_sent_again(
        self, processes: Processes, town: Any, port: int, repeat: int, lock: str, stored_before: int
    ) -> None:
        browser = Browser(town.asker, port)
        token = browser.answer_all_questions()

        killed_while_sending(processes, port, lock, lambda: browser.send("/ask/check", {"token": token}))
        stored = until(lambda: Need.objects.count() == stored_before, seconds=5)
        again = browser.send("/ask/check", {"token": token})
        once_more = browser.send("/ask/check", {"token": token})

        assert stored
        need = Need.objects.get()
        assert [answer.status_code for answer in (again, once_more)] == [302, 302]
        assert {answer.headers["Location"] for answer in (again, once_more)} == {f"/ask/done/{need.public_id}"}


class TestWebKilledWhileAnOfferIsSent:
    def test_it_is_open_once_after_it_was_sent_again(
        self, processes: Processes, town: Any, port: int, repeat: int
    ) -> None:
        browser, token = Browser(town.helper, port), uuid4().hex

        killed_while_sending(processes, port, OFFER_HALF_STORED, lambda: browser.open_offer(token))
        stored = Offer.objects.count()
        again, once_more = browser.open_offer(token), browser.open_offer(token)

        assert stored == 0
        offer = Offer.objects.get()
        assert {answer.headers["Location"] for answer in (again, once_more)} == {f"/offers/{offer.public_id}/opened"}
