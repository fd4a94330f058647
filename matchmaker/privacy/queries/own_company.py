"""One's own data about coming along: what one is willing to, visits with company, and one's own words of them.

A companion reads a time, never what the help was; that somebody would rather not have had them along is told to nobody.
"""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q

from matchmaker.community.models import HEARD, Person
from matchmaker.matches.models import CompanionPart, CompanionProposal, CompanionState, CompanionWord, Willingness
from matchmaker.needs.day_words import WEEKDAYS_EN
from matchmaker.privacy.queries.own_rows import Row, row

OWN_PART: Final = {
    CompanionPart.COMPANION: "proposal__companion",
    CompanionPart.HELPER: "proposal__visit__match__helper",
    CompanionPart.ASKER: "proposal__visit__match__person",
}


def company(of: Person, _language: str) -> Iterator[Row]:
    yield from _willing(of)
    yield from _visits(of)
    yield from _words(of)


def _willing(of: Person) -> Iterator[Row]:
    for willing in Willingness.objects.filter(person=of).prefetch_related("hours"):
        yield row(
            your_part="would come along",
            hours=[f"{WEEKDAYS_EN[one.weekday]} {one.starts:%H:%M}-{one.ends:%H:%M}" for one in willing.hours.all()],
            reach=f"{willing.reach_m} m",
            visits_per_month=willing.visits_per_month,
            opened_at=willing.opened_at,
            verified_at=willing.vetted_at,
            ended_at=willing.paused_at,
        )


def _visits(of: Person) -> Iterator[Row]:
    named = Q(companion_answered_at__isnull=False) & ~Q(state=CompanionState.DECLINED)
    agreed = Q(asker_answered_at__isnull=False) & ~Q(state=CompanionState.REFUSED)
    rows = CompanionProposal.objects.filter(
        Q(companion=of) | (named & Q(visit__match__person=of)) | (agreed & Q(visit__match__helper=of))
    )
    for proposal in rows.select_related("visit__match").order_by("asked_at", "pk"):
        comes = proposal.companion_id == of.pk
        helped = proposal.visit.match.helper_id == of.pk
        yield row(
            your_part="could come along" if comes else "helped" if helped else "were helped",
            the_other="" if comes else "a neighbour",
            starts_at=proposal.visit.starts_at,
            ends_at=proposal.visit.ends_at,
            state=_state_told(proposal) if comes else proposal.state,
            asked_at=proposal.asked_at if comes else None,
            closed_at=proposal.closed_at,
        )


def _words(of: Person) -> Iterator[Row]:
    """One's own words, also those that a worker took; of words taken from others, only that one entered them."""
    own = Q(pk__in=())
    for part, way in OWN_PART.items():
        own |= Q(part=part, **{way: of})
    rows = CompanionWord.objects.filter((own & Q(channel__in=HEARD)) | Q(given_by=of)).select_related(
        "proposal__visit__match"
    )
    for said in rows.order_by("given_at", "pk"):
        match = said.proposal.visit.match
        whose = {"COMPANION": said.proposal.companion_id, "HELPER": match.helper_id, "ASKER": match.person_id}
        if whose[said.part] != of.pk and said.channel in HEARD:
            yield row(your_part="entered it for somebody", given_at=said.given_at)
            continue
        yield row(
            your_part="spoke for yourself" if whose[said.part] == of.pk else "entered it for somebody",
            starts_at=said.proposal.visit.starts_at,
            came_along=said.came,
            greet_companion=said.greet_companion,
            greet_asker=said.greet_asker,
            greet_helper=said.greet_helper,
            welcome=said.welcome,
            given_at=said.given_at,
        )


def _state_told(proposal: CompanionProposal) -> str:
    return CompanionState.WITHDRAWN if proposal.state == CompanionState.REFUSED else proposal.state
