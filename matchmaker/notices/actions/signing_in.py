"""Sending the one-time code."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from matchmaker import tries
from matchmaker.community import actions as community
from matchmaker.community.actions.codes import CODES_PER_SPAN
from matchmaker.community.sign_in_names import normal_sign_in_name
from matchmaker.notices import delivery

OF_ONE_NAME: Final = CODES_PER_SPAN // 2
"""Half of the codes that an account is sent in an hour: who asks in a stranger's name leaves its owner the others."""


def send_sign_in_code(*, sign_in_name: str, now: datetime, address: str = "") -> str:
    """If there is such an account a code is on its way after commit; the challenge does not tell whether there is.

    Every request of an address is counted, and those in one name beside; TooManyTries refuses the next, be there such
    an account or not.
    """
    of_one_name = f"{address} {normal_sign_in_name(sign_in_name)}" if address else ""
    tries.spend(settings.TRIES_PER_ADDRESS, kind="code", address=address)
    tries.spend(min(settings.TRIES_PER_ADDRESS, OF_ONE_NAME), kind="code_of_one_name", address=of_one_name)
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
