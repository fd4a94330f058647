"""What everybody may read of a month: written once, some days after it ended, and never again."""

from datetime import date, datetime
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Min

from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.queries import vacant_posts_in
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import calendar, inputs, month_page, months
from matchmaker.matches.actions.score_cards import card_in_use
from matchmaker.matches.models import PublicMonth
from matchmaker.needs.models import Need

MONTHS_BACK: Final = 3
"""A service that stood still tells of so many months afterwards."""

log = structlog.get_logger("matchmaker.matches")


def publish_months(*, now: datetime) -> int:
    """Work is asked for, once a day, for each month that is over and of which nothing is told yet; how much.

    A community tells of the months since its first need.
    """
    first_need = dict(
        Need.objects.order_by()
        .values("community_id")
        .annotate(first=Min("opened_at"))
        .values_list("community_id", "first")
    )
    communities = Area.objects.filter(level=AreaLevel.COMMUNITY, pk__in=first_need).order_by("pk")
    told = set(PublicMonth.objects.filter(community__in=first_need).values_list("community_id", "month"))
    count = 0
    with transaction.atomic():
        for community in communities:
            zone = calendar.zone_of(community)
            month = months.latest_closed(now, zone)
            begun = months.first_day(first_need[community.pk].astimezone(zone).date())
            for _ in range(MONTHS_BACK):
                if month >= begun and (community.pk, month) not in told:
                    _ask_for(community, month, now)
                    count += 1
                month = months.month_before(month)
    return count


def publish_month(*, area_id: int, month: str, now: datetime) -> PublicMonth | None:
    """The month of the community is told; None where it was told before, or is not over.

    Nothing is held up while it is reckoned. What stands there already is left as it is: whatever came later, of two
    sayings on one month the difference would tell of few.
    """
    community = Area.objects.get(pk=area_id)
    first = months.first_day(date.fromisoformat(month))
    if months.closes_at(first, calendar.zone_of(community)) > now or _is_told(community, first):
        return None
    figures = month_page.rounded_figures(
        inputs.month_seen(community, first), vacant_posts_in(community, now=now), month=first
    )
    with transaction.atomic():
        row, is_new = PublicMonth.objects.get_or_create(
            community=community,
            month=first,
            defaults={
                "published_at": now,
                "score_card": card_in_use(community, now=now),
                "figures": month_page.stored(figures),
            },
        )
    log.info("month.published", community=community.pk, month=month, new=is_new)
    return row if is_new else None


def _ask_for(community: Area, month: date, now: datetime) -> None:
    told = month.isoformat()
    key = f"public_month@{community.pk}:{told}:{now.date().isoformat()}"
    enqueue(names.PUBLISH_MONTH, {"area_id": community.pk, "month": told}, now=now, key=key)


def _is_told(community: Area, month: date) -> bool:
    return PublicMonth.objects.filter(community=community, month=month).exists()
