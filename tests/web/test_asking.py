""" "I want help": one question a page, nothing typed is lost, one press too many does no harm."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from matchmaker.community.models import Mandate, MandateKind
from matchmaker.needs.models import Need
from matchmaker.needs.queries import service_types
from matchmaker.web.asking import MAY_LIE_IN_A_STAIRWELL
from matchmaker.web.wording import address, reference, window_words
from tests.towns import NOW, SmallTown, open_need_for
from tests.web.conftest import SignedIn

FACT = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
ANSWERS = {
    "what": {"service_type": "SHOPPING"},
    "when": {"date": "2026-03-03", "starts": "09:00", "ends": "11:00"},
    "where": {"where": "home", "place": ""},
    "how-much": {"minutes": "60", "helpers_wanted": "1", "repeat": "ONCE", "repeat_until_date": ""},
    "wishes": {"details": "两袋米", "languages": ["zh"], "risks": "有狗", "helper_sex": "FEMALE"},
}


def answer_all(client: Client, **changed: dict[str, str]) -> None:
    for slug, answers in (ANSWERS | changed).items():
        assert client.post(f"/ask/{slug}", answers).status_code == 302


def facts_of(page: str) -> dict[str, str]:
    """What the page's list of facts says, by name, without tags."""
    told = page.partition('<dl class="facts">')[2].partition("</dl>")[0]
    plain = (re.sub(r"\s*<[^>]*>\s*", "", text).strip() for pair in FACT.findall(told) for text in pair)
    return dict(zip(plain, plain, strict=True))


def token_of(client: Client) -> str:
    return str(client.session["asking"]["token"])


class TestAsking:
    def test_leads_a_visitor_to_sign_in_and_back(self, town: SmallTown, client: Client) -> None:
        answer = client.get("/ask")

        assert answer.headers["Location"] == "/sign-in?next=%2Fask"

    def test_asks_one_question_after_the_other(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        seen = [client.get("/ask").headers["Location"]]
        for slug, answers in ANSWERS.items():
            assert client.get(f"/ask/{slug}").status_code == 200
            seen.append(client.post(f"/ask/{slug}", answers).headers["Location"])

        assert seen == ["/ask/what", "/ask/when", "/ask/where", "/ask/how-much", "/ask/wishes", "/ask/check"]

    def test_opens_the_need_as_it_was_answered(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        checked = client.get("/ask/check").content.decode()

        answer = client.post("/ask/check", {"token": token_of(client)})

        need = Need.objects.get()
        assert answer.headers["Location"] == f"/ask/done/{need.public_id}"
        assert reference(need.public_id) in client.get(answer.headers["Location"]).content.decode()
        assert need.for_person == town.asker
        assert (need.service_type.code, need.minutes, need.helpers_wanted) == ("SHOPPING", 60, 1)
        assert (need.details, need.risks, need.languages, need.helper_sex) == ("两袋米", "有狗", ["zh"], "FEMALE")
        assert need.at_home
        assert not need.nobody_from_building
        for text in ("代购跑腿", "3月3日（周二） 09:00–11:00", "在家里", "1小时", "两袋米"):
            assert text in checked

    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-20", "2026-04-02"])
    def test_says_at_once_that_a_day_is_out_of_reach(self, town: SmallTown, signed_in: SignedIn, day: str) -> None:
        client = signed_in(town.asker)

        answer = client.post("/ask/when", ANSWERS["when"] | {"date": day})
        until = client.post(
            "/ask/how-much", ANSWERS["how-much"] | {"repeat": "WEEKLY", "repeat_until_date": "9999-12-31"}
        )

        assert answer.status_code == 200
        assert "请选择今天起28天以内的日期。" in answer.content.decode()
        assert "请选择今天起90天以内的日期。" in until.content.decode()

    def test_opens_one_need_however_often_the_button_is_pressed(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        token = token_of(client)

        first = client.post("/ask/check", {"token": token})
        second = client.post("/ask/check", {"token": token})

        assert Need.objects.count() == 1
        assert second.headers["Location"] == first.headers["Location"]

    def test_opens_one_need_when_two_presses_arrive_at_once(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        session, before = client.session, dict(client.session["asking"])
        first = client.post("/ask/check", {"token": before["token"]})
        session = client.session
        del session["asked"]
        session["asking"] = before
        session.save()

        second = client.post("/ask/check", {"token": before["token"]})

        assert Need.objects.count() == 1
        assert second.headers["Location"] == first.headers["Location"]

    def test_keeps_what_was_typed_when_one_goes_back(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)

        client.get("/ask")

        assert "两袋米" in client.get("/ask/wishes").content.decode()
        assert 'value="SHOPPING" id="id_service_type_' in client.get("/ask/what").content.decode()

    @pytest.mark.parametrize(
        ("part", "starts", "ends"), [("MORNING", 8, 12), ("AFTERNOON", 12, 18), ("WHOLE_DAY", 8, 20)]
    )
    def test_takes_a_part_of_the_day_instead_of_hours(
        self, town: SmallTown, signed_in: SignedIn, part: str, starts: int, ends: int
    ) -> None:
        client = signed_in(town.asker)
        answer_all(client, when={"date": "2026-03-03", "part": part, "starts": "", "ends": ""})

        client.post("/ask/check", {"token": token_of(client)})

        (window,) = Need.objects.get().windows.all()
        assert (window.starts, window.ends) == (time(starts), time(ends))

    @pytest.mark.parametrize("part", ["MORNING", "WHOLE_DAY"])
    def test_takes_typed_hours_before_the_part_of_the_day(
        self, town: SmallTown, signed_in: SignedIn, part: str
    ) -> None:
        client = signed_in(town.asker)
        answer_all(client, when=ANSWERS["when"] | {"part": part})

        client.post("/ask/check", {"token": token_of(client)})

        (window,) = Need.objects.get().windows.all()
        assert (window.starts, window.ends) == (time(9), time(11))

    def test_asks_which_holds_where_part_and_hours_differ(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        page = client.post("/ask/when", ANSWERS["when"] | {"part": "AFTERNOON"}).content.decode()

        assert '<a href="#id_part_0">这天的什么时候：这里选的和下面填的钟点不一样，请改一个。</a>' in page
        assert 'value="AFTERNOON" id="id_part_1" checked' in page
        assert 'value="2026-03-03"' in page
        assert '<details class="field" open>' in page
        assert 'value="09:00"' in page

    def test_folds_the_hours_away_and_asks_for_one_choice(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        untouched = client.get("/ask/when").content.decode()
        empty = client.post("/ask/when", {"date": "2026-03-03", "starts": "", "ends": ""}).content.decode()

        assert '<details class="field"><summary>' in untouched
        assert untouched.index('name="part"') < untouched.index("<details") < untouched.index('name="starts"')
        assert '<a href="#id_part_0">这天的什么时候：请选一项。</a>' in empty

    def test_says_what_is_missing_and_keeps_the_rest(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        page = client.post("/ask/when", {"date": "2026-03-03", "starts": "", "ends": "soon"}).content.decode()
        half = client.post("/ask/when", {"date": "2026-03-03", "starts": "", "ends": "11:00"}).content.decode()

        assert 'role="alert"' in page
        assert '<a href="#id_ends">到几点：这个时间看不懂，请重新选。</a>' in page
        assert 'value="2026-03-03"' in page
        assert 'value="soon"' in page
        assert '<details class="field" open>' in page
        assert '<a href="#id_starts">从几点：请选开始的时间。</a>' in half
        assert 'value="11:00"' in half

    def test_shows_a_refusal_on_the_page_of_its_question(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client, when={"date": "2026-03-01", "starts": "09:00", "ends": "11:00"})

        page = client.post("/ask/check", {"token": token_of(client)}).content.decode()

        assert "这个时间已经过去了。" in page
        assert 'action="/ask/when"' in page
        assert Need.objects.count() == 0

    @pytest.mark.parametrize(
        ("slug", "answers"),
        [
            ("what", {"service_type": "NOTHING"}),
            ("what", {}),
            ("when", {"date": "1900-13-45", "starts": "25:00", "ends": "\x00"}),
            ("where", {"where": "elsewhere", "place": ""}),
            ("where", {"where": "elsewhere", "place": "not-an-area"}),
            ("how-much", {"minutes": "-1", "helpers_wanted": "9999999999", "repeat": "ONCE"}),
            ("wishes", {"details": "字" * 2001}),
            ("wishes", {"languages": ["klingon"]}),
        ],
    )
    def test_takes_no_bad_answer(
        self, town: SmallTown, signed_in: SignedIn, slug: str, answers: dict[str, str]
    ) -> None:
        answer = signed_in(town.asker).post(f"/ask/{slug}", answers)

        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()

    def test_goes_back_to_the_question_that_was_left_out(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        client.post("/ask/what", ANSWERS["what"])

        assert client.get("/ask/check").headers["Location"] == "/ask/when"
        assert client.post("/ask/check", {"token": "0" * 32}).headers["Location"] == "/ask/when"
        assert Need.objects.count() == 0

    def test_has_no_question_that_does_not_apply(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        for slug in ("for-whom", "consent", "nonsense"):
            assert client.get(f"/ask/{slug}").status_code == 404

    def test_asks_for_consent_where_the_type_needs_it(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client, what={"service_type": "CLINIC_COMPANY"})
        assert client.get("/ask/check").headers["Location"] == "/ask/consent"

        assert 'role="alert"' in client.post("/ask/consent", {}).content.decode()
        assert client.post("/ask/consent", {"agrees": "on"}).headers["Location"] == "/ask/check"
        client.post("/ask/check", {"token": token_of(client)})

        assert Need.objects.get().consent is not None

    def test_can_be_for_somebody_who_gave_a_mandate(self, town: SmallTown, signed_in: SignedIn) -> None:
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.neighbour,
            for_person=town.elder,
            told_at=NOW,
            evidence="paper at the station",
            starts_date=NOW.date(),
            ends_date=NOW.date() + timedelta(days=30),
        )
        client = signed_in(town.neighbour)
        assert town.elder.name in client.get("/ask/for-whom").content.decode()

        answer_all(client, **{"for-whom": {"for_person": str(town.elder.public_id)}})
        assert town.elder.name in client.get("/ask/check").content.decode()
        client.post("/ask/check", {"token": token_of(client)})

        need = Need.objects.get()
        assert (need.for_person, need.asked_by) == (town.elder, town.neighbour)

    def test_is_never_for_somebody_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.neighbour)

        answer = client.post("/ask/for-whom", {"for_person": str(town.elder.public_id)})

        assert answer.status_code == 404

    def test_keeps_the_answers_of_two_people_apart(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)

        client.post("/sign-out")
        client.force_login(town.helper.account)

        assert "两袋米" not in client.get("/ask/wishes").content.decode()

    def test_says_on_its_last_page_what_was_asked_and_when(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        done = client.post("/ask/check", {"token": token_of(client)}).headers["Location"]

        facts = facts_of(client.get(done).content.decode())

        need = Need.objects.get()
        assert facts == {"帮什么": need.service_type.name_zh, "什么时候": window_words(need.windows.get())}

    def test_shows_nobody_else_the_number(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        client.post("/ask/check", {"token": token_of(client)})

        done = f"/ask/done/{Need.objects.get().public_id}"

        assert signed_in(town.stranger).get(done).status_code == 404


class TestWhen:
    def test_asks_which_is_meant_where_today_is_wanted_on_a_later_day(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.asker)

        page = client.post("/ask/when", ANSWERS["when"] | {"urgency": "2"}).content.decode()
        today = client.post("/ask/when", ANSWERS["when"] | {"urgency": "2", "date": "2026-03-02", "ends": "23:00"})

        assert '<a href="#id_date">哪一天：选了“今天就要”，请把日期改成今天，或者改选“这几天”。</a>' in page
        assert today.status_code == 302


class TestWhere:
    @pytest.mark.parametrize(("kind", "offered"), [("CLINIC_COMPANY", False), ("PATROL", True)])
    def test_offers_stairwells_where_one_may_be_the_matter(
        self, town: SmallTown, signed_in: SignedIn, kind: str, offered: bool
    ) -> None:
        client = signed_in(town.asker)
        client.post("/ask/what", {"service_type": kind})
        client.post("/ask/when", ANSWERS["when"])

        page = client.get("/ask/where").content.decode()

        assert f'value="{town.grid.public_id}"' in page
        assert (f'value="{town.corridors[0].public_id}"' in page) is offered

    def test_knows_every_kind_that_may_lie_there(self, town: SmallTown) -> None:
        assert {kind.code for kind in service_types()} >= MAY_LIE_IN_A_STAIRWELL


class TestNeedPage:
    def test_says_where_to_the_asker_the_grid_to_a_worker_and_roughly_to_an_auditor(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        need = open_need_for(town)
        path = f"/needs/{need.public_id}"

        own, worker, auditor = (
            facts_of(signed_in(who).get(path).content.decode()) for who in (town.asker, town.coordinator, town.auditor)
        )

        assert own["在哪里"] == address(need.place)
        assert worker["哪个网格"] == auditor["大概在哪"] == town.grid.name
        assert not {"大概在哪", "哪个网格"} & set(own)
        assert not {"大概在哪", "在哪里"} & set(worker)
        assert not {"哪个网格", "在哪里"} & set(auditor)

    def test_says_how_it_stands_and_takes_it_back(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        client.post("/ask/check", {"token": token_of(client)})
        need = Need.objects.get()
        assert "工作人员会先看一看" in client.get(f"/needs/{need.public_id}").content.decode()

        client.post(f"/needs/{need.public_id}/withdraw")

        need.refresh_from_db()
        assert need.state == "WITHDRAWN"
        assert need.closed_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        assert "您已撤回" in client.get(f"/needs/{need.public_id}").content.decode()

    def test_is_not_taken_back_by_a_stranger_or_by_looking(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        answer_all(client)
        client.post("/ask/check", {"token": token_of(client)})
        need = Need.objects.get()

        assert signed_in(town.stranger).post(f"/needs/{need.public_id}/withdraw").status_code == 404
        client.get(f"/needs/{need.public_id}/withdraw")

        need.refresh_from_db()
        assert need.state == "OPEN"
