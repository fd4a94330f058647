"""A worry on the pages: two taps to pause, a worker's answer, and not meeting again."""

import pytest

from matchmaker.community.models import PersonBlock
from matchmaker.matches.models import Concern, Match, MatchState
from tests.towns import SmallTown, match_for
from tests.web.conftest import SignedIn

WORDS = "他总是问我家里有没有人"


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


def state_of(match: Match) -> str:
    match.refresh_from_db()
    return match.state


class TestWorriedPage:
    @pytest.mark.parametrize(("way", "kind"), [("worried", "WORRY"), ("money", "MONEY")])
    def test_pauses_the_match_and_says_what_happens(
        self, town: SmallTown, match: Match, signed_in: SignedIn, way: str, kind: str
    ) -> None:
        client, address = signed_in(town.asker), f"/matches/{match.public_id}/{way}"
        assert address in client.get(f"/matches/{match.public_id}").content.decode()
        assert "110" in client.get(address).content.decode()

        answer = client.post(address, {"words": WORDS})

        concern = Concern.objects.get()
        assert answer.headers["Location"] == f"/concerns/{concern.public_id}"
        assert (concern.kind, state_of(match)) == (kind, MatchState.SUSPENDED)
        assert WORDS in client.get(f"/concerns/{concern.public_id}").content.decode()

    def test_leaves_the_other_side_with_a_pause_and_no_words(
        self, town: SmallTown, match: Match, signed_in: SignedIn
    ) -> None:
        signed_in(town.asker).post(f"/matches/{match.public_id}/worried", {"words": WORDS})
        helper = signed_in(town.helper)

        page = helper.get(f"/matches/{match.public_id}").content.decode()

        assert "先暂停一下" in page
        assert WORDS not in page
        assert town.asker.phone not in page
        assert "先暂停一下" in helper.get("/mine").content.decode()
        assert helper.get(f"/concerns/{Concern.objects.get().public_id}").status_code == 404

    def test_tells_the_asker_that_it_is_paused(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        client.post(f"/matches/{match.public_id}/worried", {})

        assert "工作人员正在了解情况" in client.get(f"/needs/{match.need.public_id}").content.decode()

    def test_asks_a_worker_who_said_so(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        client = signed_in(town.coordinator)
        assert 'name="side"' in client.get(f"/matches/{match.public_id}/worried").content.decode()

        client.post(f"/matches/{match.public_id}/worried", {"side": "ASKER", "words": WORDS})

        assert (Concern.objects.get().said_by, Concern.objects.get().heard_by) == (town.asker, town.coordinator)

    def test_is_not_found_by_anybody_else(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        for role in ("stranger", "other_coordinator", "police"):
            answer = signed_in(getattr(town, role)).post(f"/matches/{match.public_id}/worried", {"words": WORDS})
            assert answer.status_code == 404

        assert (Concern.objects.count(), state_of(match)) == (0, MatchState.AGREED)


class TestConcernPage:
    @pytest.fixture
    def concern(self, match: Match, town: SmallTown, signed_in: SignedIn) -> Concern:
        signed_in(town.asker).post(f"/matches/{match.public_id}/worried", {"words": WORDS})
        return Concern.objects.get()

    def test_is_taken_in_hand_read_and_answered_by_a_worker(
        self, town: SmallTown, match: Match, concern: Concern, signed_in: SignedIn
    ) -> None:
        worker, address = signed_in(town.coordinator), f"/concerns/{concern.public_id}"
        assert address in worker.get("/concerns").content.decode()
        assert "/concerns" in worker.get("/review").content.decode()
        assert WORDS not in worker.get(address).content.decode()

        worker.post(f"{address}/take")
        assert WORDS in worker.get(address).content.decode()
        assert 'role="alert"' in worker.post(f"{address}/answer", {"resolution": "END"}).content.decode()
        assert state_of(match) == MatchState.SUSPENDED
        worker.post(f"{address}/answer", {"resolution": "END", "reason": "双方都同意"})

        assert state_of(match) == MatchState.CANCELLED
        assert "双方都同意" in signed_in(town.asker).get(address).content.decode()
        assert "现在没有。" in worker.get("/concerns").content.decode()

    def test_is_no_list_for_residents(self, town: SmallTown, concern: Concern, signed_in: SignedIn) -> None:
        assert signed_in(town.asker).get("/concerns").status_code == 403
        assert signed_in(town.asker).post(f"/concerns/{concern.public_id}/take").status_code == 403

        concern.refresh_from_db()
        assert concern.state == "OPEN"


class TestNotAgainPage:
    def test_asks_once_and_keeps_the_list_to_oneself(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        client, address = signed_in(town.asker), f"/matches/{match.public_id}/not-again"
        assert town.helper.name in client.get(address).content.decode()
        assert not PersonBlock.objects.exists()

        answer = client.post(address)

        assert answer.headers["Location"] == "/blocked"
        assert town.helper.name in client.get("/blocked").content.decode()
        assert town.asker.name not in signed_in(town.helper).get("/blocked").content.decode()
        client.post(f"/blocked/{town.helper.public_id}/lift")
        assert not PersonBlock.objects.exists()

    def test_is_for_the_two_alone(self, town: SmallTown, match: Match, signed_in: SignedIn) -> None:
        assert signed_in(town.coordinator).post(f"/matches/{match.public_id}/not-again").status_code == 403
        assert signed_in(town.stranger).post(f"/matches/{match.public_id}/not-again").status_code == 404

        assert not PersonBlock.objects.exists()
