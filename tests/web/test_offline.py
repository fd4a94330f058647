"""What a phone keeps and what waits on it, seen from the server."""

import json
import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.models import Need
from matchmaker.web.app_icons import FOLDER, SIZES, png_of
from matchmaker.web.views.offline import KEPT_FILES, KEPT_PAGES, WORKER_POLICY
from matchmaker.web.wording import fault_line
from tests.towns import NOW, SmallTown, viewer_of
from tests.web.conftest import SignedIn

ANSWERS = {
    "service_type": "SHOPPING",
    "urgency": "0",
    "date": "2026-03-03",
    "part": "MORNING",
    "where": "home",
    "place": "",
    "minutes": "60",
    "helpers_wanted": "1",
    "repeat": "ONCE",
    "repeat_until_date": "",
    "details": "两袋米",
    "helper_sex": "",
}


def script(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def who(client: Client) -> dict[str, list[str]]:
    found: dict[str, list[str]] = client.get("/waiting").json()
    return found


def waiting(client: Client, **changed: str) -> dict[str, str]:
    return {**ANSWERS, "owner": who(client)["owners"][0], "token": uuid4().hex, **changed}


class TestManifest:
    @pytest.mark.parametrize(("language", "name"), [("zh-hans", "邻里搭桥"), ("en", "matchmaker")])
    def test_names_us_and_icons_that_are_there(self, db: None, client: Client, language: str, name: str) -> None:
        told = json.loads(client.get(f"/{language}.webmanifest").content)

        assert (told["name"], told["start_url"], told["display"]) == (name, "/", "standalone")
        assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
        assert {icon["src"].rsplit("/", 1)[1] for icon in told["icons"]} == set(SIZES)

    def test_in_another_language_is_not_there(self, client: Client) -> None:
        assert client.get("/xx.webmanifest").status_code == 404


class TestIcons:
    def test_are_those_that_the_drawing_makes(self) -> None:
        for name, (size, fill) in SIZES.items():
            assert (FOLDER / name).read_bytes()[:24] == png_of(size, fill)[:24], name
            assert int.from_bytes((FOLDER / name).read_bytes()[16:20], "big") == size

    def test_are_drawn_by_a_command(self, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("matchmaker.web.management.commands.draw_icons.FOLDER", tmp_path)
        call_command("draw_icons", verbosity=0)

        assert all((FOLDER / name).stat().st_size > 500 for name in SIZES)


class TestWorker:
    def test_comes_from_the_root_under_its_own_policy(self, client: Client) -> None:
        answer = client.get("/worker.js")

        assert answer.headers["Content-Security-Policy"] == WORKER_POLICY
        assert "script-src" not in WORKER_POLICY
        assert answer.headers["Content-Type"].startswith("text/javascript")
        head = answer.content.decode().split("\n", 2)
        assert re.fullmatch(r'const VERSION = "[0-9a-f]{16}";', head[0])
        assert [path.rsplit("/", 1)[1] for path in json.loads(head[1][len("const FILES = ") : -1])] == [
            name.rsplit("/", 1)[1] for name in KEPT_FILES
        ]


class TestScripts:
    """What they know by themselves, for they run where no server is."""

    def test_keep_and_open_the_pages_that_are_there_to_be_kept(self) -> None:
        worker, pages = script("worker.js"), script("pages.js")

        kept_by_pages = re.search(r"for \(const name of (\[[^]]*\])\)", pages)
        opened = {*re.findall(r'kept\("([a-z-]+)"\)', worker), *re.findall(r'[?] "([a-z-]+)"', worker)}

        assert kept_by_pages is not None
        assert tuple(json.loads(kept_by_pages[1])) == KEPT_PAGES
        assert opened == set(KEPT_PAGES)

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("label", ["", "哪一天", "要几个人？", "Which day", "How many people?"])
    def test_join_a_label_and_its_fault_as_the_pages_do(self, label: str, language: str) -> None:
        found = re.search(
            r"!fault\.label \|\| /(.*?)/\.test\(fault\.label\) \? \"(.)\" : say\(\"(.+?)\", \"(.+?)\"\)",
            script("ask.js"),
        )
        assert found is not None
        ends_well, space, in_chinese, in_english = found.groups()
        colon = space if not label or re.search(ends_well, label) else {"en": in_english}.get(language, in_chinese)

        with translation.override(language):
            assert fault_line(label, "请选一项。") == f"{label}{colon}请选一项。".strip()

    def test_send_again_to_the_whole_address_with_a_box_for_each_file(self) -> None:
        worker = script("worker.js")

        assert "notSent(again, pathname + search)" in worker
        assert "multipart/form-data" in worker
        template = (FOLDER.parents[1] / "templates" / "web" / "kept.html").read_text(encoding="utf-8")
        assert '<template id="file">' in template
        assert "<!--chosen-->" in template
        assert 'name="file"' in template


class TestKeptPage:
    @pytest.mark.parametrize("name", ["home", "no-signal", "not-sent", "ask"])
    def test_names_nobody_and_carries_no_token(self, town: SmallTown, signed_in: SignedIn, name: str) -> None:
        client = signed_in(town.asker)
        html = client.get(f"/kept/{name}").content.decode()

        assert "tel:120" in html
        assert town.asker.name not in html
        assert "csrfmiddlewaretoken" not in html
        assert ("data-owner" in html) is (name == "ask")

    def test_with_questions_is_for_whoever_is_signed_in(self, town: SmallTown, client: Client) -> None:
        assert client.get("/kept/home").status_code == 200
        assert client.get("/kept/ask").status_code == 302


class TestAskInOne:
    def test_lets_a_spoiled_number_go_so_that_the_next_press_counts(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        sent = waiting(client)

        page = client.post("/ask/in-one", sent | {"token": "spoiled"}).content.decode()
        token = re.search(r'name="token" value="([0-9a-f]{32})"', page)
        assert token is not None
        answer = client.post("/ask/in-one", sent | {"token": token[1]})

        assert Need.objects.count() == 1
        assert answer.headers["Location"] == f"/ask/done/{Need.objects.get().public_id}"


class TestWaitingRequest:
    def test_opens_one_need_however_often_it_is_sent(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        sent = waiting(client)

        first, again = (client.post("/waiting/ask", sent) for _ in range(2))

        need = Need.objects.get()
        assert (
            first.json()
            == again.json()
            == {
                "state": "SAVED",
                "address": f"/ask/done/{need.public_id}",
                "number": first.json()["number"],
            }
        )
        assert (need.asked_by, need.details, need.windows.get().starts) == (town.asker, "两袋米", time(8))

    def test_that_was_done_is_told_so_whatever_became_of_it(
        self, town: SmallTown, signed_in: SignedIn, traveller: object
    ) -> None:
        client = signed_in(town.asker)
        sent = waiting(client)
        client.post("/waiting/ask", sent)
        withdraw_need(viewer=viewer_of(town.asker), need_id=Need.objects.get().public_id, now=NOW)
        traveller.move_to(NOW + timedelta(days=5))  # type: ignore[attr-defined]  # a time_machine.Traveller

        assert client.post("/waiting/ask", sent).json()["state"] == "SAVED"
        assert Need.objects.count() == 1

    def test_comes_back_with_every_fault_and_its_field(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        answer = client.post("/waiting/ask", waiting(client, service_type="", date="2020-01-01"))

        assert answer.status_code == 422
        assert [(fault["id"], fault["label"]) for fault in answer.json()["faults"]] == [
            ("id_service_type_0", "想请人帮什么忙？"),
            ("id_date", "哪一天"),
        ]
        assert Need.objects.count() == 0

    def test_wants_consent_where_the_kind_does(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        sent = waiting(client, service_type="CLINIC_COMPANY")

        assert client.post("/waiting/ask", sent).json()["faults"][0]["id"] == "id_agrees"
        assert client.post("/waiting/ask", {**sent, "agrees": "on"}).status_code == 200
        assert Need.objects.get().consent is not None

    def test_is_never_for_right_now(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        answer = client.post("/waiting/ask", waiting(client, urgency="3"))

        assert answer.json()["faults"][0]["id"] == "id_urgency_0"
        assert Need.objects.count() == 0

    def test_of_somebody_else_is_refused(self, town: SmallTown, signed_in: SignedIn, client: Client) -> None:
        sent = waiting(signed_in(town.asker))

        others = signed_in(town.helper).post("/waiting/ask", sent)
        nobodys = client.post("/waiting/ask", sent)

        assert (others.status_code, others.json()) == (409, {"state": "SOMEBODY_ELSE"})
        assert (nobodys.status_code, nobodys.json()) == (401, {"state": "SIGNED_OUT"})
        assert Need.objects.count() == 0

    def test_needs_a_fresh_token_against_forgery(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        sent = waiting(client)
        client.handler.enforce_csrf_checks = True

        assert client.post("/waiting/ask", sent).status_code == 403
        assert client.post("/waiting/ask", {**sent, "csrfmiddlewaretoken": who(client)["csrf"]}).status_code == 200


class TestErrorSummary:
    def test_names_the_field_of_each_sentence(self, town: SmallTown, signed_in: SignedIn) -> None:
        html = signed_in(town.asker).post("/ask/how-much", {"repeat": "ONCE"}).content.decode()

        assert '<a href="#id_minutes_0">大约要多久？ 请选大约要多久。</a>' in html
        assert '<a href="#id_helpers_wanted">要几个人？ 请选要几个人。</a>' in html
        html = signed_in(town.asker).post("/ask/when", {"urgency": "0"}).content.decode()
        assert "这天的什么时候：请选一项。</a>" in html
