"""A meeting under way, as the pages show it: came, left, nobody came, this once it does not suit."""

from datetime import datetime, time, timedelta

import pytest
import time_machine

from matchmaker.community.models import Person
from matchmaker.matches.actions import report_no_show
from matchmaker.matches.models import Match, Outcome, Visit, VisitState
from matchmaker.needs.models import Need
from tests.towns import SmallTown, match_for, open_need_for, viewer_of
from tests.web.conftest import SignedIn

MINUTE = timedelta(minutes=1)


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town, need=open_need_for(town, repeat="WEEKLY"))


@pytest.fixture
def visit(match: Match) -> Visit:
    return match.visits.all()[0]


class TestMatchPage:
    def test_offers_what_can_be_pressed_now_and_no_more(
        self, town: SmallTown, match: Match, visit: Visit, signed_in: SignedIn
    ) -> None:
        helper, asker = signed_in(town.helper), signed_in(town.asker)
        address = f"/matches/{match.public_id}"

        def offered(client: object, at: datetime) -> set[str]:
            with time_machine.travel(at, tick=False):
                page = client.get(address).content.decode()
            ways = ("arrive", "leave", "take-back", "nobody-came", "cancel")
            return {way for way in ways if f"/visits/{visit.public_id}/{way}" in page}

        assert offered(helper, town.now) == {"cancel"}
        assert offered(helper, visit.starts_at - 30 * MINUTE) == {"arrive", "cancel"}
        assert offered(asker, visit.starts_at + 15 * MINUTE) == {"arrive", "nobody-came"}
        assert offered(helper, visit.starts_at + 15 * MINUTE) == {"arrive"}

        with time_machine.travel(visit.starts_at + 16 * MINUTE, tick=False):
            answer = helper.post(f"/visits/{visit.public_id}/arrive")
        assert answer.headers["Location"] == address
        assert offered(helper, visit.starts_at + 20 * MINUTE) == {"leave", "take-back"}
        assert offered(asker, visit.starts_at + 20 * MINUTE) == {"leave"}

    def test_takes_taps_back(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        client = signed_in(town.helper)
        with time_machine.travel(visit.starts_at, tick=False):
            for way in ("arrive", "leave", "take-back"):
                client.post(f"/visits/{visit.public_id}/{way}")

        visit.refresh_from_db()
        assert (visit.arrived_at, visit.left_at) == (visit.starts_at, None)

    def test_shows_the_door_word_to_both_sides_in_both_languages(
        self, town: SmallTown, match: Match, signed_in: SignedIn
    ) -> None:
        Match.objects.filter(pk=match.pk).update(door_word="pine boat")

        for person in (town.helper, town.asker):
            page = signed_in(person).get(f"/matches/{match.public_id}").content.decode()
            assert "松树 小船 · pine boat" in page
        assert "松树 小船" not in signed_in(town.coordinator).get(f"/matches/{match.public_id}").content.decode()

    def test_says_where_somebody_without_a_phone_is_reached(
        self, town: SmallTown, match: Match, signed_in: SignedIn
    ) -> None:
        Person.objects.filter(pk=town.helper.pk).update(phone="", email="")

        page = signed_in(town.asker).get(f"/matches/{match.public_id}").content.decode()

        assert "对方没有电话。有事请找社区服务站，工作人员会转告。" in page

    def test_is_where_a_notice_about_a_visit_leads(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        assert (
            signed_in(town.asker)
            .get(f"/visits/{visit.public_id}")
            .headers["Location"]
            .endswith(f"/matches/{visit.match.public_id}")
        )
        assert signed_in(town.stranger).get(f"/visits/{visit.public_id}").status_code == 404

    def test_lets_one_visit_fall_out(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        second = match.visits.all()[1]

        signed_in(town.helper).post(f"/visits/{second.public_id}/cancel")

        second.refresh_from_db()
        assert (second.state, Need.objects.count()) == (VisitState.CANCELLED, 2)
        assert "这次取消了" in signed_in(town.asker).get(f"/matches/{match.public_id}").content.decode()

    def test_changes_nothing_on_a_mere_look(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        with time_machine.travel(visit.starts_at, tick=False):
            for way in ("arrive", "leave", "take-back", "cancel"):
                assert signed_in(town.helper).get(f"/visits/{visit.public_id}/{way}").status_code == 302

        visit.refresh_from_db()
        assert (visit.arrived_at, visit.left_at, visit.state) == (None, None, VisitState.PLANNED)


class TestNobodyCamePage:
    def test_asks_until_when_and_says_what_happens_next(
        self, town: SmallTown, visit: Visit, signed_in: SignedIn
    ) -> None:
        client, address = signed_in(town.asker), f"/visits/{visit.public_id}/nobody-came"
        with time_machine.travel(visit.starts_at + 20 * MINUTE, tick=False):
            assert "没有人来？" in client.get(address).content.decode()
            answer = client.post(address, {"until": "18:00"})
            after = client.get(address).content.decode()

        assert answer.headers["Location"] == address
        instead = Need.objects.get(instead_of__isnull=False)
        assert "我们马上找下一位邻居" in after
        assert f"/needs/{instead.public_id}" in after
        assert time(18) in instead.windows.values_list("ends", flat=True)

    @pytest.mark.parametrize("until", ["09:00", "later"])
    def test_says_what_is_wrong_with_the_time(
        self, town: SmallTown, visit: Visit, signed_in: SignedIn, until: str
    ) -> None:
        with time_machine.travel(visit.starts_at + 20 * MINUTE, tick=False):
            page = signed_in(town.asker).post(f"/visits/{visit.public_id}/nobody-came", {"until": until})

        assert 'role="alert"' in page.content.decode()
        assert not Outcome.objects.exists()

    def test_leads_back_to_the_match_before_its_time(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        answer = signed_in(town.asker).get(f"/visits/{visit.public_id}/nobody-came")

        assert answer.headers["Location"] == f"/matches/{visit.match.public_id}"

    @pytest.mark.parametrize("role", ["stranger", "clerk", "other_coordinator"])
    def test_is_not_found_by_anybody_else(self, town: SmallTown, visit: Visit, signed_in: SignedIn, role: str) -> None:
        with time_machine.travel(visit.starts_at + 20 * MINUTE, tick=False):
            answer = signed_in(getattr(town, role)).post(f"/visits/{visit.public_id}/nobody-came", {})

        assert answer.status_code == 404
        assert not Outcome.objects.exists()


class TestWhatHappenedPage:
    def test_asks_the_helper_without_blame(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        at = visit.starts_at + 20 * MINUTE
        report_no_show(viewer=viewer_of(town.asker), visit_id=visit.public_id, now=at)
        client, address = signed_in(town.helper), f"/visits/{visit.public_id}/what-happened"
        with time_machine.travel(at, tick=False):
            assert address in client.get("/mine").content.decode()
            assert "您还好吗？" in client.get(address).content.decode()
            assert 'role="alert"' in client.post(address, {}).content.decode()
            answer = client.post(address, {"happened": "did-not-come", "comment": "孩子病了"})
            assert address not in client.get("/mine").content.decode()
            assert signed_in(town.asker).get(address).status_code == 404

        assert answer.headers["Location"] == f"/visits/{visit.public_id}/thanks"
        said = Outcome.objects.get(side="HELPER")
        assert (said.happened, said.comment) == (False, "孩子病了")
