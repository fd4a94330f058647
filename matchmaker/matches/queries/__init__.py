"""Every read from round to ledger, for a viewer."""

from matchmaker.matches.queries.concerns import (
    concern_by_id,
    concerns_for,
    concerns_to_answer,
    may_handle_concern,
    may_read_concern,
)
from matchmaker.matches.queries.decisions import decisions_for
from matchmaker.matches.queries.emergencies import emergencies_for, emergency_of
from matchmaker.matches.queries.explanations import (
    ShownTerm,
    said_of,
    terms_of,
    why_nobody,
    why_nobody_of_each,
    why_this,
)
from matchmaker.matches.queries.few_ties import few_ties_for
from matchmaker.matches.queries.first_answer import FirstAnswer, first_answer, say_first_answer
from matchmaker.matches.queries.ledger import ledger_for
from matchmaker.matches.queries.matches import (
    Contact,
    agreed_need_ids,
    contact_of,
    match_by_id,
    matches_for,
    may_see_contacts,
    own_outcome,
    side_of,
    visit_by_id,
    visits_for,
)
from matchmaker.matches.queries.own import (
    awaited_side,
    is_helping,
    own_matches,
    proposals_to_answer,
    visits_to_speak_of,
)
from matchmaker.matches.queries.proposals import (
    may_see_helper,
    may_see_person,
    may_see_terms,
    need_ids_asked,
    proposal_by_id,
    proposals_for,
    proposals_to_review,
)
from matchmaker.matches.queries.rounds import (
    communities_to_plan,
    gap_of,
    round_by_id,
    rounds_for,
    rounds_under_way,
    score_cards,
    unmet_needs_for,
)
from matchmaker.matches.queries.visits import (
    Possible,
    door_word_of,
    minutes_to_propose,
    possible_at,
    search_instead_of,
    side_in_own_name,
    visits_to_explain,
)
from matchmaker.matches.queries.watching import RoundFigures, round_figures

__all__ = [
    "Contact",
    "FirstAnswer",
    "Possible",
    "RoundFigures",
    "ShownTerm",
    "agreed_need_ids",
    "awaited_side",
    "communities_to_plan",
    "concern_by_id",
    "concerns_for",
    "concerns_to_answer",
    "contact_of",
    "decisions_for",
    "door_word_of",
    "emergencies_for",
    "emergency_of",
    "few_ties_for",
    "first_answer",
    "gap_of",
    "is_helping",
    "ledger_for",
    "match_by_id",
    "matches_for",
    "may_handle_concern",
    "may_read_concern",
    "may_see_contacts",
    "may_see_helper",
    "may_see_person",
    "may_see_terms",
    "minutes_to_propose",
    "need_ids_asked",
    "own_matches",
    "own_outcome",
    "possible_at",
    "proposal_by_id",
    "proposals_for",
    "proposals_to_answer",
    "proposals_to_review",
    "round_by_id",
    "round_figures",
    "rounds_for",
    "rounds_under_way",
    "said_of",
    "say_first_answer",
    "score_cards",
    "search_instead_of",
    "side_in_own_name",
    "side_of",
    "terms_of",
    "unmet_needs_for",
    "visit_by_id",
    "visits_for",
    "visits_to_explain",
    "visits_to_speak_of",
    "why_nobody",
    "why_nobody_of_each",
    "why_this",
]
