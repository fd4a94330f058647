"""Ties: both people's word, and nobody's alone."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import claim_tie, make_or_renew_tie
from matchmaker.community.actions.ties import CLAIMS_WAITING, TieToOneself, TooManyClaimsWaiting
from matchmaker.community.models import Tie, TieKind
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import InvalidInput, NotFound, SignInRequired
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, person, small_town, tie, viewer_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=30)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def tie_between(one: object, other: object, kind: TieKind = TieKind.FRIEND) -> Tie:
    return Tie.objects.get(low__in=(one, other), high__in=(one, other), kind=kind)


def counted(town: SmallTown) -> set[tuple[int, int]]:
    """The pairs, lower pk first, whose tie counts."""
    rows = Tie.objects.filter(ended_at=None, low_confirmed_at__isnull=False, high_confirmed_at__isnull=False)
    return set(rows.filter(low__community=town.community).values_list("low_id", "high_id"))


class TestClaimTie:
    def test_counts_once_both_said_so(self, town: SmallTown) -> None:
        pair = tuple(sorted((town.asker.pk, town.newcomer.pk)))

        claim_tie(viewer=viewer_of(town.asker), person_id=town.newcomer.public_id, kind="FRIEND", now=NOW)
        assert pair not in counted(town)
        assert not Record.objects.exists()

        claim_tie(viewer=viewer_of(town.newcomer), person_id=town.asker.public_id, kind="FRIEND", now=LATER)
        assert pair in counted(town)
        found = tie_between(town.asker, town.newcomer)
        assert (found.low_confirmed_at, found.high_confirmed_at) == (NOW, LATER)
        assert (found.made_at, found.renewed_at) == (NOW, LATER)
        record = Record.objects.get()
        assert (record.kind, record.body) == ("tie.made", {"tie": found.pk})

    def test_said_again_keeps_no_tie_from_fading(self, town: SmallTown) -> None:
        before = Tie.objects.filter(pk=tie_between(town.neighbour, town.helper).pk).values().get()

        claim_tie(viewer=viewer_of(town.helper), person_id=town.neighbour.public_id, kind="FRIEND", now=LATER)

        assert Tie.objects.filter(pk=before["id"]).values().get() == before
        assert not Record.objects.exists()

    def test_of_a_tie_that_ended_begins_with_nobodys_word(self, town: SmallTown) -> None:
        ended = tie_between(town.neighbour, town.helper)
        Tie.objects.filter(pk=ended.pk).update(ended_at=NOW)

        claim_tie(viewer=viewer_of(town.helper), person_id=town.neighbour.public_id, kind="FRIEND", now=LATER)
        assert (ended.low_id, ended.high_id) not in counted(town)

        claim_tie(viewer=viewer_of(town.neighbour), person_id=town.helper.public_id, kind="FRIEND", now=LATER)
        assert (ended.low_id, ended.high_id) in counted(town)

    def test_of_kin_is_another_tie_than_of_friends(self, town: SmallTown) -> None:
        claim_tie(viewer=viewer_of(town.helper), person_id=town.neighbour.public_id, kind="KIN", now=NOW)

        assert (
            Tie.objects.filter(low__in=(town.helper, town.neighbour), high__in=(town.helper, town.neighbour)).count()
            == 2
        )

    def test_is_refused_while_many_words_wait_for_an_answer(self, town: SmallTown) -> None:
        viewer = viewer_of(town.asker)
        others = [person(None, town.community, f"新居民{number}") for number in range(CLAIMS_WAITING)]
        for other in others:
            claim_tie(viewer=viewer, person_id=other.public_id, kind="FRIEND", now=NOW)
        ties = Tie.objects.count()

        with pytest.raises(TooManyClaimsWaiting):
            claim_tie(viewer=viewer, person_id=town.newcomer.public_id, kind="FRIEND", now=NOW)

        assert Tie.objects.count() == ties
        claim_tie(viewer=viewer, person_id=others[0].public_id, kind="FRIEND", now=NOW)
        claim_tie(viewer=viewer_of(others[0]), person_id=town.asker.public_id, kind="FRIEND", now=NOW)
        claim_tie(viewer=viewer, person_id=town.newcomer.public_id, kind="FRIEND", now=NOW)
        assert Tie.objects.count() == ties + 1

    def test_answers_a_word_though_many_of_ones_own_wait(self, town: SmallTown) -> None:
        for number in range(CLAIMS_WAITING):
            other = person(None, town.community, f"新居民{number}")
            claim_tie(viewer=viewer_of(town.asker), person_id=other.public_id, kind="FRIEND", now=NOW)
        claim_tie(viewer=viewer_of(town.newcomer), person_id=town.asker.public_id, kind="FRIEND", now=NOW)

        claim_tie(viewer=viewer_of(town.asker), person_id=town.newcomer.public_id, kind="FRIEND", now=NOW)

        assert tuple(sorted((town.asker.pk, town.newcomer.pk))) in counted(town)

    @pytest.mark.parametrize("kind", ["HELPED", "MET", "VOUCH", ""])
    def test_is_refused_for_what_only_a_meeting_makes(self, town: SmallTown, kind: str) -> None:
        with pytest.raises(InvalidInput):
            claim_tie(viewer=viewer_of(town.asker), person_id=town.helper.public_id, kind=kind, now=NOW)

        assert Tie.objects.count() == 3

    def test_is_refused_with_oneself(self, town: SmallTown) -> None:
        with pytest.raises(TieToOneself):
            claim_tie(viewer=viewer_of(town.asker), person_id=town.asker.public_id, kind="KIN", now=NOW)

        assert Tie.objects.count() == 3

    def test_does_not_find_people_elsewhere_or_gone(self, town: SmallTown) -> None:
        town.helper.left_at = NOW
        town.helper.save(update_fields=["left_at"])

        for absent in (town.other_coordinator, town.helper):
            with pytest.raises(NotFound):
                claim_tie(viewer=viewer_of(town.asker), person_id=absent.public_id, kind="KIN", now=NOW)

        assert Tie.objects.count() == 3

    def test_is_refused_to_a_visitor(self, town: SmallTown) -> None:
        with pytest.raises(SignInRequired):
            claim_tie(viewer=VISITOR, person_id=town.asker.public_id, kind="KIN", now=NOW)


class TestMakeOrRenewTie:
    def test_makes_a_tie_that_counts(self, town: SmallTown) -> None:
        made = make_or_renew_tie(person_id=town.helper.pk, other_id=town.asker.pk, kind=TieKind.HELPED, now=NOW)

        stored = Tie.objects.get(pk=made.pk)
        assert (stored.low, stored.high) == (town.asker, town.helper)
        assert (stored.meetings, stored.renewed_at, stored.weight) == (1, NOW, 1.0)
        assert (stored.low_id, stored.high_id) in counted(town)
        assert Record.objects.get().body == {"tie": made.pk, "meetings": 1}

    def test_renews_the_same_tie_from_either_side(self, town: SmallTown) -> None:
        made = make_or_renew_tie(person_id=town.helper.pk, other_id=town.asker.pk, kind=TieKind.HELPED, now=NOW)

        again = make_or_renew_tie(person_id=town.asker.pk, other_id=town.helper.pk, kind=TieKind.HELPED, now=LATER)

        assert again.pk == made.pk
        assert (again.meetings, again.made_at, again.renewed_at) == (2, NOW, LATER)

    def test_never_makes_a_tie_older_than_it_was(self, town: SmallTown) -> None:
        make_or_renew_tie(person_id=town.helper.pk, other_id=town.asker.pk, kind=TieKind.HELPED, now=LATER)

        late = make_or_renew_tie(person_id=town.helper.pk, other_id=town.asker.pk, kind=TieKind.HELPED, now=NOW)

        assert (late.meetings, late.renewed_at) == (2, LATER)

    def test_gives_a_tie_that_ended_new_life(self, town: SmallTown) -> None:
        old = tie(town.asker, town.helper, kind=TieKind.HELPED)
        Tie.objects.filter(pk=old.pk).update(ended_at=NOW)

        make_or_renew_tie(person_id=town.helper.pk, other_id=town.asker.pk, kind=TieKind.HELPED, now=LATER)

        old.refresh_from_db()
        assert old.ended_at is None
