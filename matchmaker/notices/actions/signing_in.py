"""Sending the one-time code."""

from datetime import datetime

from django.db import transaction

from matchmaker.community import actions as community
from matchmaker.notices import delivery


def send_sign_in_code(*, sign_in_name: str, now: datetime) -> str:
    """If there is such an account a code is on its way after commit; the challenge does not tell whether there is."""
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
