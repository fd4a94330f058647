from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from matchmaker.community.models import Consent, ConsentKind, ConsentManner, Mandate, MandateKind, Person
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import DomainError, InvalidInput, NotFound, SignInRequired
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs.actions import load_service_types, open_need
from matchmaker.needs.actions.asking import ConsentNeeded, ConsentNeedsWitness, GuardianNeeded, OutsideMandate
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedState, NeedWindow, Urgency
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, need_draft, small_town, viewer_of

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TOMORROW = date(2026, 3, 3)


@pytest.fixture
def town() -> SmallTown:
    load_service_types()
    return small_town()


def mandate(holder: Person, person: Person, **fields: Any) -> Mandate:
    """A live mandate to speak for a person, for all but sensitive types."""
    usual: dict[str, Any] = {
        "kind": MandateKind.PROXY,
        "evidence": "signed at the station",
        "told_at": NOW,
        "starts_date": NOW.date() - timedelta(days=1),
        "ends_date": NOW.date() + timedelta(days=30),
    }
    return Mandate.objects.create(holder=holder, for_person=person, **usual | fields)


def born(person: Person, year: int) -> Person:
    person.birth_year = year
    person.save(update_fields=["birth_year"])
    return person


def opened(person: Person, **draft: Any) -> Need:
    return open_need(viewer=viewer_of(person), draft=need_draft(**draft), now=NOW)


def refused(refusal: type[DomainError], person: Person, **draft: Any) -> str | None:
    """The field at fault; nothing at all was stored."""
    with pytest.raises(refusal) as caught:
        opened(person, **draft)
    assert nothing_was_stored()
    return caught.value.field


def nothing_was_stored() -> bool:
    tables = (Need, NeedWindow, Consent, Record, OutboxJob)
    return not any(table.objects.exists() for table in tables)


class TestOpenNeed:
    def test_stands_as_the_draft_says(self, town: SmallTown) -> None:
        need = opened(town.asker, languages=("EN",), skills=(" 力气大 ",), minutes=45, forms_accepted=("VOLUNTARY",))

        need.refresh_from_db()
        assert need.for_person == need.asked_by == town.asker
        assert (need.mandate, need.consent, need.verified_at) == (None, None, None)
        assert need.state == NeedState.OPEN
        assert need.community == town.community
        assert need.place == town.households[0]
        assert (need.latitude, need.longitude) == (town.households[0].latitude, town.households[0].longitude)
        assert (need.languages, need.skills, need.forms_accepted) == (["en"], ["力气大"], ["VOLUNTARY"])
        assert need.opened_at == need.changed_at == NOW
        assert list(need.windows.values_list("date", "starts", "ends")) == [(TOMORROW, time(9), time(11))]

    def test_is_recorded_with_ids_alone(self, town: SmallTown) -> None:
        need = opened(town.asker)

        record = Record.objects.get()
        assert record.kind == "need.opened"
        assert record.body == {
            "need": need.pk,
            "service_type": need.service_type_id,
            "helpers_wanted": 1,
            "minutes": 60,
        }

    def test_waits_for_a_worker_before_the_search_begins(self, town: SmallTown) -> None:
        opened(town.asker)

        assert not OutboxJob.objects.exists()

    def test_of_a_worker_for_themself_waits_for_a_colleague(self, town: SmallTown) -> None:
        need = opened(town.coordinator)

        assert need.verified_at is None
        assert not OutboxJob.objects.exists()

    @pytest.mark.parametrize(("urgency", "days"), [(Urgency.URGENT, 1), (Urgency.SOON, 3), (Urgency.WHENEVER, 14)])
    def test_is_due_by_its_urgency(self, town: SmallTown, urgency: int, days: int) -> None:
        windows = (Window(date(2026, 3, 30), time(9), time(11)),)

        need = opened(town.asker, urgency=urgency, windows=windows)

        assert need.answer_by == NOW + timedelta(days=days)

    def test_is_never_due_after_the_last_moment_to_begin(self, town: SmallTown) -> None:
        need = opened(town.asker, answer_by=NOW + timedelta(days=20))

        assert need.answer_by == datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)

    def test_of_a_series_is_due_by_its_last_day_at_most(self, town: SmallTown) -> None:
        week_later = TOMORROW + timedelta(days=13)
        ended = opened(town.asker, repeat="WEEKLY", repeat_until_date=week_later, answer_by=NOW + timedelta(days=60))
        open_ended = opened(town.asker, repeat="WEEKLY", answer_by=NOW + timedelta(days=60))

        assert ended.answer_by == datetime(2026, 3, 10, 10, 0, tzinfo=SHANGHAI)
        assert open_ended.answer_by == NOW + timedelta(days=60)

    def test_may_be_at_a_place_outside(self, town: SmallTown) -> None:
        need = opened(town.asker, at_home=False, place=town.corridors[2].public_id)

        assert need.place == town.corridors[2]
        assert need.longitude == town.corridors[2].longitude

    def test_stores_a_window_once(self, town: SmallTown) -> None:
        need = opened(town.asker, windows=(Window(TOMORROW, time(9), time(11)),) * 2)

        assert need.windows.count() == 1

    def test_is_refused_to_a_visitor(self, town: SmallTown) -> None:
        with pytest.raises(SignInRequired):
            open_need(viewer=VISITOR, draft=need_draft(), now=NOW)

        assert nothing_was_stored()

    @pytest.mark.parametrize("code", ["NO_SUCH", "SOCIAL_ASSISTANCE", "shopping"])
    def test_is_refused_for_a_type_nobody_can_offer(self, town: SmallTown, code: str) -> None:
        assert refused(InvalidInput, town.asker, service_type=code) == "service_type"

    def test_is_refused_where_the_home_is_not_known(self, town: SmallTown) -> None:
        town.asker.household = None
        town.asker.save(update_fields=["household"])

        assert refused(InvalidInput, town.asker) == "at_home"

    def test_is_refused_at_someone_elses_home(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town.asker, at_home=False, place=town.households[3].public_id) == "place"

    def test_is_refused_at_a_place_that_is_nowhere(self, town: SmallTown) -> None:
        assert refused(InvalidInput, town.asker, at_home=False, place=uuid4()) == "place"
        assert refused(InvalidInput, town.asker, at_home=False, place=town.community.public_id) == "place"

    def test_is_refused_for_a_number_that_was_entered_before(self, town: SmallTown) -> None:
        opened(town.asker, external_id="纸-17")

        with pytest.raises(ExternalIdTaken):
            opened(town.neighbour, external_id="纸-17")

        assert Need.objects.count() == 1
        assert Record.objects.count() == 1


class TestOpenNeedForAnother:
    def test_rests_on_a_live_mandate(self, town: SmallTown) -> None:
        held = mandate(town.neighbour, town.elder)

        need = opened(town.neighbour, for_person=town.elder.public_id)

        assert need.for_person == town.elder
        assert need.asked_by == town.neighbour
        assert need.mandate == held
        assert need.verified_at is None
        assert need.place == town.elder.household

    def test_is_not_found_without_one(self, town: SmallTown) -> None:
        assert refused(NotFound, town.neighbour, for_person=town.elder.public_id) == "for_person"
        assert refused(NotFound, town.neighbour, for_person=uuid4()) == "for_person"

    @pytest.mark.parametrize(
        "fields",
        [
            {"revoked_at": NOW - timedelta(hours=1)},
            {"ends_date": NOW.date() - timedelta(days=1)},
            {"starts_date": NOW.date() + timedelta(days=1)},
            {"scope": ["SMALL_REPAIRS"]},
        ],
    )
    def test_is_refused_outside_the_mandate(self, town: SmallTown, fields: dict[str, Any]) -> None:
        mandate(town.neighbour, town.elder, **fields)

        assert refused(OutsideMandate, town.neighbour, for_person=town.elder.public_id) == "for_person"

    def test_is_refused_for_a_sensitive_type_that_the_mandate_does_not_name(self, town: SmallTown) -> None:
        mandate(town.neighbour, town.elder)
        draft = {"for_person": town.elder.public_id, "service_type": "CLINIC_COMPANY", "consent": "WRITTEN"}

        assert refused(OutsideMandate, town.neighbour, **draft) == "for_person"

    def test_is_refused_on_the_word_of_the_proxy_alone(self, town: SmallTown) -> None:
        mandate(town.neighbour, town.elder, scope=["CLINIC_COMPANY"])
        draft = {"for_person": town.elder.public_id, "service_type": "CLINIC_COMPANY"}

        assert refused(ConsentNeeded, town.neighbour, **draft) == "consent"
        assert refused(ConsentNeedsWitness, town.neighbour, **draft, consent="SPOKEN") == "consent"
        assert refused(ConsentNeedsWitness, town.neighbour, **draft, consent="IN_APP") == "consent"

    def test_for_care_stores_the_written_consent(self, town: SmallTown) -> None:
        mandate(town.neighbour, town.elder, scope=["CLINIC_COMPANY"])

        need = opened(town.neighbour, for_person=town.elder.public_id, service_type="CLINIC_COMPANY", consent="WRITTEN")

        consent = Consent.objects.get()
        assert need.consent == consent
        assert (consent.person, consent.kind, consent.manner) == (town.elder, "CARE_DATA", "WRITTEN")
        assert consent.heard_by is None

    def test_is_not_found_once_the_person_left(self, town: SmallTown) -> None:
        mandate(town.neighbour, town.elder)
        town.elder.left_at = NOW
        town.elder.save(update_fields=["left_at"])

        assert refused(NotFound, town.neighbour, for_person=town.elder.public_id) == "for_person"


class TestOpenNeedAtTheDesk:
    def test_logs_the_spoken_consent_and_counts_as_verified(self, town: SmallTown) -> None:
        need = opened(town.grid_head, for_person=town.elder.public_id, consent="SPOKEN")

        consent = Consent.objects.get()
        assert need.consent == consent
        assert (consent.kind, consent.manner, consent.heard_by) == ("PROXY", "SPOKEN", town.grid_head)
        assert (need.verified_at, need.verified_by) == (NOW, town.grid_head)
        assert [(job.name, job.payload) for job in OutboxJob.objects.all()] == [
            ("matches.propose_next", {"need_id": need.pk})
        ]

    def test_for_care_stores_one_consent_of_that_kind(self, town: SmallTown) -> None:
        opened(town.grid_head, for_person=town.elder.public_id, service_type="COMPANY", consent="SPOKEN")

        assert Consent.objects.get().kind == ConsentKind.CARE_DATA

    def test_is_refused_without_consent(self, town: SmallTown) -> None:
        assert refused(ConsentNeeded, town.grid_head, for_person=town.elder.public_id) == "consent"
        draft = {"for_person": town.elder.public_id, "consent": "IN_APP"}
        assert refused(InvalidInput, town.grid_head, **draft) == "consent"

    def test_is_not_found_in_another_area(self, town: SmallTown) -> None:
        draft = {"for_person": town.elder.public_id, "consent": "SPOKEN"}

        assert refused(NotFound, town.other_coordinator, **draft) == "for_person"
        assert refused(NotFound, town.police, **draft) == "for_person"
        assert refused(NotFound, town.auditor, **draft) == "for_person"


class TestConsentAtPosting:
    @pytest.mark.parametrize("code", ["COMPANY", "HOME_CARE", "NURSING", "TUTORING"])
    def test_is_asked_for_care_and_sensitive_types(self, town: SmallTown, code: str) -> None:
        assert refused(ConsentNeeded, town.asker, service_type=code) == "consent"

    def test_is_given_by_oneself(self, town: SmallTown) -> None:
        need = opened(town.asker, service_type="COMPANY", consent="IN_APP")

        consent = Consent.objects.get()
        assert need.consent == consent
        assert (consent.person, consent.kind, consent.manner) == (town.asker, "CARE_DATA", ConsentManner.IN_APP)
        assert refused_kinds(town) == "consent"

    def test_is_not_stored_where_none_is_asked_for(self, town: SmallTown) -> None:
        need = opened(town.asker, consent="IN_APP")

        assert need.consent is None
        assert not Consent.objects.exists()


def refused_kinds(town: SmallTown) -> str | None:
    """Nobody hears their own spoken consent."""
    with pytest.raises(InvalidInput) as caught:
        opened(town.asker, service_type="COMPANY", consent="SPOKEN")
    return caught.value.field


class TestMinors:
    def test_under_fourteen_do_not_ask_alone(self, town: SmallTown) -> None:
        born(town.asker, 2012)

        assert refused(GuardianNeeded, town.asker, consent="IN_APP") == "for_person"

    def test_from_fourteen_agree_by_themselves(self, town: SmallTown) -> None:
        born(town.asker, 2011)

        need = opened(town.asker, consent="IN_APP")

        assert need.consent == Consent.objects.get()
        assert Consent.objects.get().kind == ConsentKind.MINOR

    def test_are_those_who_may_be_seventeen(self, town: SmallTown) -> None:
        born(town.asker, 2008)
        assert refused(ConsentNeeded, town.asker) == "consent"
        born(town.asker, 2007)

        assert opened(town.asker).consent is None

    def test_are_asked_for_by_a_guardian_who_agrees_in_writing_or_here(self, town: SmallTown) -> None:
        child = born(town.elder, 2016)
        mandate(town.neighbour, child, scope=["TUTORING"])
        draft = {"for_person": child.public_id, "service_type": "TUTORING"}
        assert refused(ConsentNeedsWitness, town.neighbour, **draft, consent="SPOKEN") == "consent"

        need = opened(town.neighbour, **draft, consent="IN_APP")

        assert sorted(Consent.objects.values_list("kind", flat=True)) == ["CARE_DATA", "MINOR"]
        assert need.consent is not None
        assert need.consent.kind == ConsentKind.CARE_DATA
