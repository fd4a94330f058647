"""Who knows whom in the sample community: settled people well, newcomers hardly."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from matchmaker.community.models import Tie, TieKind, Vouch
from matchmaker.simulation.dice import Dice
from matchmaker.simulation.people import Resident

FRIENDS_OF_SETTLED: Final = ((0, 0.10), (1, 0.18), (2, 0.24), (3, 0.22), (4, 0.14), (5, 0.12))
FRIENDS_OF_NEWCOMERS: Final = ((0, 0.86), (1, 0.12), (2, 0.02))
WHERE_FRIENDS_LIVE: Final = (("building", 0.60), ("grid", 0.27), ("community", 0.13))
THROUGH_A_FRIEND: Final = 0.5
"""How often the next friend is a friend's friend: what closes triangles."""

MIXED_FRIENDSHIPS: Final = 0.1
"""How often a settled person's friend is a newcomer where chance named one."""

VOUCHES: Final = 45
YEAR: Final = timedelta(days=365)

Pair = tuple[int, int]


def tie_people(*, seed: int, residents: Sequence[Resident], now: datetime) -> int:
    """Kin ties within households and friendships around them are stored; returns how many."""
    dice = Dice(seed, "ties")
    kin = _kin(residents)
    friends = _friendships(dice, residents, kin)
    rows = [_tie(dice, pair, TieKind.KIN, now) for pair in sorted(kin)]
    rows += [_tie(dice, pair, TieKind.FRIEND, now) for pair in sorted(friends)]
    Tie.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def vouch_for_some(*, seed: int, residents: Sequence[Resident], now: datetime) -> int:
    """Some settled people have given their word for a newcomer of their grid; returns how many."""
    dice = Dice(seed, "vouches")
    settled = [resident for resident in residents if not resident.newcomer and resident.age >= 25]
    newcomers_in: dict[int, list[Resident]] = defaultdict(list)
    for resident in residents:
        if resident.newcomer and resident.age >= 18:
            newcomers_in[resident.grid_id].append(resident)
    rows = []
    for voucher in dice.some(settled, VOUCHES):
        if newcomers := newcomers_in[voucher.grid_id]:
            made = now - timedelta(days=dice.between(10, 150))
            pair = {"voucher_id": voucher.pk, "person_id": dice.pick(newcomers).pk}
            rows.append(Vouch(public_id=dice.public_id(), made_at=made, expires_at=made + YEAR, **pair))
    Vouch.objects.bulk_create(rows)
    return len(rows)


def _kin(residents: Sequence[Resident]) -> set[Pair]:
    homes: dict[int, list[int]] = defaultdict(list)
    for resident in residents:
        homes[resident.household_id].append(resident.pk)
    return {pair for home in homes.values() for pair in combinations(sorted(home), 2)}


def _friendships(dice: Dice, residents: Sequence[Resident], kin: set[Pair]) -> set[Pair]:
    grown = [resident for resident in residents if resident.age >= 12]
    around = _circles(grown)
    by_pk = {resident.pk: resident for resident in grown}
    friends: dict[int, list[int]] = defaultdict(list)
    pairs: set[Pair] = set()
    for resident in grown:
        wanted = dice.weighted(FRIENDS_OF_NEWCOMERS if resident.newcomer else FRIENDS_OF_SETTLED)
        for _ in range(wanted):
            friend = _friends_friend(dice, resident, friends) or dice.pick(_circle(dice, around, resident))
            if by_pk[friend].newcomer != resident.newcomer and not dice.chance(MIXED_FRIENDSHIPS):
                continue
            pair = (min(friend, resident.pk), max(friend, resident.pk))
            if friend != resident.pk and pair not in kin and pair not in pairs:
                pairs.add(pair)
                friends[resident.pk].append(friend)
                friends[friend].append(resident.pk)
    return pairs


def _circles(people: Sequence[Resident]) -> dict[tuple[str, object], list[int]]:
    """Who lives in each building, each grid, and in all."""
    around: dict[tuple[str, object], list[int]] = defaultdict(list)
    for resident in people:
        around["building", resident.corridor.building].append(resident.pk)
        around["grid", resident.grid_id].append(resident.pk)
        around["community", None].append(resident.pk)
    return around


def _circle(dice: Dice, around: dict[tuple[str, object], list[int]], resident: Resident) -> list[int]:
    where = dice.weighted(WHERE_FRIENDS_LIVE)
    keys: dict[str, object] = {"building": resident.corridor.building, "grid": resident.grid_id, "community": None}
    return around[where, keys[where]]


def _friends_friend(dice: Dice, resident: Resident, friends: dict[int, list[int]]) -> int | None:
    own = friends[resident.pk]
    if not own or not dice.chance(THROUGH_A_FRIEND):
        return None
    theirs = [person for person in friends[dice.pick(own)] if person != resident.pk and person not in own]
    return dice.pick(theirs) if theirs else None


def _tie(dice: Dice, pair: Pair, kind: TieKind, now: datetime) -> Tie:
    made = now - timedelta(days=dice.between(100, 3000))
    renewed = now - timedelta(days=dice.between(0, 90))
    return Tie(
        public_id=dice.public_id(),
        low_id=pair[0],
        high_id=pair[1],
        kind=kind,
        low_confirmed_at=made,
        high_confirmed_at=made,
        made_at=made,
        renewed_at=renewed,
    )
