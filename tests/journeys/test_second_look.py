"""A resident doubts what is said of them; a coordinator looks again, sets one word aside, and the sentence changes."""

import pytest
import time_machine
from django.test import Client

from matchmaker.community.models import PostKind, PostTerm
from matchmaker.matches.actions import answer_second_look, take_second_look
from matchmaker.matches.models import SecondLook, SetAside
from matchmaker.notices.models import Notice
from matchmaker.records.queries import chain_keys, verify_chain
from tests.graphql_client import ask, client_for, do, global_id
from tests.look_rows import DOUBTS, Spoken, spoken_of
from tests.towns import appoint, small_town, user_of, viewer_of

pytestmark = pytest.mark.django_db

SENTENCES = "{ viewer { ownSentences(language: EN) { kind sentence restsOn { count } } } }"
TO_ANSWER = "{ secondLooksToAnswer { nodes { id question words sentence { sentence } evidence { about } } } }"
REASON = "那天的地址确实临时改了，不算您的"


@pytest.fixture
def spoken() -> Spoken:
    return spoken_of(small_town())


def reads(client: Client) -> tuple[str, list[int]]:
    """How the reader's help was found."""
    told = ask(client, SENTENCES)["viewer"]["ownSentences"][1]
    return told["sentence"], [what["count"] for what in told["restsOn"]]


def in_browser(person: object) -> Client:
    client = Client(headers={"Accept-Language": "zh"})
    client.force_login(user_of(person))
    return client


class TestSecondLook:
    def test_from_the_doubt_to_the_sentence_that_changed(self, spoken: Spoken) -> None:
        town = spoken.town
        with time_machine.travel(spoken.later, tick=False):
            helper, coordinator = in_browser(town.helper), in_browser(town.coordinator)
            assert "有的邻居满意，也有的不满意。" in text_of(helper, "/how-i-am-known")

            asked = helper.post("/how-i-am-known/HELP_FOUND/again", {"words": DOUBTS})
            address = asked.headers["Location"]
            assert DOUBTS in text_of(helper, address)
            assert "已经请人再看" in text_of(helper, "/how-i-am-known")

            assert "1 要再看一遍" in text_of(coordinator, "/review")
            assert address in text_of(coordinator, "/second-looks")
            before = text_of(coordinator, address)
            assert (DOUBTS in before, "有的邻居满意" in before) == (False, False)
            coordinator.post(f"{address}/take")
            in_hand = text_of(coordinator, address)
            assert (DOUBTS in in_hand, "有的邻居满意" in in_hand) == (True, True)
            assert in_hand.count('name="set_aside"') == 4

            faulty = coordinator.post(f"{address}/answer", {"answer": "SET_ASIDE", "reason": REASON})
            assert "请选择哪些不再算" in faulty.content.decode()
            praise = {"answer": "SET_ASIDE", "set_aside": [str(spoken.visits[1].public_id)], "reason": REASON}
            assert "反而对这位邻居不利" in coordinator.post(f"{address}/answer", praise).content.decode()
            chosen = {"answer": "SET_ASIDE", "set_aside": [str(spoken.visits[0].public_id)], "reason": REASON}
            assert coordinator.post(f"{address}/answer", chosen).status_code == 302

            answered = text_of(helper, address)
            assert (REASON in answered, "从现在起那些不再算" in answered) == (True, True)
            assert "说过反馈的邻居大多满意。" in text_of(helper, "/how-i-am-known")
            assert reads(client_for(town.helper)) == ("Most who said how it went were content.", [3])
            assert "有答复了" in text_of(helper, "/notices")
            assert REASON in text_of(helper, "/my-data")

            aside = SetAside.objects.get()
            coordinator.post(f"{address}/{aside.public_id}/lift", {f"{aside.public_id}-reason": "又问了一遍，还是要算"})
            assert reads(client_for(town.helper)) == ("Some were content and some were not.", [3])
            assert "又问了一遍" in text_of(helper, address)

        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_is_asked_at_the_station_for_somebody_without_a_phone(self, spoken: Spoken) -> None:
        town = spoken.town
        with time_machine.travel(spoken.later, tick=False):
            worker = in_browser(town.grid_head)
            address = f"/desk/people/{town.elder.public_id}/second-look"
            assert address in text_of(worker, f"/desk/people/{town.elder.public_id}")

            worker.post(address, {"question": "KNOWN_HERE", "words": "我住了三十年"})

            look = SecondLook.objects.get()
            assert (look.person, look.heard_by) == (town.elder, town.grid_head)
            assert worker.get(f"/second-looks/{look.public_id}").status_code == 404
            assert in_browser(town.asker).get(address).status_code == 404


class TestLoggedWithAKey:
    SHOWN = "secondLook { id question state answer askedAt takenAt reason words setAside { id } sentence { sentence } }"

    def test_is_answered_again_and_says_nothing_of_what_came_since(self, spoken: Spoken) -> None:
        town = spoken.town
        given = {"question": "KNOWN_HERE", "forPersonId": global_id("Person", town.elder), "idempotencyKey": "k1"}
        with time_machine.travel(spoken.later, tick=False):
            worker = client_for(town.grid_head)
            first = do(worker, "askSecondLook", self.SHOWN, **given)
            look = SecondLook.objects.get()
            viewer = viewer_of(town.coordinator, now=spoken.later)
            take_second_look(viewer=viewer, look_id=look.public_id, now=spoken.later)
            said = {"answer": "EXPLAINED", "reason": REASON, "now": spoken.later}
            answer_second_look(viewer=viewer, look_id=look.public_id, **said)

            again = do(worker, "askSecondLook", self.SHOWN, **given)

            assert again == first
            assert (first["errors"], first["secondLook"]["state"]) == ([], "OPEN")
            assert ask(worker, "{ secondLooks { totalCount } }") == {"secondLooks": {"totalCount": 0}}
        assert SecondLook.objects.count() == 1

    def test_is_not_told_again_to_who_has_no_care_of_them_any_more(self, spoken: Spoken) -> None:
        town = spoken.town
        given = {"question": "KNOWN_HERE", "forPersonId": global_id("Person", town.elder), "idempotencyKey": "k1"}
        with time_machine.travel(spoken.later, tick=False):
            worker = client_for(town.grid_head)
            do(worker, "askSecondLook", "secondLook { id }", **given)
            PostTerm.objects.filter(person=town.grid_head).delete()

            assert codes_of(do(worker, "askSecondLook", "secondLook { id }", **given)) == ["NOT_FOUND"]


class TestAttacks:
    def test_find_nothing_of_anybody_elses(self, spoken: Spoken) -> None:
        town = spoken.town
        with time_machine.travel(spoken.later, tick=False):
            made = do(client_for(town.helper), "askSecondLook", "secondLook { id }", question="HELP_FOUND")
            look_id = made["secondLook"]["id"]
            do(client_for(town.coordinator), "takeSecondLook", "", secondLookId=look_id)
            document = "query ($id: ID!) { node(id: $id) { id } secondLooks { totalCount } }"
            others = ("asker", "neighbour", "grid_head", "clerk", "police", "auditor", "other_coordinator")

            for client in [client_for(), *(client_for(getattr(town, name)) for name in others)]:
                assert ask(client, document, id=look_id) == {"node": None, "secondLooks": {"totalCount": 0}}
                for mutation, given in (
                    ("takeSecondLook", {}),
                    ("answerSecondLook", {"answer": "UPHELD", "reason": "x"}),
                ):
                    codes = {one["code"] for one in do(client, mutation, "", secondLookId=look_id, **given)["errors"]}
                    assert codes <= {"NOT_FOUND", "SIGN_IN_REQUIRED"}
                    assert codes

    def test_answer_no_look_of_ones_own_and_none_that_is_not_in_hand(self, spoken: Spoken) -> None:
        town = spoken.town
        appoint(town.helper, PostKind.COORDINATOR, town.joint_community, now=town.now)
        given = {"answer": "SET_ASIDE", "setAside": [global_id("Visit", spoken.visits[0])], "reason": REASON}
        with time_machine.travel(spoken.later, tick=False):
            helper, coordinator = client_for(town.helper), client_for(town.coordinator)
            look_id = do(helper, "askSecondLook", "secondLook { id }", question="HELP_FOUND")["secondLook"]["id"]
            again = do(helper, "askSecondLook", "secondLook { id }", question="HELP_FOUND")["secondLook"]["id"]

            assert again == look_id
            assert codes_of(do(helper, "takeSecondLook", "", secondLookId=look_id)) == ["NOT_ALLOWED"]
            assert codes_of(do(helper, "answerSecondLook", "", secondLookId=look_id, **given)) == ["NOT_ALLOWED"]
            assert codes_of(do(coordinator, "answerSecondLook", "", secondLookId=look_id, **given)) == [
                "LOOK_NOT_IN_HAND"
            ]
            do(coordinator, "takeSecondLook", "", secondLookId=look_id)
            elsewhere = given | {"setAside": [global_id("Person", town.helper)]}
            assert codes_of(do(coordinator, "answerSecondLook", "", secondLookId=look_id, **elsewhere)) == ["NOT_FOUND"]
            assert codes_of(do(coordinator, "answerSecondLook", "", secondLookId=look_id, **given)) == []
            assert codes_of(do(coordinator, "answerSecondLook", "", secondLookId=look_id, **given)) == ["LOOK_ANSWERED"]

        assert (SetAside.objects.count(), Notice.objects.filter(kind="SECOND_LOOK_ANSWERED").count()) == (1, 1)

    def test_learn_a_few_times_only_what_speaks_for_somebody_also_with_keys(self, spoken: Spoken) -> None:
        town = spoken.town
        given = {"answer": "SET_ASIDE", "setAside": [global_id("Visit", spoken.visits[1])], "reason": REASON}
        with time_machine.travel(spoken.later, tick=False):
            coordinator = client_for(town.coordinator)
            look_id = do(client_for(town.helper), "askSecondLook", "secondLook { id }", question="HELP_FOUND")
            given["secondLookId"] = look_id["secondLook"]["id"]
            do(coordinator, "takeSecondLook", "", secondLookId=given["secondLookId"])
            told = [
                codes_of(do(coordinator, "answerSecondLook", "", idempotencyKey=f"k{number}", **given))
                for number in range(4)
            ]

        assert told == [["SPEAKS_FOR_THEM"]] * 3 + [["NOTHING_MORE_SET_ASIDE"]]

    def test_read_no_sentence_with_a_token(self, spoken: Spoken) -> None:
        document = 'mutation { makeToken(input: {name: "t", scopes: [READ, WORK]}) { made { secret } } }'
        with time_machine.travel(spoken.later, tick=False):
            secret = ask(client_for(spoken.town.helper), document)["makeToken"]["made"]["secret"]
            answer = client_for().post(
                "/graphql",
                {"query": SENTENCES},
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )

        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"]["code"] == "OUT_OF_SCOPE"


def codes_of(payload: dict[str, list[dict[str, str]]]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())
