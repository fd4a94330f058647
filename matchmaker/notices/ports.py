"""Handing a message over: to the mail server, to the SMS gateway, or to the console of whoever tries this out."""

import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from matchmaker.notices import sms_gateway
from matchmaker.notices.models import Channel
from matchmaker.notices.sms_gateway import SendFailed, SendRefused
from matchmaker.notices.ways import BY_SETTING, CONSOLE

__all__ = ["Letter", "SendFailed", "SendRefused", "hand_over"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: who and what show in no log. `reference` is the same however often it is tried."""

    delivery_id: int
    channel: str
    reference: str
    address: str = field(repr=False)
    subject: str = field(repr=False, default="")
    text: str = field(repr=False, default="")


def hand_over(letter: Letter) -> str:
    """The message was taken; what a gateway calls it. SendFailed where it may be tried again, else SendRefused."""
    if BY_SETTING[Channel(letter.channel)] in settings.NOTICE_CHANNELS:
        return _PORTS[letter.channel](letter)
    if CONSOLE in settings.NOTICE_CHANNELS:
        return _by_console(letter)
    raise SendRefused("SWITCHED_OFF")


def _by_sms(letter: Letter) -> str:
    return sms_gateway.send_text(to=letter.address, text=letter.text, reference=letter.reference)


def _by_mail(letter: Letter) -> str:
    """A mail server keeps no references, so the Message-ID is ours: a second copy is shown as the same mail."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{letter.reference}@{host}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(letter.subject, letter.text, None, [letter.address], headers=headers).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        raise _failure(codes[0] if codes else 0, error) from None
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error) from None
    except OSError as error:  # smtplib's errors are OSErrors too; their words may quote the address
        raise SendFailed(type(error).__name__) from None
    return ""


def _failure(code: int, error: Exception) -> Exception:
    """A server that says 5xx means it, but for what it says of our signing in: that is ours to mend."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return SendFailed(type(error).__name__)
    return SendRefused(f"SMTP_{code}") if 500 <= code < 600 else SendFailed(f"SMTP_{code}")


def _by_console(letter: Letter) -> str:
    sys.stdout.write(f"{letter.channel} for delivery {letter.delivery_id}: {letter.text.strip()}\n")
    sys.stdout.flush()
    return ""


_PORTS: Final[dict[str, Callable[[Letter], str]]] = {Channel.SMS: _by_sms, Channel.MAIL: _by_mail}
