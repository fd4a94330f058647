"""Lists on the pages: choose a file, look at the report, confirm."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from matchmaker.community.models import Person
from matchmaker.lists import actions
from matchmaker.lists.models import ImportRun
from matchmaker.lists.reading import table
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident, xlsx_file
from tests.towns import NOW, SmallTown
from tests.web.conftest import SignedIn

FAULTY = csv_file(PEOPLE_HEADER, [resident(1), resident(2, 姓名="", 电话="1.38E+10")])


def sent(client: Client, content: bytes, what: str = "PEOPLE") -> Any:
    return client.post("/imports", {"what": what, "file": SimpleUploadedFile("list.csv", content)})


class TestUpload:
    @pytest.mark.parametrize("file", [csv_file, xlsx_file])
    def test_leads_to_a_report_and_changes_nothing(self, town: SmallTown, signed_in: SignedIn, file: Any) -> None:
        client = signed_in(town.coordinator)
        assert client.get("/imports").status_code == 200

        answer = sent(client, file(PEOPLE_HEADER, [resident(1), resident(2, 姓名="", 电话="1.38E+10")]))

        run = ImportRun.objects.get()
        assert answer.headers["Location"] == f"/imports/{run.public_id}"
        report = client.get(answer.headers["Location"]).content.decode()
        assert "人员名单：等您确认" in report
        assert "这一格是空的。" in report
        assert "1.38E+10" in report
        assert report.index("有问题的行") < report.index("确认，导入没有问题的")
        assert not Person.objects.filter(external_id="L-00001").exists()

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [(b"\x00\x01", "这个文件读不出来"), ("姓名\n王一\n".encode(), "编号"), (b"", "这个文件是空的")],
    )
    def test_says_beside_the_file_why_it_is_no_list(
        self, town: SmallTown, signed_in: SignedIn, content: bytes, sentence: str
    ) -> None:
        answer = sent(signed_in(town.coordinator), content)

        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert ImportRun.objects.count() == 0

    def test_of_too_large_a_file_is_refused_unread(
        self, town: SmallTown, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("matchmaker.web.forms.imports.BYTES_AT_MOST", 10)

        assert "20 MB" in sent(signed_in(town.coordinator), FAULTY).content.decode()
        assert ImportRun.objects.count() == 0
        assert table.BYTES_AT_MOST == 20_000_000

    def test_is_for_workers_and_clerks(self, town: SmallTown, signed_in: SignedIn) -> None:
        for someone in (town.asker, town.auditor, town.police, town.member):
            assert signed_in(someone).get("/imports").status_code == 403
            assert sent(signed_in(someone), FAULTY).status_code == 403
        assert Client().get("/imports").status_code == 302
        clerk = signed_in(town.clerk).get("/imports").content.decode()
        assert town.organization.name in clerk
        assert "人员名单" not in clerk
        assert sent(signed_in(town.clerk), FAULTY).status_code == 200
        assert ImportRun.objects.count() == 0

    def test_of_offers_is_for_the_clerks_own_organization(self, town: SmallTown, signed_in: SignedIn) -> None:
        offers = csv_file(
            ("编号", "标题", "服务类型", "服务半径", "每周次数"), [("F-1", "理发", "SHOPPING", "900", "3")]
        )
        client = signed_in(town.clerk)

        answer = sent(client, offers, f"OFFERS:{town.organization.public_id}")

        run = ImportRun.objects.get()
        assert (run.organization, run.new_count) == (town.organization, 1)
        assert town.organization.name in client.get(answer.headers["Location"]).content.decode()
        assert "/imports" in client.get("/mine").content.decode()


class TestReport:
    def test_can_be_confirmed_once_and_then_says_so(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        address = sent(client, FAULTY).headers["Location"]

        client.get(f"{address}/confirm")
        assert ImportRun.objects.get().state == "CHECKED"
        client.post(f"{address}/confirm")
        assert "看看现在到哪了" in client.get(address).content.decode()
        assert client.post(f"{address}/confirm").status_code == 409
        actions.run_import(import_id=ImportRun.objects.get().pk, now=NOW)

        page = client.get(address).content.decode()
        assert "人员名单：已导入" in page
        assert "/confirm" not in page
        assert Person.objects.filter(external_id="L-00001").count() == 1

    def test_can_be_called_off(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        address = sent(client, FAULTY).headers["Location"]

        client.post(f"{address}/withdraw")

        assert "已撤回" in client.get(address).content.decode()
        assert not Person.objects.filter(external_id="L-00001").exists()

    def test_says_what_moved_since_it_was_confirmed(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        address = sent(client, FAULTY).headers["Location"]
        run = ImportRun.objects.get()
        run.difference = {"new_count": [2, 1], "changed_count": [0, 0]}
        run.save()

        page = client.get(address).content.decode()

        assert "请再看一次" in page
        assert "新增：2 → 1" in page
        assert "0 → 0" not in page

    def test_gives_all_faults_as_a_file(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        address = sent(client, FAULTY).headers["Location"]

        answer = client.get(f"{address}/faults.csv")

        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.content.decode("utf-8-sig").splitlines()[1] == "3,姓名,这一格是空的。,请填写。"

    def test_is_not_found_by_others(self, town: SmallTown, signed_in: SignedIn) -> None:
        address = sent(signed_in(town.coordinator), FAULTY).headers["Location"]

        for someone in (town.asker, town.clerk, town.other_coordinator):
            for path in (address, f"{address}/faults.csv"):
                assert signed_in(someone).get(path).status_code == 404
            for path in (f"{address}/confirm", f"{address}/withdraw"):
                assert signed_in(someone).post(path).status_code == 404
        assert ImportRun.objects.get().state == "CHECKED"


class TestTemplates:
    def test_are_handed_to_who_may_bring_in_such_lists(self, town: SmallTown, signed_in: SignedIn) -> None:
        worker, clerk = signed_in(town.coordinator), signed_in(town.clerk)

        for kind in ("people", "needs"):
            for form in ("csv", "xlsx"):
                assert worker.get(f"/imports/templates/{kind}.{form}").status_code == 200
                assert clerk.get(f"/imports/templates/{kind}.{form}").status_code == 404
        assert clerk.get("/imports/templates/offers.xlsx").content.startswith(b"PK")
        assert "编号,姓名" in worker.get("/imports/templates/people.csv").content.decode("utf-8-sig")
        assert worker.get("/imports/templates/cats.csv").status_code == 404
        assert worker.get("/imports/templates/people.exe").status_code == 404
