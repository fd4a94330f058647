"""Companions at the API: what each sees of a visit with company, and the mutations on the way there."""

import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.models import CompanionProposal, CompanionState
from tests.company import asked, company, named
from tests.graphql_client import ask, client_for, do, global_id
from tests.town_rows import NOW

pytestmark = pytest.mark.django_db
SEEN = "id state startsAt endsAt place { name } meets walkM why ownWord { came }"


class TestCompanionProposals:
    def test_tell_a_companion_nothing_of_the_need(self) -> None:
        made = asked()
        with time_machine.travel(NOW, tick=False):
            client = client_for(made.town.newcomer)
            found = ask(
                client, f"{{ companionProposals {{ nodes {{ {SEEN} }} }} notices {{ nodes {{ kind about }} }} }}"
            )
            (proposal,) = found["companionProposals"]["nodes"]
            assert found["notices"]["nodes"] == [{"kind": "COMPANION_WANTED", "about": proposal["id"]}]
            for type_name, row in (("Need", made.match.need), ("Match", made.match), ("Visit", made.visit)):
                assert ask(client, f'{{ node(id: "{global_id(type_name, row)}") {{ id }} }}')["node"] is None

        assert (proposal["state"], proposal["place"]["name"], proposal["meets"]) == (
            "AWAITING_COMPANION",
            "第1网格",
            [],
        )
        assert proposal["walkM"] > 0
        assert proposal["why"] == "见面有助于邻里熟识。"

    def test_say_to_a_worker_what_it_would_bring(self) -> None:
        made = asked()
        with time_machine.travel(NOW, tick=False):
            found = ask(client_for(made.town.coordinator), "{ companionProposals { nodes { why } } }")

        assert found["companionProposals"]["nodes"][0]["why"].startswith("有邻居同行，三个人都能互相认识")

    def test_are_read_in_as_many_queries_for_many_as_for_few(self) -> None:
        made = named()
        document = f"{{ companionProposals {{ nodes {{ {SEEN} }} }} }}"
        counts = []
        for who in (None, made.town.member, made.town.stranger):
            if who is not None:
                proposal = made_for(made.proposal_of(made.town.newcomer), who)
                assert proposal.state == CompanionState.REFUSED
            with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
                ask(client_for(made.town.coordinator), document)
            counts.append(len(queries))

        assert counts[1] == counts[2]


def made_for(proposal: CompanionProposal, who: object) -> CompanionProposal:
    """The same for somebody else, whom the asker would rather not have along."""
    proposal.pk, proposal.public_id = None, None
    values = {
        field.attname: getattr(proposal, field.attname)
        for field in CompanionProposal._meta.concrete_fields
        if field.name not in ("id", "public_id", "companion", "state", "closed_at")
    }
    return CompanionProposal.objects.create(companion=who, state=CompanionState.REFUSED, closed_at=NOW, **values)


class TestMutations:
    def test_lead_from_the_hours_to_the_yes(self) -> None:
        made = company(wished=False, hours=0)
        town, match_id = made.town, global_id("Match", made.match)
        with time_machine.travel(NOW, tick=False):
            figures = do(
                client_for(town.coordinator),
                "setCompanionBudget",
                "companionFigures { community { name } hoursPerWeek willing stoppedAt }",
                communityId=global_id("Area", town.community),
                hoursPerWeek=6,
            )["companionFigures"]
            wished = do(client_for(town.asker), "wishCompanion", "match { companionWished }", matchId=match_id)
            willing = do(
                client_for(town.stranger),
                "beCompanion",
                "willingness { hours { weekday } reachM visitsPerMonth vetted paused person { name } }",
                hours=[{"weekday": 1, "starts": "09:00:00", "ends": "12:00:00"}],
                reachM=500,
            )["willingness"]

        assert figures == {
            "community": {"name": "测试社区"},
            "hoursPerWeek": 6,
            "willing": 1,
            "stoppedAt": None,
        }
        assert wished["match"] == {"companionWished": True}
        assert willing == {
            "hours": [{"weekday": 1}],
            "reachM": 500,
            "visitsPerMonth": 2,
            "vetted": False,
            "paused": False,
            "person": {"name": "郑陌生"},
        }

    def test_refuse_a_reach_out_of_bounds(self) -> None:
        made = company()
        with time_machine.travel(NOW, tick=False):
            found = do(client_for(made.town.stranger), "beCompanion", "", reachM=20_000)

        assert [(error["code"], error["field"]) for error in found["errors"]] == [("INVALID_INPUT", "reachM")]


class TestOwnData:
    def test_of_a_companion_holds_no_kind_of_help(self) -> None:
        made = named()
        with time_machine.travel(NOW, tick=False):
            found = ask(client_for(made.town.newcomer), "{ ownData { document } }")

        told = json.dumps(found, ensure_ascii=False)
        assert "could come along" in told
        assert "新邻居引路" not in told
        assert "王晓晴" not in told
