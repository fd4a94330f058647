"""Every read of service types, needs and offers."""

from matchmaker.needs.queries.asked_as import asked_as
from matchmaker.needs.queries.engine_inputs import History, Promised
from matchmaker.needs.queries.need_facts import need_facts, need_facts_as_asked
from matchmaker.needs.queries.needs import (
    asker_side_of,
    coarse_place_of,
    is_asker_side,
    is_proxy_for,
    is_worker_for,
    may_change_need,
    may_see_asker,
    may_see_need_details,
    may_see_need_place,
    need_by_id,
    needs_for,
    needs_to_verify,
    spoken_on_by,
)
from matchmaker.needs.queries.offer_facts import helpers_from_elsewhere, needs_in_reach, offer_facts
from matchmaker.needs.queries.offers import may_manage_offer, offer_by_id, offers_by_pk, offers_for
from matchmaker.needs.queries.overdue import in_the_care_of, is_overdue, only_overdue
from matchmaker.needs.queries.service_types import asks_consent, service_type_by_code, service_type_facts, service_types

__all__ = [
    "History",
    "Promised",
    "asked_as",
    "asker_side_of",
    "asks_consent",
    "coarse_place_of",
    "helpers_from_elsewhere",
    "in_the_care_of",
    "is_asker_side",
    "is_overdue",
    "is_proxy_for",
    "is_worker_for",
    "may_change_need",
    "may_manage_offer",
    "may_see_asker",
    "may_see_need_details",
    "may_see_need_place",
    "need_by_id",
    "need_facts",
    "need_facts_as_asked",
    "needs_for",
    "needs_in_reach",
    "needs_to_verify",
    "offer_by_id",
    "offer_facts",
    "offers_by_pk",
    "offers_for",
    "only_overdue",
    "service_type_by_code",
    "service_type_facts",
    "service_types",
    "spoken_on_by",
]
