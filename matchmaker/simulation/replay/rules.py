"""What the files do not say, filled in by fixed rules; each is printed with the result."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from matchmaker.community.models import ConsentManner
from matchmaker.engine.neighbourhood import LASTS_NEAR, LASTS_SUPPORTED, LASTS_UNSUPPORTED
from matchmaker.needs.availability import Hours, Window
from matchmaker.simulation.behaviour import ASKER_SAYS_YES, HELPER_SAYS_YES, VISIT_IS_HELD
from matchmaker.simulation.dice import draw
from matchmaker.simulation.places import offset
from matchmaker.simulation.replay.reading import HouseholdRow, RequestRow

FIRST_MONDAY: Final = date(2026, 3, 2)
START: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ZONE: Final = "Etc/UTC"
WEEKS: Final = 4

TYPE_OF_CATEGORY: Final = {
    "Strengthening Communities": "FESTIVAL",
    "Helping Neighbors in Need": "SHOPPING",
    "Education": "TUTORING",
    "Health": "HEALTH_CHECK",
    "Environment": "SMALL_REPAIRS",
    "Emergency Preparedness": "NEIGHBOUR_MEDIATION",
}
TYPE_WITHOUT_CATEGORY: Final = "COMPANY"
WITH_CONSENT: Final = frozenset({"TUTORING", "HEALTH_CHECK", "NEIGHBOUR_MEDIATION", "COMPANY"})
OFFERED_TYPES: Final = (*sorted({*TYPE_OF_CATEGORY.values(), TYPE_WITHOUT_CATEGORY}),)

OFFERING_SHARE: Final = 0.35
TYPES_PER_OFFER: Final = 2
VISITS_PER_WEEK: Final = 2
DEFAULT_MINUTES: Final = 60
LONGEST_MINUTES: Final = 180
HOME_STEP_M: Final = 40.0
HOMES_PER_ROW: Final = 18
VILLAGE_STEP_M: Final = 5_000.0
VILLAGES_PER_ROW: Final = 6
AGE: Final = 40
DAY_PARTS: Final = ((time(9), time(12)), (time(14), time(17)), (time(18), time(21)))


HELPERS_CAP: Final = 1
"""Helpers sought for one request at most: the file asks for 52,388, two requests for 9,999 each."""


def service_type_of(request: RequestRow) -> str:
    return TYPE_OF_CATEGORY.get(request.category, TYPE_WITHOUT_CATEGORY)


def minutes_of(request: RequestRow) -> int:
    return min(request.hours * 60, LONGEST_MINUTES) or DEFAULT_MINUTES


def consent_of(service_type: str) -> str:
    return ConsentManner.IN_APP if service_type in WITH_CONSENT else ""


def village_of(request: RequestRow, villages: tuple[int, ...], seed: int) -> int:
    return villages[int(draw(seed, "village", request.opportunity) * len(villages))]


def asker_of(request: RequestRow, homes: tuple[HouseholdRow, ...], seed: int) -> HouseholdRow:
    return homes[int(draw(seed, "asker", request.opportunity) * len(homes))]


def week_of(request: RequestRow) -> int:
    """The week of the replay (0..3) in which a request is opened: that of its start date, counted round and round."""
    return (request.starts - FIRST_MONDAY).days // 7 % WEEKS


def windows_of(request: RequestRow) -> tuple[Window, ...]:
    """From its own weekday on, and from Wednesday at the earliest, three days with three parts each."""
    monday = FIRST_MONDAY + timedelta(weeks=week_of(request))
    first = max(2, min(request.starts.weekday(), 4))
    days = [monday + timedelta(days=first + ahead) for ahead in range(3)]
    return tuple(Window(day, starts, ends) for day in days for starts, ends in DAY_PARTS)


def offers_help(home: HouseholdRow, seed: int) -> bool:
    return draw(seed, "offers", home.household) < OFFERING_SHARE


def offered_types(home: HouseholdRow, seed: int) -> tuple[str, ...]:
    order = sorted(OFFERED_TYPES, key=lambda code: draw(seed, "type", home.household, code))
    return tuple(sorted(order[:TYPES_PER_OFFER]))


def offered_hours(home: HouseholdRow, seed: int) -> tuple[Hours, ...]:
    """Of the 21 parts of a week the eight that the household's hash puts first."""
    parts = [Hours(day, starts, ends) for day in range(7) for starts, ends in DAY_PARTS]
    order = sorted(parts, key=lambda part: draw(seed, "hours", home.household, part.weekday, part.starts))
    return tuple(sorted(order[:8]))


def place_of(village_index: int, home_index: int) -> tuple[float, float]:
    """Villages stand on a wide lattice, the homes of one village on a narrow one, in the order of their numbers."""
    village_row, village_column = divmod(village_index, VILLAGES_PER_ROW)
    row, column = divmod(home_index, HOMES_PER_ROW)
    return offset(
        east_m=village_column * VILLAGE_STEP_M + column * HOME_STEP_M,
        north_m=village_row * VILLAGE_STEP_M + row * HOME_STEP_M,
    )


def in_words(*, helpers_cap: int) -> tuple[str, ...]:
    """The rules as sentences, in the order of the way."""
    types = ", ".join(f"{category} = {code}" for category, code in TYPE_OF_CATEGORY.items())
    return (
        f"Service type from category: {types}, none = {TYPE_WITHOUT_CATEGORY}.",
        f"Hours of 0: {DEFAULT_MINUTES} minutes; more than {LONGEST_MINUTES} minutes: {LONGEST_MINUTES}.",
        f"Helpers wanted: {helpers_cap} at most for one request.",
        "An ongoing request is replayed as one visit.",
        "Village and asking household: by a hash of the seed and the request's number.",
        f"Time: opened on the Monday of one of {WEEKS} weeks (its start date's week, counted round and round); three "
        "days from its weekday on, each 9-12, 14-17 and 18-21.",
        f"Place: homes on a lattice of {HOME_STEP_M:.0f} m, {HOMES_PER_ROW} to a row, in the order of their numbers.",
        f"One adult of {AGE} per household; a tie of the file is a friendship that both confirmed.",
        f"Offers: {OFFERING_SHARE:.0%} of the households, by hash; {TYPES_PER_OFFER} types, 8 of 21 parts of the week, "
        f"{VISITS_PER_WEEK} visits a week, anywhere in their village, with the qualifications their types ask for.",
        "Leaders' households are members of the village committee; the first two are its coordinator and grid head.",
        "Ties of the file do not fade within the weeks: those who know each other go on meeting.",
        f"A tie lasts (both would greet each other again) with {LASTS_UNSUPPORTED + LASTS_NEAR:.2f} where the pair has "
        f"no common friend, {LASTS_SUPPORTED + LASTS_NEAR:.2f} where it has: assumed.",
        f"Helpers say yes with {HELPER_SAYS_YES}, askers with {ASKER_SAYS_YES}, a visit is held with {VISIT_IS_HELD}: "
        "assumed, drawn by hash for each pair.",
    )
