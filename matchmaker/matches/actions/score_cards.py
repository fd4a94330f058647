"""Published score cards: the weights of each policy as rows, a new version for every change."""

from datetime import datetime
from typing import Final

from django.db import transaction

from matchmaker.community.models import Area
from matchmaker.engine.scoring import CARDS
from matchmaker.engine.scoring import ScoreCard as EngineCard
from matchmaker.errors import InvalidInput
from matchmaker.matches import inputs
from matchmaker.matches.models import ScoreCard

POLICIES: Final = tuple(CARDS)


class PublishedCardChanged(Exception):
    """The engine's card has other weights than the row of the same version: a mistake of ours, not a refusal."""


def publish_score_cards(*, now: datetime) -> int:
    """Each card of the engine stands as a row; how many were new. A published version never changes."""
    with transaction.atomic():
        return sum(_publish(card, now) for card in CARDS.values())


def latest_card(policy: str, *, now: datetime) -> ScoreCard:
    """The newest version of a policy's card; the engine's own are published where none is yet."""
    if policy not in CARDS:
        raise InvalidInput(field="policy")
    rows = ScoreCard.objects.filter(name=policy).order_by("-version")
    found = rows.first()
    if found is None:
        publish_score_cards(now=now)
        found = rows[0]
    return found


def card_in_use(area: Area, *, now: datetime) -> ScoreCard:
    """The card of the latest round here or above, so that instant answers, prices and rounds follow one policy."""
    return inputs.card_of_latest_round(area) or latest_card(inputs.INSTANT_POLICY, now=now)


def _publish(card: EngineCard, now: datetime) -> bool:
    version = int(card.version.rpartition("-")[2])
    wanted = {"weights": dict(card.weights), "thresholds": _thresholds(card)}
    row, is_new = ScoreCard.objects.get_or_create(
        name=card.name, version=version, defaults={**wanted, "published_at": now}
    )
    if row.weights != wanted["weights"] or row.thresholds != wanted["thresholds"]:
        raise PublishedCardChanged(card.version)
    return is_new


def _thresholds(card: EngineCard) -> dict[str, int]:
    return {
        "base_points": card.base_points,
        "minimum_fit": card.minimum_fit,
        "ring_k": card.ring_k,
        "ring_threshold": card.ring_threshold,
    }
