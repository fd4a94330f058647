"""What lets the pages stand on a phone's first screen, and open there without signal."""

import hashlib
import json
from functools import lru_cache
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from matchmaker.errors import NotFound
from matchmaker.web.app_icons import FOLDER, SIZES
from matchmaker.web.asking_in_one import forms_of, shown
from matchmaker.web.drawing import DARK, GROUND
from matchmaker.web.pages import for_everybody, page
from matchmaker.web.phrases import CHINESE, LANGUAGES
from matchmaker.web.reader import Reader

NAMES: Final = {
    CHINESE: ("邻里搭桥", "邻居帮一把，见面就认识"),
    "en": ("matchmaker", "A neighbour helps, and two people get to know each other"),
}
WORKER: Final = "web/worker.js"
KEPT_FILES: Final = ("web/house.css", "web/bridge.svg", "web/pages.js", "web/outbox.js", "web/ask.js")
KEPT_PAGES: Final = ("home", "no-signal", "not-sent", "ask")
WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"
"""The worker fetches from ourselves and does nothing else."""


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a phone wants to know to put us on its first screen; asked for without cookies, hence one address each."""
    if language not in LANGUAGES:
        return HttpResponse(status=404)
    name, description = NAMES[language]
    icons = [
        {"src": static(f"web/{file}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for file, (size, _) in SIZES.items()
        for purpose in (("any", "maskable") if size == max(row[0] for row in SIZES.values()) else ("any",))
    ]
    told = {
        "id": reverse("home"),
        "start_url": reverse("home"),
        "scope": reverse("home"),
        "name": name,
        "short_name": name,
        "description": description,
        "lang": "en" if language == "en" else "zh-Hans",
        "display": "standalone",
        "theme_color": DARK,
        "background_color": GROUND,
        "icons": icons,
    }
    return JsonResponse(
        told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that all pages are its own; a new version of a file makes it a new one."""
    files = [static(name) for name in KEPT_FILES]
    head = f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n"
    response = HttpResponse(head + _text_of(WORKER), content_type="text/javascript; charset=utf-8")
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


@gzip_page
@for_everybody
def kept(request: HttpRequest, reader: Reader, name: str) -> HttpResponse:
    """A page that is kept on the phone: it names nobody, and only whoever is signed in keeps the questions.

    It may be packed, for it carries no token and nothing that a request put in.
    """
    if name not in KEPT_PAGES:
        raise NotFound
    context: dict[str, object] = {"kept": name}
    if name == "ask":
        reader.viewer.require_person()
        context |= shown(forms_of(None, reader), [], token="")
    return page(request, reader, "ask/in_one.html" if name == "ask" else "kept.html", context)


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with every file that is kept, and with the worker."""
    read = hashlib.sha256()
    for name in (*KEPT_FILES, WORKER):
        read.update(_text_of(name).encode())
    return read.hexdigest()[:16]


def _text_of(name: str) -> str:
    return (FOLDER.parent / name).read_text(encoding="utf-8")
