"""What was set aside is out of all that is read of words and outcomes, and its rows hold it once."""

import pytest
from django.db import IntegrityError, transaction

from matchmaker.community.models import Vouch
from matchmaker.matches import inputs
from matchmaker.matches.inputs.history import history_of, history_of_few
from matchmaker.matches.models import Outcome, SetAside
from tests.look_rows import Spoken, answer_it, asked, said_of, spoken_of, take_up
from tests.towns import SmallTown, open_need_for, small_town, vouch

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def spoken(town: SmallTown) -> Spoken:
    return spoken_of(town)


class TestCounted:
    def test_says_no_more_that_somebody_would_greet_them_again(self, spoken: Spoken) -> None:
        town = spoken.town
        need = open_need_for(town)
        greeting = said_of(spoken.visits[1])
        Outcome.objects.filter(pk=greeting.pk).update(greet_again=True)

        def prior() -> list[object]:
            histories = (
                history_of(town.community.pk, now=spoken.later),
                history_of_few(need, (), now=spoken.later),
            )
            return [dict(history.prior_helpers) for history in histories]

        assert prior() == [{town.asker.pk: {town.helper.pk}}] * 2
        SetAside.objects.create(look=asked(spoken), outcome=greeting, set_aside_at=spoken.later)

        assert prior() == [{}, {}]

    def test_is_the_same_town_without_one_piece_as_it_is_read_without_it(self, spoken: Spoken) -> None:
        town = spoken.town
        vouch(town.member, town.helper, now=town.now)
        before = inputs.town_of(town.community, now=spoken.later)
        pieces = [*Vouch.objects.filter(person=town.helper), *(said_of(visit) for visit in spoken.visits)]
        look = asked(spoken)

        for piece in pieces:
            kind = "vouch" if isinstance(piece, Vouch) else "outcome"
            aside = SetAside.objects.create(look=look, set_aside_at=spoken.later, **{kind: piece})
            without = inputs.town_without(before, piece, area=town.community, now=spoken.later)
            assert without == inputs.town_of(town.community, now=spoken.later)
            assert without != before
            aside.delete()


class TestRows:
    def test_hold_one_open_look_and_one_thing_set_aside_once(self, spoken: Spoken) -> None:
        look = answer_it(spoken, take_up(spoken, asked(spoken)), "SET_ASIDE", set_aside=[spoken.visits[0].public_id])
        aside = look.set_aside.get()
        rows = {"look": look, "set_aside_at": spoken.later}

        for more in ({"outcome": aside.outcome}, {}, {"outcome": aside.outcome, "vouch_id": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SetAside.objects.create(**rows, **more)

    def test_are_out_of_the_whole_citys_graph_too(self, spoken: Spoken) -> None:
        pair = (spoken.town.member.pk, spoken.town.helper.pk)
        look = asked(spoken)
        assert pair in words_of_the_city(spoken)

        SetAside.objects.create(look=look, outcome=said_of(spoken.visits[3]), set_aside_at=spoken.later)

        assert pair not in words_of_the_city(spoken)


def words_of_the_city(spoken: Spoken) -> set[tuple[int, int]]:
    view = inputs.city_of(now=spoken.later).trust()
    pairs = view.adjacency.tocoo()
    return set(zip(view.ids[pairs.coords[0]].tolist(), view.ids[pairs.coords[1]].tolist(), strict=True))
