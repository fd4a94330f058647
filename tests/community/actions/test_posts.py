"""Posts: given from above, for a term, and never all in one hand."""

from datetime import date, timedelta

import pytest

from matchmaker.community.actions import appoint, end_term
from matchmaker.community.actions.posts import AuditorHoldsNoOtherPost, OwnPost, PostIsHeld
from matchmaker.community.models import Post, PostKind, PostTerm
from matchmaker.community.viewers import VISITOR, Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
YEAR = timedelta(days=365)
OPERATOR = Viewer(user_id=1, is_operator=True)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def vacant_post(town: SmallTown, kind: PostKind = PostKind.FULL_TIME_MEMBER) -> Post:
    return Post.objects.create(area=town.grid, kind=kind)


def term_of(town: SmallTown, kind: PostKind) -> PostTerm:
    return PostTerm.objects.select_related("post__area", "person").get(post__kind=kind, post__area=town.community)


class TestAppoint:
    def test_gives_the_powers_of_the_post_for_the_term(self, town: SmallTown) -> None:
        post = vacant_post(town)

        term = appoint(
            viewer=viewer_of(town.coordinator),
            post=post,
            person=town.helper,
            starts_date=TODAY,
            ends_date=TODAY + YEAR,
            now=NOW,
        )

        assert PostTerm.objects.get(post=post) == term
        assert viewer_of(town.helper).works_at(town.households[0].path)
        assert not viewer_of(town.helper).works_at(town.other_grid.path)
        assert viewer_of(town.helper, now=NOW + YEAR).works_at(town.grid.path)
        assert not viewer_of(town.helper, now=NOW + YEAR + timedelta(days=1)).works_at(town.grid.path)
        record = Record.objects.get()
        assert (record.kind, record.body) == ("post.given", {"post": post.pk})

    def test_takes_the_place_of_a_term_that_ran_out(self, town: SmallTown) -> None:
        post = vacant_post(town)
        old = PostTerm.objects.create(
            post=post, person=town.clerk, starts_date=TODAY - YEAR, ends_date=TODAY - timedelta(days=1)
        )

        appoint(viewer=None, post=post, person=town.helper, starts_date=TODAY, ends_date=TODAY + YEAR, now=NOW)

        old.refresh_from_db()
        assert old.ended_at == NOW
        assert PostTerm.objects.get(post=post, ended_at=None).person == town.helper

    def test_is_refused_while_somebody_holds_the_post(self, town: SmallTown) -> None:
        post = Post.objects.get(kind=PostKind.GRID_HEAD, area=town.grid)

        self.refused(PostIsHeld, town, post=post)

    def test_is_refused_to_all_but_a_coordinator_above(self, town: SmallTown) -> None:
        post = vacant_post(town)

        self.refused(SignInRequired, town, viewer=VISITOR, post=post)
        for role in (town.helper, town.clerk, town.grid_head, town.police, town.auditor, town.other_coordinator):
            self.refused(NotAllowed, town, viewer=viewer_of(role), post=post)

    def test_is_refused_for_oneself(self, town: SmallTown) -> None:
        self.refused(OwnPost, town, post=vacant_post(town), person=town.coordinator)

    @pytest.mark.parametrize("kind", [PostKind.COORDINATOR, PostKind.AUDITOR])
    def test_of_coordinators_and_auditors_is_for_operators(self, town: SmallTown, kind: PostKind) -> None:
        post = vacant_post(town, kind)

        self.refused(NotAllowed, town, post=post)
        appoint(viewer=OPERATOR, post=post, person=town.helper, starts_date=TODAY, ends_date=TODAY, now=NOW)

        assert viewer_of(town.helper).holds(kind, town.grid.path)

    def test_is_refused_where_one_would_look_over_their_own_work(self, town: SmallTown) -> None:
        audits = vacant_post(town, PostKind.AUDITOR)

        self.refused(AuditorHoldsNoOtherPost, town, viewer=None, post=audits, person=town.grid_head)
        self.refused(AuditorHoldsNoOtherPost, town, viewer=None, post=vacant_post(town), person=town.auditor)

    def test_is_refused_for_someone_who_left(self, town: SmallTown) -> None:
        town.helper.left_at = NOW
        town.helper.save(update_fields=["left_at"])

        self.refused(NotFound, town, post=vacant_post(town))

    @pytest.mark.parametrize(
        ("first", "last"),
        [(5, 4), (-9, -1), (0, 6 * 366 + 1), (-367, 1), (367, 368)],
        ids=["ends before it begins", "is over", "has no end in sight", "began long ago", "begins far ahead"],
    )
    def test_is_refused_for_a_term_that_cannot_be(self, town: SmallTown, first: int, last: int) -> None:
        self.refused(InvalidInput, town, post=vacant_post(town), days=(first, last))

    def test_is_refused_for_all_time(self, town: SmallTown) -> None:
        with pytest.raises(InvalidInput):
            appoint(
                viewer=viewer_of(town.coordinator),
                post=vacant_post(town),
                person=town.helper,
                starts_date=date.min,
                ends_date=date.max,
                now=NOW,
            )

        assert not PostTerm.objects.filter(person=town.helper).exists()

    @pytest.mark.parametrize(("first", "last"), [(0, 6 * 366), (-366, 5 * 365), (366, 366)])
    def test_takes_a_committees_term_entered_near_its_beginning(self, town: SmallTown, first: int, last: int) -> None:
        term = appoint(
            viewer=viewer_of(town.coordinator),
            post=vacant_post(town),
            person=town.helper,
            starts_date=TODAY + timedelta(days=first),
            ends_date=TODAY + timedelta(days=last),
            now=NOW,
        )

        assert (term.ends_date - term.starts_date).days == last - first

    @staticmethod
    def refused(
        refusal: type[DomainError], town: SmallTown, *, days: tuple[int, int] = (0, 365), **given: object
    ) -> None:
        before = list(PostTerm.objects.order_by("pk").values())

        with pytest.raises(refusal):
            appoint(
                **{"viewer": viewer_of(town.coordinator), "person": town.helper, "now": NOW} | given,  # type: ignore[arg-type]  # each test gives what it is about
                starts_date=TODAY + timedelta(days=days[0]),
                ends_date=TODAY + timedelta(days=days[1]),
            )

        assert list(PostTerm.objects.order_by("pk").values()) == before
        assert not Record.objects.exists()


class TestEndTerm:
    def test_takes_the_powers_at_once(self, town: SmallTown) -> None:
        term = PostTerm.objects.get(person=town.grid_head)

        end_term(viewer=viewer_of(town.coordinator), term=term, now=NOW)

        assert viewer_of(town.grid_head).posts == ()
        assert Record.objects.get().kind == "post.ended"

    def test_ends_once(self, town: SmallTown) -> None:
        term = PostTerm.objects.get(person=town.grid_head)
        end_term(viewer=viewer_of(town.coordinator), term=term, now=NOW)

        end_term(viewer=viewer_of(town.coordinator), term=term, now=NOW + YEAR)

        term.refresh_from_db()
        assert term.ended_at == NOW
        assert Record.objects.count() == 1

    def test_is_refused_to_all_but_a_coordinator_above(self, town: SmallTown) -> None:
        term = PostTerm.objects.get(person=town.grid_head)

        for role in (town.grid_head, town.helper, town.auditor, town.other_coordinator):
            with pytest.raises(NotAllowed):
                end_term(viewer=viewer_of(role), term=term, now=NOW)

        term.refresh_from_db()
        assert term.ended_at is None

    def test_of_the_auditor_is_not_for_the_coordinator(self, town: SmallTown) -> None:
        term = term_of(town, PostKind.AUDITOR)

        with pytest.raises(NotAllowed):
            end_term(viewer=viewer_of(town.coordinator), term=term, now=NOW)
        end_term(viewer=OPERATOR, term=term, now=NOW)

        assert viewer_of(town.auditor).posts == ()
