"""One emergency at a time is searched for one person, also where many ask at once."""

from collections import Counter

import pytest

from matchmaker.community.models import Consent, Person
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches.actions import cancel_match, propose_next
from matchmaker.matches.models import Match, ProposalState
from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.actions.emergencies import EmergencyOpenAlready
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.models import Need, NeedState, Urgency
from matchmaker.notices.models import DutyAlarm, Notice
from matchmaker.records.models import Record
from tests.matches.test_at_once import all_at_once
from tests.matches.test_emergencies import MINUTE, emergency, say_yes
from tests.needs.actions.test_opening import mandate
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
COUNTED = (Need, Consent, DutyAlarm, Notice, OutboxJob, Record)


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


class TestOneEmergency:
    def test_is_searched_for_one_person(self, town: SmallTown) -> None:
        first = emergency(town)
        counts = [table.objects.count() for table in COUNTED]

        with pytest.raises(EmergencyOpenAlready, match="120, 110 or 119, or the duty phone"):
            emergency(town, service_type="NURSING")

        assert [table.objects.count() for table in COUNTED] == counts
        assert Need.objects.get() == first

    def test_sent_twice_is_known_by_its_number(self, town: SmallTown) -> None:
        emergency(town, external_id="press-1")

        with pytest.raises(ExternalIdTaken):
            emergency(town, external_id="press-1")
        with pytest.raises(EmergencyOpenAlready):
            emergency(town, external_id="press-2")

        assert Need.objects.count() == 1

    @pytest.mark.parametrize("asked_by", ["grid_head", "asker"])
    def test_is_searched_whoever_asks(self, town: SmallTown, asked_by: str) -> None:
        if asked_by == "asker":
            mandate(town.asker, town.elder)
        emergency(town, person=town.elder, asked_by=town.coordinator, consent="SPOKEN", channel="PHONE")

        with pytest.raises(EmergencyOpenAlready):
            emergency(town, person=town.elder, asked_by=getattr(town, asked_by), consent="WRITTEN")

        assert Need.objects.get().channel == "PHONE"

    def test_leaves_others_and_what_is_no_emergency_alone(self, town: SmallTown) -> None:
        emergency(town)

        emergency(town, person=town.neighbour)
        open_need_for(town, urgency=Urgency.URGENT)

        assert Need.objects.filter(state=NeedState.OPEN).count() == 3

    def test_is_over_once_it_is_taken_back_or_its_time_is_up(self, town: SmallTown) -> None:
        first = emergency(town)
        withdraw_need(viewer=viewer_of(town.asker), need_id=first.public_id, now=NOW)
        second = emergency(town)

        emergency(town, now=second.answer_by, windows=())

        assert Need.objects.filter(state=NeedState.OPEN).count() == 2

    def test_makes_room_for_another_once_somebody_is_on_the_way(self, town: SmallTown) -> None:
        open_offer_for(town)
        first = emergency(town)
        propose_next(need_id=first.pk, now=NOW)
        say_yes(town.helper, first)

        second = emergency(town, now=NOW + MINUTE)

        assert Match.objects.get().need == first
        assert second.state == NeedState.OPEN

    def test_is_searched_again_beside_another_where_the_helper_falls_out(self, town: SmallTown) -> None:
        open_offer_for(town)
        first = emergency(town)
        propose_next(need_id=first.pk, now=NOW)
        say_yes(town.helper, first)
        emergency(town, now=NOW + MINUTE)

        cancel_match(viewer=viewer_of(town.helper), match_id=Match.objects.get().public_id, now=NOW + MINUTE)

        assert Need.objects.filter(state=NeedState.OPEN).count() == 2
        with pytest.raises(EmergencyOpenAlready):
            emergency(town, now=NOW + MINUTE)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_asking_for_one_person_open_one(self) -> None:
        load_service_types_once()
        town = small_town()

        def ask(person: Person, consent: str) -> str:
            emergency(town, person=town.asker, asked_by=person, consent=consent)
            return "OPENED"

        acts = [lambda: ask(town.asker, "IN_APP"), lambda: ask(town.grid_head, "SPOKEN")]
        said = all_at_once(acts * 4)

        assert said == Counter({"OPENED": 1, "EMERGENCY_OPEN_ALREADY": 7})
        assert Need.objects.count() == Consent.objects.count() == DutyAlarm.objects.count() == 1


class TestYesInAdvance:
    def test_is_gone_once_it_is_taken_back_whatever_was_agreed_to_beside_it(self, town: SmallTown) -> None:
        """The need points to the consent to care data, given in the same moment, which stands."""
        open_offer_for(town, person=town.newcomer, service_types=("COMPANY",))
        need = emergency(town, service_type="COMPANY")
        assert need.consent is not None
        assert need.consent.kind == "CARE_DATA"
        propose_next(need_id=need.pk, now=NOW)
        Consent.objects.filter(kind="EMERGENCY").update(withdrawn_at=NOW)

        proposal = say_yes(town.newcomer, need)

        assert (proposal.state, Match.objects.count()) == (ProposalState.AWAITING_ASKER, 0)
