"""The page of access tokens: made and told once, listed without secrets, taken back."""

from django.test import Client

from matchmaker.community.actions import make_token, use_token
from matchmaker.community.models import AccessToken, IdempotencyKey
from matchmaker.notices import webhook_port
from matchmaker.notices.models import Webhook
from tests.towns import NOW, SmallTown, viewer_of
from tests.web.conftest import SignedIn


class TestSystemsPage:
    def test_tells_the_secret_once(self, town: SmallTown, signed_in: SignedIn) -> None:
        client = signed_in(town.asker)
        draft = _token(client, name="手机日历", scopes=["READ", "ANSWER"], days="30")

        answer = client.post("/systems", draft).content.decode()
        later = client.get("/systems").content.decode()

        token = AccessToken.objects.get()
        secret = _secret_in(answer)
        assert use_token(secret=secret, now=NOW).token_id == token.pk
        assert secret not in later
        assert "手机日历" in later
        assert "答复推荐，反馈见面、查看（不含电话和住址）" in later

    def test_pressed_twice_makes_one_and_tells_its_secret_both_times(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.asker)
        draft = _token(client, name="手机", scopes=["READ"], days="30")

        first, second = (client.post("/systems", draft).content.decode() for _ in range(2))
        later = client.get("/systems").content.decode()

        secret = _secret_in(first)
        assert _secret_in(second) == secret
        assert use_token(secret=secret, now=NOW).token_id == AccessToken.objects.get().pk
        assert secret not in later

    def test_makes_another_where_the_same_form_was_gone_back_to_and_changed(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.asker)
        draft = _token(client, name="手机", scopes=["READ"], days="30")

        first, changed = (
            _secret_in(client.post("/systems", draft | {"name": name}).content.decode()) for name in ("手机", "平板")
        )

        assert first != changed
        assert set(AccessToken.objects.values_list("name", flat=True)) == {"手机", "平板"}

    def test_tells_no_secret_again_that_opens_nothing_or_is_forgotten(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.asker)
        draft = _token(client, name="手机", scopes=["READ"], days="30")
        client.post("/systems", draft)
        token = AccessToken.objects.get()

        IdempotencyKey.objects.all().delete()
        forgotten = client.post("/systems", draft).content.decode()
        client.post(f"/systems/tokens/{token.public_id}/revoke")
        revoked = client.post("/systems", draft).content.decode()

        assert "这张表单已经提交过了" in forgotten
        assert "这张表单已经提交过了" in revoked
        assert "<code>" not in forgotten + revoked
        assert AccessToken.objects.count() == 1

    def test_of_somebody_elses_form_is_a_token_of_ones_own(self, town: SmallTown, signed_in: SignedIn) -> None:
        one, other = signed_in(town.asker), signed_in(town.helper)
        draft = _token(one, name="手机", scopes=["READ"], days="30")

        secrets = {_secret_in(client.post("/systems", draft).content.decode()) for client in (one, other)}

        assert len(secrets) == AccessToken.objects.values("user").distinct().count() == 2

    def test_offers_the_organizations_one_speaks_for_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        name, organization_id = town.organization.name, str(town.organization.public_id)
        asked = {"name": "系统", "scopes": ["READ"], "days": "90", "organization_id": organization_id}
        other, own = signed_in(town.stranger), signed_in(town.clerk)

        stranger = other.post("/systems", _token(other, **asked)).content.decode()
        assert name not in stranger
        assert not AccessToken.objects.exists()
        clerk = own.post("/systems", _token(own, **asked)).content.decode()

        assert name in clerk
        assert AccessToken.objects.get().organization == town.organization

    def test_takes_a_token_back(self, town: SmallTown, signed_in: SignedIn) -> None:
        token, _ = make_token(viewer=viewer_of(town.asker), name="旧手机", scopes=["READ"], now=NOW)

        other = signed_in(town.helper).post(f"/systems/tokens/{token.public_id}/revoke")
        own = signed_in(town.asker).post(f"/systems/tokens/{token.public_id}/revoke", follow=True)

        assert other.status_code == 404
        assert "旧手机" not in own.content.decode()
        token.refresh_from_db()
        assert token.revoked_at == NOW

    def test_says_what_is_missing(self, town: SmallTown, signed_in: SignedIn) -> None:
        answer = signed_in(town.asker).post("/systems", {"days": "90"}).content.decode()

        assert "请写明用途。" in answer
        assert "请至少选一项。" in answer


class TestWebhooksPage:
    def test_pressed_twice_opens_one_and_tells_its_secret_both_times(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.clerk)
        draft = _webhook(client, town)

        first, second = (client.post("/systems/webhooks", draft).content.decode() for _ in range(2))
        later = client.get("/systems/webhooks").content.decode()

        webhook = Webhook.objects.get()
        secret = webhook_port.secret_of(str(webhook.public_id))
        assert f"<code>{secret}</code>" in first
        assert f"<code>{secret}</code>" in second
        assert secret not in later

    def test_opens_another_where_the_same_form_was_gone_back_to_and_changed(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.clerk)
        draft = _webhook(client, town)
        client.post("/systems/webhooks", draft)

        changed = client.post("/systems/webhooks", draft | {"url": "https://other.example.org/in"}).content.decode()

        webhook = Webhook.objects.get(url="https://other.example.org/in")
        assert webhook_port.secret_of(str(webhook.public_id)) in changed
        assert Webhook.objects.count() == 2

    def test_of_another_form_refuses_the_same_address_and_tells_no_secret(
        self, town: SmallTown, signed_in: SignedIn
    ) -> None:
        client = signed_in(town.clerk)
        client.post("/systems/webhooks", _webhook(client, town))

        again = client.post("/systems/webhooks", _webhook(client, town)).content.decode()

        assert "whsec_" not in again
        assert "这个地址已经登记过了。" in again
        assert Webhook.objects.count() == 1


def _token(client: Client, **wishes: object) -> dict[str, object]:
    page = client.get("/systems").content.decode()
    return {"token": page.partition('name="token" value="')[2][:32], **wishes}


def _secret_in(page: str) -> str:
    return page.partition("<code>")[2].partition("</code>")[0]


def _webhook(client: Client, town: SmallTown) -> dict[str, object]:
    page = client.get("/systems/webhooks").content.decode()
    return {
        "token": page.partition('name="token" value="')[2][:32],
        "organization_id": str(town.organization.public_id),
        "url": "https://system.example.org/in",
        "events": ["match.agreed"],
    }
