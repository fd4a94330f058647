"""The pages of deputies: named with errors in place, read by whoever is part of it, ended without a word."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, AreaLevel, Deputy, Person, PostTerm
from matchmaker.notices.actions import tell_of_deputy
from matchmaker.notices.models import Notice
from tests.deputy_rows import stand_in
from tests.town_rows import area, change
from tests.towns import NOW, SmallTown
from tests.web.conftest import SignedIn, leads_to

TODAY = NOW.date()


def main_of(page: Any) -> str:
    assert page.status_code == 200
    return str(page.content.decode().partition("<main")[2].partition("</main>")[0])


def told(holder: Person, person: Person, *, days: tuple[int, int] = (0, 13), q: str = "") -> dict[str, str]:
    first, last = ((TODAY + timedelta(days=day)).isoformat() for day in days)
    post = PostTerm.objects.get(person=holder).post.public_id
    said = {"post_id": str(post), "person_id": str(person.public_id), "starts_date": first, "ends_date": last}
    return said | {"q": q or person.name}


def elsewhere(town: SmallTown) -> Area:
    """A home in the other grid, where the grid head is no worker."""
    return area(AreaLevel.HOUSEHOLD, area(AreaLevel.CORRIDOR, town.other_grid, "1单元", building="9"), "909", east=0.01)


class TestNaming:
    def test_is_led_to_from_the_handover_and_names_a_resident_found_by_name(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        browser = signed_in(town.grid_head)
        assert 'href="/deputy"' in browser.get("/handover").content.decode()
        assert town.asker.name not in main_of(browser.get("/deputy"))
        assert town.asker.name in main_of(browser.get("/deputy", {"q": town.asker.name}))

        answer = browser.post("/deputy", told(town.grid_head, town.asker))

        deputy = Deputy.objects.get()
        assert leads_to(answer) == f"/deputy/{deputy.public_id}"
        assert (deputy.person, deputy.starts_date) == (town.asker, TODAY)
        assert (deputy.ends_date - TODAY).days == 13
        assert "已安排代班" in browser.get(answer.headers["Location"]).content.decode()
        assert f"{town.grid_head.name} → <strong>{town.asker.name}</strong>" in main_of(browser.get("/handover"))

    def test_offers_colleagues_at_once_and_is_filled_in_for_a_fortnight(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        main = main_of(signed_in(town.grid_head).get("/deputy"))

        assert town.coordinator.name in main
        assert f'value="{TODAY.isoformat()}"' in main
        assert f'value="{(TODAY + timedelta(days=13)).isoformat()}"' in main

    @pytest.mark.parametrize(
        ("days", "said"),
        [((0, 90), "代班最长九十天"), ((-1, 5), "代班最早从今天开始"), ((5, 4), "代班的结束早于开始")],
    )
    def test_says_in_place_what_is_wrong_and_loses_nothing(
        self, town: SmallTown, signed_in: SignedIn, days: tuple[int, int], said: str
    ) -> None:
        main = main_of(signed_in(town.grid_head).post("/deputy", told(town.grid_head, town.asker, days=days)))

        assert said in main
        assert 'role="alert"' in main
        assert f'value="{town.asker.public_id}" id="id_person_id_0" checked' in main
        assert not Deputy.objects.exists()

    def test_shows_homes_of_the_readers_own_people_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        change(town.coordinator, household=town.households[0])
        browser = signed_in(town.grid_head)
        assert f"{town.coordinator.name} · " in main_of(browser.get("/deputy", {"q": town.coordinator.name}))

        change(town.coordinator, household=elsewhere(town))

        main = main_of(browser.get("/deputy", {"q": town.coordinator.name}))
        assert town.coordinator.name in main
        assert f"{town.coordinator.name} · " not in main.partition('name="person_id"')[2]

    def test_says_that_somebody_is_named_already(self, town: SmallTown, signed_in: SignedIn) -> None:
        stand_in(town.grid_head, town.neighbour)

        main = main_of(signed_in(town.grid_head).post("/deputy", told(town.grid_head, town.asker)))

        assert "这个岗位已经安排了代班人" in main
        assert Deputy.objects.get().person == town.neighbour

    def test_wants_an_answer_to_each_question(self, town: SmallTown, signed_in: SignedIn) -> None:
        main = main_of(signed_in(town.grid_head).post("/deputy", {"q": town.asker.name}))

        for sentence in ("请选岗位。", "请选一位。", "请选日期。"):
            assert sentence in main

    def test_names_nobody_whom_the_reader_was_not_shown(self, town: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(town.grid_head)

        for person in (town.other_coordinator, town.grid_head):
            browser.post("/deputy", told(town.grid_head, person))
        browser.post("/deputy", told(town.coordinator, town.asker))

        assert not Deputy.objects.exists()

    def test_is_a_coordinators_for_the_posts_below(self, town: SmallTown, signed_in: SignedIn) -> None:
        signed_in(town.coordinator).post("/deputy", told(town.grid_head, town.asker))

        assert Deputy.objects.get().term.person == town.grid_head

    def test_is_not_offered_to_a_deputy(self, town: SmallTown, signed_in: SignedIn) -> None:
        stand_in(town.coordinator, town.helper)
        browser = signed_in(town.helper)

        main = main_of(browser.get("/deputy"))
        browser.post("/deputy", told(town.grid_head, town.asker))

        assert 'name="person_id"' not in main
        assert f'action="/deputy/{Deputy.objects.get().public_id}/end"' in main

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_refused_to_others(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(town, role))

        assert browser.get("/deputy").status_code == 403
        assert browser.post("/deputy", told(town.grid_head, town.asker)).status_code == 403

    def test_asks_as_often_for_many_as_for_few(self, town: SmallTown, signed_in: SignedIn) -> None:
        browser, counts = signed_in(town.coordinator), []
        browser.get("/deputy")
        for holder in (None, town.grid_head, town.coordinator):
            if holder is not None:
                stand_in(holder, town.helper)
            with CaptureQueriesContext(connection) as queries:
                browser.get("/deputy")
            counts.append(len(queries))

        assert counts[1] == counts[2]

    def test_speaks_english(self, town: SmallTown, signed_in: SignedIn) -> None:
        stand_in(town.grid_head, town.helper)
        browser = signed_in(town.coordinator)
        browser.cookies["django_language"] = "en"

        main = main_of(browser.get("/deputy"))

        assert f"<strong>{town.helper.name}</strong> stands in for {town.grid_head.name}" in main


class TestDeputyship:
    def test_is_where_the_notice_leads_and_is_ended_without_a_word(self, town: SmallTown, signed_in: SignedIn) -> None:
        deputy = stand_in(town.grid_head, town.helper, days=(2, 9))
        tell_of_deputy(deputy_id=deputy.pk, to="deputy", now=NOW)
        browser = signed_in(town.helper)
        assert f'href="/deputy/{deputy.public_id}"' in browser.get("/notices").content.decode()

        assert town.grid_head.name in main_of(browser.get(f"/deputy/{deputy.public_id}"))
        answer: HttpResponse = browser.post(f"/deputy/{deputy.public_id}/end", follow=True)

        deputy.refresh_from_db()
        assert deputy.ended_at == NOW
        assert Notice.objects.get().read_at == NOW
        assert "代班已结束。" in answer.content.decode()
        assert "已经结束了。" in main_of(answer)

    def test_is_read_by_a_colleague_who_cannot_end_it(self, town: SmallTown, signed_in: SignedIn) -> None:
        stand_in(town.coordinator, town.neighbour)
        deputy = stand_in(town.grid_head, town.helper)
        browser = signed_in(town.neighbour)

        assert "/end" not in main_of(browser.get(f"/deputy/{deputy.public_id}"))
        assert browser.post(f"/deputy/{deputy.public_id}/end").status_code == 404

        deputy.refresh_from_db()
        assert deputy.ended_at is None

    def test_is_not_found_by_others(self, town: SmallTown, signed_in: SignedIn) -> None:
        deputy = stand_in(town.grid_head, town.helper)
        browser = signed_in(town.asker)

        assert browser.get(f"/deputy/{deputy.public_id}").status_code == 404
        assert browser.post(f"/deputy/{deputy.public_id}/end").status_code == 404

    def test_opens_the_desk_on_its_days(self, town: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(town.helper)
        assert browser.get("/handover").status_code == 403

        stand_in(town.grid_head, town.helper)

        assert browser.get("/handover").status_code == 200

    def test_stands_among_what_runs_out(self, town: SmallTown, signed_in: SignedIn) -> None:
        deputy = stand_in(town.grid_head, town.helper)

        main = main_of(signed_in(town.coordinator).get("/running-out"))

        assert f'href="/deputy/{deputy.public_id}"' in main
