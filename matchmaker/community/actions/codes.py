"""One-time sign-in codes: six digits, ten minutes, five attempts, and one refusal for whatever was wrong.

A code fits only together with the challenge that was handed to whoever asked for it. So a stranger who knows a name
spends guesses of their own, and never those of the account's owner.

A name without an account takes the same way through the rows as one that has one: nobody learns from an answer, or from
the time it took, who is known here. Beside what each account may be asked for, each address has its own count of tries.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from matchmaker import tries
from matchmaker.community.models import SignInCode, User
from matchmaker.community.sign_in_names import normal_sign_in_name
from matchmaker.errors import DomainError
from matchmaker.keyed import keyed_hash, keyed_hashes

DIGITS: Final = 6
GOOD_FOR: Final = timedelta(minutes=10)
ATTEMPTS: Final = 5
CODES_PER_SPAN: Final = 12
SPAN: Final = timedelta(hours=1)
"""Twelve codes of five attempts: sixty guesses an hour at one in a million, however many people ask."""
CHALLENGE_BYTES: Final = 24
NO_ACCOUNT: Final = 0
CODE_SALT: Final = "matchmaker.community.sign_in_code"
CHALLENGE_SALT: Final = "matchmaker.community.sign_in_challenge"


class CodeNotValid(DomainError):
    """One refusal for an unknown name, a wrong code, an old one and a spent one: none tells which accounts exist."""

    code = "CODE_NOT_VALID"
    message = "This code does not fit. Ask for a new one."
    message_zh = "验证码不对或已过期，请重新获取。"


def new_challenge() -> str:
    """What whoever asks for a code keeps and shows again with it; the same for a name without an account."""
    return secrets.token_urlsafe(CHALLENGE_BYTES)


def make_sign_in_code(*, sign_in_name: str, challenge: str, now: datetime) -> tuple[User, str] | None:
    """A fresh code for the account, or None: no such account, or too many codes asked for lately.

    Codes asked for before stay valid beside it, each with its own challenge. Where it is None a row was written too.
    """
    with transaction.atomic():
        user = _account(sign_in_name)
        is_too_much = _asked_lately(user, now) >= CODES_PER_SPAN
        if is_too_much:
            user = None
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        SignInCode.objects.create(
            user=user,
            challenge_hash=_hash_of_challenge(challenge),
            code_hash=_hash(user, code),
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
    return None if user is None else (user, code)


def sign_in_with_code(*, sign_in_name: str, challenge: str, code: str, now: datetime, address: str = "") -> User:
    """The account whose code of this challenge it is; the code is spent. A wrong attempt is counted.

    Wrong ones are counted for the address that they come from, too; TooManyTries says nothing of code or account.
    """
    tries.spend(settings.TRIES_PER_ADDRESS, kind="sign_in", address=address)
    with transaction.atomic():
        user = _account(sign_in_name)
        asked = _code_of(challenge)
        fits = bool(asked and _is_live(asked, now) and _fits(asked, user, code))
        if asked is not None:
            asked.attempts = min(asked.attempts + 1, ATTEMPTS)
            asked.used_at = now if fits else asked.used_at
            asked.save(update_fields=["attempts", "used_at"])
    # Raised after the transaction: a refusal inside it would forget the attempt.
    if user is None or not fits:
        raise CodeNotValid(field="code")
    tries.give_back(kind="sign_in", address=address)
    return user


def _account(sign_in_name: str) -> User | None:
    """The active account of the name, locked."""
    name = normal_sign_in_name(sign_in_name)
    if name is None:
        return None
    users = User.objects.select_for_update(of=("self",), no_key=True).filter(sign_in_name=name, is_active=True)
    return users.exclude(person__left_at__isnull=False).first()


def _code_of(challenge: str) -> SignInCode | None:
    codes = SignInCode.objects.select_for_update(no_key=True)
    return codes.filter(challenge_hash__in=keyed_hashes(CHALLENGE_SALT, challenge)).first()


def _asked_lately(user: User | None, now: datetime) -> int:
    return SignInCode.objects.filter(user_id=_number_of(user), created_at__gt=now - SPAN).count()


def _is_live(code: SignInCode, now: datetime) -> bool:
    return code.used_at is None and code.attempts < ATTEMPTS and now < code.expires_at


def _fits(stored: SignInCode, user: User | None, code: str) -> bool:
    """It is this account's code; of a name without an account none is."""
    spoken = keyed_hashes(CODE_SALT, f"{_number_of(user)}:{code.strip()}")
    is_same = any(hmac.compare_digest(stored.code_hash, each) for each in spoken)
    return is_same and user is not None and stored.user_id == user.pk


def _hash(user: User | None, code: str) -> str:
    return keyed_hash(CODE_SALT, f"{_number_of(user)}:{code}")


def _number_of(user: User | None) -> int:
    return NO_ACCOUNT if user is None else user.pk


def _hash_of_challenge(challenge: str) -> str:
    return keyed_hash(CHALLENGE_SALT, challenge)
