"""Every curl line of the documents, as it stands there, against a service that runs."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from matchmaker.community.actions import make_token
from matchmaker.needs.actions import open_offer
from matchmaker.needs.drafts import OfferDraft
from tests.api.conftest import Served
from tests.processes import until
from tests.promises.repository import ROOT
from tests.towns import user_of, viewer_of

DOCUMENTS: Final = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
ADDRESS: Final = "http://127.0.0.1:8000"
SAMPLE_NAME: Final = "asker-2026@sample.invalid"
SAMPLE_CODE: Final = "123456"
SAMPLE_TOKEN: Final = "mm_…"
STREAM: Final = "text/event-stream"

pytestmark = pytest.mark.usefixtures("curl")


def curl_lines() -> list[str]:
    """Each command of the documents, in order, with its further lines."""
    texts = (path.read_text(encoding="utf-8") for path in DOCUMENTS)
    return [found for text in texts for found in re.findall(r"^curl (?:.*\\\n)*.*$", text, flags=re.MULTILINE)]


class Terminal:
    """Runs commands one after the other in one folder, with this service's address, account and token in them."""

    def __init__(self, served: Served, folder: Path, secret: str) -> None:
        self._served, self._folder, self._secret = served, folder, secret

    def answer_to(self, line: str) -> Any:
        done = subprocess.run(
            ["bash", "-c", self._filled_in(line)], cwd=self._folder, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def first_words_of(self, line: str) -> str:
        """What a stream says at once; it is left then."""
        command = ["bash", "-c", f"exec {self._filled_in(line)}"]
        with subprocess.Popen(command, cwd=self._folder, stdout=subprocess.PIPE, text=True) as listening:
            assert listening.stdout is not None
            said = listening.stdout.readline()
            listening.kill()
        return said

    def _filled_in(self, line: str) -> str:
        account = user_of(self._served.town.asker)
        told = {ADDRESS: self._served.address, SAMPLE_NAME: account.sign_in_name or "", SAMPLE_TOKEN: self._secret}
        if SAMPLE_CODE in line:
            told[SAMPLE_CODE] = self._code_for(account.pk)
        for written, meant in told.items():
            line = line.replace(written, meant)
        return line

    def _code_for(self, account_id: int) -> str:
        pattern = re.compile(rf"Sign-in code for account {account_id}: (\d+)")
        assert until(lambda: pattern.search(self._served.log)), self._served.log
        return pattern.findall(self._served.log)[-1]


class TestCurlLines:
    def test_are_all_found(self) -> None:
        written = sum(path.read_text(encoding="utf-8").count("\ncurl ") for path in DOCUMENTS)

        assert len(curl_lines()) == written >= 5

    def test_do_what_the_documents_say(self, served: Served, tmp_path: Path) -> None:
        offer = OfferDraft(title="代买菜", service_types=("SHOPPING",), reach_m=500, visits_per_week=2)
        helper = viewer_of(served.town.helper, now=served.town.now)
        open_offer(viewer=helper, draft=offer, now=served.town.now)
        _, secret = make_token(viewer=helper, name="终端", scopes=["READ"], now=served.town.now)
        terminal = Terminal(served, tmp_path, secret)

        for line in curl_lines():
            if STREAM in line:
                assert terminal.first_words_of(line).startswith("id: "), line
                continue
            answer = terminal.answer_to(line)
            assert "errors" not in answer, line
            (found,) = answer["data"].values()
            assert found.get("errors", []) == [], line
            assert all(found[name] for name in found.keys() - {"errors"}), line
