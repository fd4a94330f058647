"""Ways in which a code reaches a person; which one is said by CODE_DELIVERY."""

import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog
from django.conf import settings
from django.core.mail import send_mail

from matchmaker.notices import sms_gateway

log = structlog.get_logger("matchmaker.notices")

SUBJECTS: Final = {"zh": "邻里搭桥登录验证码", "en": "Your sign-in code"}
BODIES: Final = {
    "zh": "您的登录验证码是 {code}，十分钟内有效。不是您本人操作的话，可以不用理会；请不要把验证码告诉别人。",
    "en": "Your sign-in code is {code}. It holds for ten minutes. Tell it to nobody; if you did not ask, leave it.",
}
SMS_BODIES: Final = {
    "zh": "【邻里搭桥】验证码{code}，十分钟内有效，请不要告诉别人。",
    "en": "Neighbours' bridge: your code is {code}. It holds for ten minutes. Tell it to nobody.",
}
SMS_WAITS_SECONDS: Final = (1.0, 3.0)
"""How long a code waits before each further try; a person stands by, so not for long."""


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A code on its way. The address and the code show in no log, for they are left out of the text of this value."""

    account_id: int
    address: str = field(repr=False)
    code: str = field(repr=False)
    language: str = "zh-hans"


class CodePort(Protocol):
    def send(self, letter: CodeLetter) -> None:
        """The letter is handed over; a failure is logged by the account's id and not raised."""


class ConsolePort:
    """Writes the code where the service was started; production refuses it."""

    def send(self, letter: CodeLetter) -> None:
        sys.stdout.write(f"Sign-in code for account {letter.account_id}: {letter.code}\n")
        sys.stdout.flush()


class MailPort:
    """Sends a mail from a thread of its own: nobody waits, so nobody can tell by the wait that there is an account."""

    def send(self, letter: CodeLetter) -> None:
        threading.Thread(target=self._send, args=(letter,), name=f"code-{letter.account_id}").start()

    def _send(self, letter: CodeLetter) -> None:
        if "@" not in letter.address:
            log.warning("code.no_way_to_deliver", account_id=letter.account_id)
            return
        language = "zh" if letter.language.startswith("zh") else "en"
        try:
            send_mail(SUBJECTS[language], BODIES[language].format(code=letter.code), None, [letter.address])
        except OSError as error:  # smtplib's errors are OSErrors too; their words may quote the address
            log.error("code.not_delivered", account_id=letter.account_id, error=type(error).__name__)


class SmsPort:
    """Sends a text message from a thread of its own, under one reference however often it is tried."""

    def send(self, letter: CodeLetter) -> None:
        threading.Thread(target=self._send, args=(letter,), name=f"code-{letter.account_id}").start()

    def _send(self, letter: CodeLetter) -> None:
        if not letter.address.startswith("+"):
            log.warning("code.no_way_to_deliver", account_id=letter.account_id)
            return
        text = SMS_BODIES["zh" if letter.language.startswith("zh") else "en"].format(code=letter.code)
        reference = str(uuid.uuid4())
        for wait in (*SMS_WAITS_SECONDS, None):
            try:
                sms_gateway.send_text(to=letter.address, text=text, reference=reference)
            except sms_gateway.SendFailed as failure:
                if wait is None:
                    log.error("code.not_delivered", account_id=letter.account_id, error=str(failure))
                    return
                time.sleep(wait)
            except sms_gateway.SendRefused as refusal:
                log.error("code.not_delivered", account_id=letter.account_id, error=str(refusal))
                return
            else:
                return


class AutoPort:
    """A phone number gets a text message, an address a mail."""

    def send(self, letter: CodeLetter) -> None:
        port_of_name: CodePort = MailPort() if "@" in letter.address else SmsPort()
        port_of_name.send(letter)


PORTS: Final[dict[str, type[CodePort]]] = {
    "console": ConsolePort,
    "mail": MailPort,
    "sms": SmsPort,
    "auto": AutoPort,
}


def port() -> CodePort:
    """The way that the settings name."""
    return PORTS[settings.CODE_DELIVERY]()
