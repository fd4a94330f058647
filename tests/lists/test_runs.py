"""An import from its upload to its end: who may do what, what it does when the world moved, and what is kept."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from matchmaker.community.actions.people import add_person
from matchmaker.community.models import Person, PostTerm
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists import actions, queries
from matchmaker.lists.actions import checking, running, uploading
from matchmaker.lists.actions.confirming import ImportNotChecked, ImportOver, NothingToImport
from matchmaker.lists.models import ImportFault, ImportKind, ImportRun, ImportState, ImportUpload
from matchmaker.lists.reading import ListNotReadable
from matchmaker.records.actions import commit
from matchmaker.records.models import Record
from tests.lists.importing import confirmed, counts, faults, imported, uploaded
from tests.lists.sheets import PEOPLE_HEADER, csv_file, resident
from tests.town_rows import NOW
from tests.towns import SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

LIST = csv_file(PEOPLE_HEADER, [resident(1), resident(2), resident(3, 姓名="")])


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def listed_people() -> int:
    return Person.objects.filter(external_id__startswith="L-").count()


class TestUpload:
    def test_changes_nothing_and_keeps_who_what_and_when(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)

        assert (run.state, counts(run), run.rows_count) == (ImportState.CHECKED, (2, 0, 0, 1), 3)
        assert (run.community, run.uploaded_by, run.uploaded_at) == (town.community, town.coordinator, NOW)
        assert run.checksum == hashlib.sha256(LIST).hexdigest()
        assert listed_people() == 0
        assert Record.objects.count() == 0

    def test_of_a_long_list_is_checked_by_the_worker(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploading, "CHECKED_AT_ONCE", 2)

        run = uploaded(town.coordinator, "PEOPLE", LIST)

        assert run.state == ImportState.DRAFT
        assert OutboxJob.objects.get().payload == {"import_id": run.pk}
        assert actions.check_import(import_id=run.pk, now=NOW).state == ImportState.CHECKED
        with pytest.raises(ImportNotChecked):
            confirmed(town.coordinator, ImportRun.objects.create(**_draft(run)))

    @pytest.mark.parametrize(
        ("error", "state"), [(RuntimeError, ImportState.FAILED), (OperationalError, ImportState.DRAFT)]
    )
    def test_whose_check_breaks_has_failed_but_for_an_outage(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch, error: type[Exception], state: str
    ) -> None:
        def breaks(*_given: Any, **_named: Any) -> None:
            raise error

        monkeypatch.setattr(checking, "keep_report", breaks)
        with pytest.raises(error):
            uploaded(town.coordinator, "PEOPLE", LIST)

        run = ImportRun.objects.get()
        assert (run.state, run.failure_code) == (state, "RuntimeError" if state == ImportState.FAILED else "")
        assert ImportUpload.objects.exists() is (state == ImportState.DRAFT)

    def test_is_for_workers_of_the_community(self, town: SmallTown) -> None:
        for kind in ("PEOPLE", "NEEDS"):
            for someone in (town.asker, town.clerk, town.police, town.auditor):
                with pytest.raises(NotAllowed):
                    uploaded(someone, kind, LIST)
            with pytest.raises(NotAllowed):
                actions.upload_list(
                    viewer=viewer_of(town.other_coordinator),
                    kind=kind,
                    content=LIST,
                    now=NOW,
                    community_id=town.community.public_id,
                )
        with pytest.raises(SignInRequired):
            actions.upload_list(viewer=VISITOR, kind="PEOPLE", content=LIST, now=NOW)
        with pytest.raises(NotFound):
            actions.upload_list(
                viewer=viewer_of(town.coordinator),
                kind="PEOPLE",
                content=LIST,
                now=NOW,
                community_id=town.grid.public_id,
            )
        with pytest.raises(InvalidInput):
            uploaded(town.coordinator, "CATS", LIST)
        assert ImportRun.objects.count() == 0

    def test_of_what_is_no_list_leaves_nothing(self, town: SmallTown) -> None:
        with pytest.raises(ListNotReadable):
            uploaded(town.coordinator, "PEOPLE", b"\x00\x01")

        assert ImportRun.objects.count() == 0

    def test_is_known_to_its_uploader_and_the_workers_of_the_community(self, town: SmallTown) -> None:
        run = uploaded(town.grid_head, "PEOPLE", csv_file(PEOPLE_HEADER, [resident(1)]))

        for someone in (town.grid_head, town.coordinator):
            assert queries.import_by_id(viewer_of(someone), run.public_id) == run
            assert queries.faults_of(viewer_of(someone), run).count() == 1
        for someone in (town.clerk, town.asker, town.other_coordinator, town.auditor, town.police):
            with pytest.raises(NotFound):
                queries.import_by_id(viewer_of(someone), run.public_id)
            assert queries.faults_of(viewer_of(someone), run).count() == 0


class TestConfirm:
    def test_imports_the_good_rows_and_erases_what_was_uploaded(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", LIST)

        assert (run.state, run.percent, run.finished_at) == (ImportState.DONE, 100, NOW)
        assert listed_people() == 2
        assert ImportUpload.objects.count() == 0
        assert faults(run) == [(4, "name", "MISSING")]

    def test_twice_is_refused_the_second_time(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)

        with pytest.raises(ImportNotChecked):
            confirmed(town.coordinator, run)
        assert OutboxJob.objects.filter(name="lists.run_import").count() == 1
        actions.run_import(import_id=run.pk, now=NOW)
        with pytest.raises(ImportOver):
            confirmed(town.coordinator, run)
        assert listed_people() == 2

    def test_of_nothing_but_faults_is_refused(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", csv_file(PEOPLE_HEADER, [resident(1, 姓名="")]))

        with pytest.raises(NothingToImport):
            confirmed(town.coordinator, run)
        run.refresh_from_db()
        assert run.state == ImportState.CHECKED

    def test_by_who_may_not_know_of_it_is_not_found(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)

        for someone in (town.asker, town.clerk, town.other_coordinator):
            with pytest.raises(NotFound):
                confirmed(someone, run)
            with pytest.raises(NotFound):
                actions.withdraw_import(viewer=viewer_of(someone), import_id=run.public_id, now=NOW)
        run.refresh_from_db()
        assert run.state == ImportState.CHECKED

    def test_by_someone_whose_post_has_ended_is_refused(self, town: SmallTown) -> None:
        run = uploaded(town.grid_head, "PEOPLE", csv_file(PEOPLE_HEADER, [resident(1, 楼号="1", 房号="101")]))
        PostTerm.objects.filter(person=town.grid_head).update(ended_at=NOW)

        with pytest.raises(NotAllowed):
            confirmed(town.grid_head, run)
        assert listed_people() == 0


class TestWithdraw:
    @pytest.mark.parametrize("state", [ImportState.CHECKED, ImportState.CONFIRMED, ImportState.RUNNING])
    def test_ends_it_before_anything_is_imported(self, town: SmallTown, state: ImportState) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        if state != ImportState.CHECKED:
            confirmed(town.coordinator, run)
            ImportRun.objects.update(state=state)

        actions.withdraw_import(viewer=viewer_of(town.coordinator), import_id=run.public_id, now=NOW)
        actions.run_import(import_id=run.pk, now=NOW)

        run.refresh_from_db()
        assert run.state == ImportState.WITHDRAWN
        assert listed_people() == ImportUpload.objects.count() == 0

    def test_stops_the_work_at_its_next_step(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        viewer = viewer_of(town.coordinator)

        def call_off(done: int, _total: int, _what: str) -> None:
            if done == 0:
                actions.withdraw_import(viewer=viewer, import_id=run.public_id, now=NOW)

        ended = actions.run_import(import_id=run.pk, now=NOW, progress=call_off)

        assert ended.state == ImportState.WITHDRAWN
        assert listed_people() == Record.objects.count() == 0

    def test_comes_too_late_once_it_is_done(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", LIST)

        with pytest.raises(ImportOver):
            actions.withdraw_import(viewer=viewer_of(town.coordinator), import_id=run.public_id, now=NOW)
        assert listed_people() == 2


class TestRun:
    def test_puts_it_back_where_the_world_moved(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        add_person(community=town.community, household=None, name="别人", now=NOW, external_id="L-00001")

        back = actions.run_import(import_id=run.pk, now=NOW)

        assert (back.state, counts(back), back.confirmed_at) == (ImportState.CHECKED, (1, 1, 0, 1), None)
        assert back.difference == {
            "new_count": [2, 1],
            "changed_count": [0, 1],
            "unchanged_count": [0, 0],
            "faulty_count": [1, 1],
        }
        assert Person.objects.get(external_id="L-00001").name == "别人"
        assert listed_people() == 1
        assert Record.objects.count() == 0
        confirmed(town.coordinator, run)
        assert actions.run_import(import_id=run.pk, now=NOW).state == ImportState.DONE
        assert Person.objects.get(external_id="L-00001").name == "名单居民1"

    def test_looks_once_more_inside_its_transaction(self, town: SmallTown) -> None:
        """Somebody enters one of its numbers after the rows were looked at and before they are written."""
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)

        def enter(done: int, total: int, _what: str) -> None:
            if done == total:
                add_person(community=town.community, household=None, name="别人", now=NOW, external_id="L-00001")

        back = actions.run_import(import_id=run.pk, now=NOW, progress=enter)

        assert (back.state, counts(back)) == (ImportState.CHECKED, (1, 1, 0, 1))
        assert listed_people() == 1

    def test_goes_on_where_what_moved_does_not_matter(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        add_person(community=town.community, household=None, name="别人", now=NOW)

        assert actions.run_import(import_id=run.pk, now=NOW).state == ImportState.DONE

    def test_looks_again_where_a_number_was_taken_in_the_same_moment(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        errors: list[Exception] = [IntegrityError("taken")]

        def collide(**given: Any) -> Any:
            if errors:
                raise errors.pop()
            return commit(**given)

        monkeypatch.setattr(running, "commit", collide)

        assert actions.run_import(import_id=run.pk, now=NOW).state == ImportState.DONE
        assert listed_people() == 2

    @pytest.mark.parametrize("error", [RuntimeError, OperationalError, KeyboardInterrupt])
    def test_killed_in_the_middle_leaves_nothing(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
    ) -> None:
        """The rows are written and not yet committed when it stops."""
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)

        def dies(**_given: Any) -> None:
            assert listed_people() == 2
            raise error

        monkeypatch.setattr(running, "commit", dies)
        with pytest.raises(error):
            actions.run_import(import_id=run.pk, now=NOW)

        assert listed_people() == Record.objects.count() == 0
        run.refresh_from_db()
        assert run.state == (ImportState.FAILED if error is RuntimeError else ImportState.RUNNING)

    def test_left_behind_by_a_dead_worker_is_taken_up_again(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        ImportRun.objects.update(state=ImportState.RUNNING, started_at=NOW, percent=40)

        assert actions.run_import(import_id=run.pk, now=NOW + timedelta(hours=1)).state == ImportState.DONE
        assert listed_people() == 2

    def test_does_nothing_the_second_time(self, town: SmallTown) -> None:
        run = imported(town.coordinator, "PEOPLE", LIST)
        before = Record.objects.count()

        again = actions.run_import(import_id=run.pk, now=NOW + timedelta(hours=1))

        assert (again.state, again.finished_at) == (ImportState.DONE, NOW)
        assert Record.objects.count() == before

    def test_fails_with_nothing_where_the_post_ended_meanwhile(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", LIST)
        confirmed(town.coordinator, run)
        PostTerm.objects.update(ended_at=NOW)

        ended = actions.run_import(import_id=run.pk, now=NOW)

        assert (ended.state, ended.failure_code) == (ImportState.FAILED, "NOT_ALLOWED")
        assert listed_people() == ImportUpload.objects.count() == 0

    def test_says_how_far_it_is(self, town: SmallTown) -> None:
        run = uploaded(town.coordinator, "PEOPLE", csv_file(PEOPLE_HEADER, [resident(n) for n in range(1, 1_001)]))
        confirmed(town.coordinator, run)
        seen: list[tuple[int, int]] = []

        def look(_done: int, _total: int, _what: str) -> None:
            row = ImportRun.objects.get(pk=run.pk)
            seen.append((_done, row.percent))

        actions.run_import(import_id=run.pk, now=NOW, progress=look)

        assert seen == [(0, 0), (500, 0), (1_000, 45)]


class TestPurge:
    def test_erases_rows_that_nobody_confirmed_in_seven_days(self, town: SmallTown) -> None:
        old = uploaded(town.coordinator, "PEOPLE", LIST)
        fresh = uploaded(town.coordinator, "PEOPLE", LIST, now=NOW + timedelta(days=3))

        assert actions.purge_imports(now=NOW + timedelta(days=7)) == 0
        assert actions.purge_imports(now=NOW + timedelta(days=7, seconds=1)) == 1

        old.refresh_from_db()
        fresh.refresh_from_db()
        assert (old.state, old.failure_code) == (ImportState.WITHDRAWN, "EXPIRED")
        assert fresh.state == ImportState.CHECKED
        assert list(ImportUpload.objects.values_list("run_id", flat=True)) == [fresh.pk]
        assert ImportFault.objects.count() == 2
        with pytest.raises(ImportOver):
            confirmed(town.coordinator, old)

    def test_keeps_reports_for_thirty_days(self, town: SmallTown) -> None:
        imported(town.coordinator, "PEOPLE", LIST)

        actions.purge_imports(now=NOW + timedelta(days=30))
        assert ImportFault.objects.count() == 1
        actions.purge_imports(now=NOW + timedelta(days=31))

        assert ImportFault.objects.count() == 0
        assert ImportRun.objects.get().faulty_count == 1


def _draft(run: ImportRun) -> dict[str, Any]:
    return {
        "kind": ImportKind.PEOPLE,
        "community": run.community,
        "uploaded_by": run.uploaded_by,
        "checksum": run.checksum,
        "rows_count": 3,
        "uploaded_at": NOW,
    }
