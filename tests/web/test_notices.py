"""The inbox, the wishes, and the button of a mail."""

import re
from datetime import timedelta

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from matchmaker.community.models import User
from matchmaker.notices.actions import plan_deliveries
from matchmaker.notices.actions.sending import _link_of
from matchmaker.notices.models import ContactWish, Delivery, Notice, NoticeKind
from matchmaker.web.wording import window_words
from tests.notices.messages import SOON, tell
from tests.towns import NOW, SmallTown, open_need_for, proposal_for
from tests.web.conftest import SignedIn, leads_to

WILLING = "有位邻居想请您帮忙，看看方便吗？"


class TestInbox:
    def test_shows_what_is_new_first_and_counts_it_as_read(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)
        tell(town.helper, NoticeKind.NEED_VERIFIED, now=NOW - timedelta(days=1))
        Notice.objects.filter(kind="NEED_VERIFIED").update(read_at=NOW)
        client = signed_in(town.helper)
        assert "（1条新的）" in client.get("/mine").content.decode()

        page = client.get("/notices").content.decode()

        assert f'<strong>新：</strong><a href="/proposals/{proposal.public_id}">{WILLING}</a>' in page
        assert page.index(WILLING) < page.index("我们开始找人了")
        notice = Notice.objects.get(kind="PROPOSAL_TO_HELP")
        assert (notice.read_at, notice.reached_at) == (NOW, NOW)
        assert "新：" not in client.get("/notices").content.decode()
        assert "条新的" not in client.get("/mine").content.decode()

    def test_says_which_request_a_message_speaks_of(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = open_need_for(town)
        tell(town.stranger, NoticeKind.NEED_VERIFIED, about=need.public_id)
        named = f"<p>{need.service_type.name_zh} · {window_words(need.windows.get())}</p>"

        own, strangers = (signed_in(who).get("/notices").content.decode() for who in (town.asker, town.stranger))

        assert "我们开始找人了" in own
        assert "我们开始找人了" in strangers
        assert named in own
        assert named not in strangers
        assert need.service_type.name_zh not in strangers

    def test_asks_as_often_for_many_messages_as_for_few(self, town: SmallTown, signed_in: SignedIn) -> None:
        client, counts = signed_in(town.asker), []
        for many in (1, 6):
            for _ in range(many):
                open_need_for(town)
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/notices").content.decode()
            counts.append(len(queries))

        assert page.count("我们开始找人了") == 7
        assert counts[0] == counts[1]

    def test_speaks_english_where_it_is_asked(self, town: SmallTown, signed_in: SignedIn) -> None:
        tell(town.helper)
        client = signed_in(town.helper)
        client.cookies["django_language"] = "en"

        assert "A neighbour would like your help. Does it suit you?" in client.get("/notices").content.decode()

    def test_is_ones_own_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        tell(town.helper)

        assert "现在没有消息。" in signed_in(town.coordinator).get("/notices").content.decode()
        assert Client().get("/notices").headers["Location"].startswith("/sign-in")
        assert Notice.objects.get().read_at is None

    def test_counts_what_is_read_on_its_own_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        signed_in(town.coordinator).get(f"/proposals/{proposal.public_id}")
        assert Notice.objects.get(kind="PROPOSAL_TO_HELP").read_at is None
        signed_in(town.helper).get(f"/proposals/{proposal.public_id}")

        assert Notice.objects.get(kind="PROPOSAL_TO_HELP").read_at == NOW


class TestWishes:
    def test_are_kept(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        page = client.get("/wishes").content.decode()
        assert "现在的方式：我自己打开这个网站看" in page
        assert "发短信" not in page

        told = {"channel": "CALL", "language": "en", "quiet_from": "21:00", "quiet_until": "08:00"}
        answer = client.post("/wishes", told)

        assert leads_to(answer) == "/notices"
        wish = ContactWish.objects.get()
        assert (wish.person, wish.channel, wish.language, wish.quiet_from.isoformat()) == (
            town.helper,
            "CALL",
            "en",
            "21:00:00",
        )

    def test_say_beside_the_field_what_is_wrong(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.helper).post("/wishes", {"channel": "APP", "quiet_from": "21:00"}).content.decode()

        assert "请把免打扰的开始和结束时间都填上" in page
        assert not ContactWish.objects.exists()

    def test_are_not_found_for_an_account_without_a_person(self, town: SmallTown) -> None:
        client = Client()
        client.force_login(User.objects.create_user("operator@town.invalid", is_staff=True))

        assert client.get("/wishes").status_code == 404
        assert client.get("/notices").status_code == 200


class TestSeen:
    def link(self, town: SmallTown, settings: Settings) -> str:
        settings.PUBLIC_URL, settings.NOTICE_CHANNELS = "https://help.example.org", ["mail"]
        tell(town.helper)
        plan_deliveries(now=NOW + SOON)
        return _link_of(Delivery.objects.get()).removeprefix("https://help.example.org")

    def test_asks_for_a_press_for_machines_open_links_too(self, town: SmallTown, settings: Settings) -> None:
        link, client = self.link(town, settings), Client(headers={"Accept-Language": "zh"})

        page = client.get(link).content.decode()
        assert re.search(r"<button[^>]*>.*收到了", page)
        assert Notice.objects.get().reached_at is None
        page = client.post(link).content.decode()

        assert "谢谢，知道您收到了。" in page
        assert Notice.objects.get().reached_at == NOW
        assert Delivery.objects.get().state == "CONFIRMED"

    def test_is_not_found_for_another_token_or_after_a_month(self, town: SmallTown, settings: Settings) -> None:
        link = self.link(town, settings)

        assert Client().post("/notices/seen/abc").status_code == 404
        with time_machine.travel(NOW + timedelta(days=31), tick=False):
            assert Client().post(link).status_code == 404

        assert Delivery.objects.get().confirmed_at is None
