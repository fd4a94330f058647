"""When a worker looks at a candidate before anybody is asked: one function per reason, in one table."""

from collections.abc import Callable, Mapping
from typing import Final

from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts
from matchmaker.engine.trust import Trust

OLD_AGE: Final = 70
HIGH_RISK: Final = 2
OVERRIDE: Final = "OVERRIDE"

Due = Callable[[NeedFacts, OfferFacts, ServiceTypeFacts, Trust], bool]


def is_first_home_visit_to_an_elder(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> bool:
    comes_home = need.first_home_visit and not offer.at_stop
    return comes_home and need.person_age is not None and need.person_age >= OLD_AGE


def is_sensitive(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> bool:
    return kind.sensitive


def is_high_risk(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> bool:
    return need.risk_class >= HIGH_RISK


def is_for_someone_who_opted_out(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> bool:
    """Who asked to be matched without ties and trust has a person look instead."""
    return need.without_graph


def is_by_someone_not_known_yet(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> bool:
    """Neither anchored nor vouched for, which is no reproach; an organization is known once it is verified."""
    if offer.person_id is None:
        return not offer.organization_verified
    return offer.without_graph or not trust.is_known(offer.person_id)


REASONS: Final[Mapping[str, Due]] = {
    "FIRST_HOME_VISIT_TO_AN_ELDER": is_first_home_visit_to_an_elder,
    "SENSITIVE_TYPE": is_sensitive,
    "HIGH_RISK": is_high_risk,
    "WITHOUT_TIES_AND_TRUST": is_for_someone_who_opted_out,
    "HELPER_NOT_KNOWN_YET": is_by_someone_not_known_yet,
}


def review_reasons(need: NeedFacts, offer: OfferFacts, kind: ServiceTypeFacts, trust: Trust) -> list[str]:
    """The codes of all reasons for a worker's look, in the order of the table; none where nobody needs to."""
    return [code for code, is_due in REASONS.items() if is_due(need, offer, kind, trust)]
