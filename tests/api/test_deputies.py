"""Deputies through the API: named, read, and ended."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Deputy, Person, PostTerm
from tests.deputy_rows import stand_in
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LAST = TODAY + timedelta(days=13)
READ = """{ deputies { nodes {
    post area { name } holder { name } person { name } startsDate endsDate endedAt standsInToday
} } }"""


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def asked(holder: Person, person: Person) -> dict[str, str]:
    return {
        "postId": global_id("Post", PostTerm.objects.get(person=holder).post),
        "personId": global_id("Person", person),
        "startsDate": TODAY.isoformat(),
        "endsDate": LAST.isoformat(),
    }


class TestDeputies:
    def test_are_named_read_and_ended(self, town: SmallTown) -> None:
        with time_machine.travel(NOW, tick=False):
            holder, deputy = client_for(town.grid_head), client_for(town.helper)
            named = do(holder, "nameDeputy", "deputy { id }", **asked(town.grid_head, town.helper))
            read = ask(deputy, READ)["deputies"]["nodes"]
            roles = ask(deputy, "{ viewer { roles { kind post area { name } } } }")["viewer"]["roles"]
            posts = ask(client_for(), "{ posts { nodes { holderName deputyName } } }")["posts"]["nodes"]
            ended = do(deputy, "endDeputy", "deputy { endedAt }", deputyId=named["deputy"]["id"])
            after = ask(deputy, "{ viewer { roles { kind } } }")["viewer"]["roles"]

        assert named["errors"] == []
        assert read == [
            {
                "post": "GRID_HEAD",
                "area": {"name": town.grid.name},
                "holder": {"name": town.grid_head.name},
                "person": {"name": town.helper.name},
                "startsDate": TODAY.isoformat(),
                "endsDate": LAST.isoformat(),
                "endedAt": None,
                "standsInToday": True,
            }
        ]
        assert {"kind": "DEPUTY", "post": "GRID_HEAD", "area": {"name": town.grid.name}} in roles
        assert {"holderName": town.grid_head.name, "deputyName": town.helper.name} in posts
        assert ended == {"deputy": {"endedAt": NOW.isoformat()}, "errors": []}
        assert [role["kind"] for role in after] == ["RESIDENT"]

    def test_name_no_deputy_and_appoint_nobody(self, town: SmallTown) -> None:
        stand_in(town.coordinator, town.helper)

        with time_machine.travel(NOW, tick=False):
            deputy = client_for(town.helper)
            answers = [
                do(deputy, name, f"{gives} {{ startsDate }}", **asked(town.grid_head, town.neighbour))
                for name, gives in (("nameDeputy", "deputy"), ("appoint", "term"))
            ]

        assert [answer["errors"] for answer in answers] == [[{"code": "NOT_ALLOWED", "field": "post"}]] * 2
        assert Deputy.objects.count() == 1

    def test_are_refused_in_one_sentence_while_one_is_named(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.neighbour)

        with time_machine.travel(NOW, tick=False):
            answer = do(client_for(town.grid_head), "nameDeputy", "deputy { id }", **asked(town.grid_head, town.helper))

        assert answer == {"deputy": None, "errors": [{"code": "DEPUTY_NAMED_ALREADY", "field": "startsDate"}]}

    def test_are_read_in_as_many_queries_for_many_as_for_few(self, town: SmallTown) -> None:
        counts = []
        with time_machine.travel(NOW, tick=False):
            worker = client_for(town.coordinator)
            ask(worker, READ)
            for many in (1, 5):
                for _ in range(many):
                    stand_in(town.grid_head, town.helper, ended_at=NOW)
                counts.append(_queries(worker))

        assert counts[0] == counts[1]


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, READ)["deputies"]["nodes"]
    return len(queries)
