"""The secret key can be replaced while people are signed in, codes are on their way and posters hang on the wall."""

from typing import Any

import pytest
from django.test import Client

from matchmaker.community.actions import invite, join_by_invitation
from matchmaker.community.actions.codes import CodeNotValid, make_sign_in_code, new_challenge, sign_in_with_code
from matchmaker.community.actions.joining import InvitationNotValid
from matchmaker.keyed import keyed_hash, keyed_hashes
from tests.towns import NOW, SmallTown, small_town, user_of, viewer_of

OLD, NEW = "o" * 50, "n" * 50

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Any) -> SmallTown:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    return small_town()


def rotate(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def drop_the_old(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = []


class TestSessions:
    def test_hold_through_a_rotation_and_end_with_the_old_key(self, town: SmallTown, settings: Any) -> None:
        client, other = Client(), Client()
        for browser in (client, other):
            browser.force_login(user_of(town.asker))

        rotate(settings)
        during = client.get("/mine").status_code
        drop_the_old(settings)

        assert during == 200
        assert client.get("/mine").status_code == 200, "seen during the rotation, so signed anew"
        assert other.get("/mine").status_code == 302


class TestInvitations:
    def test_hold_as_long_as_the_old_key_is_a_fallback(self, town: SmallTown, settings: Any) -> None:
        _, code = invite(viewer=viewer_of(town.coordinator), area_id=town.community.public_id, uses=2, now=NOW)

        rotate(settings)
        joined = join_by_invitation(code=code, name="新来", sign_in_name="new@town.invalid", language="en", now=NOW)
        drop_the_old(settings)

        assert joined.person is not None
        with pytest.raises(InvitationNotValid):
            join_by_invitation(code=code, name="新来", sign_in_name="next@town.invalid", language="en", now=NOW)


class TestSignInCodes:
    def asked(self, town: SmallTown) -> tuple[str, str, str]:
        name, challenge = user_of(town.asker).sign_in_name, new_challenge()
        made = make_sign_in_code(sign_in_name=name, challenge=challenge, now=NOW)
        assert made is not None
        return name, challenge, made[1]

    def test_on_their_way_still_fit(self, town: SmallTown, settings: Any) -> None:
        name, challenge, code = self.asked(town)

        rotate(settings)

        assert sign_in_with_code(sign_in_name=name, challenge=challenge, code=code, now=NOW) == user_of(town.asker)

    def test_do_not_without_the_old_key(self, town: SmallTown, settings: Any) -> None:
        name, challenge, code = self.asked(town)

        rotate(settings)
        drop_the_old(settings)

        with pytest.raises(CodeNotValid):
            sign_in_with_code(sign_in_name=name, challenge=challenge, code=code, now=NOW)


class TestKeyedHashes:
    def test_begin_with_the_one_that_is_stored(self, settings: Any) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

        found = keyed_hashes("salt", "value")

        assert found[0] == keyed_hash("salt", "value")
        assert len(set(found)) == 2
