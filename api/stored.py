"""Documents of our own clients, kept here: they are known by what they say, so an id never means another text."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "stored_documents"


def document(document_id: str) -> str | None:
    """The text stored under `sha256:` and its digest; None where there is none."""
    return documents().get(document_id)


@cache
def documents() -> dict[str, str]:
    """Every stored document under its id, read once."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.graphql"))]
    return {id_of(text): text for text in texts}


def id_of(text: str) -> str:
    """The id by which a document with this very text is asked for."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
