"""An answer at once says what a search over all rows says, in made-up towns of many kinds."""

from datetime import time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from matchmaker.community.models import Area, PersonBlock
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.meeting import starts_in
from matchmaker.engine.scoring import score_pairs, with_rings
from matchmaker.errors import DomainError
from matchmaker.matches import actions, inputs
from matchmaker.matches.queries import suggest, suggest_for
from matchmaker.needs.availability import Hours, Window
from matchmaker.needs.models import Need
from matchmaker.needs.queries import need_by_id
from tests.towns import NOW, ZONE, SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db

SEEDS = range(6)
GIVERS = ("helper", "neighbour", "newcomer", "elder", "member", "grid_head", "stranger")
ASKERS = ("asker", "neighbour", "elder", "newcomer", "grid_head")
NEVER_LOOKED_AT = {"good_visits", "known_visits"}


def _some_town(chance: Random) -> tuple[SmallTown, list[Need]]:
    """Offers of many reaches and hours, some needs, and some of them asked for or agreed."""
    town = small_town()
    for giver in GIVERS:
        for _ in range(chance.choice((0, 1, 1, 2))):
            begins = chance.randrange(7, 15)
            open_offer_for(
                town,
                person=getattr(town, giver),
                reach_m=chance.choice((50, 300, 1000, 5000)),
                visits_per_week=chance.choice((1, 1, 2, 3)),
                languages=chance.choice(((), ("mn",))),
                hours=tuple(Hours(day, time(begins), time(begins + 5)) for day in chance.sample(range(7), 5)),
            )
    open_offer_for(town, organization=town.organization)
    vouch(town.coordinator, town.helper)
    tomorrow = (NOW + timedelta(days=1)).astimezone(ZoneInfo(ZONE)).date()
    needs = []
    for asker in ASKERS:
        begins = chance.randrange(8, 16)
        needs.append(
            open_need_for(
                town,
                person=getattr(town, asker),
                languages=chance.choice(((), (), ("mn",))),
                nobody_from_building=chance.random() < 0.2,
                helpers_wanted=chance.choice((1, 1, 2)),
                minutes=chance.choice((30, 60, 90)),
                windows=(Window(tomorrow + timedelta(days=chance.randrange(4)), time(begins), time(begins + 4)),),
            )
        )
    PersonBlock.objects.create(person=town.elder, blocked=town.helper, made_at=NOW)
    for need in chance.sample(needs, 2):
        made = actions.propose_next(need_id=need.pk, now=NOW)
        if made is not None and chance.random() < 0.5 and made.helper is not None:
            try:
                actions.decline_proposal(viewer=viewer_of(made.helper), proposal_id=made.public_id, now=NOW)
            except DomainError:
                continue
    return town, needs


@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_with_all_rows(seed: int) -> None:
    town, needs = _some_town(Random(seed))
    card = inputs.card_kept(town.community, now=NOW)
    compared = 0

    for opened in needs:
        need = Need.objects.select_related("for_person", "service_type", "place", "community").get(pk=opened.pk)
        found = inputs.found_at_once(need, card, now=NOW)
        problem = inputs.problem_of_need(need.pk, town.community, service_type="SHOPPING", now=NOW)
        if not problem.needs:  # whoever is being asked may be all that is wanted
            continue
        pairs = pairs_of(problem.needs, problem.offers, problem.types, streets=problem.streets)
        scores = with_rings(score_pairs(pairs, inputs.knowledge_lately(town.community, now=NOW), card))
        starts = starts_in(pairs.columns, pairs.needs, pairs.offers)

        assert found.need == problem.needs[0]
        assert [one.candidate.offer for one in found.candidates] == [
            pairs.columns.offers.facts[row] for row in pairs.offers.tolist()
        ]
        assert [(one.total, one.ring_reason, one.terms) for one in found.candidates] == [
            (scored.total, scored.ring_reason, scored.terms)
            for scored in (scores.scored(row, 0) for row in range(len(scores)))
        ]
        assert [one.candidate.starts.bit_count() for one in found.candidates] == [
            sum(int(word).bit_count() for word in words) for words in starts
        ]
        compared += 1
    assert compared >= 3


def test_by_its_id_a_need_is_answered_to_the_same_people() -> None:
    town = small_town()
    open_offer_for(town)
    need = open_need_for(town, person=town.elder)
    roles = ("elder", "coordinator", "grid_head", "helper", "police", "auditor", "other_coordinator", "asker")

    for role in roles:
        viewer = viewer_of(getattr(town, role))
        try:
            read = suggest(viewer, need_by_id(viewer, need.public_id), "en", now=NOW)
        except DomainError:
            read = None
        assert suggest_for(viewer, need.public_id, "en", now=NOW) == read, role
    assert suggest_for(viewer_of(town.elder), Area.objects.get(pk=town.grid.pk).public_id, "en", now=NOW) is None
