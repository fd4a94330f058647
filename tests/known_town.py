"""The small town with enough people to be known: measured, with groups, and with some who agreed to be listed."""

from datetime import datetime

from matchmaker.community.models import Person
from matchmaker.matches.actions import measure_communities
from matchmaker.matches.models import GroupWatch
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, tie

CROWD = 36


def know_the_town(town: SmallTown, *, now: datetime = NOW) -> list[Person]:
    """The crowd; eight of it moved in lately, and the neighbour, the newcomer and the elder agreed to be listed.

    Among them the neighbour ties others to each other; the newcomer and the elder know nobody.
    """
    people = crowd(town, CROWD)
    Person.objects.filter(pk__in=[one.pk for one in people[:8]]).update(resident_since_date=now.date())
    listed = (town.neighbour, town.newcomer, town.elder)
    Person.objects.filter(pk__in=[one.pk for one in listed]).update(listed_with_few_ties=True)
    for one in people[9:12]:
        tie(town.neighbour, one, now=town.now)
    measure_communities(now=now)
    GroupWatch.objects.create(
        community=town.community,
        date=now.date(),
        kind="NEWCOMERS",
        group="newcomers",
        service_code="SHOPPING",
        needs=10,
        met=5,
        others_needs=20,
        others_met=18,
        wait_hours=30.0,
        others_wait_hours=20.0,
    )
    return people
