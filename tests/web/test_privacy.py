"""My data, leaving, coming back and certificates, as pages."""

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from matchmaker.community.models import Person
from matchmaker.matches.models import LedgerEntry
from matchmaker.privacy.actions import forget_due
from matchmaker.privacy.actions.leaving import DAYS_TO_COME_BACK
from matchmaker.privacy.models import Farewell
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, open_need_for, user_of
from tests.web.conftest import SignedIn

DAYS = {"starts_date": "2026-03-01", "ends_date": "2026-03-02"}
LEAVES = {"when": "later", "sure": "on"}


@pytest.fixture(autouse=True)
def _own_list(settings: Any, tmp_path: Path) -> None:
    settings.SHRED_LIST = tmp_path / "shred_list"


def gave_an_hour(town: SmallTown, giver: Person, **more: Any) -> LedgerEntry:
    return LedgerEntry.objects.create(giver=giver, receiver=town.asker, minutes=75, at=NOW, **more)


class TestMyData:
    def test_shows_and_gives_all_that_is_held(self, town: SmallTown, signed_in: SignedIn) -> None:
        open_need_for(town, details="两袋米，三楼")
        client = signed_in(town.asker)

        page = client.get("/my-data").content.decode()
        file = client.get("/my-data/download")

        for part in ("王晓晴", "两袋米，三楼", "asker@town.invalid", "2026-03-02 09:00", "进行中"):
            assert part in page
        assert "attachment" in file.headers["Content-Disposition"]
        told = json.loads(file.content)
        assert told["format"] == "matchmaker.own-data"
        assert "两袋米，三楼" in file.content.decode()

    def test_says_codes_in_words(self, town: SmallTown, signed_in: SignedIn) -> None:
        Person.objects.filter(pk=town.grid_head.pk).update(skills=["COOKING"], languages=["zh", "mn"])
        client = signed_in(town.grid_head)

        page = client.get("/my-data").content.decode()

        for word in ("做饭", "普通话；蒙古语", "网格长"):
            assert word in page
        for code in ("COOKING", "GRID_HEAD", str(town.grid_head.public_id)):
            assert code not in page.partition("<main")[2]
            assert code in client.get("/my-data/download").content.decode()

    def test_is_for_oneself(self, town: SmallTown, signed_in: SignedIn) -> None:
        open_need_for(town, details="两袋米，三楼")

        assert Client().get("/my-data").status_code == 302
        assert "两袋米" not in signed_in(town.helper).get("/my-data/download").content.decode()

    def test_speaks_english_too(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.asker).get("/my-data", headers={"Accept-Language": "en"}).content.decode()

        assert "What you asked for" in page or "系统里" in page

    def test_of_a_person_without_an_account_is_printed_by_a_worker(self, town: SmallTown, signed_in: SignedIn) -> None:
        address = f"/people/{town.elder.public_id}/data"

        assert "赵老根：系统里关于您的全部内容" in signed_in(town.grid_head).post(address).content.decode()
        assert Record.objects.filter(kind="data.handed_over").count() == 1
        for other in (town.asker, town.other_coordinator):
            assert signed_in(other).get(address).status_code == 404
            assert signed_in(other).post(address).status_code == 404
        assert signed_in(town.grid_head).get(f"/people/{town.asker.public_id}/data").status_code == 404
        assert Record.objects.filter(kind="data.handed_over").count() == 1

    def test_of_a_person_without_an_account_is_shown_at_a_press_alone(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        page = signed_in(town.grid_head).get(f"/people/{town.elder.public_id}/data").content.decode()

        assert "会记下是您打开的" in page
        assert "关于您的全部内容" not in page
        assert not Record.objects.filter(kind="data.handed_over").exists()

    def test_is_reached_from_the_desk_where_the_person_has_no_account(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        worker = signed_in(town.grid_head)

        for person, there in ((town.elder, True), (town.asker, False)):
            page = worker.get(f"/desk/people/{person.public_id}").content.decode()
            assert (f"/people/{person.public_id}/data" in page) == there

    def test_is_reached_from_the_readers_own_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert 'href="/my-data"' in signed_in(town.asker).get("/mine").content.decode()


class TestLeave:
    def test_signs_out_and_shows_the_code_once(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        page = client.post("/leave", LEAVES, follow=True).content.decode()

        code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
        assert code is not None
        assert "2026-03-16" in page
        assert client.get("/left").status_code == 302
        assert client.get("/mine").status_code == 302
        assert Client().post("/come-back", {"return_code": code[0]}).headers["Location"] == "/sign-in"
        assert not Farewell.objects.exists()
        assert signed_in(town.asker).get("/mine").status_code == 200

    def test_at_once_gives_no_code(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.asker).post("/leave", LEAVES | {"when": "at-once"}, follow=True).content.decode()

        assert "再见" in page
        assert not re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
        assert forget_due(now=NOW) == 1
        assert not Person.objects.filter(pk=town.asker.pk).exists()

    @pytest.mark.parametrize("said", [{}, {"when": "later"}, {"sure": "on"}, {"when": "tomorrow", "sure": "on"}])
    def test_wants_an_answer_and_a_tick(self, town: SmallTown, signed_in: SignedIn, said: dict[str, str]) -> None:
        page = signed_in(town.asker).post("/leave", said).content.decode()

        assert "请看一下这里" in page
        assert not Farewell.objects.exists()

    def test_is_undone_from_the_page_where_one_signs_in(self, town: SmallTown) -> None:
        client = Client(headers={"Accept-Language": "zh"})

        assert 'href="/come-back"' in client.get("/sign-in").content.decode()
        page = client.get("/come-back").content.decode()
        assert f"离开后{DAYS_TO_COME_BACK}天以内" in page
        assert 'href="/sign-in"' in page[page.index("<main") :]

    def test_with_another_code_says_so(self, town: SmallTown) -> None:
        page = Client(headers={"Accept-Language": "zh"}).post("/come-back", {"return_code": "2222"}).content.decode()

        assert "这个号码不对" in page

    def test_of_a_person_without_an_account_is_read_back_first(self, town: SmallTown, signed_in: SignedIn) -> None:
        worker, address = signed_in(town.grid_head), f"/people/{town.elder.public_id}/leave"

        assert "念给本人听" in worker.get(address).content.decode()
        assert not Farewell.objects.exists()
        worker.post(address)

        assert Farewell.objects.get().heard_by == town.grid_head
        assert worker.get("/mine").status_code == 200
        assert signed_in(town.asker).post(address).status_code == 404


class TestCertificates:
    def test_are_checked_from_the_foot_of_every_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        for client, path in ((Client(), "/"), (Client(), "/nowhere"), (signed_in(town.asker), "/mine")):
            foot = client.get(path).content.decode().partition("<footer")[2]
            assert 'href="/certificates/check"' in foot
        assert Client().get("/certificates/check").status_code == 200

    def test_are_made_as_a_paper_and_checked_by_anybody(self, town: SmallTown, signed_in: SignedIn) -> None:
        gave_an_hour(town, town.helper)

        answer = signed_in(town.helper).post("/certificates", DAYS | {"pdf": ""})

        assert answer.headers["Content-Type"] == "application/pdf"
        text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
        number = re.search(r"2026-[2-9A-Z]{4}-[2-9A-Z]{4}", text)
        code = re.search(r"Code:\s+([2-9A-Z-]{14})", text)
        assert number is not None
        assert code is not None
        assert f"/certificates/{number[0]}" in text
        visitor = Client(headers={"Accept-Language": "zh"})
        assert f'value="{number[0]}"' in visitor.get(f"/certificates/{number[0]}").content.decode()
        typed = {"number": number[0], "code": code[1], "name": "陈助民"}
        page = visitor.post(f"/certificates/{number[0]}", typed).content.decode()
        for part in ("这份证明是真的", "姓名一致", "1小时15分钟", "测试社区"):
            assert part in page
        assert "陈助民" not in page
        assert "姓名不一致" in visitor.post("/certificates/check", typed | {"name": "别人"}).content.decode()
        assert "查不到这份证明" in visitor.post("/certificates/check", typed | {"code": "2222"}).content.decode()

    def test_are_made_for_machines(self, town: SmallTown, signed_in: SignedIn) -> None:
        gave_an_hour(town, town.helper, organization=town.organization)
        asked = DAYS | {"json": "", "organization_id": str(town.organization.public_id)}

        told = json.loads(signed_in(town.helper).post("/certificates", asked).content)

        assert (told["minutes"], told["organization"], told["name"]) == (75, "测试助老服务社", "陈助民")

    def test_say_when_there_is_nothing_to_certify(self, town: SmallTown, signed_in: SignedIn) -> None:
        page = signed_in(town.helper).post("/certificates", DAYS | {"pdf": ""}).content.decode()

        assert "没有服务时长记录" in page

    def test_are_listed_by_number(self, town: SmallTown, signed_in: SignedIn) -> None:
        gave_an_hour(town, town.helper)
        client = signed_in(town.helper)
        client.post("/certificates", DAYS | {"pdf": ""})

        assert re.search(
            r"2026-\w{4}-\w{4} · 2026-03-01 – 2026-03-02 · 1小时15分钟", client.get("/certificates").content.decode()
        )

    def test_for_a_person_without_an_account_are_made_by_a_worker(self, town: SmallTown, signed_in: SignedIn) -> None:
        gave_an_hour(town, town.elder)
        address = f"/people/{town.elder.public_id}/certificate"

        answer = signed_in(town.grid_head).post(address, DAYS | {"pdf": ""})

        assert "赵老根" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
        assert signed_in(town.asker).post(address, DAYS | {"pdf": ""}).status_code == 404
        assert (
            "请本人在自己的页面上操作"
            in signed_in(town.grid_head)
            .post(f"/people/{town.asker.public_id}/certificate", DAYS | {"pdf": ""})
            .content.decode()
        )


class TestDaysToComeBack:
    def test_are_over_after_two_weeks(self, town: SmallTown, signed_in: SignedIn) -> None:
        signed_in(town.asker).post("/leave", LEAVES)

        assert forget_due(now=NOW + timedelta(days=14)) == 1

        assert not Person.objects.filter(pk=town.asker.pk).exists()
        assert user_of(town.helper).is_active


class TestCorrecting:
    def test_tells_anew_what_one_told_and_opts_out_of_ties(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        assert 'href="/my-data/correct"' in client.get("/my-data").content.decode()
        assert town.asker.name in client.get("/my-data/correct").content.decode()
        told = {"name": "王晓晴", "phone": "13800138000", "birth_year": "1950", "languages": ["zh"], "sex": "FEMALE"}

        assert "请填写姓名。" in client.post("/my-data/correct", told | {"name": ""}).content.decode()
        answer = client.post("/my-data/correct", told | {"without_graph": "on"})

        assert answer.headers["Location"] == "/my-data"
        asker = Person.objects.get(pk=town.asker.pk)
        assert (asker.phone, asker.birth_year, asker.sex) == ("+8613800138000", 1950, "FEMALE")
        assert (asker.without_graph, asker.listed_with_few_ties) == (True, False)
