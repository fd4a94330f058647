"""Trust is used to match and told in sentences; it is a number in no field, no answer, no input."""

import re
from typing import Any, Final

import pytest
import time_machine
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from api.schema import schema
from matchmaker.matches.terms import RESTS_ON_TRUST
from tests.graphql_client import ask, client_for, global_id
from tests.promises.role_walk import clients_of
from tests.way import STAGES, VERIFIED, Way, way_to

TRUST: Final = re.compile(
    r"trust|anchor|standing|relian|reputation|rating|credit|score(?!_?cards?)|star(?!ts?|ted)|rank|reliab",
    re.IGNORECASE,
)
"""Words by which a number about a person would be known."""
ALLOWED: Final = {
    # The published weights are the same for everyone and say nothing of anybody.
    "ScoreCard",
    "ScoreWeight",
    # One term of why two people were proposed; those that rest on trust have no number, as the tests below hold.
    "ScoreTerm",
}


def names_of_the_schema() -> set[str]:
    """Every name a client could ask for."""
    found = set()
    for name, kind in schema.graphql_schema.type_map.items():
        if name.startswith("__"):
            continue
        found.add(re.sub(r"(Connection|Edge|Payload|Input)$", "", name))
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            found |= {f"{re.sub(r'(Connection|Edge)$', '', name)}.{field}" for field in kind.fields}
        if isinstance(kind, GraphQLEnumType):
            found |= {f"{name}.{value}" for value in kind.values}
    return found


class TestNames:
    def test_of_the_schema_hold_no_word_for_trust(self) -> None:
        offending = set()
        for name in names_of_the_schema():
            own_name = name.rpartition(".")[2]
            if TRUST.search(own_name) and own_name not in ALLOWED:
                offending.add(name)

        assert offending <= {"Query.scoreCards", "Round.scoreCard", "Proposal.scoreCard", "PlanFigures.score"}


@pytest.mark.django_db
class TestAnswers:
    @pytest.fixture
    def way(self) -> Any:
        way = way_to(VERIFIED)
        with time_machine.travel(way.now, tick=False):
            yield way

    def test_tell_workers_of_a_term_that_rests_on_trust_in_words_alone(self, way: Way) -> None:
        document = "query ($id: ID!) { node(id: $id) { ... on Proposal { terms { term weight points reason } } } }"

        found = ask(client_for(way.town.coordinator), document, id=global_id("Proposal", way.proposals[0]))

        told = {term["term"]: term for term in found["node"]["terms"]}
        assert set(told) >= RESTS_ON_TRUST
        for name in RESTS_ON_TRUST:
            assert told[name]["weight"] is None
            assert told[name]["points"] is None
            assert told[name]["reason"]

    def test_give_no_sum_from_which_trust_could_be_taken_out(self, way: Way) -> None:
        """With the total, the points of the other terms would leave those of trust."""
        kind = schema.graphql_schema.type_map["Proposal"]
        assert isinstance(kind, GraphQLObjectType)

        assert not {"score", "total", "totalScore", "points"} & set(kind.fields)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", range(len(STAGES)), ids=STAGES)
def test_sentences_hold_no_fraction_of_trust(stage: int) -> None:
    """What the sides read of each other has no percentage and no decimal number in it."""
    way = way_to(stage)
    document = "{ proposals { nodes { whyThis(language: EN) zh: whyThis(language: ZH) } } }"

    with time_machine.travel(way.now, tick=False):
        for client in clients_of(way).values():
            for proposal in ask(client, document)["proposals"]["nodes"]:
                for sentence in proposal["whyThis"] + proposal["zh"]:
                    assert not re.search(r"\d+\.\d|%|％|分数|评分|信用", sentence), sentence
