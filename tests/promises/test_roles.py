"""Every field and every mutation, as every role, against docs/who-may-see-what.md."""

from typing import Final

import pytest
import time_machine

from tests.graphql_client import ask, client_for, global_id
from tests.promises.attempts_gone_wrong import GONE_WRONG
from tests.promises.attempts_of_systems import OF_SYSTEMS
from tests.promises.attempts_with_company import WITH_COMPANY
from tests.promises.attempts_with_deputies import WITH_DEPUTIES
from tests.promises.attempts_with_looks import WITH_LOOKS
from tests.promises.attempts_with_pairs import WITH_PAIRS
from tests.promises.attempts_with_tours import WITH_TOURS
from tests.promises.role_attempts import ATTEMPTS
from tests.promises.role_walk import (
    ALL_ANSWERED,
    answered_to,
    clients_of,
    is_done,
    mutation_names,
    plumbing_fields,
    query_fields_seen_by,
    schema_fields,
    seen_by,
    sights_of,
)
from tests.promises.sight_table import ALL, ROLES, cell_of, read_table
from tests.way import ASKED, OPENED, STAGES, VERIFIED, way_to

TABLE: Final = read_table()
EVERY_ATTEMPT: Final = (
    *ATTEMPTS,
    *GONE_WRONG,
    *WITH_COMPANY,
    *WITH_DEPUTIES,
    *WITH_LOOKS,
    *WITH_PAIRS,
    *WITH_TOURS,
    *OF_SYSTEMS,
)
by_stage = pytest.mark.parametrize("stage", sorted(ALL), ids=STAGES)


class TestTable:
    def test_names_every_field_and_no_other(self) -> None:
        assert set(TABLE.fields) ^ schema_fields() == set()

    def test_names_every_mutation_and_no_other(self) -> None:
        assert {row.partition("@")[0] for row in TABLE.mutations} ^ mutation_names() == set()
        assert set(TABLE.mutations) ^ {attempt.row for attempt in EVERY_ATTEMPT} == set()

    def test_shows_every_field_to_somebody(self) -> None:
        """A field that nobody sees was never filled on the way, so that hiding it was never tried."""
        assert [name for name, cells in TABLE.fields.items() if not any(cells.values())] == []

    def test_may_leave_plumbing_out(self) -> None:
        for name, fields in plumbing_fields().items():
            if name.endswith("Connection"):
                assert fields == {"nodes", "edges", "pageInfo", "totalCount"}, name
            elif name.endswith("Edge"):
                assert fields == {"cursor", "node"}, name
            else:
                assert len(fields) == 2, name
                assert "errors" in fields, name


@pytest.mark.django_db
@by_stage
class TestRoles:
    def test_see_what_the_table_says(self, stage: int) -> None:
        way = way_to(stage)

        with time_machine.travel(way.now, tick=False):
            clients, sights = clients_of(way), sights_of(way)
            seen = {role: seen_by(clients[role], sights) | query_fields_seen_by(clients[role], way) for role in ROLES}

        differing = [
            f"{name} as {role} at {STAGES[stage]}: the table says {cell_of(cells[role])}"
            for name, cells in TABLE.fields.items()
            if name.partition(".")[0] not in ALL_ANSWERED
            for role in ROLES
            if (stage in cells[role]) != (name in seen[role])
        ]
        assert differing == []

    def test_may_do_what_the_table_says(self, stage: int) -> None:
        way = way_to(stage)
        attempts = [attempt for attempt in EVERY_ATTEMPT if attempt.stage == stage]

        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
            differing = [
                f"{attempt.row} as {role}: the table says {'yes' if TABLE.mutations[attempt.row][role] else 'no'}"
                for attempt in attempts
                for role in ROLES
                if is_done(clients[role], attempt, way, role) != TABLE.mutations[attempt.row][role]
            ]

        assert differing == []


@pytest.mark.django_db
class TestAnswers:
    def test_of_mutations_show_what_the_table_says(self) -> None:
        way = way_to(OPENED)

        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
            seen = {role: answered_to(clients[role], way, role) for role in ROLES}

        differing = [
            f"{name} as {role}"
            for name, cells in TABLE.fields.items()
            if name.partition(".")[0] in ALL_ANSWERED
            for role in ROLES
            if bool(cells[role]) != (name in seen[role])
        ]
        assert differing == []

    def test_keep_each_helper_to_their_own_proposal(self) -> None:
        way = way_to(ASKED)
        document = "{ proposals { nodes { id } } }"

        with time_machine.travel(way.now, tick=False):
            helper = ask(client_for(way.town.helper), document)["proposals"]["nodes"]
            clerk = ask(client_for(way.town.clerk), document)["proposals"]["nodes"]

        assert helper == [{"id": global_id("Proposal", way.proposals[0])}]
        assert clerk == [{"id": global_id("Proposal", way.proposals[1])}]

    def test_keep_the_police_contact_to_public_safety(self) -> None:
        way = way_to(VERIFIED)

        with time_machine.travel(way.now, tick=False):
            found = ask(client_for(way.town.police), "{ needs { nodes { id } } }")

        assert found["needs"]["nodes"] == [{"id": global_id("Need", way.safety_need)}]
