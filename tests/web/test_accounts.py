"""Signing in by a code, joining by an invitation, signing out."""

import pytest
from django.test import Client

from matchmaker.community import actions
from matchmaker.community.actions.codes import CodeNotValid
from matchmaker.community.actions.joining import InvitationNotValid
from matchmaker.community.models import User
from matchmaker.notices import delivery
from tests.towns import NOW, SmallTown, user_of, viewer_of

NAME = "asker@town.invalid"


class Letters(list[delivery.CodeLetter]):
    """A port that keeps what it was handed."""

    def send(self, letter: delivery.CodeLetter) -> None:
        self.append(letter)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    kept = Letters()
    monkeypatch.setattr(delivery, "port", lambda: kept)
    return kept


class TestSignIn:
    def test_opens_the_account_with_the_code_and_a_new_session(
        self, town: SmallTown, client: Client, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        _ask_for_code(client, django_capture_on_commit_callbacks, NAME, wished="/ask")
        before = client.session.session_key

        answer = client.post("/sign-in/code", {"code": letters[0].code})

        assert answer.headers["Location"] == "/ask"
        assert int(client.session["_auth_user_id"]) == user_of(town.asker).pk
        assert client.session.session_key != before
        left_over = {"signing_in", "signing_in_to", "signing_in_challenge"} & set(client.session.keys())
        assert left_over == set()

    def test_leads_a_worker_to_what_waits_and_others_to_what_is_theirs(
        self, town: SmallTown, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        for person, address in ((town.coordinator, "/review"), (town.asker, "/mine")):
            client = Client()
            _ask_for_code(client, django_capture_on_commit_callbacks, user_of(person).sign_in_name)

            answer = client.post("/sign-in/code", {"code": letters[-1].code})

            assert answer.headers["Location"] == address

    def test_is_not_kept_from_the_owner_by_a_stranger(
        self, town: SmallTown, client: Client, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        stranger = Client()
        _ask_for_code(client, django_capture_on_commit_callbacks, NAME)
        _ask_for_code(stranger, django_capture_on_commit_callbacks, NAME)
        for _ in range(6):
            stranger.post("/sign-in/code", {"code": letters[0].code})

        client.post("/sign-in/code", {"code": letters[0].code})

        assert "_auth_user_id" not in stranger.session
        assert int(client.session["_auth_user_id"]) == user_of(town.asker).pk

    def test_says_the_same_whether_the_account_exists(
        self, town: SmallTown, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        pages = []
        for name in (NAME, "nobody@town.invalid"):
            client = Client(headers={"Accept-Language": "zh"})
            _ask_for_code(client, django_capture_on_commit_callbacks, name)
            page = client.post("/sign-in/code", {"code": "000000"}).content.decode()
            pages.append(_without_tokens(page))
            assert "_auth_user_id" not in client.session

        assert len(letters) == 1
        assert pages[0] == pages[1]
        assert CodeNotValid.message_zh in pages[0]

    def test_asks_for_a_name_first(self, town: SmallTown, client: Client) -> None:
        assert client.get("/sign-in/code").headers["Location"] == "/sign-in"

    @pytest.mark.parametrize("name", ["", " ", "not a name", "@", "x" * 300, "\x00"])
    def test_says_what_is_wrong_with_a_name(self, town: SmallTown, client: Client, letters: Letters, name: str) -> None:
        answer = client.post("/sign-in", {"sign_in_name": name})

        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
        assert letters == []

    def test_never_leads_to_another_site(
        self, town: SmallTown, client: Client, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        _ask_for_code(client, django_capture_on_commit_callbacks, NAME, wished="//elsewhere.invalid")

        assert client.post("/sign-in/code", {"code": letters[0].code}).headers["Location"] == "/mine"


class TestSignOut:
    def test_ends_the_session_by_a_form_only(self, town: SmallTown, client: Client) -> None:
        client.force_login(user_of(town.asker))
        client.get("/sign-out")
        assert "_auth_user_id" in client.session

        client.post("/sign-out")

        assert "_auth_user_id" not in client.session
        assert client.get("/mine").headers["Location"] == "/sign-in?next=%2Fmine"


class TestJoin:
    def test_makes_the_account_and_asks_for_the_code(
        self, town: SmallTown, client: Client, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        code = _invitation(town)
        form = {"name": "丁新邻", "sign_in_name": "ding@town.invalid", "language": "zh-hans"}

        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture without a type
            answer = client.post(f"/join/{code}", form)

        assert answer.headers["Location"] == "/sign-in/code"
        assert "_auth_user_id" not in client.session
        client.post("/sign-in/code", {"code": letters[0].code})
        user = User.objects.get(sign_in_name="ding@town.invalid")
        assert int(client.session["_auth_user_id"]) == user.pk
        assert user.person is not None
        assert user.person.name == "丁新邻"

    def test_answers_the_same_where_the_name_has_an_account(
        self, town: SmallTown, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        answers, accounts = [], User.objects.count()
        for name in (NAME, "ding@town.invalid"):
            client = Client(headers={"Accept-Language": "zh"})
            form = {"name": "丁新邻", "sign_in_name": name, "language": "zh-hans"}
            with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture without a type
                answer = client.post(f"/join/{_invitation(town)}", form)
            page = _without_tokens(client.get("/sign-in/code").content.decode())
            answers.append((answer.status_code, answer.headers["Location"], sorted(client.session.keys()), page))

        assert answers[0] == answers[1]
        assert [letter.address for letter in letters] == [NAME, "ding@town.invalid"]
        assert User.objects.count() == accounts + 1
        town.asker.refresh_from_db()
        assert town.asker.name == "王晓晴"

    def test_sends_no_code_where_the_invitation_does_not_stand(
        self, town: SmallTown, client: Client, letters: Letters, django_capture_on_commit_callbacks: object
    ) -> None:
        form = {"name": "丁新邻", "sign_in_name": NAME, "language": "zh-hans"}

        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture without a type
            page = client.post("/join/NOSUCHCODE", form, headers={"Accept-Language": "zh"}).content.decode()

        assert InvitationNotValid.message_zh in page
        assert letters == []

    def test_refuses_a_code_that_does_not_stand_and_keeps_what_was_typed(self, town: SmallTown, client: Client) -> None:
        form = {"name": "丁新邻", "sign_in_name": "ding@town.invalid", "language": "zh-hans"}

        page = client.post("/join/NOSUCHCODE", form, headers={"Accept-Language": "zh"}).content.decode()

        assert InvitationNotValid.message_zh in page
        assert 'value="丁新邻"' in page
        assert not User.objects.filter(sign_in_name="ding@town.invalid").exists()


def _ask_for_code(client: Client, on_commit: object, name: str, *, wished: str = "") -> None:
    with on_commit(execute=True):  # type: ignore[operator]  # a fixture without a type
        answer = client.post("/sign-in", {"sign_in_name": name, "next": wished})
    assert answer.headers["Location"] == "/sign-in/code"


def _invitation(town: SmallTown) -> str:
    return actions.invite(viewer=viewer_of(town.coordinator), area_id=town.grid.public_id, uses=1, now=NOW)[1]


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
