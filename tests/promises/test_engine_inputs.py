"""The fields that reach the engine are these and no others.

Whoever adds one adds it here, and says in a decision record why it may move a match.
"""

import dataclasses
import inspect

from matchmaker.engine import companions, problem

ALLOWED = {
    "Place": {
        "latitude", "longitude", "household_id", "building", "corridor_id", "grid_id", "community_id",
        "joint_community_id", "region_id",
    },
    "ServiceTypeFacts": {
        "code", "parent", "care_dimension", "public_duty", "required_training", "required_licence",
        "required_clearance", "minimum_helper_age", "sensitive", "insured_from_risk",
    },
    "NeedFacts": {
        "need_id", "person_id", "service_type", "place", "minutes", "open_quarters", "asked_by_ids", "forms_accepted",
        "helpers_wanted", "weeks", "skills", "languages", "urgency", "risk_class", "person_age", "person_is_minor",
        "nobody_from_building", "all_or_none", "helper_sex", "excluded_person_ids", "excluded_organization_ids",
        "prior_helper_ids", "prior_organization_ids", "at_home", "first_home_visit", "tour_offer_ids",
        "without_graph",
    },
    "OfferFacts": {
        "offer_id", "service_types", "place", "free_quarters", "person_id", "organization_id", "organization_kind",
        "organization_verified", "form", "parallel", "reach_m", "reach_minutes", "area_ids",
        "walking_speed_m_per_min", "vehicle_speed_m_per_min", "skills", "languages", "age", "sex", "trainings",
        "licences", "clearances", "at_stop",
        "insured", "guardian_consent", "without_graph", "visits_left_by_week", "person_visits_left_by_week",
        "person_visits_cap", "good_visits", "known_visits",
    },
    "TieFacts": {"u", "v", "kind", "weight", "age_days", "meetings"},
    "VouchFacts": {"voucher", "vouchee", "age_days"},
    "MembershipFacts": {"person_id", "organization_id"},
    "OutcomeFacts": {"helper_id", "person_id", "went_well", "age_days"},
    "VisitFacts": {
        "match_id", "person_id", "helper_id", "service_type", "place", "quarters", "excluded_person_ids",
    },
    "CompanionFacts": {
        "person_id", "place", "free_quarters", "visits_left", "reach_m", "excluded_person_ids",
    },
    "Acquaintances": {"meetings", "helped", "places"},
    "Town": {
        "people", "ties", "vouches", "memberships", "seeds", "seed_organization_ids", "outcomes", "places",
    },
}  # fmt: skip

NEVER = ("household_registration", "registration", "ethnic", "religio", "residence", "income", "newcomer", "name")


def classes() -> list[tuple[str, type]]:
    """The dataclasses of the engine's inputs, by name."""
    told = (companions.VisitFacts, companions.CompanionFacts, companions.Acquaintances)
    return inspect.getmembers(problem, dataclasses.is_dataclass) + [(given.__name__, given) for given in told]


def values() -> dict[str, set[str]]:
    """Each of them with its fields."""
    return {name: {field.name for field in dataclasses.fields(value)} for name, value in classes()}


class TestEngineInputs:
    def test_are_exactly_those_allowed(self) -> None:
        assert values() == ALLOWED

    def test_never_tell_what_must_not_move_a_match(self) -> None:
        told = [field for fields in values().values() for field in fields if any(word in field for word in NEVER)]

        assert told == []

    def test_cannot_be_changed_on_the_way(self) -> None:
        assert [name for name, value in classes() if not value.__dataclass_params__.frozen] == []
