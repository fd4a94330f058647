"""The SMS gateway over HTTP: one text, sent once however often it is tried, and the gateway's signed report of it.

    POST SMS_GATEWAY_URL   Authorization: Bearer SMS_GATEWAY_KEY
                           Idempotency-Key: <reference>
    {"to": "+86...", "text": "...", "reference": "<uuid>"}     ->  2xx {"id": "..."}

A gateway that has this reference already answers 2xx or 409 and sends nothing more. 429, 5xx and silence are tried
again; any other answer is final. docs/operations.md has the whole contract.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

import httpx
from django.conf import settings

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
REPORT_GOOD_FOR: Final = timedelta(minutes=5)
ID_LENGTH: Final = 80


class SendFailed(Exception):
    """The message may go through later; the text says only of what kind the failure was."""


class SendRefused(Exception):
    """This message will never go through this way."""


def send_text(*, to: str, text: str, reference: str) -> str:
    """The gateway has taken the text; what it calls it. Nothing of the answer but its id is kept."""
    headers = {"Authorization": f"Bearer {settings.SMS_GATEWAY_KEY}", "Idempotency-Key": reference}
    body = {"to": to, "text": text, "reference": reference}
    try:
        answer = httpx.post(settings.SMS_GATEWAY_URL, json=body, headers=headers, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        raise SendFailed(type(error).__name__) from None
    if answer.status_code == httpx.codes.CONFLICT:
        return ""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.status_code >= 500 or answer.is_redirect:
        raise SendFailed(f"HTTP_{answer.status_code}")
    if not answer.is_success:
        raise SendRefused(f"HTTP_{answer.status_code}")
    return _id_in(answer)


def signature_of(*, timestamp: str, body: bytes) -> str:
    """What the header `X-Signature` of a report holds: HMAC-SHA256 of `timestamp.body` under the shared key."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(settings.SMS_GATEWAY_KEY.encode(), signed, hashlib.sha256).hexdigest()


def is_signed(*, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """The report was signed with our key within the last minutes; without a key nothing is."""
    if not settings.SMS_GATEWAY_KEY or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > REPORT_GOOD_FOR.total_seconds():
        return False
    return hmac.compare_digest(signature_of(timestamp=timestamp, body=body).encode(), signature.encode())


def _id_in(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("id") or "")[:ID_LENGTH] if isinstance(found, dict) else ""
