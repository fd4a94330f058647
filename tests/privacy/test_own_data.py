"""One's own data holds everything about oneself, nobody else's, and nothing that rests on trust."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person, PostKind, Tie
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotAllowed, NotFound, SignInRequired
from matchmaker.matches import actions
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import Match
from matchmaker.needs.models import Offer
from matchmaker.privacy.actions import hand_over_data, leave_for
from matchmaker.privacy.holdings import HOLDINGS
from matchmaker.privacy.queries import document_of, own_data
from matchmaker.privacy.queries.own_data import SECTIONS
from matchmaker.privacy.queries.own_rows import LABELS
from matchmaker.records.models import Record
from matchmaker.records.queries import records_about
from tests.company import came_along
from tests.deputy_rows import stand_in
from tests.privacy.grep import needles_of
from tests.privacy.rows_about import WORDS, full_town
from tests.promises.test_trust_never_leaves import TRUST
from tests.town_rows import appoint
from tests.towns import SmallTown, match_for, open_need_for, small_town, viewer_of
from tests.way import ASKED, VERIFIED, Way, way_to

SAID = "他总是问我家里有没有人"


@pytest.fixture
def way(db: None) -> Iterator[Way]:
    way = full_town()
    with time_machine.travel(way.now, tick=False):
        yield way


def document(person: Person, way: Way, language: str = "zh") -> dict[str, Any]:
    return document_of(own_data(viewer_of(person, now=way.now), now=way.now, language=language))


def elders_match(town: SmallTown) -> Match:
    """The helper comes to the elder, who has no account."""
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", channel="DOORSTEP")
    return match_for(town, need=need)


def rows(told: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return next(section["rows"] for section in told["sections"] if section["code"] == code)


class TestOwnData:
    def test_has_a_section_for_all_that_is_held(self) -> None:
        assert {held.shown_in for held in HOLDINGS.values() if held.shown_in} <= {told[0] for told in SECTIONS}

    def test_shows_rows_in_every_section(self, way: Way) -> None:
        told = [document(person, way) for person in (way.town.asker, way.town.helper)]
        leave_for(viewer=viewer_of(way.town.coordinator, now=way.now), person_id=way.town.elder.public_id, now=way.now)

        empty = [told_of[0] for told_of in SECTIONS if not any(rows(one, told_of[0]) for one in told)]

        assert empty == ["farewell"]

    def test_holds_ones_own_words_and_ways_to_be_found(self, way: Way) -> None:
        for person, word in zip((way.town.asker, way.town.helper), WORDS, strict=True):
            person.refresh_from_db()
            text = json.dumps(document(person, way), ensure_ascii=False)

            wanted = needles_of(person, words=(word,))
            missing = [
                name for name, needle in wanted.items() if needle not in text and needle not in text.replace("-", "")
            ]
            assert missing == ["account"]  # the number of a person is a part of their made-up phone

    def test_holds_nobody_elses(self, way: Way) -> None:
        for role in ("asker", "helper", "coordinator", "clerk"):
            person = getattr(way.town, role)
            text = json.dumps(document(person, way), ensure_ascii=False)
            tied = {
                pk
                for pair in Tie.objects.filter(ended_at=None).values_list("low", "high")
                if person.pk in pair
                for pk in pair
            }

            for other in Person.objects.exclude(pk=person.pk):
                needles = needles_of(other)
                if other.pk in tied:
                    needles.pop("name")
                found = [name for name, needle in needles.items() if needle in text]
                assert found == [], f"{other.name} in what {role} reads"
            assert all(
                word not in text for word in WORDS if (role, word) not in zip(("asker", "helper"), WORDS, strict=True)
            )

    def test_holds_no_number_that_rests_on_trust_and_no_score(self, way: Way) -> None:
        for role in ("asker", "helper", "coordinator"):
            told = document(getattr(way.town, role), way)
            for section in told["sections"]:
                for one in section["rows"]:
                    assert not [name for name in one if TRUST.search(name)]
                    assert not [value for value in one.values() if isinstance(value, float | dict)]
                    for sentence in one.get("why") or []:
                        assert not re.search(r"\d+\.\d|%|％", sentence)

    def test_names_every_value_in_both_languages(self, way: Way) -> None:
        names = {
            name
            for role in ("asker", "helper")
            for section in document(getattr(way.town, role), way)["sections"]
            for one in section["rows"]
            for name in one
        }

        assert names - set(LABELS) == set()

    def test_is_plain_json_that_says_what_it_is(self, way: Way) -> None:
        told = document(way.town.asker, way)

        assert json.loads(json.dumps(told)) == told
        assert (told["format"], told["version"], told["made_at"]) == ("matchmaker.own-data", 1, way.now.isoformat())
        assert rows(told, "ledger")[0] == {
            "your_part": "received",
            "the_other": "a helper",
            "organization": "",
            "minutes": 60,
            "at": way.now.isoformat(timespec="seconds"),
        }

    def test_speaks_the_readers_language(self, way: Way) -> None:
        kinds = [rows(document(way.town.helper, way, language), "proposals")[0] for language in ("zh", "en")]

        assert [bool(re.search(r"[\u4e00-\u9fff]", str(kind["service_type"]))) for kind in kinds] == [True, False]

    def test_is_for_people(self) -> None:
        with pytest.raises(SignInRequired):
            own_data(VISITOR, now=None)  # type: ignore[arg-type]  # never reached


@pytest.mark.django_db
class TestPosts:
    def test_tell_both_that_somebody_stood_in_and_name_neither(self) -> None:
        town = small_town()
        stand_in(town.grid_head, town.helper)

        told = {
            person.name: rows(document_of(own_data(viewer_of(person), now=town.now, language="en")), "posts")
            for person in (town.grid_head, town.helper)
        }

        first, last = town.now.date(), town.now.date() + timedelta(days=13)
        said = {"kind": "GRID_HEAD", "area": town.grid.name, "ended_at": None}
        said |= {"from_date": first.isoformat(), "until_date": last.isoformat()}
        assert told[town.helper.name] == [{"your_part": "stood in for a colleague"} | said]
        assert told[town.grid_head.name][1:] == [{"your_part": "somebody stood in for you"} | said]


@pytest.mark.django_db
class TestProposals:
    def test_are_not_shown_to_the_asker_before_a_yes(self) -> None:
        way = way_to(ASKED)

        assert rows(document(way.town.asker, way), "proposals") == []
        assert [one["state"] for one in rows(document(way.town.helper, way), "proposals")] == ["AWAITING_HELPER"]

    def test_of_a_helper_who_was_not_asked_say_that_alone(self) -> None:
        way = way_to(VERIFIED)

        (one,) = rows(document(way.town.helper, way), "proposals")

        assert (one["state"], one["why"], one["starts_at"]) == ("NOT_ASKED", [], None)


@pytest.mark.django_db
class TestOnPaper:
    def test_is_for_a_worker_of_the_area_and_a_person_without_an_account(self) -> None:
        way = way_to(VERIFIED)
        town = way.town

        person, data = hand_over_data(viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, now=way.now)

        assert person == town.elder
        assert rows(document_of(data), "person")[0]["name"] == town.elder.name
        for viewer, other in (
            (town.asker, town.elder),
            (town.grid_head, town.asker),
            (town.other_coordinator, town.elder),
        ):
            with pytest.raises(NotFound):
                hand_over_data(viewer=viewer_of(viewer), person_id=other.public_id, now=way.now)
        assert Record.objects.filter(kind="data.handed_over").count() == 1

    def test_stands_in_the_records_with_the_worker_who_printed_it(self) -> None:
        town = small_town()

        hand_over_data(viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, now=town.now)

        (record,) = Record.objects.filter(kind="data.handed_over")
        assert (record.at, record.body) == (town.now, {})
        for person in (town.elder, town.grid_head):
            assert record in records_about(person.pk)

    def test_is_handed_over_by_somebody_who_stood_on_no_side(self) -> None:
        town = small_town()
        match = elders_match(town)
        actions.report_concern(
            viewer=viewer_of(town.coordinator), match_id=match.public_id, words=SAID, side="ASKER", now=town.now
        )
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.community)

        with pytest.raises(NotAllowed):
            hand_over_data(viewer=viewer_of(town.helper), person_id=town.elder.public_id, now=town.now)

        _, data = hand_over_data(viewer=viewer_of(town.coordinator), person_id=town.elder.public_id, now=town.now)
        assert [one["words"] for one in rows(document_of(data), "concerns")] == [SAID]

    def test_is_not_handed_over_by_who_speaks_for_the_helping_organization(self) -> None:
        town = small_town()
        match = elders_match(town)
        Offer.objects.filter(pk=match.offer_id).update(person=None, organization=town.organization)
        appoint(town.clerk, PostKind.FULL_TIME_MEMBER, town.community)

        with pytest.raises(NotAllowed):
            hand_over_data(viewer=viewer_of(town.clerk), person_id=town.elder.public_id, now=town.now)

    @pytest.mark.parametrize("companion", ["grid_head", "elder"])
    def test_is_not_handed_over_by_who_met_them_by_coming_along(self, companion: str) -> None:
        """Whether they were welcome, and would be greeted again, stands in it."""
        town = small_town()
        match = match_for(town) if companion == "elder" else elders_match(town)
        came_along(match, getattr(town, companion))
        worker = town.grid_head if companion == "grid_head" else town.helper
        if companion == "elder":
            appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.community)

        with pytest.raises(NotAllowed):
            hand_over_data(viewer=viewer_of(worker), person_id=town.elder.public_id, now=town.now)
        with pytest.raises(NotAllowed):
            leave_for(viewer=viewer_of(worker), person_id=town.elder.public_id, now=town.now)

        hand_over_data(viewer=viewer_of(town.coordinator), person_id=town.elder.public_id, now=town.now)


@pytest.mark.django_db
class TestWordsThatAWorkerTook:
    def test_are_the_persons_and_not_the_workers(self) -> None:
        town = small_town()
        visit = elders_match(town).visits.get()
        worker = viewer_of(town.grid_head)
        draft = OutcomeDraft(happened=True, went_well=-1, minutes=60, comment=SAID, side="ASKER", channel="PHONE")
        actions.record_outcome(viewer=worker, visit_id=visit.public_id, draft=draft, now=visit.ends_at)

        (taken,) = rows(document_of(own_data(worker, now=town.now)), "outcomes")
        _, data = hand_over_data(viewer=worker, person_id=town.elder.public_id, now=town.now)
        (own,) = rows(document_of(data), "outcomes")

        moment = visit.ends_at.isoformat(timespec="seconds")
        begins = visit.starts_at.isoformat(timespec="seconds")
        assert taken == {"your_part": "entered it for somebody", "starts_at": begins, "given_at": moment}
        assert (own["your_part"], own["went_well"], own["comment"]) == ("spoke for yourself", "not well", SAID)


@pytest.mark.django_db
class TestRecords:
    def test_of_a_concern_are_for_whoever_said_it(self) -> None:
        town = small_town()
        match = match_for(town)
        actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words=SAID, now=town.now)

        kinds = [
            [one["kind"] for one in rows(document_of(own_data(viewer_of(person), now=town.now)), "records")]
            for person in (town.asker, town.helper)
        ]

        assert [kind.count("concern.reported") for kind in kinds] == [1, 0]
        assert all("match.agreed" in kind for kind in kinds)


@pytest.mark.django_db
def test_takes_as_many_queries_for_many_rows_as_for_few() -> None:
    way = way_to(VERIFIED)
    counts = []
    for others in ((), (way.town.newcomer, way.town.stranger, way.town.member)):
        for other in others:
            low, high = sorted((way.town.coordinator, other), key=lambda row: row.pk)
            Tie.objects.create(low=low, high=high, kind="KIN", made_at=way.now, renewed_at=way.now)
        with CaptureQueriesContext(connection) as asked:
            document(way.town.coordinator, way)
        counts.append(len(asked))

    assert counts[0] == counts[1]
