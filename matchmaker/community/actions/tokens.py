"""Access tokens: made once and told once, used until they end or somebody takes them back.

A token opens no more than its scopes, and never more than its account may do at that moment: who lost a post or stopped
being a clerk lost it for their tokens too. The token of an organization reads what is the organization's, and nothing
of the clerk who made it; what it does is done in that clerk's name.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, community_of, organization_named
from matchmaker.community.models import ORGANIZATION_SCOPES, AccessToken, TokenScope, User
from matchmaker.community.viewers import Viewer, viewer_for_user, within_organization
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.keyed import keyed_hash, keyed_hashes
from matchmaker.records.actions import commit

PREFIX: Final = "mm_"
"""So that a token that was put somewhere by mistake is recognized as one."""
TOKEN_BYTES: Final = 32
NAME_LENGTH: Final = 60
DAYS: Final = 90
MOST_DAYS: Final = 366
LIVE_AT_ONCE: Final = 10
SALT: Final = "matchmaker.community.access_token"
FORM_SALT: Final = "matchmaker.community.access_token.form"


class TokenNotValid(DomainError):
    """One refusal for an unknown token, one that ended, and one whose owner has no part here any more."""

    code = "TOKEN_NOT_VALID"
    message = "This access token is not valid. Make a new one on the page of your account."
    message_zh = "这个访问令牌无效，请在账号页面重新生成。"


class TooManyTokens(DomainError):
    code = "TOO_MANY_TOKENS"
    message = f"There are {LIVE_AT_ONCE} tokens already. Take one back first."
    message_zh = f"已经有{LIVE_AT_ONCE}个令牌了，请先收回一个。"


@dataclass(frozen=True, slots=True)
class HeldToken:
    """What a request that shows a token may do: as whom it reads, as whom it acts, and what is open to it."""

    token_id: int
    organization_id: int | None
    """Whose system shows it; None for an app of the account itself."""
    made_by: Viewer
    """Whose account it is, with all that is open to them."""
    reads_as: Viewer
    acts_as: Viewer
    scopes: frozenset[str]


def make_token(
    *,
    viewer: Viewer,
    name: str,
    scopes: Collection[str],
    now: datetime,
    days: int = DAYS,
    organization_id: UUID | None = None,
    form: str = "",
) -> tuple[AccessToken, str]:
    """The token stands; its secret is told this once. With an organization, one of its clerks makes it.

    The secret of a form with a number of its own follows from it, so that `secret_again` tells it to who pressed twice.
    """
    person_id = viewer.require_person()
    chosen = _checked_scopes(scopes)
    name = _checked_name(name)
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(
            f"A token is good for 1 to {MOST_DAYS} days.", message_zh=f"令牌的有效期是1到{MOST_DAYS}天。", field="days"
        )
    secret = PREFIX + (_from_form(person_id, form)[0] if form else secrets.token_urlsafe(TOKEN_BYTES))
    with transaction.atomic():
        # Locked so that two requests at once do not both take the last place.
        user = User.objects.select_for_update(of=("self",), no_key=True).get(person=person_id)
        organization = None
        if organization_id is not None:
            organization = organization_named(organization_id)
            if organization.pk not in viewer.clerk_of:
                raise NotAllowed(field="organization_id")
            if not chosen <= ORGANIZATION_SCOPES:
                raise NotAllowed(field="scopes")
        if AccessToken.objects.filter(token_hash__in=keyed_hashes(SALT, secret)).exists():
            raise _sent_before()
        live = AccessToken.objects.filter(_live(now), user=user, organization=organization)
        if live.count() >= LIVE_AT_ONCE:
            raise TooManyTokens
        token = AccessToken.objects.create(
            user=user,
            organization=organization,
            name=name,
            token_hash=keyed_hash(SALT, secret),
            scopes=sorted(chosen),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        _record("token.made", token, person_id, viewer, now)
    return token, secret


def secret_again(*, viewer: Viewer, token: AccessToken, form: str) -> str:
    """The secret of a token that this form made, for whoever made it and while it opens something."""
    for text in _from_form(viewer.require_person(), form):
        if token.revoked_at is None and token.token_hash in keyed_hashes(SALT, PREFIX + text):
            return PREFIX + text
    raise _sent_before()


def revoke_token(*, viewer: Viewer, token_id: UUID, now: datetime) -> AccessToken:
    """The token opens nothing any more; of an organization any of its clerks may take it back."""
    person_id = viewer.require_person()
    with transaction.atomic():
        rows = AccessToken.objects.select_for_update(of=("self",), no_key=True).select_related("organization__area")
        mine = Q(user__person_id=person_id, organization__isnull=True) | Q(organization__in=viewer.clerk_of)
        token = rows.filter(mine, public_id=token_id).first()
        if token is None:
            raise NotFound(field="token_id")
        if token.revoked_at is None:
            token.revoked_at = now
            token.save(update_fields=["revoked_at"])
            _record("token.revoked", token, person_id, viewer, now)
    return token


def revoke_tokens_of(*, person_id: int, now: datetime) -> int:
    """No token of this person's account opens anything any more; how many did."""
    return AccessToken.objects.filter(user__person_id=person_id, revoked_at__isnull=True).update(revoked_at=now)


def use_token(*, secret: str, now: datetime) -> HeldToken:
    """What the token opens now; the day of its use is kept."""
    found = AccessToken.objects.select_related("user").filter(_live(now), token_hash__in=keyed_hashes(SALT, secret))
    token = found.first()
    if token is None:
        raise TokenNotValid
    viewer = viewer_for_user(token.user, now=now)
    if viewer.is_visitor or (token.organization_id and token.organization_id not in viewer.clerk_of):
        raise TokenNotValid
    today = localdate(now)
    if token.last_used_date != today:
        AccessToken.objects.filter(pk=token.pk).update(last_used_date=today)
    reads_as = acts_as = viewer
    if token.organization_id:
        acts_as = within_organization(viewer, token.organization_id)
        reads_as = within_organization(viewer, token.organization_id, as_nobody=True)
    return HeldToken(
        token_id=token.pk,
        organization_id=token.organization_id,
        made_by=viewer,
        reads_as=reads_as,
        acts_as=acts_as,
        scopes=frozenset(token.scopes),
    )


def _from_form(person_id: int, form: str) -> tuple[str, ...]:
    """What only we can tell from a form's number, under today's key first; the number itself is kept nowhere."""
    return keyed_hashes(FORM_SALT, f"{person_id}:{form}")


def _sent_before() -> InvalidInput:
    return InvalidInput(
        "This form was sent before. Open the page anew to make another token.",
        message_zh="这张表单已经提交过了。请重新打开页面，再生成令牌。",
    )


def _live(now: datetime) -> Q:
    return Q(revoked_at__isnull=True, expires_at__gt=now)


def _checked_scopes(scopes: Collection[str]) -> set[str]:
    chosen = {str(getattr(scope, "value", scope)) for scope in scopes}
    if not chosen or not chosen <= set(TokenScope.values):
        raise InvalidInput(
            f"Choose from {', '.join(TokenScope.values)}.", message_zh="请至少选一项权限。", field="scopes"
        )
    if TokenScope.CALENDAR in chosen and len(chosen) > 1:
        raise InvalidInput(
            "A calendar's token opens the calendar alone: its address is handed to others. Make two tokens.",
            message_zh="日历的令牌只能打开日历：它的地址会交给日历应用。请分开生成两个令牌。",
            field="scopes",
        )
    return chosen


def _checked_name(text: str) -> str:
    text = (text or "").strip()
    if not 1 <= len(text) <= NAME_LENGTH:
        raise InvalidInput(
            f"Say in up to {NAME_LENGTH} characters what it is for.",
            message_zh=f"请写明用途，最多{NAME_LENGTH}个字。",
            field="name",
        )
    return text


def _record(kind: str, token: AccessToken, person_id: int, viewer: Viewer, now: datetime) -> None:
    organization = token.organization
    community_id = community_of(organization.area).pk if organization else viewer.community_id
    commit(chain=chain_of(community_id), kind=kind, facts={"token": token.pk}, persons=[person_id], now=now)
