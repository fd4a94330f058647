"""Sending the one-time code."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from matchmaker import tries
from matchmaker.community import actions as community
from matchmaker.notices import delivery


def send_sign_in_code(*, sign_in_name: str, now: datetime, address: str = "") -> str:
    """If there is such an account a code is on its way after commit; the challenge does not tell whether there is.

    Every request of an address is counted, and TooManyTries refuses the next, whatever name it gives.
    """
    tries.refuse_beyond(settings.TRIES_PER_ADDRESS, kind="code", address=address)
    tries.count(kind="code", address=address)
    challenge = community.new_challenge()
    with transaction.atomic():
        made = community.make_sign_in_code(sign_in_name=sign_in_name, challenge=challenge, now=now)
        if made is not None:
            user, code = made
            letter = delivery.CodeLetter(
                account_id=user.pk, address=user.sign_in_name, code=code, language=user.language
            )
            transaction.on_commit(lambda: delivery.port().send(letter))
    return challenge
