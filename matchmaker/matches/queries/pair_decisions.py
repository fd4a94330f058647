"""Pins and bans, as each viewer may see them: workers and auditors of the area, who are no part of the pair."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.care import worked_by
from matchmaker.community.models import PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.engine.pair_words import say_refused_pin
from matchmaker.engine.sentences import CODE_SAID
from matchmaker.errors import NotFound
from matchmaker.matches.models import PairDecision
from matchmaker.matches.queries import sides


def pair_decisions_for(viewer: Viewer) -> QuerySet[PairDecision]:
    """Those in the areas the viewer works in or audits: what stands first, then what was lifted, newest first."""
    visible = worked_by(viewer, "need__place__path")
    for post in viewer.posts:
        if post.kind == PostKind.AUDITOR:
            visible |= Q(need__place__path__startswith=post.area_path)
    rows = PairDecision.objects.filter(visible).select_related(
        "decided_by",
        "lifted_by",
        "need__service_type",
        "need__place",
        "need__for_person",
        "need__community",
        "offer__person",
        "offer__organization",
    )
    rows = rows.exclude(is_part_of_pair(viewer))
    return rows.order_by(F("lifted_at").asc(nulls_first=True), "-decided_at", "-pk")


def is_part_of_pair(viewer: Viewer, at: str = "") -> Q:
    """Stands on one of the two sides, in their own name or for another: who may not say it may not lift it either.

    `at` is the way from the rows that are asked to the need and the offer.
    """
    gives = {f"{at}offer__person_id": viewer.person_id or 0}
    return is_asking(viewer, at) | Q(**gives) | Q(**{f"{at}offer__organization_id__in": viewer.clerk_of})


def is_asking(viewer: Viewer, at: str = "") -> Q:
    """Is helped, asked for it, or speaks for whoever is helped."""
    helped = {viewer.person_id or 0, *(held.for_person_id for held in viewer.mandates)}
    return Q(**{f"{at}need__for_person_id__in": helped}) | Q(**{f"{at}need__asked_by_id": viewer.person_id or 0})


def pair_decision_by_id(viewer: Viewer, public_id: UUID) -> PairDecision:
    found = pair_decisions_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def may_lift_pair_decision(viewer: Viewer, row: PairDecision) -> bool:
    """A worker of the area where the help is needed; who audits it reads alone."""
    return sides.is_worker(viewer, row.need)


def is_in_force(row: PairDecision, *, now: datetime) -> bool:
    """Neither lifted nor past its last day."""
    return row.lifted_at is None and (row.until_date is None or row.until_date >= localdate(now))


def refused_rule_said(viewer: Viewer, row: PairDecision) -> str:
    """Why a pin could not stand the last time, as a code that may be shown, for workers; empty where it could."""
    return pin_rule_said(row.refused_rule) if may_lift_pair_decision(viewer, row) else ""


def refused_why(viewer: Viewer, row: PairDecision, language: str) -> str:
    """The same in a sentence."""
    return pin_why(row.refused_rule, language) if may_lift_pair_decision(viewer, row) else ""


def pin_rule_said(rule: str) -> str:
    """The code as it may be shown: a wish not to meet reads like hours that do not fit."""
    return CODE_SAID.get(rule, rule)


def pin_why(rule: str, language: str) -> str:
    """The rule of a pin that could not stand, in a sentence; empty for none."""
    return say_refused_pin(rule, language) if rule else ""
