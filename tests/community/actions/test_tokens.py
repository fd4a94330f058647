"""Access tokens: told once, kept as hashes, and never more than their account."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.actions import end_membership, end_term, make_token, revoke_token, use_token
from matchmaker.community.actions.tokens import LIVE_AT_ONCE, TokenNotValid, TooManyTokens
from matchmaker.community.models import AccessToken, Membership, MembershipRole, PostTerm
from matchmaker.community.queries import tokens_for
from matchmaker.community.viewers import NOBODY, VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.privacy.actions import leave
from matchmaker.records.models import Record
from tests.town_rows import membership
from tests.towns import NOW, SmallTown, small_town, user_of, viewer_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def own_token(town: SmallTown, **fields: Any) -> tuple[AccessToken, str]:
    asked: dict[str, Any] = {"name": "日历", "scopes": ["READ"], "now": NOW} | fields
    return make_token(viewer=viewer_of(town.asker), **asked)


def organizations_token(town: SmallTown, **fields: Any) -> tuple[AccessToken, str]:
    asked: dict[str, Any] = {"name": "组织的系统", "scopes": ["READ", "HELP"], "now": NOW} | fields
    return make_token(viewer=viewer_of(town.clerk), organization_id=town.organization.public_id, **asked)


class TestMakeToken:
    def test_tells_the_secret_once_and_keeps_a_hash(self, town: SmallTown) -> None:
        token, secret = own_token(town, scopes=["READ", "ASK", "READ"], days=30)

        token.refresh_from_db()
        assert secret.startswith("mm_")
        assert len(secret) == 46
        assert secret not in str(vars(token))
        assert (token.user, token.scopes, token.expires_at) == (user_of(town.asker), ["ASK", "READ"], NOW + 30 * DAY)
        record = Record.objects.latest("pk")
        assert (record.kind, record.body) == ("token.made", {"token": token.pk})

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"scopes": []}, "scopes"),
            ({"scopes": ["READ", "EVERYTHING"]}, "scopes"),
            ({"name": "  "}, "name"),
            ({"name": "长" * 61}, "name"),
            ({"days": 0}, "days"),
            ({"days": 367}, "days"),
        ],
    )
    def test_is_refused_with_what_it_cannot_be(self, town: SmallTown, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            own_token(town, **fields)

        assert refused.value.field == field
        assert not AccessToken.objects.exists()

    def test_is_for_an_organizations_clerk_alone(self, town: SmallTown) -> None:
        for person in (town.member, town.coordinator, town.asker):
            with pytest.raises(NotAllowed):
                make_token(
                    viewer=viewer_of(person),
                    organization_id=town.organization.public_id,
                    name="系统",
                    scopes=["READ"],
                    now=NOW,
                )

        assert not AccessToken.objects.exists()

    @pytest.mark.parametrize("scope", ["WORK", "ASK"])
    def test_gives_an_organization_nothing_that_is_a_persons(self, town: SmallTown, scope: str) -> None:
        with pytest.raises(NotAllowed) as refused:
            organizations_token(town, scopes=["READ", scope])

        assert refused.value.field == "scopes"

    def test_is_refused_beyond_ten_that_live(self, town: SmallTown) -> None:
        made = [own_token(town, name=f"应用{number}")[0] for number in range(LIVE_AT_ONCE)]
        organizations_token(town)

        with pytest.raises(TooManyTokens):
            own_token(town)
        revoke_token(viewer=viewer_of(town.asker), token_id=made[0].public_id, now=NOW)

        assert own_token(town)[0].pk > made[-1].pk


class TestUseToken:
    def test_opens_what_the_account_may_do_within_its_scopes(self, town: SmallTown) -> None:
        token, secret = make_token(viewer=viewer_of(town.coordinator), name="桌面", scopes=["WORK"], now=NOW)

        held = use_token(secret=secret, now=NOW + DAY)

        assert held.reads_as == held.acts_as == viewer_of(town.coordinator, now=NOW + DAY)
        assert held.scopes == {"WORK"}
        token.refresh_from_db()
        assert token.last_used_date == (NOW + DAY).date()

    def test_opens_nothing_that_ended_with_a_post(self, town: SmallTown) -> None:
        _, secret = make_token(viewer=viewer_of(town.coordinator), name="桌面", scopes=["WORK"], now=NOW)
        end_term(viewer=None, term=PostTerm.objects.get(person=town.coordinator), now=NOW + DAY)

        held = use_token(secret=secret, now=NOW + DAY)

        assert held.acts_as.posts == ()

    def test_of_an_organization_reads_nothing_of_its_clerk(self, town: SmallTown) -> None:
        _, secret = organizations_token(town)

        held = use_token(secret=secret, now=NOW)

        assert (held.reads_as.person_id, held.reads_as.user_id, held.reads_as.posts) == (NOBODY, None, ())
        assert held.reads_as.clerk_of == held.acts_as.clerk_of == {town.organization.pk}
        assert held.acts_as.person_id == town.clerk.pk

    def test_of_an_organization_ends_with_its_clerk(self, town: SmallTown) -> None:
        _, secret = organizations_token(town)
        membership(town.coordinator, town.organization, MembershipRole.CLERK, now=NOW)
        Membership.objects.filter(role=MembershipRole.CLERK).update(accepted_at=NOW)

        clerk, organization = town.clerk.public_id, town.organization.public_id
        end_membership(viewer=viewer_of(town.clerk), organization_id=organization, person_id=clerk, now=NOW)

        with pytest.raises(TokenNotValid):
            use_token(secret=secret, now=NOW)

    def test_is_refused_where_it_is_no_token_that_lives(self, town: SmallTown) -> None:
        token, secret = own_token(town, days=2)

        for wrong in ("", "mm_", secret[:-1], secret + "x", token.token_hash):
            with pytest.raises(TokenNotValid):
                use_token(secret=wrong, now=NOW)
        with pytest.raises(TokenNotValid):
            use_token(secret=secret, now=NOW + 2 * DAY)
        assert use_token(secret=secret, now=NOW + 2 * DAY - timedelta(seconds=1))

    def test_is_refused_once_its_owner_left(self, town: SmallTown) -> None:
        _, secret = own_token(town)

        leave(viewer=viewer_of(town.asker), now=NOW)

        with pytest.raises(TokenNotValid):
            use_token(secret=secret, now=NOW)
        assert AccessToken.objects.get().revoked_at == NOW


class TestRevokeToken:
    def test_ends_it_at_once_and_once(self, town: SmallTown) -> None:
        token, secret = own_token(town)

        for _ in range(2):
            revoke_token(viewer=viewer_of(town.asker), token_id=token.public_id, now=NOW)

        with pytest.raises(TokenNotValid):
            use_token(secret=secret, now=NOW)
        assert Record.objects.filter(kind="token.revoked").count() == 1

    def test_finds_nobody_elses(self, town: SmallTown) -> None:
        tokens = [own_token(town)[0], organizations_token(town)[0]]

        for person in (town.helper, town.coordinator, town.member):
            assert not tokens_for(viewer_of(person)).exists()
            for token in tokens:
                with pytest.raises(NotFound):
                    revoke_token(viewer=viewer_of(person), token_id=token.public_id, now=NOW)

        assert AccessToken.objects.filter(revoked_at=None).count() == 2

    def test_is_for_people(self) -> None:
        with pytest.raises(SignInRequired):
            make_token(viewer=VISITOR, name="谁", scopes=["READ"], now=NOW)
        assert not tokens_for(VISITOR).exists()
