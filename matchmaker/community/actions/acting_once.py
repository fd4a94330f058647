"""An act that its caller gave a key is done once, however often it is sent.

The key is claimed in the transaction of the act itself: whoever sends the same at the same time waits at the constraint
until that is through, and where it breaks off nothing is left of either. Of an act that was refused no key is kept: the
same key may be tried again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.db import IntegrityError, transaction

from matchmaker.community.models import IDEMPOTENCY_KEY_DAYS, IdempotencyKey
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.keyed import keyed_hash, keyed_hashes

LONGEST_KEY: Final = 100
KEPT_DAYS: Final = IDEMPOTENCY_KEY_DAYS
SALT: Final = "matchmaker.community.idempotency_key"

Done = TypeVar("Done")


class KeyUsedOtherwise(DomainError):
    code = "KEY_USED_OTHERWISE"
    message = "This key stands for something else that was sent before. Take a new key for each act."
    message_zh = "这个键已经用在另一次操作上了，每次操作请用新的键。"


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as its caller asked for it; `what` reads the same whenever the same is asked for."""

    user_id: int
    organization_id: int | None
    """Of the organization whose system asks; its keys are its own, though it acts in the name of an account."""
    key: str
    what: str

    @property
    def whose(self) -> dict[str, int]:
        """Whose key it is: an organization's is the same for all its systems."""
        if self.organization_id is None:
            return {"user_id": self.user_id}
        return {"organization_id": self.organization_id}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer: the id of its row, or the person that it was."""

    row: str = ""
    person_id: int | None = None


def act_once(
    *,
    asked: Asked,
    act: Callable[[], Done],
    answer_of: Callable[[Done], Answer],
    again: Callable[[Answer], Done],
    now: datetime,
) -> Done:
    """What `act` did, or where this very thing was done before, what `again` finds of its answer."""
    if not 1 <= len(asked.key.strip()) <= LONGEST_KEY:
        raise InvalidInput(
            f"A key has 1 to {LONGEST_KEY} characters.",
            message_zh=f"键要有1到{LONGEST_KEY}个字符。",
            field="idempotency_key",
        )
    refused: DomainError | None = None
    with transaction.atomic():
        row, is_new = _claimed(asked, now)
        if is_new:
            try:
                return _done_under(row, act, answer_of)
            except DomainError as refusal:
                row.delete()
                refused = refusal
    if refused is not None:
        # Raised after the transaction: what an action writes before it refuses stays, as it does without a key.
        raise refused
    if row.asked_hash not in keyed_hashes(SALT, asked.what):
        raise KeyUsedOtherwise(field="idempotency_key")
    return again(Answer(row.answer, row.person_id))


def _done_under(row: IdempotencyKey, act: Callable[[], Done], answer_of: Callable[[Done], Answer]) -> Done:
    done = act()
    answer = answer_of(done)
    # Nothing where the act forgot the account, and the key with it.
    IdempotencyKey.objects.filter(pk=row.pk).update(answer=answer.row, person_id=answer.person_id)
    return done


def _claimed(asked: Asked, now: datetime) -> tuple[IdempotencyKey, bool]:
    """The key's row, and whether it is new."""
    named = f"{asked.organization_id or ''}:{asked.key.strip()}"
    found = IdempotencyKey.objects.filter(**asked.whose, key_hash__in=keyed_hashes(SALT, named))
    row = found.first()
    if row is not None:
        return row, False
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                **asked.whose,
                key_hash=keyed_hash(SALT, named),
                asked_hash=keyed_hash(SALT, asked.what),
                done_at=now,
            )
    except IntegrityError:
        return found.get(), False
    return row, True
