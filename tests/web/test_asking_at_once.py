"""Asking for what cannot wait: the numbers first, no hours to fill in, the yes in advance."""

from datetime import date, time

import pytest
from django.test import Client

from matchmaker.community.models import Person
from matchmaker.needs.models import Need, Urgency
from tests.towns import SmallTown
from tests.web.conftest import SignedIn
from tests.web.test_asking import ANSWERS, answer_all, token_of

NUMBERS = ("tel:120", "tel:110", "tel:119")
AT_ONCE = {"urgency": "3", "date": "", "starts": "", "ends": ""}


class TestNumbers:
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_are_the_first_thing_a_visitor_sees(self, town: SmallTown, language: str) -> None:
        page = Client(headers={"Accept-Language": language}).get("/").content.decode()

        assert all(number in page for number in NUMBERS)
        assert page.index("tel:120") < page.index("<main")

    @pytest.mark.parametrize("slug", ["what", "when", "where", "how-much", "wishes"])
    def test_stand_on_every_question(self, town: SmallTown, signed_in: SignedIn, slug: str) -> None:
        client = signed_in(town.asker)
        client.get("/ask")

        page = client.get(f"/ask/{slug}").content.decode()

        assert all(number in page for number in NUMBERS)

    def test_come_before_the_answers_where_it_reads_like_a_fire(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client, wishes=ANSWERS["wishes"] | {"details": "厨房冒烟，老人喘不上气"})

        page = client.get("/ask/check").content.decode()

        main = page[page.index("<main") :]
        assert "看起来像火情或煤气泄漏。" in main
        assert main.index("tel:119") < main.index("tel:120") < main.index("这样对吗？")
        assert "tel:110" not in main

    def test_are_not_pressed_on_anybody_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)

        page = client.get("/ask/check").content.decode()

        assert "tel:" not in page[page.index("<main") :]


class TestUrgency:
    def test_is_kept(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(
            client, when=ANSWERS["when"] | {"urgency": "2", "date": "2026-03-02", "starts": "18:00", "ends": "20:00"}
        )
        assert "今天就要，很急" in client.get("/ask/check").content.decode()

        client.post("/ask/check", {"token": token_of(client)})

        assert Need.objects.get().urgency == Urgency.URGENT

    def test_asks_for_hours_as_long_as_it_can_wait(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.asker).post("/ask/when", AT_ONCE | {"urgency": "2"}).content.decode()

        assert "请选日期。" in page


class TestRightNow:
    def test_needs_no_hours_but_the_yes_in_advance(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client, when=AT_ONCE)
        assert client.get("/ask/check").headers["Location"] == "/ask/consent"
        assert "第一个答应的人就来" in client.get("/ask/consent").content.decode()

        client.post("/ask/consent", {"agrees": "on"})
        assert "现在，越快越好" in client.get("/ask/check").content.decode()
        done = client.post("/ask/check", {"token": token_of(client)}).headers["Location"]

        need = Need.objects.get()
        window = need.windows.get()
        assert need.consent is not None
        assert (need.urgency, need.consent.kind) == (Urgency.EMERGENCY, "EMERGENCY")
        assert (window.date, window.starts, window.ends) == (date(2026, 3, 2), time(9), time(13))
        assert "值班的社区工作人员已经收到通知，会打电话给您。" in client.get(done).content.decode()
        Person.objects.filter(pk=town.asker.pk).update(phone="")
        assert 'href="/my-data/correct"' in client.get(done).content.decode()

    def test_is_asked_once_at_a_time_and_says_whom_to_call(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        for _ in range(2):
            client.get("/ask")
            answer_all(client, when=AT_ONCE)
            client.post("/ask/consent", {"agrees": "on"})
            answered = client.post("/ask/check", {"token": token_of(client)}, follow=True)

        page = answered.content.decode()
        assert "等不及请马上打120、110、119或值班电话；情况有变，请修改或撤回那一条。" in page
        assert Need.objects.count() == 1

    def test_suggests_somebody_of_the_same_sex_where_the_body_is_touched(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.asker)
        for code, shown in (("HOME_CARE", True), ("SHOPPING", False)):
            client.post("/ask/what", {"service_type": code})
            assert ("您可以请同性别的人来" in client.get("/ask/wishes").content.decode()) is shown
