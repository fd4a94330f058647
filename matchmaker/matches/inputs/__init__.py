"""What the engine is told of a community: rows read in a fixed number of queries and turned into plain values."""

from matchmaker.matches.inputs.at_once import AtOnce, forget_at_once, found_at_once, givers_of
from matchmaker.matches.inputs.carded import INSTANT_POLICY, card_kept, card_of_latest_round
from matchmaker.matches.inputs.city import city_of
from matchmaker.matches.inputs.companions import Company, accompanied_types, company_in, visits_to_accompany
from matchmaker.matches.inputs.counted import outcomes_counted_for, vouches_counted_for
from matchmaker.matches.inputs.fingerprint import fingerprint_of
from matchmaker.matches.inputs.knowledge import forget_measured, knowledge_in, knowledge_lately, town_in
from matchmaker.matches.inputs.month import MonthSeen, month_seen
from matchmaker.matches.inputs.neighbours import city_day, forget_readings, reading_in
from matchmaker.matches.inputs.pair import PairFacts, pair_facts
from matchmaker.matches.inputs.priced import (
    WEEK,
    SeenMarket,
    earlier_prices,
    market_in,
    priced_area_of,
    prices_of,
)
from matchmaker.matches.inputs.problem import (
    Problem,
    problem_as_asked,
    problem_of_community,
    problem_of_emergency,
    problem_of_need,
    problem_of_pair,
    problem_unasked,
    problem_under,
)
from matchmaker.matches.inputs.stand_ins import weeks_taken
from matchmaker.matches.inputs.standing import in_force, pins_in, pins_of_need
from matchmaker.matches.inputs.town import in_area, town_of, town_without
from matchmaker.matches.inputs.watched import Watched, watched_groups

__all__ = [
    "INSTANT_POLICY",
    "WEEK",
    "AtOnce",
    "Company",
    "MonthSeen",
    "PairFacts",
    "Problem",
    "SeenMarket",
    "Watched",
    "accompanied_types",
    "card_kept",
    "card_of_latest_round",
    "city_day",
    "city_of",
    "company_in",
    "earlier_prices",
    "fingerprint_of",
    "forget_at_once",
    "forget_measured",
    "forget_readings",
    "found_at_once",
    "givers_of",
    "in_area",
    "in_force",
    "knowledge_in",
    "knowledge_lately",
    "market_in",
    "month_seen",
    "outcomes_counted_for",
    "pair_facts",
    "pins_in",
    "pins_of_need",
    "priced_area_of",
    "prices_of",
    "problem_as_asked",
    "problem_of_community",
    "problem_of_emergency",
    "problem_of_need",
    "problem_of_pair",
    "problem_unasked",
    "problem_under",
    "reading_in",
    "town_in",
    "town_of",
    "town_without",
    "visits_to_accompany",
    "vouches_counted_for",
    "watched_groups",
    "weeks_taken",
]
