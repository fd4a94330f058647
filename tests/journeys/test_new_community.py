"""From nothing to a first answer: a community is started, three neighbours offer help, and the first need is asked.

Nobody in it knows anybody, and there are too few people for the graph: the answer comes at once all the same.
"""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from matchmaker.community.models import User
from matchmaker.jobs.relay import run_due
from matchmaker.matches.models import Proposal
from matchmaker.needs.models import Need
from tests.graphql_client import ask, client_for, do, global_id
from tests.town_rows import NOW

pytestmark = pytest.mark.django_db

OFFER = {
    "title": "代买东西",
    "serviceTypes": ["SHOPPING"],
    "reach": "METRES",
    "reachM": 1000,
    "visitsPerWeek": 3,
}


def test_a_new_community_answers_its_first_need_at_once(tmp_path: object) -> None:
    with time_machine.travel(NOW, tick=False):
        codes = _start(str(tmp_path))
        assert len(codes) == 5
        neighbours = [_join(codes[number], f"neighbour-{number}@town.invalid") for number in range(3)]
        asker = _join(codes[3], "asker@town.invalid")

        first = _ask_for_help(asker)
        assert first["couldCome"] == 0
        assert any("开着" in line or "开门" in line for line in first["sentences"])

        for neighbour in neighbours:
            do(neighbour, "changeProfile", "person { id }", birthYear=1980)
            do(neighbour, "openOffer", "offer { id }", **OFFER)
        second = _ask_for_help(asker)
        assert second["couldCome"] == 3, second
        assert second["sentences"][0].startswith("附近有3位邻居或组织可能可以来")

        coordinator = client_for(User.objects.get(sign_in_name="coordinator@example.invalid").person)
        for need in Need.objects.order_by("pk"):
            do(coordinator, "verifyNeed", "need { id }", needId=global_id("Need", need))
        run_due(clock=timezone.now)
        assert Proposal.objects.exists()


def _start(folder: str) -> list[str]:
    out = io.StringIO()
    call_command("load_service_types", stdout=out)
    call_command("start_community", "--example", stdout=out)
    plan = f"{folder}/plan.toml"
    with open(plan, "w", encoding="utf-8") as file:
        file.write(out.getvalue()[out.getvalue().index("# A new community") :])
    call_command("start_community", plan, "--posters", f"{folder}/posters.pdf", stdout=out)
    pages = PdfReader(f"{folder}/posters.pdf").pages
    return re.findall(r"/join/([0-9A-Z]{10})", " ".join(page.extract_text() for page in pages))


def _join(code: str, name: str) -> Client:
    """Somebody scans the poster of their stairwell, says which flat, and is signed in."""
    page = Client().get(f"/join/{code}").content.decode()
    flat = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert flat is not None
    form = {"name": "新邻居", "sign_in_name": name, "language": "zh-hans", "household_id": flat[1]}
    assert Client().post(f"/join/{code}", form).status_code == 302
    return client_for(User.objects.get(sign_in_name=name).person)


def _ask_for_help(client: Client) -> dict[str, object]:
    day = (NOW + timedelta(days=1)).date().isoformat()
    need = do(
        client,
        "openNeed",
        "need { id }",
        serviceType="SHOPPING",
        minutes=60,
        windows=[{"date": day, "starts": "09:00:00", "ends": "11:00:00"}],
    )["need"]["id"]
    answer: dict[str, object] = ask(client, f'{{ firstAnswer(needId: "{need}") {{ couldCome sentences }} }}')[
        "firstAnswer"
    ]
    return answer
