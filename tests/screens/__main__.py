"""`make screens`: a picture of each main page, taken in Chromium and kept in docs/screens.

It serves the sample community from a database of its own, steps in as each role, and opens what that role has before
it: in Chinese, in English, and for residents in Chinese in the elder view too. The month of the sample ends on the day
it is run, so names and figures differ from one day to the next. A page that is not to be had ends the command.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.screens.shown import ONLOOKERS, Onlooker, Shown

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docs" / "screens"
CHROMIUM: Final = "/usr/bin/chromium"
PORT: Final = 8765
VIEWS: Final = ((("zh", "zh-hans"), False), (("en", "en"), False), (("zh-elder", "zh-hans"), True))
COLOURS: Final = 64
PATIENCE_SECONDS: Final = 120


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="matchmaker-screens-") as name, _served(Path(name)) as address:
        take_all(address)


def take_all(address: str) -> None:
    """Every picture, of the service at this address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for onlooker in ONLOOKERS:
            for (label, language), elder_view in VIEWS:
                if onlooker.elder_view or not elder_view:
                    _look(browser, address, onlooker, label=label, language=language, elder_view=elder_view)
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a service of its own, with the sample community after its month."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/rows.sqlite3", "XDG_STATE_HOME": str(folder)}
    manage = [sys.executable, str(ROOT / "manage.py")]
    quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True, **quiet)
    print("loading the sample community and its month", flush=True)
    subprocess.run([*manage, "load_sample", "--month"], check=True, stderr=subprocess.DEVNULL, **quiet)
    serving = subprocess.Popen([*manage, "serve", "--port", str(PORT)], stderr=subprocess.DEVNULL, **quiet)
    try:
        _await(f"http://127.0.0.1:{PORT}/")
        yield f"http://127.0.0.1:{PORT}"
    finally:
        serving.kill()
        serving.wait()


def _await(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.2)
    sys.exit(f"nothing answers at {url}")


def _look(browser: Browser, address: str, onlooker: Onlooker, *, label: str, language: str, elder_view: bool) -> None:
    """One onlooker in one language and view: a new browser, and a picture of each of their pages."""
    width, height = onlooker.window
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    page = context.new_page()
    if onlooker.role:
        page.goto(address + "/")
        with page.expect_navigation():
            page.locator(f"form[action='/sample/{onlooker.role.upper()}'] button").click()
    cookies = {"django_language": language, "elder_view": "on" if elder_view else "off"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    for shown in onlooker.pages:
        answer = page.goto(address + _path_of(page, address, shown))
        if answer is None or answer.status != 200:
            sys.exit(f"{onlooker.role or 'a visitor'} finds no page {shown.name}: {page.url}")
        file = FOLDER / f"{onlooker.role or 'visitor'}-{shown.name}-{label}.png"
        _keep(page.screenshot(full_page=True), file)
        print(file.name, flush=True)
    context.close()


def _keep(picture: bytes, file: Path) -> None:
    """In as few colours as a page needs: a third of the bytes, and the eye sees no difference."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def _path_of(page: Page, address: str, shown: Shown) -> str:
    if not shown.seen_on:
        return shown.path
    page.goto(address + shown.seen_on)
    links = page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found = next((link for link in links if re.fullmatch(shown.path, link)), None)
    if found is None:
        sys.exit(f"{shown.seen_on} leads to no page {shown.name}")
    return f"{found}{shown.further}"


if __name__ == "__main__":
    main()
