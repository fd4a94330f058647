"""One's own data about needs, offers, proposals, visits and minutes."""

from collections.abc import Iterator

from django.db.models import Q

from matchmaker.community.models import HEARD, Person
from matchmaker.community.viewers import Viewer
from matchmaker.matches import queries as matches
from matchmaker.matches.models import Concern, LedgerEntry, Outcome, OutcomeSide, Proposal, SecondLook, Visit
from matchmaker.needs.day_words import WEEKDAYS_EN
from matchmaker.needs.models import Need, NeedWindow, Offer, OfferHours, ServiceType, TourSignUp
from matchmaker.privacy.queries.own_rows import Row, row

WENT = {1: "well", 0: "so-so", -1: "not well"}
DOUBTED = {
    "KNOWN_HERE": "whether you are known here",
    "HELP_FOUND": "how your help was found",
    "NEXT_VISIT": "whether your next visit goes well",
}


def needs(of: Person, language: str) -> Iterator[Row]:
    """Those for oneself, in full; of those entered for others, only that they were."""
    rows = Need.objects.filter(Q(for_person=of) | Q(asked_by=of)).select_related("service_type", "place")
    for need in rows.prefetch_related("windows").order_by("opened_at", "pk"):
        if need.for_person_id != of.pk:
            yield row(
                your_part="asked for somebody",
                service_type=_kind(need.service_type, language),
                state=need.state,
                opened_at=need.opened_at,
                closed_at=need.closed_at,
            )
            continue
        yield row(
            your_part="were to be helped",
            service_type=_kind(need.service_type, language),
            details=need.details,
            risks=need.risks,
            place=need.place.name,
            minutes=need.minutes,
            helpers_wanted=need.helpers_wanted,
            helpers_found=need.helpers_found,
            repeat=need.repeat,
            until_date=need.repeat_until_date,
            windows=[_window(window) for window in need.windows.all()],
            skills=need.skills,
            languages=need.languages,
            urgency=need.get_urgency_display(),
            wishes=_wishes(need),
            external_id=need.external_id,
            state=need.state,
            opened_at=need.opened_at,
            verified_at=need.verified_at,
            closed_at=need.closed_at,
        )


def offers(of: Person, language: str) -> Iterator[Row]:
    rows = Offer.objects.filter(person=of).prefetch_related("service_types", "hours", "reach_areas")
    for offer in rows.select_related("place").order_by("opened_at", "pk"):
        yield row(
            title=offer.title,
            details=offer.details,
            service_types=[_kind(kind, language) for kind in offer.service_types.all()],
            form=offer.form,
            price_yuan_per_hour=offer.price_yuan_per_hour,
            place=offer.place.name,
            reach=_reach(offer),
            hours=[_hours(hours) for hours in offer.hours.all()],
            visits_per_week=offer.visits_per_week,
            skills=offer.skills,
            languages=offer.languages,
            external_id=offer.external_id,
            state=offer.state,
            opened_at=offer.opened_at,
            closed_at=offer.closed_at,
        )


def tours(of: Person, _language: str) -> Iterator[Row]:
    rows = TourSignUp.objects.filter(person=of).select_related("stop__tour", "stop__place")
    for sign_up in rows.order_by("signed_up_at", "pk"):
        stop = sign_up.stop
        yield row(
            title=stop.tour.title,
            place=f"{stop.place.name} {stop.meeting_point}".strip(),
            from_date=stop.date,
            hours=[f"{stop.starts:%H:%M}-{stop.ends:%H:%M}"],
            made_at=sign_up.signed_up_at,
            withdrawn_at=sign_up.withdrawn_at,
        )


def proposals(of: Person, language: str) -> Iterator[Row]:
    """Where one was to help; and where one was to be helped, those with a helper who had said yes."""
    as_helper = Q(helper=of) | Q(offer__person=of)
    as_asker = Q(need__for_person=of, asker_answered_at__isnull=False) | Q(need__for_person=of, state="AWAITING_ASKER")
    rows = Proposal.objects.filter(as_helper | as_asker)
    rows = rows.select_related(
        "need__service_type__parent", "need__place", "offer__organization", "score_card", "helper"
    )
    viewer = Viewer(person_id=of.pk, community_id=of.community_id)
    for proposal in rows.order_by("made_at", "pk"):
        helps = of.pk in (proposal.helper_id, proposal.offer.person_id)
        asked = not helps or proposal.helper_asked_at is not None
        yield row(
            your_part="could help" if helps else "were to be helped",
            service_type=_kind(proposal.need.service_type, language),
            starts_at=proposal.starts_at if asked else None,
            ends_at=proposal.ends_at if asked else None,
            state=proposal.state if asked else "NOT_ASKED",
            why=matches.why_this(viewer, proposal, language) if asked else [],
            made_at=proposal.made_at,
            closed_at=proposal.closed_at,
        )


def visits(of: Person, language: str) -> Iterator[Row]:
    rows = Visit.objects.filter(Q(match__helper=of) | Q(match__person=of))
    for visit in rows.select_related("match__need__service_type", "match__offer__organization").order_by(
        "starts_at", "pk"
    ):
        helped = visit.match.helper_id == of.pk
        organization = visit.match.offer.organization
        yield row(
            your_part="helped" if helped else "were helped",
            the_other="a neighbour" if helped else "a helper",
            organization=organization.name if organization else "",
            service_type=_kind(visit.match.need.service_type, language),
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            state=visit.state,
        )


def outcomes(of: Person, _language: str) -> Iterator[Row]:
    """One's own words, also those that a worker took; of words taken from others, only that one entered them."""
    as_helper = Q(side=OutcomeSide.HELPER, visit__match__helper=of)
    heard = Q(channel__in=HEARD) & (as_helper | Q(side=OutcomeSide.ASKER, visit__match__person=of))
    rows = Outcome.objects.filter(heard | Q(given_by=of)).select_related("visit__match").order_by("given_at", "pk")
    for said in rows:
        match = said.visit.match
        own = of.pk == (match.helper_id if said.side == OutcomeSide.HELPER else match.person_id)
        if said.channel in HEARD and not own:
            yield row(your_part="entered it for somebody", starts_at=said.visit.starts_at, given_at=said.given_at)
            continue
        yield row(
            your_part="spoke for yourself" if own else "entered it for somebody",
            starts_at=said.visit.starts_at,
            happened=said.happened,
            went_well=WENT.get(said.went_well) if said.went_well is not None else None,
            greet_again=said.greet_again,
            minutes=said.minutes,
            comment=said.comment,
            given_at=said.given_at,
        )


def concerns(of: Person, _language: str) -> Iterator[Row]:
    """What one said; of what others said about a visit nothing is told."""
    for concern in Concern.objects.filter(said_by=of).order_by("said_at", "pk"):
        yield row(
            kind=concern.kind,
            words=concern.words,
            said_at=concern.said_at,
            taken_at=concern.taken_at,
            resolution=concern.resolution,
            reason=concern.reason,
            resolved_at=concern.resolved_at,
        )


def second_looks(of: Person, _language: str) -> Iterator[Row]:
    """What one asked and how it was answered; of what was set aside only how much, for somebody else said it."""
    rows = SecondLook.objects.filter(person=of).prefetch_related("set_aside").order_by("asked_at", "pk")
    for look in rows:
        aside = list(look.set_aside.all())
        yield row(
            what=DOUBTED[look.question],
            words=look.words,
            asked_at=look.asked_at,
            taken_at=look.taken_at,
            resolution=look.answer,
            count=len(aside),
            reason=look.reason,
            resolved_at=look.answered_at,
        )
        for lifted in aside:
            if lifted.lifted_at is not None:
                yield row(
                    what=DOUBTED[look.question],
                    resolution="COUNTS_AGAIN",
                    reason=lifted.lift_reason,
                    at=lifted.lifted_at,
                )


def ledger(of: Person, _language: str) -> Iterator[Row]:
    rows = LedgerEntry.objects.filter(Q(giver=of) | Q(receiver=of)).select_related("organization")
    for entry in rows.order_by("at", "pk"):
        gave = entry.giver_id == of.pk
        yield row(
            your_part="gave" if gave else "received",
            the_other="a neighbour" if gave else "a helper",
            organization=entry.organization.name if entry.organization else "",
            minutes=entry.minutes,
            at=entry.at,
        )


def _kind(kind: ServiceType, language: str) -> str:
    return kind.name_en if language == "en" else kind.name_zh


def _window(window: NeedWindow) -> str:
    return f"{window.date} {window.starts:%H:%M}-{window.ends:%H:%M}"


def _hours(hours: OfferHours) -> str:
    return f"{WEEKDAYS_EN[hours.weekday]} {hours.starts:%H:%M}-{hours.ends:%H:%M}"


def _wishes(need: Need) -> list[str]:
    found = [need.helper_sex] if need.helper_sex else []
    found += ["nobody from my building"] if need.nobody_from_building else []
    return found + list(need.forms_accepted)


def _reach(offer: Offer) -> str:
    way = " by vehicle" if offer.by_vehicle else ""
    if offer.reach_m is not None:
        return f"{offer.reach_m} m{way}"
    if offer.reach_minutes is not None:
        return f"{offer.reach_minutes} min{way}"
    return ", ".join(area.name for area in offer.reach_areas.all())
