"""What is said of a meeting: two taps, each side apart."""

from datetime import timedelta

import pytest
import time_machine

from matchmaker.matches.models import Outcome, Visit, VisitState
from tests.towns import NOW, SmallTown, match_for
from tests.web.conftest import SignedIn

AFTER_THE_VISIT = NOW + timedelta(days=1, hours=4)
GOOD = {"happened": "yes", "how": "well", "greet_again": "yes"}


@pytest.fixture
def visit(town: SmallTown) -> Visit:
    return match_for(town).visits.get()


class TestOutcomePage:
    def test_takes_the_word_of_each_side_and_closes_the_visit(
        self, town: SmallTown, visit: Visit, signed_in: SignedIn
    ) -> None:
        address = f"/visits/{visit.public_id}/outcome"
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            for person in (town.helper, town.asker):
                client = signed_in(person)
                assert address in client.get("/mine").content.decode()
                assert client.post(address, GOOD).headers["Location"] == f"/visits/{visit.public_id}/thanks"
                assert client.get(f"/visits/{visit.public_id}/thanks").status_code == 200
                assert address not in client.get("/mine").content.decode()

        visit.refresh_from_db()
        assert visit.state == VisitState.DONE
        assert sorted(Outcome.objects.values_list("side", "happened", "went_well", "greet_again")) == [
            ("ASKER", True, 1, True),
            ("HELPER", True, 1, True),
        ]

    def test_keeps_how_it_was_out_of_a_meeting_that_did_not_happen(
        self, town: SmallTown, visit: Visit, signed_in: SignedIn
    ) -> None:
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            signed_in(town.asker).post(f"/visits/{visit.public_id}/outcome", GOOD | {"happened": "no"})

        said = Outcome.objects.get()
        assert (said.happened, said.went_well, said.greet_again) == (False, None, None)

    def test_leads_a_second_word_to_the_thanks(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            client = signed_in(town.asker)
            client.post(f"/visits/{visit.public_id}/outcome", GOOD)
            again = client.post(f"/visits/{visit.public_id}/outcome", GOOD | {"how": "badly"})

        assert again.headers["Location"] == f"/visits/{visit.public_id}/thanks"
        assert Outcome.objects.get().went_well == 1

    def test_refuses_in_words_before_the_visit(self, town: SmallTown, visit: Visit, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)

        page = client.post(f"/visits/{visit.public_id}/outcome", GOOD).content.decode()

        assert "见面开始以后才能填写反馈。" in page
        assert Outcome.objects.count() == 0
        assert f"/visits/{visit.public_id}/outcome" not in client.get("/mine").content.decode()

    @pytest.mark.parametrize("answers", [{}, {"happened": "maybe"}, {"happened": "yes"}, {**GOOD, "how": "2"}])
    def test_says_what_is_missing(
        self, town: SmallTown, visit: Visit, signed_in: SignedIn, answers: dict[str, str]
    ) -> None:
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            page = signed_in(town.asker).post(f"/visits/{visit.public_id}/outcome", answers).content.decode()

        assert 'role="alert"' in page
        assert Outcome.objects.count() == 0

    @pytest.mark.parametrize("role", ["stranger", "coordinator", "clerk", "police", "other_coordinator"])
    def test_is_not_found_by_anybody_else(self, town: SmallTown, visit: Visit, signed_in: SignedIn, role: str) -> None:
        with time_machine.travel(AFTER_THE_VISIT, tick=False):
            answer = signed_in(getattr(town, role)).post(f"/visits/{visit.public_id}/outcome", GOOD)

        assert answer.status_code == 404
        assert Outcome.objects.count() == 0
