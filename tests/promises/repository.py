"""The files of the repository, as git would take them: what is ignored is left out."""

import subprocess
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.ROOT)


def files(*patterns: str) -> list[Path]:
    """Paths from the root, of files that are there and not ignored; in order."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted(Path(name) for name in set(listed) if name and (ROOT / name).is_file())


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
