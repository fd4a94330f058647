import pytest

from matchmaker.community.models import Mandate, MandateKind, Person
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs.actions import verify_need, withdraw_need
from matchmaker.needs.actions.locking import NeedNotOpen
from matchmaker.needs.actions.verifying import NeedVerifiedAlready, NeedVerifiedByOthers
from matchmaker.needs.models import Need
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def refused(refusal: type[DomainError], need: Need, person: Person) -> None:
    """The refusal came, and nothing changed."""
    before = Need.objects.values().get(pk=need.pk)
    counts = [table.objects.count() for table in (Record, OutboxJob, Notice)]
    with pytest.raises(refusal):
        verify_need(viewer=viewer_of(person), need_id=need.public_id, now=NOW)
    assert Need.objects.values().get(pk=need.pk) == before
    assert [table.objects.count() for table in (Record, OutboxJob, Notice)] == counts


class TestVerifyNeed:
    def test_starts_the_search(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        verify_need(viewer=viewer_of(town.grid_head), need_id=need.public_id, now=NOW)

        need.refresh_from_db()
        assert (need.verified_at, need.verified_by) == (NOW, town.grid_head)
        assert [(job.name, job.payload) for job in OutboxJob.objects.all()] == [
            ("matches.propose_next", {"need_id": need.pk})
        ]
        assert list(Record.objects.order_by("seq").values_list("kind", flat=True)) == ["need.opened", "need.verified"]

    def test_tells_the_asker(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        verify_need(viewer=viewer_of(town.coordinator), need_id=need.public_id, now=NOW)

        assert list(Notice.objects.values_list("person", "kind", "about")) == [
            (town.asker.pk, "NEED_VERIFIED", need.public_id)
        ]

    def test_is_refused_the_second_time(self, town: SmallTown) -> None:
        refused(NeedVerifiedAlready, open_need_for(town), town.grid_head)

    def test_is_refused_to_the_asker(self, town: SmallTown) -> None:
        refused(NotAllowed, open_need_for(town, verified=False), town.asker)

    def test_is_refused_to_a_worker_for_their_own_need(self, town: SmallTown) -> None:
        refused(NeedVerifiedByOthers, open_need_for(town, person=town.coordinator, verified=False), town.coordinator)

    def test_is_refused_to_a_worker_who_speaks_for_the_person(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.coordinator,
            for_person=town.asker,
            told_at=NOW,
            evidence="signed",
            starts_date=NOW.date(),
            ends_date=NOW.date(),
        )

        refused(NeedVerifiedByOthers, need, town.coordinator)

    def test_is_refused_to_who_may_know_of_it_but_does_not_work_there(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)

        refused(NotAllowed, need, town.auditor)
        refused(NotFound, need, town.other_coordinator)
        refused(NotFound, need, town.stranger)

    def test_is_refused_once_the_need_is_closed(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False)
        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=NOW)

        refused(NeedNotOpen, need, town.coordinator)
