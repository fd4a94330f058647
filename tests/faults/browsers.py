"""A person with a browser, before a server in another process."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from django.test import Client
from django.utils import timezone

from matchmaker.community.models import Person
from tests.towns import user_of

PATIENCE_SECONDS = 45

OFFER: dict[str, Any] = {
    "service_types": ["SHOPPING"],
    "weekdays": ["1", "3"],
    "starts": "09:00",
    "ends": "12:00",
    "reach_minutes": "10",
    "visits_per_week": "2",
    "details": "",
}


class Browser:
    """Signed in by a session row; forms carry the token that their page gave."""

    def __init__(self, person: Person, port: int) -> None:
        self.inside = Client()
        self.inside.force_login(user_of(person))
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS)
        self._client.cookies.set("sessionid", self.inside.cookies["sessionid"].value)
        self._client.cookies.set("csrftoken", "t" * 32)

    def send(self, path: str, answers: dict[str, Any]) -> httpx.Response:
        return self._client.post(path, data={**answers, "csrfmiddlewaretoken": "t" * 32})

    def open_offer(self, token: str | None = None) -> httpx.Response:
        """The form of "I can help", sent with the key that its page carried."""
        return self.send("/offers/new", {**OFFER, "token": token or uuid4().hex})

    def answer_all_questions(self) -> str:
        """All of "I want help" but the last press; the key that its last page carries."""
        tomorrow = timezone.localdate() + timedelta(days=1)
        for slug, answers in {
            "what": {"service_type": "SHOPPING"},
            "when": {"date": tomorrow.isoformat(), "starts": "09:00", "ends": "11:00"},
            "where": {"where": "home", "place": ""},
            "how-much": {"minutes": "60", "helpers_wanted": "1", "repeat": "ONCE", "repeat_until_date": ""},
            "wishes": {"details": "", "languages": ["zh"], "risks": "", "helper_sex": ""},
        }.items():
            assert self.inside.post(f"/ask/{slug}", answers).status_code == 302, slug
        return str(self.inside.session["asking"]["token"])
