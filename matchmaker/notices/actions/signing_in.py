"""Sending the one-time code."""

from datetime import datetime

from django.db import transaction

from matchmaker.community import actions as community
from matchmaker.notices import delivery


def send_sign_in_code(*, sign_in_name: str, now: datetime) -> None:
    """If there is such an account a code is on its way after commit; the answer does not tell whether there is."""
    with transaction.atomic():
        made = community.make_sign_in_code(sign_in_name=sign_in_name, now=now)
        if made is not None:
            user, code = made
            letter = delivery.CodeLetter(
                account_id=user.pk, address=user.sign_in_name, code=code, language=user.language
            )
            transaction.on_commit(lambda: delivery.port().send(letter))
