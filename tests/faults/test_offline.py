"""Without signal nothing typed is lost: it is seen to wait, and it is sent once, for whoever wrote it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from matchmaker.needs.models import Need
from matchmaker.web.wording import reference
from tests.faults.phones import Line, Phone, chromium
from tests.processes import Processes, accepts, free_port, until
from tests.towns import SmallTown

pytestmark = pytest.mark.browser

WRITTEN = "写好了，等着发出"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Service:
    """The server, and the line to it."""

    def __init__(self, processes: Processes, port: int) -> None:
        self.port, self._processes, self._server_port = port, processes, free_port()
        self.line = Line(port, self._server_port)
        self._count = 0
        self.start()

    def start(self) -> None:
        self._count += 1
        self._web = self._processes.web(self._server_port, name=f"web-{self._count}")

    def kill(self) -> None:
        self._processes.kill(self._web)
        assert until(lambda: not accepts(self._server_port))


@pytest.fixture
def service(processes: Processes, port: int) -> Iterator[Service]:
    service = Service(processes, port)
    yield service
    service.line.close()


@pytest.fixture
def phone(browser: Browser, service: Service, town: SmallTown) -> Iterator[Phone]:
    phone = Phone(browser, service.port)
    phone.sign_in(town.asker)
    phone.keep_pages()
    yield phone
    phone.context.close()


def asked_without_signal(phone: Phone, service: Service) -> None:
    service.kill()
    phone.open("/ask")
    phone.sees("现在没有信号")
    phone.write_request()
    phone.page.get_by_role("button", name="好了").click()
    phone.sees(WRITTEN, "等着发出")


class TestAskWithoutSignal:
    def test_is_sent_once_when_the_server_is_there_again(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        asked_without_signal(phone, service)
        assert phone.waiting() == ["waiting"]
        assert Need.objects.count() == 0
        phone.open("/")
        phone.sees("急救", "1件事", "没有信号")

        service.start()
        phone.open("/mine")
        phone.sees("发出去了，编号")
        phone.open("/mine")

        need = Need.objects.get()
        assert (need.asked_by, need.details, need.service_type.code) == (town.asker, "两袋米", "SHOPPING")
        assert phone.waiting() == []
        phone.sees("我请人帮忙的事", reference(need.public_id))

    def test_sent_by_two_presses_and_two_tabs_is_opened_once(self, phone: Phone, service: Service, repeat: int) -> None:
        service.kill()
        phone.open("/ask")
        phone.write_request()
        phone.page.evaluate("document.querySelector('form[data-outbox]').requestSubmit()")
        phone.page.evaluate("document.querySelector('form[data-outbox]')?.requestSubmit()")
        phone.sees(WRITTEN)
        assert phone.waiting() == ["waiting"]
        other = phone.new_tab()
        phone.open("/", page=other)
        phone.sees("1件事等着发出", page=other)

        service.start()
        for page in (phone.page, other):
            page.evaluate("void outbox.deliver()")
            page.evaluate("void outbox.deliver()")

        assert until(lambda: phone.waiting() == [])
        assert Need.objects.count() == 1

    def test_is_opened_once_where_the_server_dies_between_its_commit_and_its_answer(
        self, phone: Phone, service: Service, repeat: int
    ) -> None:
        asked_without_signal(phone, service)
        service.start()
        service.line.cut_before_the_answer_to(b"POST /waiting/ask", service.kill)

        phone.page.evaluate("void outbox.deliver()")
        assert until(lambda: service.line.answers_lost == 1 and Need.objects.count() == 1)
        phone.sees("没有信号")
        assert phone.waiting() == ["waiting"]
        service.start()
        phone.page.evaluate("void outbox.deliver()")

        phone.sees("发出去了，编号")
        assert phone.waiting() == []
        assert Need.objects.count() == 1

    def test_that_the_server_cannot_take_comes_back_with_all_that_was_typed(
        self, phone: Phone, service: Service, repeat: int
    ) -> None:
        service.kill()
        phone.open("/ask")
        phone.write_request(details="两袋米，三楼")
        phone.page.locator("[name=date]").fill("2020-01-01")
        phone.page.get_by_role("button", name="好了").click()
        phone.sees(WRITTEN)
        service.start()
        phone.open("/mine")
        phone.sees("等您改一改")
        assert Need.objects.count() == 0

        phone.page.get_by_role("link", name="改一改").click()
        phone.sees("哪一天：")
        assert phone.page.locator("[name=details]").input_value() == "两袋米，三楼"
        phone.page.locator("[name=date]").fill((timezone.localdate() + timedelta(days=1)).isoformat())
        phone.page.get_by_role("button", name="好了").click()
        phone.sees("收到了")

        assert Need.objects.get().details == "两袋米，三楼"
        assert phone.waiting() == []

    def test_says_at_once_what_is_missing(self, phone: Phone, service: Service, repeat: int) -> None:
        service.kill()
        phone.open("/ask")
        phone.page.get_by_role("button", name="好了").click()

        phone.sees("想请人帮什么忙？ 请选一项。", "哪一天：请选日期。")
        assert phone.waiting() == []

    def test_half_written_is_there_after_the_page_was_closed(self, phone: Phone, service: Service, repeat: int) -> None:
        service.kill()
        phone.open("/ask")
        phone.page.locator("[name=details]").fill("写到一半")
        assert until(lambda: phone.waiting() == ["draft"])
        phone.page.close()
        phone.page = phone.new_tab()

        phone.open("/ask")
        assert until(lambda: phone.page.locator("[name=details]").input_value() == "写到一半")

    def test_on_a_phone_that_keeps_nothing_is_sent_at_once_or_said_to_be_lost(
        self, phone: Phone, service: Service, repeat: int
    ) -> None:
        """As where the disk is full, or the browser keeps no data of a private window."""
        full = "void (outbox.put = () => Promise.reject(new Error('no room')))"
        service.kill()
        phone.open("/ask")
        phone.page.evaluate(full)
        phone.write_request()
        phone.page.get_by_role("button", name="好了").click()
        phone.sees("这台手机存不下")
        assert phone.page.locator("[name=details]").input_value() == "两袋米"

        service.start()
        phone.open("/ask/in-one")
        phone.page.evaluate(full)
        phone.write_request()
        phone.page.get_by_role("button", name="好了").click()
        phone.sees("收到了")

        assert Need.objects.count() == 1


class TestFormOfAPage:
    def test_that_meets_no_signal_is_held_and_sent_again(self, phone: Phone, service: Service, repeat: int) -> None:
        phone.open("/ask/what")
        phone.page.locator("input[value=SHOPPING]").check()
        service.kill()
        phone.page.get_by_role("button", name="继续").click()
        phone.sees("没有信号，还没有发出去")

        service.start()
        phone.page.get_by_role("button", name="再发一次").click()

        phone.sees("什么时候方便？")


class TestWhatWaits:
    def test_is_said_to_wait_for_a_sign_in_and_is_lost_by_no_lost_session(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        asked_without_signal(phone, service)
        phone.context.clear_cookies(name="sessionid")
        service.start()
        phone.open("/")
        phone.sees("您已经退出登录。登录以后就发，写的都还在。")
        assert Need.objects.count() == 0

        phone.sign_in(town.asker)
        phone.open("/mine")
        phone.sees("发出去了，编号")

        assert Need.objects.get().asked_by == town.asker

    def test_is_never_sent_or_shown_under_another_sign_in(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        asked_without_signal(phone, service)
        phone.sign_in(town.helper)
        service.start()

        phone.open("/mine")
        phone.sees("这台手机上还有别人没发出去的事")
        phone.page.evaluate("void outbox.deliver()")
        answer = phone.page.evaluate(
            """async () => {
                const who = await (await fetch('/waiting')).json();
                const [row] = await outbox.all();
                const body = new URLSearchParams(row.typed);
                body.set('token', row.key);
                body.set('owner', row.owner);
                body.set('csrfmiddlewaretoken', who.csrf);
                const answer = await fetch('/waiting/ask', { method: 'POST', body });
                return [answer.status, (await answer.json()).state];
            }"""
        )

        assert answer == [409, "SOMEBODY_ELSE"]
        assert Need.objects.count() == 0
        assert phone.waiting() == ["waiting"]
        assert "买菜" not in phone.page.locator("#said").inner_text()

    def test_of_somebody_else_is_neither_counted_nor_tried_again_and_again(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        asked_without_signal(phone, service)
        phone.sign_in(town.helper)
        service.start()
        phone.page.add_init_script(
            """window.delays = [];
            const later = window.setTimeout;
            window.setTimeout = (act, delay, ...more) => { delays.push(delay); return later(act, delay, ...more); };"""
        )
        phone.open("/mine")
        phone.sees("这台手机上还有别人没发出去的事")
        assert 10_000 not in phone.page.evaluate("outbox.deliver().then(() => delays)")

        service.kill()
        row = "{ key: '0'.repeat(32), owner: outbox.owners[0], typed: [], label: '买菜', state: 'waiting' }"
        phone.page.evaluate(f"outbox.put({row})")
        assert 10_000 in phone.page.evaluate("outbox.deliver().then(() => delays)")
        phone.sees("1件事等着发出。现在没有信号")

    def test_is_deleted_by_signing_out_once_that_was_agreed_to(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        phone.open("/ask/in-one")
        phone.page.locator("[name=details]").fill("只给自己看")
        assert until(lambda: phone.waiting() == ["draft"])
        phone.open("/mine")
        phone.page.get_by_role("button", name="退出").click()
        phone.sees("还有没发出去的，要退出吗？")
        phone.page.get_by_role("button", name="先不退出").click()
        assert phone.waiting() == ["draft"]

        phone.page.get_by_role("button", name="退出").first.click()
        phone.page.get_by_role("button", name="删掉并退出").click()
        phone.sees("登录，看我的事")

        assert phone.waiting() == []


class TestKeptPages:
    def test_show_nothing_of_anybody_after_signing_out(
        self, phone: Phone, service: Service, town: SmallTown, repeat: int
    ) -> None:
        everything = """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const asked of await cache.keys())
                    found.push([new URL(asked.url).pathname, await (await cache.match(asked)).text()]);
            }
            return found;
        }"""
        signed_in = dict(phone.page.evaluate(everything))
        assert {"/kept/home", "/kept/no-signal", "/kept/not-sent", "/kept/ask"} <= signed_in.keys()
        owner = phone.page.evaluate("outbox.owners[0]")

        phone.page.get_by_role("button", name="退出").click()
        phone.sees("登录，看我的事")
        service.kill()
        for path in ("/mine", "/ask", "/", "/notices"):
            phone.open(path)
            shown = phone.page.content()
            assert town.asker.name not in shown
            assert owner not in shown
        left = dict(phone.page.evaluate(everything))

        assert "/kept/ask" not in left
        assert not [path for path, text in left.items() if owner in text or town.asker.name in text]
        pages = {path: text for path, text in signed_in.items() if path.startswith("/kept/")}
        assert not [path for path, text in pages.items() if town.asker.name in text or "csrfmiddlewaretoken" in text]


class TestWithoutScripts:
    def test_the_usual_way_and_the_one_page_work(
        self, browser: Browser, service: Service, town: SmallTown, repeat: int
    ) -> None:
        phone = Phone(browser, service.port, scripts=False)
        phone.sign_in(town.asker)

        phone.open("/ask")
        phone.sees("想请人帮什么忙？")
        phone.open("/ask/in-one")
        phone.page.get_by_role("button", name="好了").click()
        phone.sees("想请人帮什么忙？ 请选一项。")
        phone.write_request()
        phone.page.get_by_role("button", name="好了").click()
        phone.sees("收到了")

        assert Need.objects.count() == 1
        phone.context.close()
