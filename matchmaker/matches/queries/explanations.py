"""Why this, why nobody: sentences for whoever reads, made by the engine from stored codes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.engine import explain, sentences
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.engine.scoring import Scored
from matchmaker.matches import terms
from matchmaker.matches.models import LIVE_STATES, Proposal, UnmetNeed
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.proposals import READ_TO_SHOW_HELPER, may_see_helper
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import is_asker_side

READ_TO_SAY_WHY: Final = (
    "terms",
    "ring_reason",
    "left_for_others",
    *(f"score_card__{column}" for column in ("name", "version", "weights", "thresholds")),
    *READ_TO_SHOW_HELPER,
)
"""What `why_this` reads of a proposal."""


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """One term of a score as a worker reads it; no number where it rests on trust."""

    term: str
    weight: int | None
    points: int | None
    reason: str


def why_this(viewer: Viewer, proposal: Proposal, language: str) -> list[str]:
    """Why these two, the weightiest reason first; the sides read less of each other than a worker of the area.

    Nothing for whoever may not know of the helper yet: an asker who had read of this one would know of a decline.
    """
    if not may_see_helper(viewer, proposal):
        return []
    reader = explain.Reader.COORDINATOR if sides.is_worker(viewer, proposal.need) else explain.Reader.SIDE
    card = terms.card_of(proposal.score_card)
    told = list(explain.why(terms.restored(proposal.terms), language, card, proposal.ring_reason, reader))
    if proposal.left_for_others and reader is explain.Reader.COORDINATOR:
        told.append(
            explain.sentence(explain.REASONS, "LEFT_FOR_OTHERS", {"people": proposal.left_for_others}, language)
        )
    return told


def terms_of(viewer: Viewer, proposal: Proposal, language: str) -> list[ShownTerm]:
    """The score term by term, for workers of the area; empty for everyone else."""
    if not sides.is_worker(viewer, proposal.need):
        return []
    return [_shown(stored, language) for stored in proposal.terms]


def why_nobody(viewer: Viewer, need: Need, language: str) -> list[str]:
    """What the latest search said of a need it could not meet; empty where it was met or none ran yet."""
    return why_nobody_of_each(viewer, [need], language)[need.pk]


def why_nobody_of_each(viewer: Viewer, needs: Collection[Need], language: str) -> dict[int, list[str]]:
    """The same for several needs, by their pk: two queries, however many."""
    asked = [need for need in needs if is_asker_side(viewer, need) or sides.is_worker(viewer, need)]
    said: dict[int, list[str]] = {need.pk: [] for need in needs}
    for row in _latest_of_each(_still_missing_helpers(asked)):
        said[row.need_id] = said_of(row, language)
    return said


def said_of(row: UnmetNeed, language: str) -> list[str]:
    """An unmet need's reason and the change that would help, in words."""
    changes = tuple(
        explain.Change(change["rule"], change["offers"], _in(language, change["params"])) for change in row.reasons
    )
    return list(explain.say_nobody(explain.Nobody((), row.rule_code, changes), language))


def latest_unmet(viewer: Viewer, need: Need) -> UnmetNeed | None:
    """What the latest search said of a need that still misses helpers, for workers of its area; else None."""
    if not sides.is_worker(viewer, need):
        return None
    return _latest_of_each(_still_missing_helpers([need])).first()


def what_would_help(row: UnmetNeed, language: str) -> list[str]:
    """Each change that would bring somebody, in words, the easiest first."""
    return [
        sentences.sentence(
            sentences.CHANGES,
            change["rule"],
            {**_in(language, change["params"]), "offers": change["offers"]},
            language,
        )
        for change in row.reasons
    ]


def law_of(row: UnmetNeed, language: str) -> str:
    """The article of the law behind the rule that left nobody; empty where it is the house's own."""
    law = explain.law_behind(row.rule_code)
    if law is None:
        return ""
    return law.zh if language.startswith("zh") else law.en


def rule_said_of(row: UnmetNeed) -> str:
    """The code of the rule as it may be shown: of a wish not to meet it says no more than the sentence does."""
    return sentences.CODE_SAID.get(row.rule_code, row.rule_code)


def _in(language: str, params: dict[str, Any]) -> dict[str, Any]:
    """Names that stand in both languages, in the reader's."""
    ending = "_zh" if language.startswith("zh") else "_en"
    return params | {name.removesuffix(ending): value for name, value in params.items() if name.endswith(ending)}


def _still_missing_helpers(needs: Collection[Need]) -> list[int]:
    live = Counter(Proposal.objects.filter(need__in=needs, state__in=LIVE_STATES).values_list("need_id", flat=True))
    return [
        need.pk
        for need in needs
        if need.state == NeedState.OPEN and need.helpers_found + live[need.pk] < need.helpers_wanted
    ]


def _latest_of_each(need_ids: Collection[int]) -> QuerySet[UnmetNeed]:
    latest = UnmetNeed.objects.filter(need_id__in=need_ids).values("need_id").annotate(latest=Max("pk"))
    return UnmetNeed.objects.filter(pk__in=latest.values("latest"))


def shown_terms(scored: Scored, card: EngineCard, language: str) -> list[ShownTerm]:
    """The same of a candidate that nobody was asked about yet."""
    return [_shown(stored, language) for stored in terms.stored(scored, card)]


def _shown(stored: terms.StoredTerm, language: str) -> ShownTerm:
    reason = explain.sentence(explain.REASONS, stored["reason"]["code"], stored["reason"]["params"], language)
    if stored["term"] in terms.RESTS_ON_TRUST:
        return ShownTerm(stored["term"], None, None, reason)
    return ShownTerm(stored["term"], stored["weight"], stored["points"], reason)
