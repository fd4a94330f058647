"""Which score card is in force: that of the latest round, kept for a minute where nothing is put to people by it."""

from datetime import datetime, timedelta
from typing import Final

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area
from matchmaker.engine.scoring import IDENTITY
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.matches import terms
from matchmaker.matches.models import Round, RoundState, ScoreCard

INSTANT_POLICY: Final = IDENTITY.name
KEPT_FOR: Final = timedelta(minutes=1)

_kept: dict[int, tuple[datetime, EngineCard]] = {}


def card_of_latest_round(area: Area) -> ScoreCard | None:
    """That of the latest round here or above; None where none has run yet."""
    around = keys_of_path(area.path)
    rounds = Round.objects.filter(community_id__in=around, state=RoundState.DONE).select_related("score_card")
    latest = rounds.order_by("-pk").first()
    return latest.score_card if latest is not None else None


def card_kept(area: Area, *, now: datetime) -> EngineCard:
    """The card by which a need of this community is answered at once; one query a minute, or two."""
    found = _kept.get(area.pk)
    if found is None or not timedelta(0) <= now - found[0] < KEPT_FOR:
        row = card_of_latest_round(area) or ScoreCard.objects.filter(name=INSTANT_POLICY).order_by("-version").first()
        found = _kept[area.pk] = (now, IDENTITY if row is None else terms.card_of(row))
    return found[1]


def forget_cards() -> None:
    """This process knows no card until it reads it again."""
    _kept.clear()
