"""How a certificate is sealed and checked. What is printed is under an HMAC whose key is outside the database.

Keys: `SECRET_KEY`, and when it is changed the old ones in `SECRET_KEY_FALLBACKS`, so that older papers still verify.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from matchmaker.keyed import keyed_hash, keyed_hashes
from matchmaker.privacy.models import Certificate

SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 12
NUMBER_LENGTH: Final = 8
SEAL: Final = "matchmaker.privacy.certificate.seal"
CODE: Final = "matchmaker.privacy.certificate.code"


def new_code() -> str:
    return _grouped("".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH)))


def new_number(year: int) -> str:
    return f"{year}-{_grouped(''.join(secrets.choice(SIGNS) for _ in range(NUMBER_LENGTH)))}"


def hash_of_code(code: str) -> str:
    return keyed_hash(CODE, spoken(code))


def commitment_of_name(name: str, code: str) -> str:
    """What ties the paper to the name on it: only who has the code can check a name, or try one."""
    key = hashlib.sha256(spoken(code).encode()).digest()
    return hmac.new(key, _plain_name(name).encode(), hashlib.sha256).hexdigest()


def seal_of(paper: Certificate, *, key: str | bytes | None = None) -> str:
    """The HMAC of all that is printed on the paper but the code, and of what ties it to name and code."""
    printed = [
        paper.number,
        paper.organization_name,
        paper.community_name,
        paper.starts_date.isoformat(),
        paper.ends_date.isoformat(),
        paper.visits,
        paper.minutes,
        paper.issued_at.isoformat(timespec="seconds"),
        paper.code_hash,
        paper.name_commitment,
    ]
    text = json.dumps(printed, ensure_ascii=False, separators=(",", ":"))
    return salted_hmac(SEAL, text, secret=key, algorithm="sha256").hexdigest()


def is_sealed(paper: Certificate) -> bool:
    """Nothing on it was changed since it was issued."""
    return any(constant_time_compare(paper.seal, seal_of(paper, key=key)) for key in _keys())


def code_fits(paper: Certificate, code: str) -> bool:
    return any(constant_time_compare(paper.code_hash, known) for known in keyed_hashes(CODE, spoken(code)))


def name_fits(paper: Certificate, name: str, code: str) -> bool:
    return constant_time_compare(paper.name_commitment, commitment_of_name(name, code))


def spoken(code: str) -> str:
    """The code as it was meant, however it was typed."""
    return code.strip().upper().replace("-", "").replace(" ", "")


def spoken_number(number: str) -> str:
    """The number with its dashes, however it was typed."""
    signs = spoken(number)
    return f"{signs[:4]}-{_grouped(signs[4:])}" if signs[4:] else signs


def _keys() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def _plain_name(name: str) -> str:
    """Without spaces and in one spelling, so that a name typed from the paper is the name on it."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
