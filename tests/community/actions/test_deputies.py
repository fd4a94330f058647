"""Deputies: somebody stands in for a holder, with their power and for their days, and gives no post."""

from datetime import date, timedelta
from typing import Any

import pytest

from matchmaker.community.actions import appoint, end_belonging, end_deputy, end_term, name_deputy
from matchmaker.community.actions.deputies import (
    DeputyLivesElsewhere,
    DeputyNamedAlready,
    DeputyNotGrownUp,
    HolderIsNoDeputy,
    PostHasNoDeputy,
)
from matchmaker.community.actions.posts import AuditorHoldsNoOtherPost, OwnPost
from matchmaker.community.models import Deputy, Person, Post, PostKind, PostTerm
from matchmaker.community.viewers import VISITOR, Viewer, holds_workers_post
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.jobs.models import OutboxJob
from matchmaker.records.models import Record
from tests.deputy_rows import stand_in
from tests.town_rows import change
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)
OPERATOR = Viewer(user_id=1, is_operator=True)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def term_of(person: Person) -> PostTerm:
    return PostTerm.objects.select_related("post__area", "person").get(person=person)


def named(town: SmallTown, *, days: tuple[int, int] = (0, 13), **given: Any) -> Deputy:
    """The helper stands in for the grid head, unless it is said otherwise."""
    said = {"viewer": viewer_of(town.grid_head), "term": term_of(town.grid_head), "person": town.helper, "now": NOW}
    first, last = (TODAY + timedelta(days=day) for day in days)
    return name_deputy(**said | given, starts_date=first, ends_date=last)


def told() -> list[tuple[str, str]]:
    rows = OutboxJob.objects.filter(name__endswith="_deputy").order_by("pk")
    return [(row.name.removeprefix("notices."), row.payload["to"]) for row in rows]


class TestNameDeputy:
    def test_gives_the_power_of_the_post_from_the_first_day_to_the_last(self, town: SmallTown) -> None:
        post = term_of(town.grid_head).post

        deputy = named(town, days=(1, 3))

        powers = [viewer_of(town.helper, now=NOW + day * DAY).works_at(town.grid.path) for day in range(5)]
        assert powers == [False, True, True, True, False]
        on_the_day = viewer_of(town.helper, now=NOW + DAY)
        assert on_the_day.holds(PostKind.GRID_HEAD, town.households[0].path)
        assert not on_the_day.works_at(town.other_grid.path)
        assert not on_the_day.holds_oneself(PostKind.GRID_HEAD, town.grid.path)
        assert [holds_workers_post(town.helper.pk, today=TODAY + day * DAY) for day in (0, 1)] == [False, True]
        record = Record.objects.get()
        assert (record.kind, record.body) == ("post.deputy_named", {"deputy": deputy.pk, "post": post.pk})
        assert len(record.commitments) == 2

    def test_leaves_the_holder_their_power(self, town: SmallTown) -> None:
        named(town)

        assert viewer_of(town.grid_head).holds_oneself(PostKind.GRID_HEAD, town.grid.path)

    def test_gives_none_once_the_term_ended_or_ran_out(self, town: SmallTown) -> None:
        named(town, days=(0, 13))
        term = PostTerm.objects.filter(person=town.grid_head)

        term.update(ends_date=TODAY + 5 * DAY)
        powers = [viewer_of(town.helper, now=NOW + day * DAY).works_at(town.grid.path) for day in (5, 6)]
        end_term(viewer=viewer_of(town.coordinator), term=term.get(), now=NOW)

        assert powers == [True, False]
        assert viewer_of(town.helper).posts == ()

    def test_is_done_by_the_holder_or_by_whoever_may_appoint(self, town: SmallTown) -> None:
        for viewer in (viewer_of(town.grid_head), viewer_of(town.coordinator), OPERATOR, None):
            deputy = named(town, viewer=viewer)
            end_deputy(viewer=viewer, deputy=deputy, now=NOW)

        assert Deputy.objects.count() == 4

    def test_of_a_coordinator_is_done_by_them_and_by_operators(self, town: SmallTown) -> None:
        term = term_of(town.coordinator)

        self.refused(NotAllowed, town, term=term, viewer=viewer_of(town.grid_head))
        self.refused(NotAllowed, town, term=term, viewer=viewer_of(town.other_coordinator))
        named(town, term=term, viewer=viewer_of(town.coordinator))

        assert viewer_of(town.helper).holds(PostKind.COORDINATOR, town.grid.path)

    def test_is_refused_to_everybody_else(self, town: SmallTown) -> None:
        self.refused(SignInRequired, town, viewer=VISITOR)
        for role in (town.helper, town.clerk, town.police, town.auditor, town.other_coordinator):
            self.refused(NotAllowed, town, viewer=viewer_of(role))

    def test_is_refused_to_a_deputy_of_the_post_and_of_the_coordinator(self, town: SmallTown) -> None:
        stand_in(town.coordinator, town.neighbour)
        deputy = viewer_of(town.neighbour)
        post = Post.objects.create(area=town.grid, kind=PostKind.FULL_TIME_MEMBER)

        self.refused(NotAllowed, town, viewer=deputy)
        self.refused(NotAllowed, town, viewer=deputy, term=term_of(town.coordinator))
        with pytest.raises(NotAllowed):
            appoint(viewer=deputy, post=post, person=town.helper, starts_date=TODAY, ends_date=TODAY, now=NOW)
        with pytest.raises(NotAllowed):
            end_term(viewer=deputy, term=term_of(town.grid_head), now=NOW)
        assert term_of(town.grid_head).ended_at is None

    @pytest.mark.parametrize("holder", ["auditor", "police"])
    def test_is_refused_for_posts_that_have_none(self, town: SmallTown, holder: str) -> None:
        term = term_of(getattr(town, holder))

        self.refused(PostHasNoDeputy, town, term=term, viewer=viewer_of(getattr(town, holder)))
        self.refused(PostHasNoDeputy, town, term=term, viewer=OPERATOR)

    def test_is_refused_for_the_holder_and_for_who_names(self, town: SmallTown) -> None:
        self.refused(HolderIsNoDeputy, town, person=town.grid_head)
        self.refused(OwnPost, town, viewer=viewer_of(town.coordinator), person=town.coordinator)

    def test_is_refused_for_who_cannot_hold_the_post(self, town: SmallTown) -> None:
        self.refused(AuditorHoldsNoOtherPost, town, person=town.auditor)
        self.refused(DeputyLivesElsewhere, town, person=town.other_coordinator)
        change(town.helper, birth_year=TODAY.year - 18)
        self.refused(DeputyNotGrownUp, town)
        change(town.helper, birth_year=TODAY.year - 19)
        change(town.newcomer, left_at=NOW)
        self.refused(NotFound, town, person=town.newcomer)

        assert named(town).person == town.helper

    def test_keeps_who_stands_in_from_auditing(self, town: SmallTown) -> None:
        post = Post.objects.create(area=town.grid, kind=PostKind.AUDITOR)
        said = {"post": post, "person": town.helper, "starts_date": TODAY, "ends_date": TODAY}
        deputy = named(town, days=(5, 9))

        with pytest.raises(AuditorHoldsNoOtherPost):
            appoint(viewer=None, now=NOW, **said)
        end_deputy(viewer=None, deputy=deputy, now=NOW)

        assert appoint(viewer=None, now=NOW, **said).person == town.helper

    @pytest.mark.parametrize(
        ("first", "last"),
        [(5, 4), (-1, 4), (0, 90), (91, 95), (80, 366)],
        ids=["ends before it begins", "began before", "is too long", "begins far ahead", "outlives the year"],
    )
    def test_is_refused_for_days_that_cannot_be(self, town: SmallTown, first: int, last: int) -> None:
        self.refused(InvalidInput, town, days=(first, last))

    @pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 89), (90, 179)])
    def test_takes_up_to_ninety_days(self, town: SmallTown, first: int, last: int) -> None:
        deputy = named(town, days=(first, last))

        assert (deputy.ends_date - deputy.starts_date).days == last - first

    def test_is_refused_outside_the_term(self, town: SmallTown) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(ends_date=TODAY + 5 * DAY)

        self.refused(InvalidInput, town, days=(0, 6))
        change_of_term = {"ended_at": NOW}
        PostTerm.objects.filter(person=town.grid_head).update(**change_of_term)
        self.refused(InvalidInput, town, days=(0, 5), viewer=OPERATOR)

    def test_is_refused_for_all_time(self, town: SmallTown) -> None:
        for first, last in ((date.min, date.max), (TODAY, date.max), (date.max, date.max)):
            with pytest.raises(InvalidInput):
                name_deputy(
                    viewer=viewer_of(town.grid_head),
                    term=term_of(town.grid_head),
                    person=town.helper,
                    starts_date=first,
                    ends_date=last,
                    now=NOW,
                )

        assert not Deputy.objects.exists()

    @pytest.mark.parametrize("days", [(0, 13), (13, 20), (20, 30)])
    def test_is_refused_while_another_is_named(self, town: SmallTown, days: tuple[int, int]) -> None:
        stand_in(town.grid_head, town.neighbour)

        self.refused(DeputyNamedAlready, town, days=days)

    def test_takes_the_place_of_one_that_ran_out(self, town: SmallTown) -> None:
        old = stand_in(town.grid_head, town.neighbour, days=(-9, -1))

        new = named(town)

        old.refresh_from_db()
        assert old.ended_at == NOW
        assert Deputy.objects.get(ended_at=None) == new

    def test_sent_twice_is_done_once(self, town: SmallTown) -> None:
        first = named(town)

        assert named(town) == first
        assert named(town, now=NOW + DAY) == first
        assert (Deputy.objects.count(), Record.objects.count(), len(told())) == (1, 1, 1)

    def test_tells_whoever_did_not_do_it(self, town: SmallTown) -> None:
        named(town)
        assert told() == [("tell_of_deputy", "deputy")]
        Deputy.objects.all().delete()
        OutboxJob.objects.all().delete()

        named(town, viewer=viewer_of(town.coordinator))

        assert told() == [("tell_of_deputy", "deputy"), ("tell_of_deputy", "holder")]

    @staticmethod
    def refused(refusal: type[DomainError], town: SmallTown, **given: Any) -> None:
        before = list(Deputy.objects.order_by("pk").values())

        with pytest.raises(refusal):
            named(town, **given)

        assert list(Deputy.objects.order_by("pk").values()) == before
        assert not Record.objects.exists()
        assert told() == []


class TestEndDeputy:
    @pytest.mark.parametrize("role", ["grid_head", "coordinator", "helper"])
    def test_takes_the_power_at_once(self, town: SmallTown, role: str) -> None:
        deputy = stand_in(town.grid_head, town.helper)

        end_deputy(viewer=viewer_of(getattr(town, role)), deputy=deputy, now=NOW)

        assert viewer_of(town.helper).posts == ()
        assert Record.objects.get().kind == "post.deputy_ended"
        others = {"grid_head": ["deputy"], "coordinator": ["deputy", "holder"], "helper": ["holder"]}
        assert told() == [("tell_of_ended_deputy", to) for to in others[role]]

    def test_ends_once(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper)
        end_deputy(viewer=viewer_of(town.helper), deputy=deputy, now=NOW)

        again = end_deputy(viewer=viewer_of(town.grid_head), deputy=deputy, now=NOW + DAY)

        assert again.ended_at == NOW
        assert (Record.objects.count(), len(told())) == (1, 1)

    def test_leaves_what_ran_out_as_it_is(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper, days=(-9, -1))

        assert end_deputy(viewer=viewer_of(town.grid_head), deputy=deputy, now=NOW).ended_at is None
        assert not Record.objects.exists()

    def test_is_refused_to_everybody_else(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper)
        stand_in(town.coordinator, town.neighbour)

        with pytest.raises(SignInRequired):
            end_deputy(viewer=VISITOR, deputy=deputy, now=NOW)
        for role in (town.newcomer, town.clerk, town.neighbour, town.auditor, town.other_coordinator):
            with pytest.raises(NotFound):
                end_deputy(viewer=viewer_of(role), deputy=deputy, now=NOW)

        deputy.refresh_from_db()
        assert deputy.ended_at is None

    def test_comes_with_leaving_the_community(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper)

        end_belonging(person_id=town.helper.pk, now=NOW)

        deputy.refresh_from_db()
        assert deputy.ended_at == NOW
        assert told() == [("tell_of_ended_deputy", "holder")]

    def test_comes_with_the_holder_who_leaves(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper)

        end_belonging(person_id=town.grid_head.pk, now=NOW)

        deputy.refresh_from_db()
        assert deputy.ended_at == NOW
        assert told() == [("tell_of_ended_deputy", "deputy")]

    def test_comes_with_the_end_of_the_term(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper, days=(3, 9))

        for _ in range(2):
            end_term(viewer=viewer_of(town.coordinator), term=term_of(town.grid_head), now=NOW)

        deputy.refresh_from_db()
        assert deputy.ended_at == NOW
        assert told() == [("tell_of_ended_deputy", "deputy")]

    def test_is_told_of_nothing_that_was_over(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper, days=(-9, -1))

        end_belonging(person_id=town.helper.pk, now=NOW)

        assert told() == []
