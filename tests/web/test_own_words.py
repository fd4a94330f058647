"""One's own data is read in words: no code, no English among the Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Choices
from django.utils import translation

import matchmaker
from matchmaker.community import models as community
from matchmaker.jobs.names import NAMES
from matchmaker.matches import models as matches
from matchmaker.matches.models import DecisionKind
from matchmaker.matches.models.concerns import Resolution
from matchmaker.needs import models as needs
from matchmaker.notices import models as notices
from matchmaker.privacy.holdings import HOLDINGS
from matchmaker.privacy.queries import Section
from matchmaker.web.own_words import shown
from matchmaker.web.record_words import ACTS, RECORDS
from tests.towns import ZONE, load_service_types_once

ROOMS = Path(matchmaker.__file__).parent
SHOWN_CHOICES = (
    community.QualificationKind,
    community.ConsentKind,
    community.ConsentManner,
    community.MandateKind,
    community.MembershipRole,
    community.PostKind,
    community.Sex,
    community.TieKind,
    needs.NeedState,
    needs.NeedRepeat,
    needs.OfferState,
    needs.ServiceForm,
    matches.ProposalState,
    matches.VisitState,
    matches.ConcernKind,
    Resolution,
    notices.NoticeKind,
    notices.Channel,
    notices.DeliveryState,
    notices.CallState,
    notices.CallManner,
    notices.CallResult,
)


def text_of(value: object, *, name: str = "kind", language: str = "zh-hans") -> str:
    with translation.override(language):
        section = shown(Section("x", "甲", "X", "乙", "Y", rows=({name: value},)), ZONE)
    ((_, text),) = section.rows[0].pairs
    return text


class TestShown:
    @pytest.mark.parametrize("kinds", SHOWN_CHOICES, ids=lambda kinds: kinds.__name__)
    def test_says_each_choice_in_chinese(self, kinds: type[Choices]) -> None:
        assert [value for value in kinds.values if re.search("[A-Za-z]", text_of(value))] == []

    @pytest.mark.parametrize("urgency", needs.Urgency)
    def test_says_how_urgent(self, urgency: needs.Urgency) -> None:
        assert not re.search("[A-Za-z]", text_of(urgency.label))

    @pytest.mark.parametrize(
        ("value", "chinese", "english"),
        [
            (["Wed 17:00-21:00", "Sun 08:00-09:00"], "周三 17:00-21:00；周日 08:00-09:00", None),
            ("400 m", "400米", "400 m"),
            ("10 min", "10分钟", "10 min"),
            (["zh", "cjy"], "普通话；晋语", "Chinese (Mandarin); Jin Chinese"),
            (["步行约7分钟。", "在离得最近的一圈内。"], "步行约7分钟。在离得最近的一圈内。", None),
            ("need.opened", "提出需求", "A request was made"),
            ("Proposal: asker answered by", "答复要不要这位来", "Answers whether somebody may come"),
        ],
    )
    def test_says_measures_and_lists(self, value: object, chinese: str, english: str | None) -> None:
        assert text_of(value) == chinese
        assert english is None or text_of(value, language="en") == english

    @pytest.mark.django_db
    def test_names_the_kinds_of_help_of_a_mandate(self) -> None:
        load_service_types_once()

        assert text_of(["SHOPPING"], name="scope") == "代购跑腿"

    @pytest.mark.django_db
    def test_says_in_chinese_what_a_service_type_asks_for(self) -> None:
        load_service_types_once()
        columns = ("required_trainings", "required_licences", "required_clearances")
        asked = {code for row in needs.ServiceType.objects.values_list(*columns) for codes in row for code in codes}

        assert "FIRST_AID" in asked
        assert [code for code in asked if re.search("[A-Za-z]", text_of(code))] == []

    def test_leaves_to_the_file_what_tells_a_reader_nothing(self) -> None:
        rows = ({"kind": "need.opened", "hash": "ab12", "chain": "community:4", "external_id": "x-1", "number": 31},)
        with translation.override("en"):
            section = shown(Section("x", "甲", "X", "乙", "Y", rows=rows), ZONE)

        assert section.rows[0].pairs == (("Kind", "A request was made"), ("Number", "31"))


def unlogged(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those of lines for the log, which name events and write no record."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")):
            yield node
            yield from unlogged(node)


class TestRecords:
    def test_have_words_for_every_kind_that_an_action_writes(self) -> None:
        written = {
            node.value
            for path in ROOMS.glob("*/actions/**/*.py")
            for node in unlogged(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"[a-z]+\.[a-z_]+", node.value)
            and not node.value.startswith("matchmaker.")
        }

        assert len(written) > 50
        assert written - set(NAMES) | {f"decision.{kind.lower()}" for kind in DecisionKind} == set(RECORDS)


class TestActs:
    def test_have_words_for_every_column_that_is_counted(self) -> None:
        counted = [name.split(".") for name, held in HOLDINGS.items() if held.shown_in == "acts"]

        assert {f"{model}: {column}".replace("_", " ") for _, model, column in counted} == set(ACTS)
